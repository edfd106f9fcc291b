#include "Fft.h"

#include <cmath>

#include "../kernels/Kernels.h"

namespace mediant::audio {

namespace {

constexpr double kTwoPi = 6.283185307179586476925286766559;

std::vector<float> makeTwiddles(size_t size) {
  std::vector<float> twiddles;
  for (size_t stride = 1; size / stride >= 4; stride *= 4) {
    const size_t length = size / stride;
    for (int power = 1; power <= 3; power++) {
      for (int part = 0; part < 2; part++) {
        for (size_t p = 0; p < length / 4; p++) {
          const double angle = -kTwoPi * static_cast<double>(power * p) / static_cast<double>(length);
          twiddles.push_back(static_cast<float>(part == 0 ? std::cos(angle) : std::sin(angle)));
        }
      }
    }
  }
  return twiddles;
}

}  // namespace

Fft::Fft(size_t size)
    : size_(size),
      twiddles_(makeTwiddles(size / 2)),
      rotationReal_(size / 4 + 1),
      rotationImag_(size / 4 + 1),
      real_(size / 2),
      imag_(size / 2),
      workReal_(size / 2),
      workImag_(size / 2),
      tables_{size / 2, twiddles_.data(), rotationReal_.data(), rotationImag_.data()} {
  for (size_t k = 0; k < rotationReal_.size(); k++) {
    const double angle = -kTwoPi * static_cast<double>(k) / static_cast<double>(size);
    rotationReal_[k] = static_cast<float>(std::cos(angle));
    rotationImag_[k] = static_cast<float>(std::sin(angle));
  }
}

void Fft::forward(const float* time, float* real, float* imag) {
  const Kernels& k = kernels();
  k.deinterleave(real_.data(), imag_.data(), time, size_ / 2);
  k.fft(tables_, real_.data(), imag_.data(), workReal_.data(), workImag_.data());
  k.unpackSpectrum(tables_, real, imag, real_.data(), imag_.data());
}

void Fft::inverse(const float* real, const float* imag, float* time) {
  const Kernels& k = kernels();
  k.packSpectrum(tables_, real_.data(), imag_.data(), real, imag, 1 / static_cast<float>(size_));
  // The inverse transform is the forward one with real and imaginary parts exchanged.
  k.fft(tables_, imag_.data(), real_.data(), workImag_.data(), workReal_.data());
  k.interleave(time, real_.data(), imag_.data(), size_ / 2);
}

}  // namespace mediant::audio
