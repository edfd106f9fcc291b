// A biquad filter as Kernels::biquad takes it.
#pragma once

#include <cstddef>

namespace mediant::audio {

// Normalised: a0 = 1.
struct BiquadCoefficients {
  double b0 = 1, b1 = 0, b2 = 0, a1 = 0, a2 = 0;
};

// What a filter remembers.
struct BiquadHistory {
  double x1 = 0, x2 = 0, y1 = 0, y2 = 0;
};

// Results are computed kLanes at a time, as sums of what the filter makes of each input and of its history.
struct BiquadTables {
  static constexpr size_t kLanes = 8;

  BiquadCoefficients coefficients;
  double impulse[2 * kLanes] = {};  // the response to x[0] = 1 from time 0 on, in the second half; zeros before it
  double x1[kLanes] = {}, x2[kLanes] = {}, y1[kLanes] = {}, y2[kLanes] = {};  // to x[−1] = 1 and so on

  BiquadTables() { set(coefficients); }

  void set(const BiquadCoefficients& c) {
    coefficients = c;
    const auto respond = [&c](double* response, double x0, BiquadHistory h) {
      for (size_t i = 0; i < kLanes; i++) {
        const double x = i == 0 ? x0 : 0;
        const double y = c.b0 * x + c.b1 * h.x1 + c.b2 * h.x2 - c.a1 * h.y1 - c.a2 * h.y2;
        h = {x, h.x1, y, h.y1};
        response[i] = y;
      }
    };
    respond(impulse + kLanes, 1, {});
    respond(x1, 0, {1, 0, 0, 0});
    respond(x2, 0, {0, 1, 0, 0});
    respond(y1, 0, {0, 0, 1, 0});
    respond(y2, 0, {0, 0, 0, 1});
  }
};

}  // namespace mediant::audio
