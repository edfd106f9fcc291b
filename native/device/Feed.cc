#include "device/Feed.h"

#include <algorithm>
#include <cmath>

#include "device/Thread.h"
#include "device/Waker.h"

namespace mediant::device {

namespace {

// How far behind a clock that comes late lets itself catch up; what is more is a pause.
constexpr double kCatchUpSeconds = 0.25;

}  // namespace

// The thread that serves the feeds. It is there while any of them runs.
class FeedClock {
 public:
  static FeedClock& instance() {
    static auto* clock = new FeedClock;  // outlives every environment
    return *clock;
  }

  bool add(Feed& feed) {
    const std::lock_guard<std::mutex> life(lifeMutex_);
    {
      const std::lock_guard<std::mutex> lock(mutex_);
      feed.begin(monotonicNow());
      feeds_.push_back(&feed);
    }
    if (thread_.isJoinable()) {
      waker_.wake();
      return true;
    }
    isEnding_ = false;
    if (thread_.start("mediant-feed", [](void* self) { static_cast<FeedClock*>(self)->run(); }, this)) return true;
    feeds_.clear();
    return false;
  }

  void remove(Feed& feed) {
    const std::lock_guard<std::mutex> life(lifeMutex_);
    {
      const std::lock_guard<std::mutex> lock(mutex_);
      feeds_.erase(std::remove(feeds_.begin(), feeds_.end(), &feed), feeds_.end());
      isEnding_ = feeds_.empty();
    }
    if (!isEnding_) return;
    waker_.wake();
    thread_.join();
  }

 private:
  void run() {
    if (!takeRealtimeScheduling(kRealtimePriority)) raiseNiceValue();
    for (;;) {
      Nanoseconds next = kNever;
      {
        const std::lock_guard<std::mutex> lock(mutex_);
        if (isEnding_) return;
        const Nanoseconds now = monotonicNow();
        for (Feed* feed : feeds_) {
          feed->play(now);
          next = std::min(next, feed->dueAt());
        }
      }
      waker_.waitUntil(next);
    }
  }

  std::mutex lifeMutex_;  // one start or end at a time
  std::mutex mutex_;      // guards feeds_ and isEnding_; held while blocks are played
  std::vector<Feed*> feeds_;
  bool isEnding_ = false;
  Waker waker_;
  Thread thread_;
};

Feed::Feed(const audio::PcmRing& ring, size_t lowFrames, void (*notify)(void*), void* notifyContext)
    : ring_(ring),
      lowFrames_(lowFrames),
      notify_(notify),
      notifyContext_(notifyContext),
      blockFrames_(std::max<size_t>(1, static_cast<size_t>(std::llround(ring.sampleRate() * kFeedBlockSeconds)))),
      block_(static_cast<size_t>(ring.channels()), std::vector<float>(blockFrames_)) {
  for (const std::vector<float>& channel : block_) blockChannels_.push_back(channel.data());
}

bool Feed::start() {
  if (isRunning_) return true;
  isRunning_ = FeedClock::instance().add(*this);
  return isRunning_;
}

void Feed::stop() {
  if (!isRunning_) return;
  isRunning_ = false;
  FeedClock::instance().remove(*this);
}

Feed::Chunk Feed::copy(const float* const* channels, size_t frames) const {
  Chunk chunk;
  chunk.frames = frames;
  for (int channel = 0; channel < ring_.channels(); ++channel) chunk.channels.emplace_back(channels[channel], channels[channel] + frames);
  return chunk;
}

void Feed::push(const float* const* channels, size_t frames) {
  if (frames == 0) return;
  Chunk chunk = copy(channels, frames);
  const std::lock_guard<std::mutex> lock(mutex_);
  queue_.push_back(std::move(chunk));
  queuedFrames_ += frames;
}

void Feed::loop(const float* const* channels, size_t frames) {
  Chunk chunk = copy(channels, frames);
  const std::lock_guard<std::mutex> lock(mutex_);
  loop_ = std::move(chunk);
}

void Feed::clear() {
  std::deque<Chunk> dropped;
  const std::lock_guard<std::mutex> lock(mutex_);
  dropped.swap(queue_);
  queuedFrames_ = 0;
}

size_t Feed::queuedFrames() const {
  const std::lock_guard<std::mutex> lock(mutex_);
  return queuedFrames_;
}

void Feed::begin(Nanoseconds now) {
  origin_ = now;
  blocks_ = 0;
}

Nanoseconds Feed::dueAt() const {
  const double seconds = static_cast<double>(blocks_) * static_cast<double>(blockFrames_) / ring_.sampleRate();
  return origin_ + static_cast<Nanoseconds>(std::llround(seconds * kNanosecondsPerSecond));
}

void Feed::play(Nanoseconds now) {
  const Nanoseconds late = now - dueAt();
  if (late > fromSeconds(kCatchUpSeconds)) origin_ += late;
  while (dueAt() <= now) playBlock();
}

void Feed::playBlock() {
  size_t before, after;
  {
    const std::lock_guard<std::mutex> lock(mutex_);
    before = queuedFrames_;
    fillBlock();
    after = queuedFrames_;
  }
  ring_.write(blockChannels_.data(), blockFrames_, toSeconds(dueAt()), 1 / ring_.sampleRate());
  ++blocks_;
  const bool hasRunLow = before >= lowFrames_ && after < lowFrames_;
  if (hasRunLow || (before > 0 && after == 0)) notify_(notifyContext_);
}

void Feed::fillBlock() {
  for (size_t done = 0; done < blockFrames_;) {
    const bool isLoop = queue_.empty();
    Chunk& chunk = isLoop ? loop_ : queue_.front();
    const size_t frames = std::min(blockFrames_ - done, chunk.frames - chunk.played);
    if (frames == 0) {
      for (std::vector<float>& channel : block_) std::fill(channel.begin() + static_cast<std::ptrdiff_t>(done), channel.end(), 0.0f);
      return;
    }
    for (size_t channel = 0; channel < block_.size(); ++channel) {
      const float* from = chunk.channels[channel].data() + chunk.played;
      std::copy(from, from + frames, block_[channel].data() + done);
    }
    chunk.played += frames;
    done += frames;
    if (!isLoop) queuedFrames_ -= frames;
    if (chunk.played < chunk.frames) continue;
    if (isLoop) {
      chunk.played = 0;
    } else {
      queue_.pop_front();
    }
  }
}

}  // namespace mediant::device
