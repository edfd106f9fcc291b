// What the complex FFT kernel needs to know about one size. Made by dsp/Fft.
#pragma once

#include <cstddef>

namespace mediant::audio {

// Passes of radix 4, the first with stride 1, the next with stride 4, 16, …, and one of radix 2 at the end where the
// logarithm of the size is odd. A radix-4 pass over sequences of length n = size / stride uses the powers w^p, w^2p and
// w^3p of w = e^(−2πi / n) for p in [0, n / 4); each pass's twiddle factors stand one after the other, as six arrays
// (real and imaginary part of each power) of n / 4 numbers.
struct FftTables {
  size_t size;            // complex points, a power of two, at least 1
  const float* twiddles;
  const float* rotationReal;  // e^(−πi k / size), k = 0 … size / 2, for real signals of twice the size
  const float* rotationImag;
};

}  // namespace mediant::audio
