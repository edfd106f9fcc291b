// Fft against the defining sum in double precision, for every table of kernels.
#include "audio/dsp/Fft.h"

#include <complex>
#include <random>

#include "audio/kernels/Kernels.h"
#include "test/check.h"

using namespace mediant::audio;

namespace {

constexpr double kTwoPi = 6.283185307179586476925286766559;

std::vector<float> noise(size_t n, unsigned seed) {
  std::mt19937 engine(seed);
  std::uniform_real_distribution<float> distribution(-1, 1);
  std::vector<float> values(n);
  for (float& value : values) value = distribution(engine);
  return values;
}

}  // namespace

TEST(forward_is_the_defining_sum) {
  for (size_t size = 2; size <= 2048; size *= 2) {
    Fft fft(size);
    const std::vector<float> x = noise(size, 1);
    std::vector<float> real(fft.bins()), imag(fft.bins());
    fft.forward(x.data(), real.data(), imag.data());
    // Rounding: log2(size) stages, each of 2^-24 of numbers as large as the root of the size.
    const double tolerance = 1.5e-7 * std::sqrt(static_cast<double>(size)) * std::log2(2.0 * size);
    for (size_t k = 0; k < fft.bins(); k++) {
      std::complex<double> sum = 0;
      for (size_t n = 0; n < size; n++) {
        sum += std::polar<double>(x[n], -kTwoPi * static_cast<double>(k * n % size) / static_cast<double>(size));
      }
      CHECK_NEAR(real[k], sum.real(), tolerance);
      CHECK_NEAR(imag[k], sum.imag(), tolerance);
    }
  }
}

TEST(inverse_undoes_forward) {
  for (size_t size = 2; size <= 65536; size *= 2) {
    Fft fft(size);
    const std::vector<float> x = noise(size, 2);
    std::vector<float> real(fft.bins()), imag(fft.bins()), y(size);
    fft.forward(x.data(), real.data(), imag.data());
    imag.front() = imag.back() = 1e9f;  // to be ignored
    fft.inverse(real.data(), imag.data(), y.data());
    for (size_t i = 0; i < size; i++) CHECK_NEAR(y[i], x[i], 2e-6);
  }
}

TEST(an_impulse_is_flat_and_exact) {
  Fft fft(4096);
  std::vector<float> x(4096), real(fft.bins()), imag(fft.bins());
  x[0] = 1;
  fft.forward(x.data(), real.data(), imag.data());
  for (size_t k = 0; k < fft.bins(); k++) {
    CHECK_EQUAL(real[k], 1.0f);
    CHECK_EQUAL(imag[k], 0.0f);
  }
}

TEST(all_kernels_agree) {
  const Kernels* tables[8];
  const size_t count = availableKernels(tables, 8);
  // Twiddle factors of a size whose logarithm is even and of one whose is odd: taken from the definition.
  for (size_t size : {1, 2, 4, 8, 16, 64, 256, 512, 1024, 2048}) {
    std::vector<float> twiddles;
    for (size_t stride = 1; size / stride >= 4; stride *= 4) {
      const size_t length = size / stride;
      for (size_t array = 0; array < 6; array++) {
        for (size_t p = 0; p < length / 4; p++) {
          const double angle = -kTwoPi * static_cast<double>((array / 2 + 1) * p) / static_cast<double>(length);
          twiddles.push_back(static_cast<float>(array % 2 == 0 ? std::cos(angle) : std::sin(angle)));
        }
      }
    }
    const FftTables plan{size, twiddles.data(), nullptr, nullptr};
    const std::vector<float> re = noise(size, 3), im = noise(size, 4);
    for (size_t t = 0; t < count; t++) {
      std::vector<float> real = re, imag = im, workReal(size), workImag(size);
      tables[t]->fft(plan, real.data(), imag.data(), workReal.data(), workImag.data());
      const double tolerance = 1.5e-7 * std::sqrt(static_cast<double>(size)) * std::log2(4.0 * size);
      for (size_t k = 0; k < size; k++) {
        std::complex<double> sum = 0;
        for (size_t n = 0; n < size; n++) {
          sum += std::complex<double>(re[n], im[n]) *
                 std::polar(1.0, -kTwoPi * static_cast<double>(k * n % size) / static_cast<double>(size));
        }
        CHECK_NEAR(real[k], sum.real(), tolerance);
        CHECK_NEAR(imag[k], sum.imag(), tolerance);
      }
    }
  }
}
