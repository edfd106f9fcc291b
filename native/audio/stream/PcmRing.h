// PCM on its way from one producer to any number of readers, in shared memory. Nobody waits for anybody: the producer
// overwrites what is old, and a reader that copied while it did so learns that from the counts. src/mediastream/PcmRing.ts
// makes the memory and says more; RingWord is the layout.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>

#include "../engine/Bus.h"
#include "../engine/Commands.h"

namespace mediant::audio {

class PcmRing {
 public:
  // When a frame is due, by the producer's clock.
  struct Anchor {
    int64_t frame;
    double seconds;
    double framePeriod;  // seconds
  };

  PcmRing() = default;

  // A ring in that much memory; one without channels where that is not what PcmRing.allocate made.
  static PcmRing in(float* memory, size_t length) {
    PcmRing ring;
    constexpr size_t kHeaderFloats = static_cast<size_t>(RingWord::Count) * sizeof(double) / sizeof(float);
    if (memory == nullptr || length < kHeaderFloats || reinterpret_cast<uintptr_t>(memory) % alignof(double) != 0) return ring;
    ring.words_ = memory;
    const double channels = ring.number(RingWord::Channels);
    const double capacity = ring.number(RingWord::Capacity);
    const double sampleRate = ring.number(RingWord::SampleRate);
    const bool isWhole = channels >= 1 && channels <= kMaxChannels && capacity >= 1 && capacity <= kMostCapacity &&
                         sampleRate >= kLeastRate && sampleRate <= kMostRate &&
                         channels * capacity <= static_cast<double>(length - kHeaderFloats);
    const size_t frames = isWhole ? static_cast<size_t>(capacity) : 0;
    if (!isWhole || (frames & (frames - 1)) != 0) return ring;
    ring.samples_ = memory + kHeaderFloats;
    ring.channels_ = static_cast<int>(channels);
    ring.capacity_ = frames;
    ring.sampleRate_ = sampleRate;
    return ring;
  }

  explicit operator bool() const { return channels_ > 0; }
  int channels() const { return channels_; }
  size_t capacity() const { return capacity_; }
  double sampleRate() const { return sampleRate_; }

  int64_t written() const { return count(RingWord::Written).load(std::memory_order_acquire); }

  // ---- the producer ----

  // The next frame to be written is number `frame`.
  void start(int64_t frame) {
    count(RingWord::Writing).store(frame, std::memory_order_relaxed);
    count(RingWord::Written).store(frame, std::memory_order_release);
  }

  // Appends `frames` frames, of which the first is due at `seconds`. A null channel is silence.
  void write(const float* const* channels, size_t frames, double seconds, double framePeriod) {
    const int64_t from = count(RingWord::Written).load(std::memory_order_relaxed);
    const int64_t to = from + static_cast<int64_t>(frames);
    // Nothing below is seen before this.
    count(RingWord::Writing).store(to, std::memory_order_relaxed);
    const size_t skipped = frames > capacity_ ? frames - capacity_ : 0;  // would be overwritten at once
    for (int channel = 0; channel < channels_; ++channel) {
      float* samples = samples_ + static_cast<size_t>(channel) * capacity_;
      for (size_t i = skipped; i < frames; ++i) {
        sample(samples, from + static_cast<int64_t>(i)).store(channels[channel] ? channels[channel][i] : 0, std::memory_order_release);
      }
    }
    word(RingWord::Time).store(seconds + static_cast<double>(frames) * framePeriod, std::memory_order_release);
    word(RingWord::FramePeriod).store(framePeriod, std::memory_order_release);
    count(RingWord::Written).store(to, std::memory_order_release);
  }

  // ---- readers ----

  // False while nothing has been written, or when a write is under way: what was read last still holds then.
  bool readAnchor(Anchor& anchor) const {
    const int64_t frame = written();
    const double seconds = word(RingWord::Time).load(std::memory_order_acquire);
    const double framePeriod = word(RingWord::FramePeriod).load(std::memory_order_acquire);
    if (!(framePeriod > 0) || count(RingWord::Writing).load(std::memory_order_relaxed) != frame) return false;
    anchor = {frame, seconds, framePeriod};
    return true;
  }

  // Copies frames that have been written. False when they were overwritten meanwhile.
  bool read(int channel, int64_t from, float* to, size_t frames) const {
    float* samples = samples_ + static_cast<size_t>(channel) * capacity_;
    for (size_t i = 0; i < frames; ++i) to[i] = sample(samples, from + static_cast<int64_t>(i)).load(std::memory_order_acquire);
    return count(RingWord::Writing).load(std::memory_order_relaxed) - static_cast<int64_t>(capacity_) <= from;
  }

 private:
  static constexpr double kMostCapacity = 1 << 26;
  // Frames a second. What resampling needs grows with the rate.
  static constexpr double kLeastRate = 1;
  static constexpr double kMostRate = 1e6;

  static_assert(std::atomic<float>::is_always_lock_free && std::atomic<int64_t>::is_always_lock_free &&
                    std::atomic<double>::is_always_lock_free,
                "memory that threads share is used as atomic variables");

  std::atomic<int64_t>& count(RingWord index) const {
    return reinterpret_cast<std::atomic<int64_t>*>(words_)[static_cast<int>(index)];
  }
  std::atomic<double>& word(RingWord index) const {
    return reinterpret_cast<std::atomic<double>*>(words_)[static_cast<int>(index)];
  }
  double number(RingWord index) const { return word(index).load(std::memory_order_relaxed); }
  std::atomic<float>& sample(float* channel, int64_t frame) const {
    return reinterpret_cast<std::atomic<float>*>(channel)[static_cast<size_t>(frame) & (capacity_ - 1)];
  }

  void* words_ = nullptr;
  float* samples_ = nullptr;
  int channels_ = 0;
  size_t capacity_ = 0;
  double sampleRate_ = 0;
};

}  // namespace mediant::audio
