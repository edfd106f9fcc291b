// The system's clocks, which stand still until the test advances them for as long as a VirtualClock lives: no test of what happens when
// then depends on when the machine lets it run. The functions at the end take the place of the C library's in the whole program, in libssl
// too, whose timers know no other clock. To be included by one file of a program. Linux only.
#pragma once

#include <sys/syscall.h>
#include <sys/time.h>
#include <unistd.h>

#include <cstdint>
#include <ctime>

namespace check {

class VirtualClock {
 public:
  VirtualClock() { current = this; }
  ~VirtualClock() { current = nullptr; }
  VirtualClock(const VirtualClock&) = delete;
  VirtualClock& operator=(const VirtualClock&) = delete;

  void advanceNanoseconds(int64_t duration) { now_ += duration; }
  void advanceMicroseconds(int64_t duration) { now_ += duration * 1000; }
  int64_t nanoseconds() const { return now_; }

  // What every clock shows.
  static inline const VirtualClock* current = nullptr;

 private:
  int64_t now_ = 1'000'000'000'000'000'000;
};

}  // namespace check

extern "C" int clock_gettime(clockid_t clock, timespec* time) noexcept {
  if (check::VirtualClock::current == nullptr) return static_cast<int>(syscall(SYS_clock_gettime, clock, time));
  const int64_t now = check::VirtualClock::current->nanoseconds();
  *time = {static_cast<time_t>(now / 1'000'000'000), static_cast<long>(now % 1'000'000'000)};
  return 0;
}

extern "C" int gettimeofday(timeval* time, void*) noexcept {
  timespec now;
  clock_gettime(CLOCK_REALTIME, &now);
  *time = {now.tv_sec, static_cast<suseconds_t>(now.tv_nsec / 1000)};
  return 0;
}
