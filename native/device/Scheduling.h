// The scheduling of the thread that drives a context, which may be its own or one that runs script.
#pragma once

#include <memory>

#include "device/Clock.h"
#include "device/ScriptWatch.h"

namespace mediant::device {

// All members but end() belong to the driving thread.
class Scheduling {
 public:
  // What the thread is to have while it overruns nothing. `runsScript`: it may not come back in time, or at all.
  void want(bool isRaised, bool runsScript);
  // The thread is at work. Wait-free.
  void beat() {
    if (watch_ != nullptr) watch_->beat();
  }
  // A period of `duration` took `renderTime`; `load` is a mean over several.
  void rendered(Nanoseconds renderTime, Nanoseconds duration, double load);
  // Another thread drives from now on, or none: called there, with this one out of the driver.
  void end();

 private:
  void update();
  void raiseScript();

  bool isWanted_ = false;
  bool runsScript_ = false;
  bool isRaised_ = false;
  Nanoseconds loweredUntil_ = 0;
  std::unique_ptr<ScriptWatch> watch_;  // while a thread that runs script has real-time scheduling
};

}  // namespace mediant::device
