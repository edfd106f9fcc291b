// Doubling and halving a sample rate with a half-band filter.
//
// The filter is a windowed sinc whose every other tap is zero. `Taps` of the others stand on each side of the middle.
// Both directions delay by `Taps` frames of the lower rate.
#pragma once

#include <cstddef>

#include "../kernels/Kernels.h"

namespace mediant::audio {

// The taps of the odd phase, from one end to the other: 2 × halfLength numbers with the sum 1.
void designHalfBand(float* taps, size_t halfLength);

template <size_t Taps, size_t MaxFrames>
class HalfBand {
 public:
  static constexpr size_t kDelay = Taps;

  // y: 2n frames from n.
  void up(const float* x, float* y, size_t n) {
    const Kernels& k = kernels();
    const Design& design = designed();
    float buffer[2 * Taps + MaxFrames], between[MaxFrames];
    k.copy(buffer, upHistory_, 2 * Taps);
    k.copy(buffer + 2 * Taps, x, n);
    // Even results are the input itself, odd ones lie between x[i − Taps] and the frame after it.
    k.convolve(between, buffer + 2 * Taps, design.taps, 2 * Taps, n);
    k.interleave(y, buffer + Taps, between, n);
    k.copy(upHistory_, buffer + n, 2 * Taps);
  }

  // y: n frames from 2n.
  void down(const float* x, float* y, size_t n) {
    const Kernels& k = kernels();
    const Design& design = designed();
    float even[Taps + MaxFrames], odd[2 * Taps + MaxFrames];
    k.copy(even, evenHistory_, Taps);
    k.copy(odd, oddHistory_, 2 * Taps);
    k.deinterleave(even + Taps, odd + 2 * Taps, x, n);
    // Around the even frame i − Taps stand the odd frames i − 2 Taps … i − 1.
    k.convolve(y, odd + 2 * Taps - 1, design.taps, 2 * Taps, n);
    k.addPair(y, y, even, 0.5f, n);
    k.copy(evenHistory_, even + n, Taps);
    k.copy(oddHistory_, odd + n, 2 * Taps);
  }

  void reset() { *this = HalfBand(); }

 private:
  struct Design {
    float taps[2 * Taps];
    Design() { designHalfBand(taps, Taps); }
  };
  static const Design& designed() {
    static const Design design;
    return design;
  }

  float upHistory_[2 * Taps] = {};
  float evenHistory_[Taps] = {};
  float oddHistory_[2 * Taps] = {};

 public:
  // The design is made at first use, which must not be on the render thread.
  HalfBand() { designed(); }
};

}  // namespace mediant::audio
