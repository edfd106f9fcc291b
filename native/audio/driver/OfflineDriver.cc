#include "OfflineDriver.h"

#include <algorithm>
#include <chrono>

#include "../engine/Engine.h"

namespace mediant::audio {

bool OfflineDriver::render(float* const* output, int channels, int64_t frames) {
  if (channels != engine_.config().numberOfChannels || channels > kMaxOutputChannels || frames < 1) return false;
  Output next{{}, channels, frames};
  std::copy(output, output + channels, next.channels);
  {
    std::lock_guard<std::mutex> lock(mutex_);
    if (closing_) return false;
    const int64_t quantum = engine_.config().renderQuantumSize;
    if (frames % quantum != 0 && last_ == nullptr) last_.reset(new float[static_cast<size_t>(quantum * channels)]);
    outputs_.push_back(next);
    if (running_) return true;
    if (!lent_) {
      if (startThread()) return true;
      outputs_.pop_back();
      return false;
    }
  }
  borrowerWake_(borrowerWakeContext_);
  return true;
}

// The lock is held, and a thread that was there has let go of it for the last time.
bool OfflineDriver::startThread() {
  thread_.join();
  running_ = thread_.start("mediant-offline", [](void* driver) { static_cast<OfflineDriver*>(driver)->run(); }, this);
  return running_;
}

void OfflineDriver::setBorrowerWake(void (*wake)(void* context), void* context) {
  borrowerWake_ = wake;
  borrowerWakeContext_ = context;
}

void OfflineDriver::lend() {
  {
    std::lock_guard<std::mutex> lock(mutex_);
    lent_ = true;
    isAsked_.store(true, std::memory_order_relaxed);
  }
  changed_.notify_one();
  thread_.join();
}

void OfflineDriver::takeBack() {
  std::lock_guard<std::mutex> lock(mutex_);
  if (!lent_) return;
  lent_ = false;
  if (!outputs_.empty() && !closing_) startThread();
}

LendableDriver::Turn OfflineDriver::turn(const Limits& limits) {
  const auto end = std::chrono::steady_clock::now() + std::chrono::nanoseconds(limits.render);
  do {
    Output* output = nullptr;
    {
      std::lock_guard<std::mutex> lock(mutex_);
      if (closing_) return Turn::Ended;
      if (suspended_ || outputs_.empty() || pauseIfDue()) return Turn::Idle;
      output = &outputs_.front();
    }
    renderQuantum(*output);
  } while (std::chrono::steady_clock::now() < end);
  return Turn::Again;
}

void OfflineDriver::suspendAt(int64_t frame) {
  std::lock_guard<std::mutex> lock(mutex_);
  suspendFrames_.insert(frame);
  isAsked_.store(true, std::memory_order_relaxed);
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
    isAsked_.store(true, std::memory_order_relaxed);
  }
  changed_.notify_one();
  thread_.join();
}

// Tells of a pause that is due before the next quantum. The lock is held.
bool OfflineDriver::pauseIfDue() {
  const int64_t frame = engine_.currentFrame();
  while (!suspendFrames_.empty() && *suspendFrames_.begin() < frame) suspendFrames_.erase(suspendFrames_.begin());
  const bool isAskedFor = suspendFrames_.erase(frame) > 0;
  if (!engine_.takeScriptDue() && !isAskedFor) return false;
  suspended_ = true;
  engine_.postEvent(EngineEvent::Suspended, static_cast<double>(frame));
  return true;
}

// Returns whether there is more to render of the output.
bool OfflineDriver::renderQuantum(Output& output) {
  const int64_t quantum = engine_.config().renderQuantumSize;
  const int64_t room = output.frames - output.rendered;
  const bool whole = quantum <= room;
  float* blocks[kMaxOutputChannels];
  for (int i = 0; i < output.channelCount; ++i) {
    blocks[i] = whole ? output.channels[i] + output.rendered : last_.get() + i * quantum;
  }
  engine_.render(blocks, output.channelCount, whole);
  if (!whole) {
    for (int i = 0; i < output.channelCount; ++i) std::copy(blocks[i], blocks[i] + room, output.channels[i] + output.rendered);
  }
  output.rendered += quantum;
  if (output.rendered < output.frames) return true;
  {
    std::lock_guard<std::mutex> lock(mutex_);
    outputs_.pop_front();
  }
  engine_.postEvent(EngineEvent::Completed, static_cast<double>(engine_.currentFrame()));
  return false;
}

void OfflineDriver::run() {
  for (;;) {
    Output* output = nullptr;
    int64_t pause = INT64_MAX;
    {
      std::unique_lock<std::mutex> lock(mutex_);
      changed_.wait(lock, [this] { return !suspended_ || closing_ || lent_; });
      running_ = !closing_ && !lent_ && !outputs_.empty();
      if (!running_) return;
      if (pauseIfDue()) continue;
      output = &outputs_.front();
      if (!suspendFrames_.empty()) pause = *suspendFrames_.begin();
      isAsked_.store(false, std::memory_order_relaxed);
    }
    // Without the lock up to the next pause, unless something is asked for.
    while (renderQuantum(*output) && engine_.currentFrame() < pause && !engine_.isScriptDue() &&
           !isAsked_.load(std::memory_order_relaxed)) {
    }
  }
}

}  // namespace mediant::audio
