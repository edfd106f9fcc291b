// A native thread, and the scheduling of the calling one.
#pragma once

#include <pthread.h>

namespace mediant::device {

class Thread {
 public:
  Thread() = default;
  ~Thread() { join(); }
  Thread(const Thread&) = delete;
  Thread& operator=(const Thread&) = delete;

  // False when the system has no thread to give. Signals stay with the program's own threads.
  bool start(const char* name, void (*run)(void* context), void* context);
  void join();
  bool isJoinable() const { return joinable_; }

 private:
  const char* name_ = nullptr;
  void (*run_)(void*) = nullptr;
  void* context_ = nullptr;
  pthread_t handle_{};
  bool joinable_ = false;
};

// Scheduling of the calling thread. None of these fails: what the system refuses is done without. A thread that it starts has
// ordinary scheduling.

// Above ordinary threads, not above the sound server. What runs script stands below what watches over it.
constexpr int kScriptPriority = 4;
constexpr int kRealtimePriority = 5;

// Real-time scheduling; whether it was granted.
bool takeRealtimeScheduling(int priority);
// A raised nice value, where the system allows it.
void raiseNiceValue();
// Ordinary scheduling.
void takeOrdinaryScheduling();

// A thread named to others, for as long as it lives.
using ThreadId = int;
ThreadId currentThreadId();
// Puts another thread back to ordinary scheduling, whatever it is doing.
void demoteThread(ThreadId thread);

// Whether real-time threads of this process may use the processor without end. Where not, the system kills the process that has
// one which does.
bool isRealtimeUnlimited();

}  // namespace mediant::device
