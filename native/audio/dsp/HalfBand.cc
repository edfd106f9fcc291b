#include "HalfBand.h"

#include <cmath>

namespace mediant::audio {

namespace {

constexpr double kPi = 3.141592653589793238462643383280;

// I0, the modified Bessel function, by its series.
double bessel(double x) {
  double sum = 1, term = 1;
  for (int k = 1; term > 1e-17 * sum; k++) {
    term *= (x / (2 * k)) * (x / (2 * k));
    sum += term;
  }
  return sum;
}

}  // namespace

void designHalfBand(float* taps, size_t halfLength) {
  // A Kaiser window: with β = 9 what is stopped is 90 dB down.
  constexpr double kBeta = 9;
  const double half = static_cast<double>(halfLength);
  double sum = 0;
  for (size_t pass = 0; pass < 2; pass++) {
    for (size_t i = 0; i < 2 * halfLength; i++) {
      const double offset = static_cast<double>(i) - half + 0.5;  // in frames of the lower rate
      const double ratio = offset / half;
      const double window = bessel(kBeta * std::sqrt(1 - ratio * ratio)) / bessel(kBeta);
      const double tap = std::sin(kPi * offset) / (kPi * offset) * window;
      if (pass == 0) sum += tap;
      taps[i] = static_cast<float>(tap / sum);
    }
  }
}

}  // namespace mediant::audio
