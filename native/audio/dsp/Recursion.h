// The recursive half of a filter, y[n] = w[n] − Σ a[m] y[n − m], prepared for Kernels::recursion.
#pragma once

#include <cstddef>

#include "../kernels/Kernels.h"

namespace mediant::audio {

template <size_t kMaxOrder>
struct Recursion {
  double impulse[2 * kRecursionLanes] = {};  // zeros, and the response from time 0 on
  double responses[kMaxOrder][kRecursionLanes] = {};

  // a[0] … a[order − 1] belong to y[n − 1] … y[n − order].
  void set(const double* a, size_t order) {
    double* response = impulse + kRecursionLanes;
    for (size_t i = 0; i < kRecursionLanes; i++) {
      response[i] = i == 0;
      for (size_t m = 1; m <= order && m <= i; m++) response[i] -= a[m - 1] * response[i - m];
    }
    // y[−m] = 1 acts as inputs −a[m], −a[m + 1], … from time 0 on.
    for (size_t m = 1; m <= order; m++) {
      for (size_t i = 0; i < kRecursionLanes; i++) {
        double sum = 0;
        for (size_t j = 0; j <= i && m + j <= order; j++) sum -= a[m + j - 1] * response[i - j];
        responses[m - 1][i] = sum;
      }
    }
  }
};

}  // namespace mediant::audio
