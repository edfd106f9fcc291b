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
  last_.reset(new float[static_cast<size_t>(engine_.config().renderQuantumSize) * static_cast<size_t>(channels_)]);
  lastProgress_ = std::chrono::steady_clock::now();
  {
    std::lock_guard<std::mutex> lock(mutex_);
    started_ = true;
    if (!lent_) return startThread();
  }
  borrowerWake_(borrowerWakeContext_);
  return true;
}

bool OfflineDriver::startThread() {
  return thread_.start("mediant-offline", [](void* driver) { static_cast<OfflineDriver*>(driver)->run(); }, this);
}

void OfflineDriver::setBorrowerWake(void (*wake)(void* context), void* context) {
  borrowerWake_ = wake;
  borrowerWakeContext_ = context;
}

void OfflineDriver::lend() {
  {
    std::lock_guard<std::mutex> lock(mutex_);
    lent_ = true;
  }
  changed_.notify_one();
  thread_.join();
}

void OfflineDriver::takeBack() {
  std::lock_guard<std::mutex> lock(mutex_);
  if (!lent_) return;
  lent_ = false;
  if (started_ && !closing_ && !isFinished_) startThread();
}

LendableDriver::Turn OfflineDriver::turn(int64_t) {
  {
    std::lock_guard<std::mutex> lock(mutex_);
    if (closing_) return Turn::Ended;
    if (!started_ || suspended_ || isFinished_) return Turn::Idle;
  }
  return step() ? Turn::Again : Turn::Idle;
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
  if (borrowerWake_ != nullptr) borrowerWake_(borrowerWakeContext_);
}

void OfflineDriver::close() {
  {
    std::lock_guard<std::mutex> lock(mutex_);
    closing_ = true;
  }
  changed_.notify_one();
  thread_.join();
}

// Tells of a pause that is due before the next quantum. The lock is held.
bool OfflineDriver::pauseIfDue() {
  while (!suspendFrames_.empty() && *suspendFrames_.begin() <= frame_) {
    const int64_t due = *suspendFrames_.begin();
    suspendFrames_.erase(suspendFrames_.begin());
    if (due < frame_) continue;
    suspended_ = true;
    engine_.postEvent(EngineEvent::Suspended, static_cast<double>(frame_));
    return true;
  }
  return false;
}

// Returns false when there is nothing to render now.
bool OfflineDriver::step() {
  {
    std::lock_guard<std::mutex> lock(mutex_);
    if (frame_ < length_ && pauseIfDue()) return false;
    isFinished_ = frame_ >= length_;
  }
  if (isFinished_) {
    engine_.postEvent(EngineEvent::Completed, static_cast<double>(length_));
    return false;
  }
  renderQuantum();
  return true;
}

void OfflineDriver::renderQuantum() {
  const int64_t quantum = engine_.config().renderQuantumSize;
  float* blocks[kMaxOutputChannels];
  const bool whole = frame_ + quantum <= length_;
  for (int i = 0; i < channels_; ++i) blocks[i] = whole ? output_[i] + frame_ : last_.get() + i * quantum;
  engine_.render(blocks, channels_);
  if (!whole) {
    for (int i = 0; i < channels_; ++i) std::copy(blocks[i], blocks[i] + (length_ - frame_), output_[i] + frame_);
  }
  const bool readsClock = frame_ % kFramesBetweenClockReadings < quantum;
  frame_ += quantum;
  if (!readsClock) return;
  const auto now = std::chrono::steady_clock::now();
  if (now - lastProgress_ < kProgressInterval) return;
  lastProgress_ = now;
  engine_.postEvent(EngineEvent::Progress, static_cast<double>(std::min(frame_, length_)));
}

void OfflineDriver::run() {
  for (;;) {
    {
      std::unique_lock<std::mutex> lock(mutex_);
      changed_.wait(lock, [this] { return !suspended_ || closing_ || lent_; });
      if (closing_ || lent_ || isFinished_) return;
    }
    step();
  }
}

}  // namespace mediant::audio
