#include "device/Thread.h"

#include <sched.h>
#include <signal.h>

#include <cstddef>

#ifdef __linux__
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>
#endif

namespace mediant::device {

namespace {

constexpr int kRaisedNice = -11;

// What a thread had before.
thread_local int ordinaryNice = 0;

// The default is eight megabytes with one C library and an eighth of one with another.
constexpr size_t kStackBytes = 1 << 20;

#ifdef __linux__
// Bit of a policy: threads and processes that this one starts have ordinary scheduling. Only the privileged can take it away.
constexpr int kNotInherited = SCHED_RESET_ON_FORK;

// On Linux a nice value belongs to a thread, named by its kernel id.
int nice() { return getpriority(PRIO_PROCESS, static_cast<id_t>(currentThreadId())); }
void setNice(int nice) { setpriority(PRIO_PROCESS, static_cast<id_t>(currentThreadId()), nice); }
#else
constexpr int kNotInherited = 0;

int nice() { return 0; }
void setNice(int) {}
#endif

bool setPolicy(int policy, int priority) {
  sched_param parameter{};
  parameter.sched_priority = priority;
  return pthread_setschedparam(pthread_self(), policy, &parameter) == 0;
}

}  // namespace

bool Thread::start(const char* name, void (*run)(void*), void* context) {
  name_ = name;
  run_ = run;
  context_ = context;
  // The new thread inherits the mask.
  sigset_t all, previous;
  sigfillset(&all);
  pthread_sigmask(SIG_SETMASK, &all, &previous);
  pthread_attr_t attributes;
  pthread_attr_init(&attributes);
  pthread_attr_setstacksize(&attributes, kStackBytes);
  const int status = pthread_create(
      &handle_, &attributes,
      [](void* argument) -> void* {
        auto* self = static_cast<Thread*>(argument);
#ifdef __linux__
        pthread_setname_np(pthread_self(), self->name_);
        // Lets timers fire when they are due instead of in groups up to 50 µs later.
        prctl(PR_SET_TIMERSLACK, 1UL, 0UL, 0UL, 0UL);
#endif
        self->run_(self->context_);
        return nullptr;
      },
      this);
  pthread_attr_destroy(&attributes);
  pthread_sigmask(SIG_SETMASK, &previous, nullptr);
  joinable_ = status == 0;
  return joinable_;
}

void Thread::join() {
  if (!joinable_) return;
  pthread_join(handle_, nullptr);
  joinable_ = false;
}

bool takeRealtimeScheduling(int priority) { return setPolicy(SCHED_FIFO | kNotInherited, priority); }

void raiseNiceValue() {
  setPolicy(SCHED_OTHER | kNotInherited, 0);
  ordinaryNice = nice();
  if (ordinaryNice > kRaisedNice) setNice(kRaisedNice);
}

void takeOrdinaryScheduling() {
  setPolicy(SCHED_OTHER | kNotInherited, 0);
  if (nice() < ordinaryNice) setNice(ordinaryNice);
}

#ifdef __linux__
ThreadId currentThreadId() { return static_cast<ThreadId>(syscall(SYS_gettid)); }

void demoteThread(ThreadId thread) {
  sched_param parameter{};
  sched_setscheduler(thread, SCHED_OTHER | kNotInherited, &parameter);
}

bool isRealtimeUnlimited() {
  rlimit limit{};
  return getrlimit(RLIMIT_RTTIME, &limit) == 0 && limit.rlim_cur == RLIM_INFINITY;
}
#else
// Without a way to demote another thread none that runs script is to have real-time scheduling.
ThreadId currentThreadId() { return 0; }
void demoteThread(ThreadId) {}
bool isRealtimeUnlimited() { return false; }
#endif

}  // namespace mediant::device
