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
      tables_{size / 2, twiddles_.data()} {
  for (size_t k = 0; k < rotationReal_.size(); k++) {
    const double angle = -kTwoPi * static_cast<double>(k) / static_cast<double>(size);
    rotationReal_[k] = static_cast<float>(std::cos(angle));
    rotationImag_[k] = static_cast<float>(std::sin(angle));
  }
}

// The even samples are taken as real parts and the odd ones as imaginary parts of half as many complex numbers, whose
// transform Z holds both spectra: E[k] = (Z[k] + Z*[half − k]) / 2 and O[k] = (Z[k] − Z*[half − k]) / 2i, from which
// X[k] = E[k] + e^(−2πi k / size) O[k] and X[half − k] = (E[k] − e^(…) O[k])*.
void Fft::forward(const float* time, float* real, float* imag) {
  const size_t half = size_ / 2;
  const Kernels& k = kernels();
  k.deinterleave(real_.data(), time, 2, half);
  k.deinterleave(imag_.data(), time + 1, 2, half);
  k.fft(tables_, real_.data(), imag_.data(), workReal_.data(), workImag_.data());

  real[0] = real_[0] + imag_[0];
  real[half] = real_[0] - imag_[0];
  imag[0] = imag[half] = 0;
  for (size_t i = 1; i <= half / 2; i++) {
    const size_t j = half - i;
    const float evenReal = 0.5f * (real_[i] + real_[j]), evenImag = 0.5f * (imag_[i] - imag_[j]);
    const float oddReal = 0.5f * (imag_[i] + imag_[j]), oddImag = 0.5f * (real_[j] - real_[i]);
    const float turnedReal = oddReal * rotationReal_[i] - oddImag * rotationImag_[i];
    const float turnedImag = oddReal * rotationImag_[i] + oddImag * rotationReal_[i];
    real[i] = evenReal + turnedReal;
    imag[i] = evenImag + turnedImag;
    real[j] = evenReal - turnedReal;
    imag[j] = turnedImag - evenImag;
  }
}

void Fft::inverse(const float* real, const float* imag, float* time) {
  const size_t half = size_ / 2;
  const Kernels& k = kernels();
  // Z of above, times 2 and divided by the number of points, once more of 2 / size.
  const float scale = 1 / static_cast<float>(size_);
  real_[0] = scale * (real[0] + real[half]);
  imag_[0] = scale * (real[0] - real[half]);
  for (size_t i = 1; i <= half / 2; i++) {
    const size_t j = half - i;
    const float evenReal = scale * (real[i] + real[j]), evenImag = scale * (imag[i] - imag[j]);
    const float turnedReal = scale * (real[i] - real[j]), turnedImag = scale * (imag[i] + imag[j]);
    // Times e^(+2πi k / size).
    const float oddReal = turnedReal * rotationReal_[i] + turnedImag * rotationImag_[i];
    const float oddImag = turnedImag * rotationReal_[i] - turnedReal * rotationImag_[i];
    real_[i] = evenReal - oddImag;
    imag_[i] = evenImag + oddReal;
    real_[j] = evenReal + oddImag;
    imag_[j] = oddReal - evenImag;
  }
  // The inverse transform is the forward one with real and imaginary parts exchanged.
  k.fft(tables_, imag_.data(), real_.data(), workImag_.data(), workReal_.data());
  k.interleave(time, 2, real_.data(), half);
  k.interleave(time + 1, 2, imag_.data(), half);
}

}  // namespace mediant::audio
