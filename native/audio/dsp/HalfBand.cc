#include "HalfBand.h"

#include <cmath>

#include "Kaiser.h"

namespace mediant::audio {

namespace {

constexpr double kPi = 3.141592653589793238462643383280;

}  // namespace

void designHalfBand(float* taps, size_t halfLength) {
  constexpr double kBeta = 9;
  const double half = static_cast<double>(halfLength);
  double sum = 0;
  for (size_t pass = 0; pass < 2; pass++) {
    for (size_t i = 0; i < 2 * halfLength; i++) {
      const double offset = static_cast<double>(i) - half + 0.5;  // in frames of the lower rate
      const double tap = std::sin(kPi * offset) / (kPi * offset) * kaiser(offset / half, kBeta);
      if (pass == 0) sum += tap;
      taps[i] = static_cast<float>(tap / sum);
    }
  }
}

}  // namespace mediant::audio
