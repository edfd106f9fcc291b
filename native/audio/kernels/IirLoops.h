// Filters of any order behind every table of kernels; see Loops.h for how they are compiled.
#pragma once

#include "Kernels.h"
#include "Lanes.h"

namespace mediant::audio {
namespace {

void fir(double* y, const double* x, const double* coefficients, size_t order, size_t n) {
  constexpr size_t kStep = Lanes::kCount;
  size_t i = 0;
  for (; i + 2 * kStep <= n; i += 2 * kStep) {
    Lanes low = {}, high = {}, delayed;
    for (size_t j = 0; j <= order; j++) {
      delayed.load(x + i - j);
      low.addScaled(delayed, coefficients[j]);
      delayed.load(x + i + kStep - j);
      high.addScaled(delayed, coefficients[j]);
    }
    low.store(y + i);
    high.store(y + i + kStep);
  }
  for (; i < n; i++) {
    double sum = 0;
    for (size_t j = 0; j <= order; j++) sum += coefficients[j] * *(x + i - j);
    y[i] = sum;
  }
}

template <size_t kChannels>
inline void recursionChannels(double* const* y, const double* impulse, const double* responses, size_t order, size_t n) {
  static_assert(Lanes::kCount <= static_cast<int>(kRecursionLanes), "the tables are long enough");
  constexpr size_t kStep = Lanes::kCount;
  // Column j is the response to w[j] = 1: the impulse response, moved by j.
  Lanes columns[kStep];
  for (size_t j = 0; j < kStep; j++) columns[j].load(impulse + kRecursionLanes - j);
  size_t i = 0;
  for (; i + kStep <= n; i += kStep) {
    // Sums that don't wait for one another, and last of all those with the newest results.
    Lanes even[kChannels] = {}, odd[kChannels] = {}, third[kChannels] = {}, fourth[kChannels] = {};
    for (size_t j = 0; j < kStep; j += 2) {
      for (size_t channel = 0; channel < kChannels; channel++) {
        even[channel].addScaled(columns[j], y[channel][i + j]);
        odd[channel].addScaled(columns[j + 1], y[channel][i + j + 1]);
      }
    }
    const auto addPast = [&](Lanes* sums, size_t past) {
      Lanes response;
      response.load(responses + (past - 1) * kRecursionLanes);
      for (size_t channel = 0; channel < kChannels; channel++) sums[channel].addScaled(response, *(y[channel] + i - past));
    };
    size_t m = order;
    for (; m >= 4; m -= 4) {
      addPast(even, m);
      addPast(odd, m - 1);
      addPast(third, m - 2);
      addPast(fourth, m - 3);
    }
    if (m >= 3) addPast(odd, 3);
    if (m >= 2) addPast(third, 2);
    if (m >= 1) addPast(fourth, 1);
    for (size_t channel = 0; channel < kChannels; channel++) {
      even[channel].add(odd[channel]);
      third[channel].add(fourth[channel]);
      even[channel].add(third[channel]);
      even[channel].store(y[channel] + i);
    }
  }
  for (; i < n; i++) {
    for (size_t channel = 0; channel < kChannels; channel++) {
      double result = y[channel][i];
      for (size_t m = order; m > 0; m--) result += responses[(m - 1) * kRecursionLanes] * *(y[channel] + i - m);
      y[channel][i] = result;
    }
  }
}

// Two channels wait for their results together.
void recursion(double* const* y, size_t channels, const double* impulse, const double* responses, size_t order, size_t n) {
  size_t channel = 0;
  for (; channel + 2 <= channels; channel += 2) recursionChannels<2>(y + channel, impulse, responses, order, n);
  if (channel < channels) recursionChannels<1>(y + channel, impulse, responses, order, n);
}

}  // namespace
}  // namespace mediant::audio
