// The silent clock: a device that is always there, takes samples at exactly its rate and makes no sound of them.
#include <cmath>

#include "device/AudioBackend.h"
#include "device/Waker.h"

namespace mediant::device {

namespace {

// How far behind its clock the device lets a late driver catch up; more than that is skipped and counted.
constexpr double kCatchUpSeconds = 0.25;

class SilentStream final : public OutputStream {
 public:
  explicit SilentStream(const OutputRequest& request)
      : sampleRate_(request.sampleRate), periodFrames_(request.periodFrames), origin_(monotonicNow()) {}

  void attach(Waker& waker) override { waker_ = &waker; }

  int wait(Nanoseconds deadline) override {
    if (paused_) {
      waker_->waitUntil(deadline);
      return 0;
    }
    const Nanoseconds due = timeOf(frames_);
    if (monotonicNow() < due && (waker_->waitUntil(due < deadline ? due : deadline) || monotonicNow() < due)) return 0;
    skipWhatCannotBeCaughtUp(due);
    return periodFrames_;
  }

  float* begin(int& frames) override {
    frames = periodFrames_;
    return nullptr;
  }

  bool end(int frames) override {
    periodStart_ = frames_;
    frames_ += frames;
    return true;
  }

  void pause(bool paused) override {
    if (paused == paused_) return;
    paused_ = paused;
    const Nanoseconds now = monotonicNow();
    if (paused) {
      pausedAt_ = now;
    } else {
      origin_ += now - pausedAt_;
    }
  }

  OutputTiming timing() override { return {static_cast<double>(periodStart_), timeOf(periodStart_), 0}; }

  Underruns takeUnderruns() override {
    const Underruns taken = underruns_;
    underruns_ = {};
    return taken;
  }

  bool isAudible() const override { return false; }

 private:
  Nanoseconds timeOf(std::int64_t frame) const {
    return origin_ + static_cast<Nanoseconds>(std::llround(static_cast<double>(frame) * kNanosecondsPerSecond / sampleRate_));
  }

  void skipWhatCannotBeCaughtUp(Nanoseconds due) {
    const double late = toSeconds(monotonicNow() - due);
    if (late <= kCatchUpSeconds) return;
    origin_ += fromSeconds(late);
    underruns_.events += 1;
    underruns_.frames += late * sampleRate_;
  }

  Waker* waker_ = nullptr;
  const double sampleRate_;
  const int periodFrames_;
  Nanoseconds origin_;  // when frame 0 was due, moved on by pauses and skips
  Nanoseconds pausedAt_ = 0;
  std::int64_t frames_ = 0;
  std::int64_t periodStart_ = 0;
  bool paused_ = false;
  Underruns underruns_;
};

std::vector<OutputInfo> outputs() { return {{"silent", "Silent output", 48000, 2, true}}; }

OpenResult open(const OutputRequest& request, Waker&) {
  return {std::make_unique<SilentStream>(request), DeviceError::None};
}

}  // namespace

const AudioBackend silentBackend{"silent", outputs, open};

}  // namespace mediant::device
