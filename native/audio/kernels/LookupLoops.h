// The kernels that interpolate linearly in an array: wave tables, resampling, curves. See Loops.h for how they are compiled.
#pragma once

#include "LoopSyntax.h"
#include "Vectors.h"

namespace mediant::audio {
namespace {

// Phases as 32-bit fractions of a cycle, which wrap by themselves. What a step has beyond 32 bits is carried in
// `fraction`, so that a phase is off by less than two units however many frames it is away.
struct PhaseRamp {
  uint32_t first;
  uint32_t step;
  float fraction;  // in [0, 1)

  PhaseRamp(double firstCycles, double stepCycles) {
    constexpr double kUnits = 4294967296.0;
    first = static_cast<uint32_t>(static_cast<int64_t>(firstCycles * kUnits));
    const double units = stepCycles * kUnits;
    int64_t whole = static_cast<int64_t>(units);
    if (static_cast<double>(whole) > units) whole--;
    step = static_cast<uint32_t>(whole);
    fraction = static_cast<float>(units - static_cast<double>(whole));
  }

  uint32_t at(uint32_t i) const {
    const int32_t signedIndex = static_cast<int32_t>(i);
    return first + i * step + static_cast<uint32_t>(static_cast<int32_t>(static_cast<float>(signedIndex) * fraction));
  }
};

inline float tableAt(const float* table, uint32_t bits, uint32_t phase) {
  const uint32_t index = phase >> (32 - bits);
  const float fraction = static_cast<float>(static_cast<int32_t>((phase << bits) >> 1)) * (1.0f / 2147483648.0f);
  const float value = table[index];
  return value + (table[index + 1] - value) * fraction;
}

#if MEDIANT_VECTORS
inline Floats tableAt(const float* table, uint32_t bits, Naturals phase) {
  const Integers index = reinterpret_cast<Integers>(phase >> (32 - bits));
  const Floats fraction = toFloats(reinterpret_cast<Integers>((phase << bits) >> 1)) * (1.0f / 2147483648.0f);
  const Pairs pairs = pairsAt(table, index);
  return pairs.value + (pairs.next - pairs.value) * fraction;
}
#endif

void wavetableConstant(float* MEDIANT_RESTRICT y, const float* MEDIANT_RESTRICT table, uint32_t bits, double first,
                       double step, size_t n) {
  const PhaseRamp phases(first, step);
  const uint32_t count = static_cast<uint32_t>(n);
  uint32_t i = 0;
#if MEDIANT_VECTORS
  for (; i + kWidth <= count; i += kWidth) {
    const Naturals index = counting() + i;
    const Integers carried = __builtin_convertvector(toFloats(reinterpret_cast<Integers>(index)) * phases.fraction, Integers);
    store(y + i, tableAt(table, bits, phases.first + index * phases.step + reinterpret_cast<Naturals>(carried)));
  }
#endif
  for (; i < count; i++) y[i] = tableAt(table, bits, phases.at(i));
}

void wavetable(float* MEDIANT_RESTRICT y, const float* MEDIANT_RESTRICT table, uint32_t bits,
               const uint32_t* MEDIANT_RESTRICT phase, size_t n) {
  size_t i = 0;
#if MEDIANT_VECTORS
  for (; i + kWidth <= n; i += kWidth) {
    Naturals phases;
    __builtin_memcpy(&phases, phase + i, sizeof phases);
    store(y + i, tableAt(table, bits, phases));
  }
#endif
  for (; i < n; i++) y[i] = tableAt(table, bits, phase[i]);
}

#if MEDIANT_VECTORS && MEDIANT_WINDOW
// Whole vectors of results, each from one window of x; for steps so small that it holds all of them. Returns how many.
inline int32_t resampleInWindows(float* MEDIANT_RESTRICT y, const float* MEDIANT_RESTRICT x, double position, double step,
                                 int32_t count) {
  // Positions within the window are counted in units of 2^-27, five bits being left for the frame.
  constexpr int kFractionBits = 27;
  constexpr double kUnits = 1 << kFractionBits;
  const uint32_t unitsPerLane = static_cast<uint32_t>((step < 0 ? -step : step) * kUnits + 0.5);
  const Naturals forward = counting() * unitsPerLane;
  const Naturals lanes = step < 0 ? (kWidth - 1) * unitsPerLane - forward : forward;
  int32_t i = 0;
  for (; i + kWidth <= count; i += kWidth) {
    const double first = position + static_cast<double>(i) * step;
    const double last = position + static_cast<double>(i + kWidth - 1) * step;
    const double lowest = step < 0 ? last : first, highest = step < 0 ? first : last;
    const int32_t base = static_cast<int32_t>(lowest);
    const uint32_t frames = static_cast<uint32_t>(static_cast<int32_t>(highest) - base + 2);
    const Naturals at = lanes + static_cast<uint32_t>((lowest - static_cast<double>(base)) * kUnits);
    const Naturals index = at >> kFractionBits;
    const Floats fraction = toFloats(reinterpret_cast<Integers>(at & ((1u << kFractionBits) - 1))) * static_cast<float>(1 / kUnits);
    const Window window(x + base, frames);
    const Floats value = window.at(index);
    store(y + i, value + (window.at(index + 1) - value) * fraction);
  }
  return i;
}
#endif

void resampleLinear(float* MEDIANT_RESTRICT y, const float* MEDIANT_RESTRICT x, double position, double step,
                    size_t n) {
  const int32_t count = static_cast<int32_t>(n);
  int32_t i = 0;
#if MEDIANT_VECTORS
#if MEDIANT_WINDOW
  const double distance = (step < 0 ? -step : step) * (kWidth - 1);
  if (distance <= Window::kFrames - 3) i = resampleInWindows(y, x, position, step, count);
#endif
  for (; i + kWidth <= count; i += kWidth) {
    Integers index;
    Floats fraction;
    for (int lane = 0; lane < kWidth; lane++) {
      const double at = position + static_cast<double>(i + lane) * step;
      index[lane] = static_cast<int32_t>(at);
      fraction[lane] = static_cast<float>(at - static_cast<double>(index[lane]));
    }
    const Pairs pairs = pairsAt(x, index);
    store(y + i, pairs.value + (pairs.next - pairs.value) * fraction);
  }
#endif
  for (; i < count; i++) {
    const double at = position + static_cast<double>(i) * step;
    const int32_t index = static_cast<int32_t>(at);
    const float fraction = static_cast<float>(at - static_cast<double>(index));
    const float value = x[index];
    y[i] = value + (x[index + 1] - value) * fraction;
  }
}

// Between two values of a curve. In this form the result at either end is that value exactly.
void shape(float* y, const float* x, const float* MEDIANT_RESTRICT curve, size_t curveLength, size_t n) {
  if (curveLength == 1) {
    for (size_t i = 0; i < n; i++) y[i] = curve[0];
    return;
  }
  const float last = static_cast<float>(curveLength - 1);
  const float half = 0.5f * last;
  const int32_t lastPair = static_cast<int32_t>(curveLength) - 2;
  size_t i = 0;
#if MEDIANT_VECTORS
  for (; i + kWidth <= n; i += kWidth) {
    const Floats position = half * (load(x + i) + 1);
    const Floats raised = position > 0 ? position : Floats{};  // NaN too
    const Floats v = raised < last ? raised : last + Floats{};
    const Integers whole = __builtin_convertvector(v, Integers);
    const Integers k = whole < lastPair ? whole : lastPair + Integers{};
    const Floats fraction = v - toFloats(k);
    const Pairs pairs = pairsAt(curve, k);
    store(y + i, (pairs.value - pairs.value * fraction) + pairs.next * fraction);
  }
#endif
  for (; i < n; i++) {
    const float position = half * (x[i] + 1);
    const float raised = position > 0 ? position : 0;  // NaN too
    const float v = raised < last ? raised : last;
    const int32_t whole = static_cast<int32_t>(v);
    const int32_t k = whole < lastPair ? whole : lastPair;
    const float fraction = v - static_cast<float>(k);
    y[i] = (curve[k] - curve[k] * fraction) + curve[k + 1] * fraction;
  }
}

}  // namespace
}  // namespace mediant::audio
