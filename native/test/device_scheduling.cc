// The scheduling of the thread that drives a context. What needs real-time scheduling is passed over where the system grants none.
#include <thread>

#ifdef __linux__
#include <sched.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>
#endif

#include "check.h"
#include "device/Scheduling.h"

#ifdef __linux__

using namespace mediant::device;

namespace {

constexpr Nanoseconds kMillisecond = 1'000'000;
constexpr int kNobody = 65534;

bool isRealtime() { return (sched_getscheduler(0) & ~SCHED_RESET_ON_FORK) == SCHED_FIFO; }

// Scheduling belongs to a thread, so each test has one of its own.
template <typename Body>
void onThread(Body body) {
  std::thread(body).join();
}

bool isRealtimeGranted() {
  bool isGranted = false;
  onThread([&] { isGranted = takeRealtimeScheduling(kRealtimePriority); });
  return isGranted;
}

// A limit of the process, for as long as it lives.
class CpuTimeLimit {
 public:
  explicit CpuTimeLimit(rlim_t microseconds) {
    getrlimit(RLIMIT_RTTIME, &before_);
    const rlimit limit{microseconds, before_.rlim_max};
    setrlimit(RLIMIT_RTTIME, &limit);
  }
  ~CpuTimeLimit() { setrlimit(RLIMIT_RTTIME, &before_); }

 private:
  rlimit before_{};
};

}  // namespace

TEST(a_thread_without_script_is_real_time_while_it_is_worth_it) {
  if (!isRealtimeGranted()) return;
  onThread([] {
    Scheduling scheduling;
    scheduling.want(true, false);
    CHECK(isRealtime());
    scheduling.want(false, false);
    CHECK(!isRealtime());
  });
}

TEST(a_thread_without_script_is_put_back_for_good_by_a_graph_that_is_too_much) {
  if (!isRealtimeGranted()) return;
  onThread([] {
    Scheduling scheduling;
    scheduling.want(true, false);
    scheduling.rendered(3 * kMillisecond, kMillisecond, 0.5);
    CHECK(isRealtime());
    scheduling.rendered(kMillisecond, kMillisecond, 0.96);
    CHECK(!isRealtime());
    scheduling.want(true, false);
    CHECK(!isRealtime());
  });
}

TEST(a_thread_that_runs_script_is_put_back_by_one_period_that_is_late) {
  if (!isRealtimeGranted()) return;
  onThread([] {
    Scheduling scheduling;
    scheduling.want(true, true);
    CHECK(isRealtime());
    scheduling.rendered(kMillisecond / 2, kMillisecond, 0.5);
    CHECK(isRealtime());
    scheduling.rendered(2 * kMillisecond, kMillisecond, 0.5);
    CHECK(!isRealtime());
  });
}

TEST(a_thread_that_runs_script_is_not_real_time_where_the_system_would_kill_it) {
  const CpuTimeLimit limit(10'000'000);
  onThread([] {
    Scheduling scheduling;
    scheduling.want(true, true);
    CHECK(!isRealtime());
    scheduling.end();
  });
}

TEST(a_script_that_never_returns_is_put_back) {
  if (!isRealtimeGranted()) return;
  onThread([] {
    Scheduling scheduling;
    scheduling.want(true, true);
    CHECK(isRealtime());
    while (isRealtime()) {
    }
    // Once it has returned it's known, and lasts.
    scheduling.rendered(0, kMillisecond, 0.5);
    scheduling.want(true, true);
    CHECK(!isRealtime());
  });
}

TEST(a_script_is_put_back_when_a_limit_comes_later) {
  if (!isRealtimeGranted()) return;
  onThread([] {
    Scheduling scheduling;
    scheduling.want(true, true);
    const CpuTimeLimit limit(10'000'000);
    while (isRealtime()) scheduling.beat();
  });
}

TEST(nothing_fails_where_nothing_is_granted) {
  onThread([] {
    // The credentials of this thread alone.
    syscall(SYS_setresuid, kNobody, kNobody, kNobody);
    for (const bool runsScript : {false, true}) {
      Scheduling scheduling;
      scheduling.want(true, runsScript);
      scheduling.rendered(2 * kMillisecond, kMillisecond, 2);
      scheduling.want(false, runsScript);
    }
    CHECK(!isRealtime());
  });
}

TEST(what_a_real_time_thread_starts_is_ordinary) {
  if (!isRealtimeGranted()) return;
  onThread([] {
    Scheduling scheduling;
    scheduling.want(true, true);
    onThread([] { CHECK(!isRealtime()); });
    scheduling.end();
  });
}

#else

TEST(threads_have_ordinary_scheduling) {}

#endif
