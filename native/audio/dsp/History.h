// The newest frames of a signal, as filters look back at them.
#pragma once

#include <cstddef>
#include <vector>

#include "../kernels/Kernels.h"

namespace mediant::audio {

class History {
 public:
  // Control thread.
  explicit History(size_t frames) : frames_(frames), ring_(2 * frames) {}

  // At most `frames`; null: silence. The ring is written twice, half its length apart, so that any `frames` frames in a
  // row are contiguous.
  void append(const float* input, size_t n) {
    const Kernels& k = kernels();
    size_t done = 0;
    while (done < n) {
      const size_t count = n - done < frames_ - position_ ? n - done : frames_ - position_;
      for (float* to : {ring_.data() + position_, ring_.data() + position_ + frames_}) {
        if (input) {
          k.copy(to, input + done, count);
        } else {
          k.fill(to, 0, count);
        }
      }
      position_ = (position_ + count) % frames_;
      done += count;
    }
  }

  // Points behind the newest frame; the `frames` before it may be read.
  const float* end() const { return ring_.data() + position_ + frames_; }

  void copyFrom(const History& other) {
    position_ = other.position_;
    kernels().copy(ring_.data(), other.ring_.data(), ring_.size());
  }
  void clear() { kernels().fill(ring_.data(), 0, ring_.size()); }

 private:
  size_t frames_;
  size_t position_ = 0;
  std::vector<float> ring_;
};

}  // namespace mediant::audio
