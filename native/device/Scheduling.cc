#include "device/Scheduling.h"

namespace mediant::device {

namespace {

// At this load real-time scheduling would starve the rest.
constexpr double kMostLoad = 0.95;

// How long a thread that runs script has ordinary scheduling after an overrun.
constexpr double kPenaltySeconds = 5;

}  // namespace

void Scheduling::want(bool isRaised, bool runsScript) {
  isWanted_ = isRaised;
  runsScript_ = runsScript;
  update();
}

void Scheduling::rendered(Nanoseconds renderTime, Nanoseconds duration, double load) {
  if (isRaised_) {
    if (runsScript_ && (renderTime > duration || (watch_ != nullptr && watch_->hasDemoted()))) {
      loweredUntil_ = monotonicNow() + fromSeconds(kPenaltySeconds);
    } else if (!runsScript_ && load > kMostLoad) {
      loweredUntil_ = kNever;
    }
  }
  update();
}

void Scheduling::end() {
  watch_.reset();
  // Scheduling was the other thread's own.
  isRaised_ = false;
}

void Scheduling::update() {
  const bool isRaised = isWanted_ && (loweredUntil_ == 0 || monotonicNow() >= loweredUntil_);
  if (isRaised == isRaised_) return;
  isRaised_ = isRaised;
  if (!isRaised) {
    watch_.reset();
    takeOrdinaryScheduling();
  } else if (runsScript_) {
    raiseScript();
  } else if (!takeRealtimeScheduling(kRealtimePriority)) {
    raiseNiceValue();
  }
}

void Scheduling::raiseScript() {
  watch_ = std::make_unique<ScriptWatch>();
  if (watch_->begin() && takeRealtimeScheduling(kScriptPriority)) return;
  watch_.reset();
  raiseNiceValue();
}

}  // namespace mediant::device
