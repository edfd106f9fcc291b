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

// None of these fails: what the system refuses is done without.

// Asks for real-time scheduling, else for a raised nice value. True when real-time scheduling was granted.
bool raiseThreadPriority();

// Back to ordinary scheduling.
void lowerThreadPriority();

}  // namespace mediant::device
