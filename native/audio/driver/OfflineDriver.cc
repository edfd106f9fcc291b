#include "OfflineDriver.h"

#include <algorithm>
#include <chrono>
#include <memory>

#include "../engine/Engine.h"

namespace mediant::audio {

namespace {

constexpr std::chrono::milliseconds kProgressInterval{250};
constexpr int64_t kFramesBetweenClockReadings = 1 << 15;
constexpr int kMaxOutputChannels = 32;

}  // namespace

bool OfflineDriver::start(float* const* output, int channels, int64_t length, const double* suspendFrames, size_t suspendCount) {
  if (started_ || channels < 1 || channels > kMaxOutputChannels || length < 0) return false;
  std::copy(output, output + channels, output_);
  channels_ = channels;
  length_ = length;
  for (size_t i = 0; i < suspendCount; ++i) suspendAt(static_cast<int64_t>(suspendFrames[i]));
  started_ = true;
  return thread_.start("mediant-offline", [](void* driver) { static_cast<OfflineDriver*>(driver)->run(); }, this);
}

void OfflineDriver::suspendAt(int64_t frame) {
  std::lock_guard<std::mutex> lock(mutex_);
  suspendFrames_.insert(frame);
}

void OfflineDriver::resume() {
  {
    std::lock_guard<std::mutex> lock(mutex_);
    suspended_ = false;
  }
  changed_.notify_one();
}

void OfflineDriver::close() {
  {
    std::lock_guard<std::mutex> lock(mutex_);
    closing_ = true;
  }
  changed_.notify_one();
  thread_.join();
}

// Waits for resume() when a pause is due before `frame` is rendered. Returns false when the driver is being closed.
bool OfflineDriver::pauseIfDue(int64_t frame) {
  std::unique_lock<std::mutex> lock(mutex_);
  while (!closing_ && !suspendFrames_.empty() && *suspendFrames_.begin() <= frame) {
    const int64_t due = *suspendFrames_.begin();
    suspendFrames_.erase(suspendFrames_.begin());
    if (due < frame) continue;
    suspended_ = true;
    engine_.postEvent(EngineEvent::Suspended, static_cast<double>(frame));
    changed_.wait(lock, [this] { return !suspended_ || closing_; });
  }
  return !closing_;
}

void OfflineDriver::run() {
  const int64_t quantum = engine_.config().renderQuantumSize;
  float* blocks[kMaxOutputChannels];
  // The last quantum may reach past the end of the output.
  std::unique_ptr<float[]> last(new float[static_cast<size_t>(quantum * channels_)]);
  auto lastProgress = std::chrono::steady_clock::now();

  for (int64_t frame = 0; frame < length_; frame += quantum) {
    if (!pauseIfDue(frame)) return;
    const bool whole = frame + quantum <= length_;
    for (int i = 0; i < channels_; ++i) blocks[i] = whole ? output_[i] + frame : last.get() + i * quantum;
    engine_.render(blocks, channels_);
    if (!whole) {
      for (int i = 0; i < channels_; ++i) std::copy(blocks[i], blocks[i] + (length_ - frame), output_[i] + frame);
    }
    if (frame % kFramesBetweenClockReadings < quantum) {
      const auto now = std::chrono::steady_clock::now();
      if (now - lastProgress >= kProgressInterval) {
        lastProgress = now;
        engine_.postEvent(EngineEvent::Progress, static_cast<double>(std::min(frame + quantum, length_)));
      }
    }
  }
  engine_.postEvent(EngineEvent::Completed, static_cast<double>(length_));
}

}  // namespace mediant::audio
