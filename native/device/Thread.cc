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

// Above ordinary threads, not above the sound server.
constexpr int kRealtimePriority = 5;
constexpr int kRaisedNice = -11;

// The default is eight megabytes with one C library and an eighth of one with another.
constexpr size_t kStackBytes = 1 << 20;

#ifdef __linux__
void setNice(int nice) {
  // On Linux a nice value belongs to a thread, named by its kernel id.
  setpriority(PRIO_PROCESS, static_cast<id_t>(syscall(SYS_gettid)), nice);
}
#else
void setNice(int) {}
#endif

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

bool raiseThreadPriority() {
  sched_param parameter{};
  parameter.sched_priority = kRealtimePriority;
#ifdef SCHED_RESET_ON_FORK
  const int policy = SCHED_FIFO | SCHED_RESET_ON_FORK;
#else
  const int policy = SCHED_FIFO;
#endif
  if (pthread_setschedparam(pthread_self(), policy, &parameter) == 0) return true;
  setNice(kRaisedNice);
  return false;
}

void lowerThreadPriority() {
  sched_param parameter{};
  pthread_setschedparam(pthread_self(), SCHED_OTHER, &parameter);
  setNice(0);
}

}  // namespace mediant::device
