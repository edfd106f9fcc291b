// Watches over a thread that runs script at real-time scheduling: one that gives no sign of life is put back to ordinary scheduling,
// so that a script that never returns can't take a processor from the rest of the machine.
#pragma once

#include <atomic>
#include <cstdint>

#include "device/Thread.h"
#include "device/Waker.h"

namespace mediant::device {

class ScriptWatch {
 public:
  ScriptWatch() = default;
  ~ScriptWatch() { end(); }
  ScriptWatch(const ScriptWatch&) = delete;
  ScriptWatch& operator=(const ScriptWatch&) = delete;

  // From the thread that is to be watched, once. False where no thread can be had that would run though the watched one doesn't stop.
  bool begin();

  // The watched thread is alive. Wait-free.
  void beat() { beats_.fetch_add(1, std::memory_order_relaxed); }
  // Whether the watched thread was put back since begin().
  bool hasDemoted() const { return hasDemoted_.load(std::memory_order_relaxed); }

 private:
  void end();

  enum class State { Starting, Watching, Refused };

  void run();

  Thread thread_;
  Waker waker_;    // ends the watch
  Waker started_;  // the watch has begun, or has found that it can't
  ThreadId watched_ = 0;
  std::atomic<State> state_{State::Starting};
  std::atomic<std::uint32_t> beats_{0};
  std::atomic<bool> hasDemoted_{false};
};

}  // namespace mediant::device
