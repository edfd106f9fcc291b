#include "Biquad.h"

#include <cmath>

#include "FrequencyResponse.h"

namespace mediant::audio {

namespace {

constexpr double kPi = 3.141592653589793238462643383280;

struct Unnormalized {
  double b0, b1, b2, a0, a1, a2;
};

// What the formulas need, and the filters that remain where they don't apply: at frequencies 0 and sampleRate / 2
// poles meet zeros on the unit circle, and with Q = 0 α is infinite. There the limit of H(z) is a constant.
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

// By BiquadType. The limits at frequency 0, at the Nyquist frequency and for Q = 0 are powers of A times a sign;
// `usesQ`: whether the third exists.
struct Limit {
  double factor;
  bool shelf;  // times A²
};
struct Filter {
  Unnormalized (*formula)(const Shape&);
  Limit atZero, atNyquist;
  bool usesQ;
  Limit withoutQ;
};
constexpr Limit kNone{0, false}, kAll{1, false}, kGain{1, true}, kInverted{-1, false};
constexpr Filter kFilters[] = {
    {lowpass, kNone, kAll, false, kAll},     {highpass, kAll, kNone, false, kAll}, {bandpass, kNone, kNone, true, kAll},
    {lowshelf, kAll, kGain, false, kAll},    {highshelf, kGain, kAll, false, kAll}, {peaking, kAll, kAll, true, kGain},
    {notch, kAll, kAll, true, kNone},        {allpass, kAll, kAll, true, kInverted},
};

}  // namespace

BiquadCoefficients biquadCoefficients(BiquadType type, double computedFrequency, double q, double gain,
                                      double sampleRate) {
  const Filter& filter = kFilters[static_cast<size_t>(type)];
  Shape shape;
  shape.a = std::pow(10, gain / 40);
  const auto constant = [&shape](const Limit& limit) {
    BiquadCoefficients result;
    result.b0 = limit.factor * (limit.shelf ? shape.a * shape.a : 1);
    return result;
  };
  if (!(computedFrequency > 0)) return constant(filter.atZero);
  if (computedFrequency >= sampleRate / 2) return constant(filter.atNyquist);
  if (filter.usesQ && !(q > 0)) return constant(filter.withoutQ);

  const double omega = 2 * kPi * computedFrequency / sampleRate;
  const double sine = std::sin(omega);
  shape.cosine = std::cos(omega);
  shape.alphaQ = sine / (2 * q);
  shape.alphaQdB = sine / (2 * std::pow(10, q / 20));
  shape.alphaS = sine / 2 * std::sqrt(2.0);  // S = 1
  const Unnormalized u = filter.formula(shape);
  return {u.b0 / u.a0, u.b1 / u.a0, u.b2 / u.a0, u.a1 / u.a0, u.a2 / u.a0};
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
      for (size_t i = 0; i < count; i++) coefficients[i] = coefficientsAt(done + i, params);
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
