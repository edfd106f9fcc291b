// The Kaiser window.
#pragma once

#include <cmath>

namespace mediant::audio {

// I0, the modified Bessel function, by its series.
inline double besselI0(double x) {
  double sum = 1, term = 1;
  for (int k = 1; term > 1e-17 * sum; k++) {
    term *= (x / (2 * k)) * (x / (2 * k));
    sum += term;
  }
  return sum;
}

// The window at `position` between −1 and 1. With β = 9 what a filter of this window stops is 90 dB down.
inline double kaiser(double position, double beta) {
  const double inside = 1 - position * position;
  return inside > 0 ? besselI0(beta * std::sqrt(inside)) / besselI0(beta) : inside == 0 ? 1 / besselI0(beta) : 0;
}

}  // namespace mediant::audio
