#include "Biquad.h"

#include <algorithm>
#include <cmath>

#include "FrequencyResponse.h"

namespace mediant::audio {

namespace {

constexpr double kPi = 3.141592653589793238462643383280;

// What remains where the formulas don't apply: at frequencies 0 and sampleRate / 2 poles meet zeros on the unit circle,
// and with Q = 0 α is infinite. There the limit of H(z) is a constant: a factor, for some times A².
struct Limit {
  double factor;
  bool squareOfA;
};

// By BiquadType. `usesQ`: whether the last limit exists.
struct Filter {
  Limit atZero, atNyquist;
  bool usesQ;
  Limit withoutQ;
};
constexpr Limit kNone{0, false}, kAll{1, false}, kGain{1, true}, kInverted{-1, false};
constexpr Filter kFilters[] = {
    {kNone, kAll, false, kAll},  {kAll, kNone, false, kAll}, {kNone, kNone, true, kAll}, {kAll, kGain, false, kAll},
    {kGain, kAll, false, kAll}, {kAll, kAll, true, kGain},  {kAll, kAll, true, kNone},  {kAll, kAll, true, kInverted},
};

// 10^(Q / 20) and 10^(gain / 40) as powers of two.
constexpr double kResonanceExponent = 3.32192809488736234787 / 20, kGainExponent = 3.32192809488736234787 / 40;

// The nominal ranges of Q, where it counts in decibels, and of gain: beyond them the powers leave the range of floats.
// https://webaudio.github.io/web-audio-api/#dom-biquadfilternode-q
// https://webaudio.github.io/web-audio-api/#dom-biquadfilternode-gain
constexpr double kLargest = 3.402823669209385e38;  // 2^128

double limited(double power) { return power > kLargest ? kLargest : power < 1 / kLargest ? 1 / kLargest : power; }

// Whether the formulas don't apply, and if so what does.
bool isLimit(const Filter& filter, double frequency, double nyquist, double q, double a, BiquadCoefficients& result) {
  const Limit* limit = !(frequency > 0)        ? &filter.atZero
                       : frequency >= nyquist  ? &filter.atNyquist
                       : filter.usesQ && !(q > 0) ? &filter.withoutQ
                                               : nullptr;
  if (!limit) return false;
  result = {};
  result.b0 = limit->factor * (limit->squareOfA ? a * a : 1);
  return true;
}

}  // namespace

BiquadCoefficients biquadCoefficients(BiquadType type, double computedFrequency, double q, double gain,
                                      double sampleRate) {
  const Filter& filter = kFilters[static_cast<size_t>(type)];
  const double a = limited(std::exp2(gain * kGainExponent));
  BiquadCoefficients result;
  if (isLimit(filter, computedFrequency, sampleRate / 2, q, a, result)) return result;
  const double half = kPi * computedFrequency / sampleRate;
  const double sine = std::sin(half), cosine = std::cos(half);
  const double resonance = limited(std::exp2(q * kResonanceExponent));
  const BiquadArrays results{&result.b0, &result.b1, &result.b2, &result.a1, &result.a2};
  kernels().biquadCoefficients[static_cast<size_t>(type)](results, {&sine, &cosine, &q, &resonance, &a}, 1);
  return result;
}

void biquadFrequencyResponse(const BiquadCoefficients& c, double sampleRate, const float* frequencyHz,
                             float* magResponse, float* phaseResponse, size_t n) {
  const double feedforward[] = {c.b0, c.b1, c.b2}, feedback[] = {1, c.a1, c.a2};
  frequencyResponse(feedforward, 3, feedback, 3, sampleRate, frequencyHz, magResponse, phaseResponse, n);
}

Biquad::Biquad(double sampleRate, size_t maxChannels) : sampleRate_(sampleRate), histories_(maxChannels) {}

void Biquad::setType(BiquadType type) {
  type_ = type;
  constant_ = {};
}

// The tables for parameters that don't move, made anew when one of them is another.
const BiquadTables& Biquad::tablesOf(const Params& params) {
  const Constant now{params.frequency.value, params.detune.value, params.q.value, params.gain.value};
  if (constant_ == now) return tables_;
  constant_ = now;
  // https://webaudio.github.io/web-audio-api/#computedfrequency
  const double frequency = now.frequency * std::exp2(static_cast<double>(now.detune) / 1200);
  tables_.set(biquadCoefficients(type_, frequency, now.q, now.gain, sampleRate_));
  return tables_;
}

// The coefficients of n frames, at most kChunk, the expensive functions being evaluated for several at once.
void Biquad::coefficientsOf(const BiquadArrays& coefficients, size_t n, const Params& params) const {
  const Kernels& k = kernels();
  const Filter& filter = kFilters[static_cast<size_t>(type_)];
  const double nyquist = sampleRate_ / 2;
  float hertz[kChunk];
  double ratio[kChunk], half[kChunk], sine[kChunk], cosine[kChunk], q[kChunk], resonance[kChunk], a[kChunk];
  // Parameters that don't move are looked at once.
  const auto powers = [&](double* results, const ParamView& values, double exponent) {
    const size_t count = values.values ? n : 1;
    k.exp2(results, values.values ? values.values : &values.value, exponent, count);
    for (size_t i = 0; i < count; i++) results[i] = limited(results[i]);
    std::fill(results + count, results + n, results[0]);
  };
  powers(ratio, params.detune, 1.0 / 1200);
  powers(resonance, params.q, kResonanceExponent);
  powers(a, params.gain, kGainExponent);
  const size_t qs = params.q.values ? n : 1;
  bool noQ = false;
  for (size_t i = 0; i < qs; i++) {
    q[i] = params.q.at(i);
    noQ |= !(q[i] > 0);
  }
  std::fill(q + qs, q + n, q[0]);
  const float* frequency = params.frequency.values;
  if (!frequency) {
    k.fill(hertz, params.frequency.value, n);
    frequency = hertz;
  }
  const bool outside = k.biquadAngles(half, frequency, ratio, kPi / sampleRate_, nyquist, n);
  k.sineAndCosine(sine, cosine, half, n);
  k.biquadCoefficients[static_cast<size_t>(type_)](coefficients, {sine, cosine, q, resonance, a}, n);
  if (!outside && !(noQ && filter.usesQ)) return;
  for (size_t i = 0; i < n; i++) {
    BiquadCoefficients c;
    if (!isLimit(filter, frequency[i] * ratio[i], nyquist, q[i], a[i], c)) continue;
    coefficients.b0[i] = c.b0;
    coefficients.b1[i] = coefficients.b2[i] = coefficients.a1[i] = coefficients.a2[i] = 0;
  }
}

void Biquad::process(const float* const* input, float* const* output, size_t channels, size_t n,
                     const Params& params) {
  const Kernels& k = kernels();
  if (params.frequency.values || params.detune.values || params.q.values || params.gain.values) {
    processVarying(input, output, channels, n, params);
  } else {
    const BiquadTables& tables = tablesOf(params);
    for (size_t channel = 0; channel < channels; channel++) {
      k.biquad(output[channel], input[channel], tables, histories_[channel], n);
    }
  }
  for (size_t channel = channels; channel < channelsUsed_; channel++) histories_[channel] = {};
  channelsUsed_ = channels;
}

void Biquad::processVarying(const float* const* input, float* const* output, size_t channels, size_t n,
                            const Params& params) {
  double b0[kChunk], b1[kChunk], b2[kChunk], a1[kChunk], a2[kChunk];
  const BiquadArrays coefficients{b0, b1, b2, a1, a2};
  for (size_t done = 0; done < n; done += kChunk) {
    const size_t count = std::min(n - done, kChunk);
    coefficientsOf(coefficients, count,
                   {params.frequency.from(done), params.detune.from(done), params.q.from(done), params.gain.from(done)});
    const float* from[kMaxChannels];
    float* to[kMaxChannels];
    for (size_t channel = 0; channel < channels; channel++) {
      from[channel] = input[channel] + done;
      to[channel] = output[channel] + done;
    }
    kernels().biquadVarying(to, from, channels, coefficients, histories_.data(), count);
  }
}

bool Biquad::settled() const {
  constexpr double kSilence = 1e-10;
  for (const BiquadHistory& h : histories_) {
    const double largest = std::fmax(std::fmax(std::fabs(h.x1), std::fabs(h.x2)),
                                     std::fmax(std::fabs(h.y1), std::fabs(h.y2)));
    if (largest > kSilence) return false;
  }
  return true;
}

void Biquad::reset() {
  for (BiquadHistory& history : histories_) history = {};
}

}  // namespace mediant::audio
