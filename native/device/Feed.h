// An input without a device: what it is given appears in a ring in real time, as if somebody spoke it into a microphone,
// and silence while there is nothing. One thread of the process serves all feeds that run.
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <mutex>
#include <vector>

#include "audio/stream/PcmRing.h"
#include "device/Clock.h"

namespace mediant::device {

class Feed {
 public:
  // The ring's memory outlives the feed. `notify` is called from the clock's thread when less than `lowFrames` have
  // become queued, and when the last of them has been played.
  Feed(const audio::PcmRing& ring, size_t lowFrames, void (*notify)(void*), void* notifyContext);
  ~Feed() { stop(); }
  Feed(const Feed&) = delete;
  Feed& operator=(const Feed&) = delete;

  // All of these belong to the control thread.

  // False when the system has no thread to give. Frame 0 after start() is due at once.
  bool start();
  // The clock's thread leaves the feed alone when this returns. What is queued stays.
  void stop();
  // To be played after what is queued. A channel for each of the ring's.
  void push(const float* const* channels, size_t frames);
  // To be played over and over while nothing is queued; no frames: silence.
  void loop(const float* const* channels, size_t frames);
  // Drops what is queued.
  void clear();
  size_t queuedFrames() const;

 private:
  friend class FeedClock;
  struct Chunk {
    std::vector<std::vector<float>> channels;
    size_t frames = 0;
    size_t played = 0;
  };

  Chunk copy(const float* const* channels, size_t frames) const;
  // The clock's thread.
  void begin(Nanoseconds now);
  Nanoseconds dueAt() const;
  void play(Nanoseconds now);
  void playBlock();
  void fillBlock();

  audio::PcmRing ring_;
  const size_t lowFrames_;
  void (*const notify_)(void*);
  void* const notifyContext_;
  const size_t blockFrames_;

  mutable std::mutex mutex_;  // guards the chunks; held for a block's copy at most
  std::deque<Chunk> queue_;
  size_t queuedFrames_ = 0;
  Chunk loop_;

  // The clock's thread.
  Nanoseconds origin_ = 0;  // when block 0 was due
  std::int64_t blocks_ = 0;
  std::vector<std::vector<float>> block_;
  std::vector<const float*> blockChannels_;
  bool isRunning_ = false;  // control thread
};

// Seconds of audio that a feed hands over at once.
constexpr double kFeedBlockSeconds = 0.01;

}  // namespace mediant::device
