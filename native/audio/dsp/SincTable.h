// A low-pass at every fraction of a sample, for resampling by a ratio that is any number and may change all the time.
#pragma once

#include <cstddef>
#include <memory>
#include <vector>

namespace mediant::audio {

class SincTable {
 public:
  // For `ratio` input frames an output frame. One table serves all who want it. Control thread.
  static std::shared_ptr<const SincTable> forRatio(double ratio);

  explicit SincTable(double stretch);

  // Seconds of input on either side of a position that its value is made of.
  static double reach(double inputRate, double outputRate);

  // Input frames on either side of a position that its value is made of.
  size_t half() const { return half_; }

  // Writes one frame of each of `channels` signals: the value between input[half − 1] and input[half] at `fraction`
  // from the former. The inputs have 2 × half frames. `taps` is scratch of as many.
  void interpolate(const float* const* inputs, size_t offset, double fraction, float* const* outputs, size_t frame, int channels,
                   float* taps) const;

 private:
  static constexpr size_t kPhases = 512;

  const size_t half_;
  std::vector<float> rows_;  // kPhases + 1 of 2 × half taps
};

}  // namespace mediant::audio
