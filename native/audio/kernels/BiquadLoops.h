// The biquad filters behind every table of kernels; see Loops.h for how it is compiled.
#pragma once

#include "../dsp/BiquadTables.h"
#include "Lanes.h"
#include "LoopSyntax.h"

namespace mediant::audio {
namespace {

// ---- coefficients, https://webaudio.github.io/web-audio-api/#filters-characteristics ---------------------------------

struct UnnormalizedBiquad {
  double b0, b1, b2, a0, a1, a2;
};

// What the formulas need.
struct BiquadShape {
  double cosine, alphaQ, alphaQdB, alphaS, a;  // a: A of the specification
};

inline UnnormalizedBiquad lowpass(const BiquadShape& s) {
  const double half = (1 - s.cosine) / 2;
  return {half, 1 - s.cosine, half, 1 + s.alphaQdB, -2 * s.cosine, 1 - s.alphaQdB};
}

inline UnnormalizedBiquad highpass(const BiquadShape& s) {
  const double half = (1 + s.cosine) / 2;
  return {half, -(1 + s.cosine), half, 1 + s.alphaQdB, -2 * s.cosine, 1 - s.alphaQdB};
}

inline UnnormalizedBiquad bandpass(const BiquadShape& s) {
  return {s.alphaQ, 0, -s.alphaQ, 1 + s.alphaQ, -2 * s.cosine, 1 - s.alphaQ};
}

inline UnnormalizedBiquad notch(const BiquadShape& s) {
  return {1, -2 * s.cosine, 1, 1 + s.alphaQ, -2 * s.cosine, 1 - s.alphaQ};
}

inline UnnormalizedBiquad allpass(const BiquadShape& s) {
  return {1 - s.alphaQ, -2 * s.cosine, 1 + s.alphaQ, 1 + s.alphaQ, -2 * s.cosine, 1 - s.alphaQ};
}

inline UnnormalizedBiquad peaking(const BiquadShape& s) {
  return {1 + s.alphaQ * s.a, -2 * s.cosine, 1 - s.alphaQ * s.a, 1 + s.alphaQ / s.a, -2 * s.cosine, 1 - s.alphaQ / s.a};
}

inline UnnormalizedBiquad lowshelf(const BiquadShape& s) {
  const double plus = s.a + 1, minus = s.a - 1, root = 2 * s.alphaS * __builtin_sqrt(s.a);
  return {s.a * (plus - minus * s.cosine + root), 2 * s.a * (minus - plus * s.cosine),
          s.a * (plus - minus * s.cosine - root), plus + minus * s.cosine + root,
          -2 * (minus + plus * s.cosine),         plus + minus * s.cosine - root};
}

inline UnnormalizedBiquad highshelf(const BiquadShape& s) {
  const double plus = s.a + 1, minus = s.a - 1, root = 2 * s.alphaS * __builtin_sqrt(s.a);
  return {s.a * (plus + minus * s.cosine + root), -2 * s.a * (minus + plus * s.cosine),
          s.a * (plus + minus * s.cosine - root), plus - minus * s.cosine + root,
          2 * (minus - plus * s.cosine),          plus - minus * s.cosine - root};
}

template <UnnormalizedBiquad (*kFormula)(const BiquadShape&)>
void biquadCoefficients(const BiquadArrays& results, const BiquadArguments& arguments, size_t n) {
  double* MEDIANT_RESTRICT b0 = results.b0;
  double* MEDIANT_RESTRICT b1 = results.b1;
  double* MEDIANT_RESTRICT b2 = results.b2;
  double* MEDIANT_RESTRICT a1 = results.a1;
  double* MEDIANT_RESTRICT a2 = results.a2;
  const double* MEDIANT_RESTRICT sine = arguments.sine;
  const double* MEDIANT_RESTRICT cosine = arguments.cosine;
  const double* MEDIANT_RESTRICT q = arguments.q;
  const double* MEDIANT_RESTRICT resonance = arguments.resonance;
  const double* MEDIANT_RESTRICT a = arguments.a;
  MEDIANT_INDEPENDENT
  for (size_t i = 0; i < n; i++) {
    const double wholeSine = 2 * sine[i] * cosine[i];
    const UnnormalizedBiquad u = kFormula({1 - 2 * sine[i] * sine[i], wholeSine / (2 * q[i]), wholeSine / (2 * resonance[i]),
                                           wholeSine * 0.70710678118654752440, a[i]});  // α of the shelves: S = 1
    const double scale = 1 / u.a0;
    b0[i] = u.b0 * scale;
    b1[i] = u.b1 * scale;
    b2[i] = u.b2 * scale;
    a1[i] = u.a1 * scale;
    a2[i] = u.a2 * scale;
  }
}

bool biquadAngles(double* MEDIANT_RESTRICT angles, const float* MEDIANT_RESTRICT frequency,
                  const double* MEDIANT_RESTRICT ratios, double radiansPerHertz, double nyquist, size_t n) {
  int64_t outside = 0;
  for (size_t i = 0; i < n; i++) {
    const double hertz = frequency[i] * ratios[i];
    outside |= static_cast<int64_t>(!(hertz > 0)) | static_cast<int64_t>(hertz >= nyquist);
    const double raised = hertz > 0 ? hertz : 0;
    angles[i] = radiansPerHertz * (raised < nyquist ? raised : nyquist);
  }
  return outside != 0;
}

// ---- filters ---------------------------------------------------------------------------------------------------------

inline double biquadStep(const BiquadCoefficients& c, BiquadHistory& h, double x) {
  const double y = (c.b0 * x + c.b1 * h.x1 + c.b2 * h.x2 - c.a2 * h.y2) - c.a1 * h.y1;
  h = {x, h.x1, y, h.y1};
  return y;
}

void biquad(float* y, const float* x, const BiquadTables& tables, BiquadHistory& history, size_t n) {
  static_assert(Lanes::kCount <= static_cast<int>(BiquadTables::kLanes), "the tables are long enough");
  constexpr size_t kStep = Lanes::kCount;
  // Column j is the response to x[j] = 1: the impulse response, moved by j.
  Lanes columns[kStep], x1Response, x2Response, y1Response, y2Response;
  for (size_t j = 0; j < kStep; j++) columns[j].load(tables.impulse + BiquadTables::kLanes - j);
  x1Response.load(tables.x1);
  x2Response.load(tables.x2);
  y1Response.load(tables.y1);
  y2Response.load(tables.y2);
  BiquadHistory h = history;

  constexpr size_t kChunk = 128;
  // As doubles, the two before them first, for instructions that repeat a number from memory in all lanes.
  double in[2 + kChunk];
  for (; n >= kStep; ) {
    const size_t count = n < kChunk ? n - n % kStep : kChunk;
    in[0] = h.x2;
    in[1] = h.x1;
    for (size_t i = 0; i < count; i++) in[2 + i] = x[i];
    for (size_t i = 0; i < count; i += kStep) {
      Lanes even = {}, odd = {};
      even.addScaled(x1Response, in[i + 1]);
      odd.addScaled(x2Response, in[i]);
      for (size_t j = 0; j < kStep; j += 2) {
        even.addScaled(columns[j], in[2 + i + j]);
        odd.addScaled(columns[j + 1], in[3 + i + j]);
      }
      even.add(odd);
      // The last two results are what the next ones wait for. They are computed by themselves, from what doesn't wait.
      const double y1 = (even.last() + y2Response.last() * h.y2) + y1Response.last() * h.y1;
      const double y2 = (even.lastButOne() + y2Response.lastButOne() * h.y2) + y1Response.lastButOne() * h.y1;
      even.addScaled(y2Response, h.y2);
      even.addScaled(y1Response, h.y1);
      even.storeAsFloats(y + i);
      h.y1 = y1;
      h.y2 = y2;
    }
    h.x1 = in[1 + count];
    h.x2 = in[count];
    x += count;
    y += count;
    n -= count;
  }
  for (size_t i = 0; i < n; i++) y[i] = static_cast<float>(biquadStep(tables.coefficients, h, x[i]));
  history = h;
}

template <size_t kChannels>
inline void biquadVaryingChannels(float* const* y, const float* const* x, const BiquadArrays& c, BiquadHistory* histories,
                                  size_t n) {
  BiquadHistory h[kChannels];
  for (size_t channel = 0; channel < kChannels; channel++) h[channel] = histories[channel];
  for (size_t i = 0; i < n; i++) {
    const BiquadCoefficients now{c.b0[i], c.b1[i], c.b2[i], c.a1[i], c.a2[i]};
    for (size_t channel = 0; channel < kChannels; channel++) {
      y[channel][i] = static_cast<float>(biquadStep(now, h[channel], x[channel][i]));
    }
  }
  for (size_t channel = 0; channel < kChannels; channel++) histories[channel] = h[channel];
}

// Results wait for one another; those of two channels wait together.
void biquadVarying(float* const* y, const float* const* x, size_t channels, const BiquadArrays& coefficients,
                   BiquadHistory* histories, size_t n) {
  size_t channel = 0;
  for (; channel + 2 <= channels; channel += 2) biquadVaryingChannels<2>(y + channel, x + channel, coefficients, histories + channel, n);
  if (channel < channels) biquadVaryingChannels<1>(y + channel, x + channel, coefficients, histories + channel, n);
}

}  // namespace
}  // namespace mediant::audio
