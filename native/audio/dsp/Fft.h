// Real Fourier transforms of a power of two of points.
#pragma once

#include <cstddef>
#include <vector>

#include "FftTables.h"

namespace mediant::audio {

// Made on the control thread; the transforms allocate nothing, but share the object's work space, so one object serves
// one thread at a time.
class Fft {
 public:
  explicit Fft(size_t size);  // a power of two, at least 2

  size_t size() const { return size_; }
  size_t bins() const { return size_ / 2 + 1; }

  // X[k] = Σ x[n] e^(−2πi kn / size) for k = 0 … size / 2; the imaginary parts of the first and last are 0.
  void forward(const float* time, float* real, float* imag);

  // The x of which forward() makes this X. The imaginary parts of the first and last number are taken as 0.
  void inverse(const float* real, const float* imag, float* time);

 private:
  size_t size_;
  std::vector<float> twiddles_;            // of the complex transform of half the size
  std::vector<float> rotationReal_;        // e^(−2πi k / size), k = 0 … size / 4
  std::vector<float> rotationImag_;
  std::vector<float> real_, imag_, workReal_, workImag_;
  FftTables tables_;
};

}  // namespace mediant::audio
