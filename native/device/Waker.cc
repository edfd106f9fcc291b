#include "device/Waker.h"

#include <fcntl.h>
#include <poll.h>
#include <time.h>
#include <unistd.h>

#include <cerrno>

#ifdef __linux__
#include <sys/eventfd.h>
#endif

namespace mediant::device {

Waker::Waker() {
#ifdef __linux__
  readEnd_ = writeEnd_ = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
#else
  int ends[2];
  if (pipe(ends) != 0) return;
  for (int end : ends) {
    fcntl(end, F_SETFD, FD_CLOEXEC);
    fcntl(end, F_SETFL, O_NONBLOCK);
  }
  readEnd_ = ends[0];
  writeEnd_ = ends[1];
#endif
}

Waker::~Waker() {
  if (readEnd_ >= 0) close(readEnd_);
  if (writeEnd_ >= 0 && writeEnd_ != readEnd_) close(writeEnd_);
}

void Waker::wake() {
  // An eventfd takes exactly eight bytes. A full pipe or counter is as good as a write: the waiter wakes either way.
  const std::uint64_t one = 1;
  while (write(writeEnd_, &one, sizeof one) < 0 && errno == EINTR) {
  }
}

void Waker::drain() {
  std::uint64_t sink[8];
  const ssize_t whole = sizeof sink;
  ssize_t got;
  do {
    got = read(readEnd_, sink, sizeof sink);
  } while (got == whole || (got < 0 && errno == EINTR));
}

bool Waker::waitUntil(Nanoseconds deadline) {
  pollfd entry{readEnd_, POLLIN, 0};
  int ready;
  do {
    if (deadline == kNever) {
      ready = poll(&entry, 1, -1);
    } else {
      // The wait is computed anew from the absolute deadline each time, so a series of waits doesn't drift.
      Nanoseconds left = deadline - monotonicNow();
      if (left < 0) left = 0;
#ifdef __linux__
      const timespec timeout{static_cast<time_t>(left / kNanosecondsPerSecond),
                             static_cast<long>(left % kNanosecondsPerSecond)};
      ready = ppoll(&entry, 1, &timeout, nullptr);
#else
      ready = poll(&entry, 1, static_cast<int>((left + 999'999) / 1'000'000));
#endif
    }
  } while (ready < 0 && errno == EINTR);
  if (ready <= 0) return false;
  drain();
  return true;
}

}  // namespace mediant::device
