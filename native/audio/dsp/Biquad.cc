#include "Biquad.h"

#include <cmath>

#include "FrequencyResponse.h"

namespace mediant::audio {

namespace {

constexpr double kPi = 3.141592653589793238462643383280;

struct Unnormalized {
  double b0, b1, b2, a0, a1, a2;
};

// What the formulas need.
struct Shape {
  double cosine, alphaQ, alphaQdB, alphaS, a;  // a: A of the specification
};

Unnormalized lowpass(const Shape& s) {
  const double half = (1 - s.cosine) / 2;
  return {half, 1 - s.cosine, half, 1 + s.alphaQdB, -2 * s.cosine, 1 - s.alphaQdB};
}

Unnormalized highpass(const Shape& s) {
  const double half = (1 + s.cosine) / 2;
  return {half, -(1 + s.cosine), half, 1 + s.alphaQdB, -2 * s.cosine, 1 - s.alphaQdB};
}

Unnormalized bandpass(const Shape& s) {
  return {s.alphaQ, 0, -s.alphaQ, 1 + s.alphaQ, -2 * s.cosine, 1 - s.alphaQ};
}

Unnormalized notch(const Shape& s) {
  return {1, -2 * s.cosine, 1, 1 + s.alphaQ, -2 * s.cosine, 1 - s.alphaQ};
}

Unnormalized allpass(const Shape& s) {
  return {1 - s.alphaQ, -2 * s.cosine, 1 + s.alphaQ, 1 + s.alphaQ, -2 * s.cosine, 1 - s.alphaQ};
}

Unnormalized peaking(const Shape& s) {
  return {1 + s.alphaQ * s.a, -2 * s.cosine, 1 - s.alphaQ * s.a,
          1 + s.alphaQ / s.a, -2 * s.cosine, 1 - s.alphaQ / s.a};
}

Unnormalized lowshelf(const Shape& s) {
  const double plus = s.a + 1, minus = s.a - 1, root = 2 * s.alphaS * std::sqrt(s.a);
  return {s.a * (plus - minus * s.cosine + root), 2 * s.a * (minus - plus * s.cosine),
          s.a * (plus - minus * s.cosine - root), plus + minus * s.cosine + root,
          -2 * (minus + plus * s.cosine),         plus + minus * s.cosine - root};
}

Unnormalized highshelf(const Shape& s) {
  const double plus = s.a + 1, minus = s.a - 1, root = 2 * s.alphaS * std::sqrt(s.a);
  return {s.a * (plus + minus * s.cosine + root), -2 * s.a * (minus + plus * s.cosine),
          s.a * (plus + minus * s.cosine - root), plus - minus * s.cosine + root,
          2 * (minus - plus * s.cosine),          plus - minus * s.cosine - root};
}

BiquadCoefficients normalized(const Unnormalized& u) {
  const double scale = 1 / u.a0;
  return {u.b0 * scale, u.b1 * scale, u.b2 * scale, u.a1 * scale, u.a2 * scale};
}

// Several at once. `sine` and `cosine` are those of half of ω0; `resonance` is 10^(Q / 20).
struct Shapes {
  const double *sine, *cosine, *q, *resonance, *a;
};

Shape shapeOf(double sine, double cosine, double q, double resonance, double a) {
  const double wholeSine = 2 * sine * cosine;
  return {1 - 2 * sine * sine, wholeSine / (2 * q), wholeSine / (2 * resonance),
          wholeSine * 0.70710678118654752440, a};  // α of the shelves: S = 1
}

template <Unnormalized (*kFormula)(const Shape&)>
void evaluate(BiquadCoefficients* coefficients, const Shapes& s, size_t n) {
  for (size_t i = 0; i < n; i++) {
    coefficients[i] = normalized(kFormula(shapeOf(s.sine[i], s.cosine[i], s.q[i], s.resonance[i], s.a[i])));
  }
}

// What remains where the formulas don't apply: at frequencies 0 and sampleRate / 2 poles meet zeros on the unit circle,
// and with Q = 0 α is infinite. There the limit of H(z) is a constant: a factor, for some times A².
struct Limit {
  double factor;
  bool squareOfA;
};

// By BiquadType. `usesQ`: whether the last limit exists.
struct Filter {
  void (*evaluate)(BiquadCoefficients* coefficients, const Shapes& shapes, size_t n);
  Limit atZero, atNyquist;
  bool usesQ;
  Limit withoutQ;
};
constexpr Limit kNone{0, false}, kAll{1, false}, kGain{1, true}, kInverted{-1, false};
constexpr Filter kFilters[] = {
    {evaluate<lowpass>, kNone, kAll, false, kAll},  {evaluate<highpass>, kAll, kNone, false, kAll},
    {evaluate<bandpass>, kNone, kNone, true, kAll}, {evaluate<lowshelf>, kAll, kGain, false, kAll},
    {evaluate<highshelf>, kGain, kAll, false, kAll}, {evaluate<peaking>, kAll, kAll, true, kGain},
    {evaluate<notch>, kAll, kAll, true, kNone},     {evaluate<allpass>, kAll, kAll, true, kInverted},
};

// 10^(Q / 20) and 10^(gain / 40) as powers of two.
constexpr double kResonanceExponent = 3.32192809488736234787 / 20, kGainExponent = 3.32192809488736234787 / 40;

// The nominal ranges of Q, where it counts in decibels, and of gain: beyond them the powers leave the range of floats.
// https://webaudio.github.io/web-audio-api/#dom-biquadfilternode-q
// https://webaudio.github.io/web-audio-api/#dom-biquadfilternode-gain
constexpr double kLargest = 3.402823669209385e38;  // 2^128

double limited(double power) { return power > kLargest ? kLargest : power < 1 / kLargest ? 1 / kLargest : power; }

void limit(double* powers, size_t n) {
  for (size_t i = 0; i < n; i++) powers[i] = limited(powers[i]);
}

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
  filter.evaluate(&result, {&sine, &cosine, &q, &resonance, &a}, 1);
  return result;
}

void biquadFrequencyResponse(const BiquadCoefficients& c, double sampleRate, const float* frequencyHz,
                             float* magResponse, float* phaseResponse, size_t n) {
  const double feedforward[] = {c.b0, c.b1, c.b2}, feedback[] = {1, c.a1, c.a2};
  frequencyResponse(feedforward, 3, feedback, 3, sampleRate, frequencyHz, magResponse, phaseResponse, n);
}

Biquad::Biquad(double sampleRate, size_t maxChannels) : sampleRate_(sampleRate), histories_(maxChannels) {
  const double a[] = {0, 0};
  recursion_.set(a, 2);
}

BiquadCoefficients Biquad::coefficientsAt(size_t frame, const Params& params) const {
  // https://webaudio.github.io/web-audio-api/#computedfrequency
  const double frequency = params.frequency.at(frame) * std::exp2(static_cast<double>(params.detune.at(frame)) / 1200);
  return biquadCoefficients(type_, frequency, params.q.at(frame), params.gain.at(frame), sampleRate_);
}

// The same for n frames, at most kChunk, with the expensive functions evaluated for several at once.
void Biquad::coefficientsOf(BiquadCoefficients* coefficients, size_t n, const Params& params) const {
  const Kernels& k = kernels();
  const Filter& filter = kFilters[static_cast<size_t>(type_)];
  const double nyquist = sampleRate_ / 2;
  double frequency[kChunk], half[kChunk], sine[kChunk], cosine[kChunk], q[kChunk], resonance[kChunk], a[kChunk];

  if (params.detune.values) {
    k.exp2(frequency, params.detune.values, 1.0 / 1200, n);
  } else {
    const double ratio = std::exp2(static_cast<double>(params.detune.value) / 1200);
    for (size_t i = 0; i < n; i++) frequency[i] = ratio;
  }
  if (params.q.values) {
    k.exp2(resonance, params.q.values, kResonanceExponent, n);
    limit(resonance, n);
  } else {
    const double constant = limited(std::exp2(params.q.value * kResonanceExponent));
    for (size_t i = 0; i < n; i++) resonance[i] = constant;
  }
  if (params.gain.values) {
    k.exp2(a, params.gain.values, kGainExponent, n);
    limit(a, n);
  } else {
    const double constant = limited(std::exp2(params.gain.value * kGainExponent));
    for (size_t i = 0; i < n; i++) a[i] = constant;
  }
  for (size_t i = 0; i < n; i++) {
    frequency[i] *= params.frequency.at(i);
    q[i] = params.q.at(i);
    const double inside = frequency[i] > 0 ? (frequency[i] < nyquist ? frequency[i] : nyquist) : 0;
    half[i] = kPi / sampleRate_ * inside;
  }
  k.sineAndCosine(sine, cosine, half, n);
  filter.evaluate(coefficients, {sine, cosine, q, resonance, a}, n);
  for (size_t i = 0; i < n; i++) isLimit(filter, frequency[i], nyquist, q[i], a[i], coefficients[i]);
}

void Biquad::process(const float* const* input, float* const* output, size_t channels, size_t n,
                     const Params& params) {
  const bool varying = params.frequency.values || params.detune.values || params.q.values || params.gain.values;
  if (!varying) {
    const BiquadCoefficients now = coefficientsAt(0, params);
    if (now.a1 != coefficients_.a1 || now.a2 != coefficients_.a2) {
      const double a[] = {now.a1, now.a2};
      recursion_.set(a, 2);
    }
    coefficients_ = now;
    for (size_t channel = 0; channel < channels; channel++) {
      processConstant(input[channel], output[channel], n, histories_[channel]);
    }
  } else {
    BiquadCoefficients coefficients[kChunk];
    for (size_t done = 0; done < n; done += kChunk) {
      const size_t count = n - done < kChunk ? n - done : kChunk;
      coefficientsOf(coefficients, count,
                     {params.frequency.from(done), params.detune.from(done), params.q.from(done), params.gain.from(done)});
      for (size_t channel = 0; channel < channels; channel++) {
        processVarying(input[channel] + done, output[channel] + done, count, histories_[channel], coefficients);
      }
    }
  }
  for (size_t channel = channels; channel < histories_.size(); channel++) histories_[channel] = {};
}

void Biquad::processConstant(const float* input, float* output, size_t n, History& history) {
  const Kernels& k = kernels();
  const double feedforward[] = {coefficients_.b0, coefficients_.b1, coefficients_.b2};
  for (size_t done = 0; done < n; done += kChunk) {
    const size_t count = n - done < kChunk ? n - done : kChunk;
    float x[2 + kChunk];
    double y[2 + kChunk];
    x[0] = static_cast<float>(history.x2);
    x[1] = static_cast<float>(history.x1);
    y[0] = history.y2;
    y[1] = history.y1;
    k.copy(x + 2, input + done, count);
    k.fir(y + 2, x + 2, feedforward, 2, count);
    k.recursion(y + 2, y + 2, recursion_.impulse, recursion_.responses[0], 2, count);
    k.toFloat(output + done, y + 2, count);
    history = {x[count + 1], x[count], y[count + 1], y[count]};
  }
}

void Biquad::processVarying(const float* input, float* output, size_t n, History& history,
                            const BiquadCoefficients* coefficients) {
  History h = history;
  for (size_t i = 0; i < n; i++) {
    const BiquadCoefficients& c = coefficients[i];
    const double x = input[i];
    const double y = c.b0 * x + c.b1 * h.x1 + c.b2 * h.x2 - c.a2 * h.y2 - c.a1 * h.y1;
    h = {x, h.x1, y, h.y1};
    output[i] = static_cast<float>(y);
  }
  history = h;
}

bool Biquad::settled() const {
  constexpr double kSilence = 1e-10;
  for (const History& h : histories_) {
    const double largest = std::fmax(std::fmax(std::fabs(h.x1), std::fabs(h.x2)),
                                     std::fmax(std::fabs(h.y1), std::fabs(h.y2)));
    if (largest > kSilence) return false;
  }
  return true;
}

void Biquad::reset() {
  for (History& history : histories_) history = {};
}

}  // namespace mediant::audio
