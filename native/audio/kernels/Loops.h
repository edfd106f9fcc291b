// The loops behind every table of kernels: plain C++ that compilers vectorise.
//
// Each file portable.cc, sse4.cc, … includes this once and is compiled for its own instruction set, so everything here
// has internal linkage and uses no inline function of the standard library: a shared out-of-line copy compiled for a
// newer processor could otherwise be linked into code that runs on an older one.
//
// kLanes partial results in the reductions let the compiler use vectors without reassociating on its own.
#pragma once

#include "Kernels.h"

#include "BiquadLoops.h"
#include "FftLoops.h"
#include "IirLoops.h"
#include "Lanes.h"
#include "LookupLoops.h"
#include "LoopSyntax.h"

namespace mediant::audio {
namespace {

constexpr size_t kLanes = 16;

// ---- moving, sums, products ----------------------------------------------------------------------------------------

void copy(float* y, const float* x, size_t n) {
  MEDIANT_INDEPENDENT
  for (size_t i = 0; i < n; i++) y[i] = x[i];
}

void fill(float* y, float value, size_t n) {
  for (size_t i = 0; i < n; i++) y[i] = value;
}

void add(float* y, const float* x, size_t n) {
  MEDIANT_INDEPENDENT
  for (size_t i = 0; i < n; i++) y[i] += x[i];
}

void addConstant(float* y, const float* x, float value, size_t n) {
  MEDIANT_INDEPENDENT
  for (size_t i = 0; i < n; i++) y[i] = x[i] + value;
}

// The engine leaves the gain of a GainNode to these two (engine/Bus.h), so they round as multiplying first would:
// ∞ × gain − ∞ is NaN, and a graph sounds the same to the last bit whether a gain is applied here or before.
MEDIANT_UNFUSED void addScaled(float* y, const float* x, float gain, size_t n) {
  MEDIANT_ROUNDED
  MEDIANT_INDEPENDENT
  for (size_t i = 0; i < n; i++) y[i] += x[i] * gain;
}

void addMultiplied(float* y, const float* x, const float* gain, size_t n) {
  MEDIANT_INDEPENDENT
  for (size_t i = 0; i < n; i++) y[i] += x[i] * gain[i];
}

void scale(float* y, const float* x, float gain, size_t n) {
  MEDIANT_INDEPENDENT
  for (size_t i = 0; i < n; i++) y[i] = x[i] * gain;
}

void multiply(float* y, const float* x, const float* gain, size_t n) {
  MEDIANT_INDEPENDENT
  for (size_t i = 0; i < n; i++) y[i] = x[i] * gain[i];
}

void addPair(float* y, const float* a, const float* b, float gain, size_t n) {
  MEDIANT_INDEPENDENT
  for (size_t i = 0; i < n; i++) y[i] = (a[i] + b[i]) * gain;
}

MEDIANT_UNFUSED void addScaledPair(float* y, const float* a, float gainA, const float* b, float gainB, size_t n) {
  MEDIANT_ROUNDED
  MEDIANT_INDEPENDENT
  for (size_t i = 0; i < n; i++) y[i] = a[i] * gainA + b[i] * gainB;
}

// ---- parameters ----------------------------------------------------------------------------------------------------

void clamp(float* y, const float* x, float low, float high, float otherwise, size_t n) {
  MEDIANT_INDEPENDENT
  for (size_t i = 0; i < n; i++) {
    const float value = x[i] == x[i] ? x[i] : otherwise;
    const float raised = value < low ? low : value;
    y[i] = raised > high ? high : raised;
  }
}

void ramp(float* y, double first, double step, size_t n) {
  for (size_t i = 0; i < n; i++) y[i] = static_cast<float>(first + static_cast<double>(static_cast<int32_t>(i)) * step);
}

void geometric(float* y, double offset, double first, double ratio, size_t n) {
  // Powers one after the other wait for one another; kLanes of them at a time don't.
  double term[kLanes];
  double power = 1;
  for (size_t lane = 0; lane < kLanes; lane++) {
    term[lane] = first * power;
    power *= ratio;
  }
  size_t i = 0;
  for (; i + kLanes <= n; i += kLanes) {
    for (size_t lane = 0; lane < kLanes; lane++) {
      y[i + lane] = static_cast<float>(offset + term[lane]);
      term[lane] *= power;
    }
  }
  for (size_t lane = 0; i < n; i++, lane++) y[i] = static_cast<float>(offset + term[lane]);
}

// 2^x, relative error below 2e-10; the exponent is limited to ±1000, NaN to −1000.
inline double power2(double x) {
  const double low = x > 1000 ? 1000 : x;
  const double exponent = low > -1000 ? low : -1000;
  // Adding 1.5 × 2^52 rounds to the nearest integer, which then stands in the low bits.
  const double shifted = exponent + 6755399441055744.0;
  const double t = (exponent - (shifted - 6755399441055744.0)) * 0.69314718055994530942;
  // e^t by its series for |t| <= ln(2) / 2.
  const double series =
      1 +
      t * (1 +
           t * (1.0 / 2 +
                t * (1.0 / 6 +
                     t * (1.0 / 24 +
                          t * (1.0 / 120 + t * (1.0 / 720 + t * (1.0 / 5040 + t * (1.0 / 40320))))))));
  uint64_t bits;
  __builtin_memcpy(&bits, &shifted, sizeof bits);
  bits = (bits + 1023) << 52;  // 2^integer: all but the integer's low bits are shifted out
  double power;
  __builtin_memcpy(&power, &bits, sizeof power);
  return series * power;
}

// log2 of a positive, normal number, absolute error below 1e-10: the exponent, and a series in (m − 1) / (m + 1) for the
// mantissa m in [√½, √2).
inline double logarithm2(double x) {
  constexpr uint64_t kRootHalf = 0x3FE6A09E667F3BCD;
  uint64_t bits;
  __builtin_memcpy(&bits, &x, sizeof bits);
  // Biased, so that it is shifted as an unsigned number and converted by the trick of power2().
  const uint64_t biased = (bits - kRootHalf + (uint64_t{1024} << 52)) >> 52;
  const uint64_t mantissaBits = bits - ((biased - 1024) << 52);
  const uint64_t wholeBits = 0x4330000000000000 | biased;  // 2^52 + the integer
  double mantissa, whole;
  __builtin_memcpy(&mantissa, &mantissaBits, sizeof mantissa);
  __builtin_memcpy(&whole, &wholeBits, sizeof whole);
  const double t = (mantissa - 1) / (mantissa + 1), square = t * t;
  const double series =
      1 +
      square * (1.0 / 3 +
                square * (1.0 / 5 + square * (1.0 / 7 + square * (1.0 / 9 + square * (1.0 / 11 + square * (1.0 / 13))))));
  return (whole - (4503599627370496.0 + 1024)) + 2.88539008177792681472 * t * series;
}

void exp2(double* y, const float* x, double scale, size_t n) {
  for (size_t i = 0; i < n; i++) y[i] = power2(x[i] * scale);
}

// ---- reductions ----------------------------------------------------------------------------------------------------

float sum(const float* x, size_t n) {
  float partial[kLanes] = {};
  size_t i = 0;
  for (; i + kLanes <= n; i += kLanes) {
    for (size_t lane = 0; lane < kLanes; lane++) partial[lane] += x[i + lane];
  }
  for (size_t lane = 0; i < n; i++, lane++) partial[lane] += x[i];
  for (size_t half = kLanes / 2; half > 0; half /= 2) {
    for (size_t lane = 0; lane < half; lane++) partial[lane] += partial[lane + half];
  }
  return partial[0];
}

float sumOfSquares(const float* x, size_t n) {
  float partial[kLanes] = {};
  size_t i = 0;
  for (; i + kLanes <= n; i += kLanes) {
    for (size_t lane = 0; lane < kLanes; lane++) partial[lane] += x[i + lane] * x[i + lane];
  }
  for (size_t lane = 0; i < n; i++, lane++) partial[lane] += x[i] * x[i];
  for (size_t half = kLanes / 2; half > 0; half /= 2) {
    for (size_t lane = 0; lane < half; lane++) partial[lane] += partial[lane + half];
  }
  return partial[0];
}

inline uint32_t bitsOf(float x) {
  uint32_t bits;
  __builtin_memcpy(&bits, &x, sizeof bits);
  return bits;
}

float maxAbs(const float* x, size_t n) {
  // Without their sign, numbers are ordered as their bits are; what lies beyond infinity is NaN.
  constexpr int32_t kInfinity = 0x7F800000;
  int32_t partial[kLanes] = {};
  size_t i = 0;
  for (; i + kLanes <= n; i += kLanes) {
    for (size_t lane = 0; lane < kLanes; lane++) {
      const int32_t bits = static_cast<int32_t>(bitsOf(x[i + lane]) & 0x7FFFFFFF);
      const int32_t number = bits > kInfinity ? 0 : bits;
      partial[lane] = number > partial[lane] ? number : partial[lane];
    }
  }
  int32_t largest = 0;
  for (; i < n; i++) {
    const int32_t bits = static_cast<int32_t>(bitsOf(x[i]) & 0x7FFFFFFF);
    const int32_t number = bits > kInfinity ? 0 : bits;
    largest = number > largest ? number : largest;
  }
  for (size_t lane = 0; lane < kLanes; lane++) largest = partial[lane] > largest ? partial[lane] : largest;
  float result;
  __builtin_memcpy(&result, &largest, sizeof result);
  return result;
}

bool isZero(const float* x, size_t n) {
  // Sound is mostly not silence: look at a little at a time, and stop at the first sample that is not zero.
  size_t i = 0;
  for (; i + kLanes <= n; i += kLanes) {
    uint32_t bits = 0;
    for (size_t lane = 0; lane < kLanes; lane++) bits |= bitsOf(x[i + lane]);
    if (bits << 1) return false;  // all but the sign
  }
  for (; i < n; i++) {
    if (bitsOf(x[i]) << 1) return false;
  }
  return true;
}

// ---- mixing, https://webaudio.github.io/web-audio-api/#down-mix ----------------------------------------------------

constexpr float kSqrtHalf = 0.70710678118654752440f;

void mixSurroundToStereo(float* MEDIANT_RESTRICT left, float* MEDIANT_RESTRICT right, const float* const* surround,
                         size_t n) {
  const float *l = surround[0], *r = surround[1], *c = surround[2], *sl = surround[4], *sr = surround[5];
  for (size_t i = 0; i < n; i++) {
    left[i] = l[i] + kSqrtHalf * (c[i] + sl[i]);
    right[i] = r[i] + kSqrtHalf * (c[i] + sr[i]);
  }
}

void mixSurroundToMono(float* MEDIANT_RESTRICT mono, const float* const* surround, size_t n) {
  const float *l = surround[0], *r = surround[1], *c = surround[2], *sl = surround[4], *sr = surround[5];
  for (size_t i = 0; i < n; i++) mono[i] = kSqrtHalf * (l[i] + r[i]) + c[i] + 0.5f * (sl[i] + sr[i]);
}

void mixQuadToMono(float* MEDIANT_RESTRICT mono, const float* const* quad, size_t n) {
  const float *l = quad[0], *r = quad[1], *sl = quad[2], *sr = quad[3];
  for (size_t i = 0; i < n; i++) mono[i] = 0.25f * (l[i] + r[i] + sl[i] + sr[i]);
}

// ---- panning and dynamics -------------------------------------------------------------------------------------------

// sin(x × π / 2) for x in [0, 1], by its series: the first term left out is below 7e-10.
inline double sineOfQuarterTurns(double x) {
  const double t = x * 1.5707963267948966192, square = t * t;
  const double series =
      1 + square * (-1.0 / 6 +
                    square * (1.0 / 120 +
                              square * (-1.0 / 5040 +
                                        square * (1.0 / 362880 +
                                                  square * (-1.0 / 39916800 + square * (1.0 / 6227020800))))));
  return t * series;
}

void equalPower(float* MEDIANT_RESTRICT left, float* MEDIANT_RESTRICT right, const float* x, size_t n) {
  for (size_t i = 0; i < n; i++) {
    const double position = x[i];
    left[i] = static_cast<float>(sineOfQuarterTurns(1 - position));
    right[i] = static_cast<float>(sineOfQuarterTurns(position));
  }
}

// cos(π / 2) where π is the nearest double: what the specification's formulas give for a channel that is turned off, a
// gain which is no longer the same when a distance gain changes.
constexpr float kCosineOfRightAngle = 6.12323400e-17f;

void bearings(float* MEDIANT_RESTRICT side, float* MEDIANT_RESTRICT front, float* MEDIANT_RESTRICT distance,
              const ListenerFrame& listener, const float* x, const float* y, const float* z, size_t n) {
  const ListenerFrame l = listener;
  for (size_t i = 0; i < n; i++) {
    const double dx = x[i] - l.position[0], dy = y[i] - l.position[1], dz = z[i] - l.position[2];
    const double toRight = dx * l.right[0] + dy * l.right[1] + dz * l.right[2];
    const double ahead = dx * l.forward[0] + dy * l.forward[1] + dz * l.forward[2];
    const double level = __builtin_sqrt(toRight * toRight + ahead * ahead);
    const double inverse = level > 0 ? 1 / level : 0;
    side[i] = static_cast<float>(toRight * inverse);
    const double cosine = __builtin_fabs(ahead) * inverse;
    front[i] = level > 0 ? static_cast<float>(cosine > kCosineOfRightAngle ? cosine : kCosineOfRightAngle) : 1.0f;
    distance[i] = static_cast<float>(__builtin_sqrt(dx * dx + dy * dy + dz * dz));
  }
}

void linearDistance(float* gain, const float* distance, double low, double high, double rolloff, size_t n) {
  MEDIANT_INDEPENDENT
  for (size_t i = 0; i < n; i++) {
    const double d = distance[i], below = d < high ? d : high, within = below > low ? below : low;
    gain[i] = static_cast<float>(1 - rolloff * (within - low) / (high - low));
  }
}

void inverseDistance(float* gain, const float* distance, double reference, double rolloff, size_t n) {
  MEDIANT_INDEPENDENT
  for (size_t i = 0; i < n; i++) {
    const double d = distance[i], finite = d < 1e300 ? d : 1e300;
    const double beyond = finite > reference ? finite - reference : 0;
    gain[i] = static_cast<float>(reference / (reference + rolloff * beyond));
  }
}

void exponentialDistance(float* gain, const float* distance, double reference, double rolloff, size_t n) {
  MEDIANT_INDEPENDENT
  for (size_t i = 0; i < n; i++) {
    const double ratio = distance[i] / reference;
    const double d = ratio > 1 ? (ratio < 1e300 ? ratio : 1e300) : 1;
    gain[i] = static_cast<float>(power2(-rolloff * logarithm2(d)));
  }
}

void panMono(float* MEDIANT_RESTRICT left, float* MEDIANT_RESTRICT right, const float* MEDIANT_RESTRICT input,
             const float* side, const float* gain, size_t n) {
  constexpr float kLeast = kCosineOfRightAngle * kCosineOfRightAngle;
  for (size_t i = 0; i < n; i++) {
    const float lower = 0.5f - 0.5f * side[i], upper = 0.5f + 0.5f * side[i];
    const float sample = input[i] * gain[i];
    left[i] = sample * __builtin_sqrtf(lower > kLeast ? lower : kLeast);
    right[i] = sample * __builtin_sqrtf(upper > kLeast ? upper : kLeast);
  }
}

void panStereo(float* MEDIANT_RESTRICT left, float* MEDIANT_RESTRICT right, const float* MEDIANT_RESTRICT inputLeft,
               const float* MEDIANT_RESTRICT inputRight, const float* side, const float* front, const float* gain,
               size_t n) {
  for (size_t i = 0; i < n; i++) {
    const bool toLeft = side[i] <= 0;
    const float l = inputLeft[i] * gain[i], r = inputRight[i] * gain[i];
    left[i] = toLeft ? l - r * side[i] : l * front[i];
    right[i] = toLeft ? r * front[i] : r + l * side[i];
  }
}

// log2 of a positive, normal number, absolute error below 3e-7 relative to 1: the exponent, and a series in
// (m − 1) / (m + 1) for the mantissa m in [√½, √2).
inline float logarithm2(float x) {
  const int32_t bits = static_cast<int32_t>(bitsOf(x));
  const int32_t exponent = (bits - 0x3F3504F3) >> 23;
  const int32_t mantissaBits = bits - exponent * (1 << 23);
  float mantissa;
  __builtin_memcpy(&mantissa, &mantissaBits, sizeof mantissa);
  const float t = (mantissa - 1) / (mantissa + 1), square = t * t;
  const float series = 1 + square * (1.0f / 3 + square * (1.0f / 5 + square * (1.0f / 7)));
  return static_cast<float>(exponent) + 2.88539008f * t * series;
}

// 2^x for x in (−126, 126), as whole × (1 + series): relative error of 2^x and of 2^x − 1 below 3e-7 for |x| < 2, growing with
// the rounding of x.
struct Power2 {
  float whole, series;

  explicit Power2(float x) {
    const int32_t exponent = static_cast<int32_t>(x + (x < 0 ? -0.5f : 0.5f));
    const float t = (x - static_cast<float>(exponent)) * 0.69314718f;
    series = t * (1 + t * (0.5f + t * (1.0f / 6 + t * (1.0f / 24 + t * (1.0f / 120 + t * (1.0f / 720))))));
    const int32_t bits = (exponent + 127) * (1 << 23);
    __builtin_memcpy(&whole, &bits, sizeof whole);
  }
  float value() const { return whole + whole * series; }
  float minus1() const { return (whole - 1) + whole * series; }
};

void compressionGain(float* gain, float* MEDIANT_RESTRICT rise, const float* level, const CompressionCurve& curve,
                     float riseFrames, size_t n) {
  constexpr float kLog2E = 1.44269504f, kTwoDecibels = 0.33219281f;
  const CompressionCurve c = curve;
  const float perFrame = 1 / riseFrames, perBend = 1 / c.bend;
  MEDIANT_INDEPENDENT
  for (size_t i = 0; i < n; i++) {
    const float raised = level[i] > 0.0001f ? level[i] : 0.0001f;  // NaN too
    const float value = raised < 1e30f ? raised : 1e30f;
    const float above = value - c.threshold;
    const float over = above > 0 ? above : 0;
    const float low = value < c.threshold ? value : c.threshold;
    const float steep = -kLog2E * c.bend * over;
    const float bent = steep > -126.0f ? steep : -126.0f;
    const float straight = c.offset + c.slope * logarithm2(value);
    const Power2 power(value < c.kneeEnd ? bent : straight);
    const float shaped = value < c.kneeEnd ? low - power.minus1() * perBend : power.value();
    const float attenuation = shaped / value;
    const float audible = level[i] > 0.0001f ? attenuation : 1.0f;
    gain[i] = audible;
    const float octaves = -logarithm2(audible);
    const float share = Power2((octaves > kTwoDecibels ? octaves : kTwoDecibels) * perFrame).minus1();
    rise[i] = share < 1 ? share : 1.0f;
  }
}

void interleave(float* MEDIANT_RESTRICT y, const float* MEDIANT_RESTRICT a, const float* MEDIANT_RESTRICT b, size_t n) {
  for (size_t i = 0; i < n; i++) {
    y[2 * i] = a[i];
    y[2 * i + 1] = b[i];
  }
}

void deinterleave(float* MEDIANT_RESTRICT a, float* MEDIANT_RESTRICT b, const float* MEDIANT_RESTRICT x, size_t n) {
  for (size_t i = 0; i < n; i++) {
    a[i] = x[2 * i];
    b[i] = x[2 * i + 1];
  }
}

// The products of `count` spectra, one after the other, with as many; the sums stay in registers.
template <typename Sums>
inline void addProductsInRow(Sums& real, Sums& imag, const float* a, const float* b, size_t count) {
  for (size_t i = 0; i < count; i++, a += 2 * kSpectrumLine, b += 2 * kSpectrumLine) {
    Sums aReal, aImag, bReal, bImag;
    aReal.load(a);
    aImag.load(a + kSpectrumLine);
    bReal.load(b);
    bImag.load(b + kSpectrumLine);
    real.addProduct(aReal, bReal);
    imag.addProduct(aReal, bImag);
    real.subtractProduct(aImag, bImag);
    imag.addProduct(aImag, bReal);
  }
}

void addProducts(float* yReal, float* yImag, const float* a, const float* b, size_t newest, size_t count, size_t lines) {
  using Sums = FloatLanes<kSpectrumLine / FloatLanes<1>::kFloats>;
  for (size_t line = 0; line < lines; line++) {
    Sums real = {}, imag = {};
    addProductsInRow(real, imag, a + newest * 2 * kSpectrumLine, b, count - newest);
    addProductsInRow(real, imag, a, b + (count - newest) * 2 * kSpectrumLine, newest);
    real.store(yReal + line * kSpectrumLine);
    imag.store(yImag + line * kSpectrumLine);
    a += count * 2 * kSpectrumLine;
    b += count * 2 * kSpectrumLine;
  }
}

// ---- periodic signals ----------------------------------------------------------------------------------------------

// sin(2π × phase), by a polynomial in x = quarter turns, −1 to 1: the minimax fit of odd degree 9, which is off by
// 4e-9.
constexpr float kSine1 = 1.5707962900223114f;
constexpr float kSine3 = -0.6459633598649426f;
constexpr float kSine5 = 0.07968848053635302f;
constexpr float kSine7 = -0.004672227917175835f;
constexpr float kSine9 = 0.00015082056150747463f;

inline float sineOfPhase(uint32_t phase) {
  // Beyond a quarter of a turn on either side the top bits differ, and the sine is that of half a turn less the phase.
  const uint32_t folded = static_cast<int32_t>(phase ^ (phase << 1)) < 0 ? 0x80000000u - phase : phase;
  const float x = static_cast<float>(static_cast<int32_t>(folded)) * (1.0f / 1073741824.0f);
  const float square = x * x;
  return x * (kSine1 + square * (kSine3 + square * (kSine5 + square * (kSine7 + square * kSine9))));
}

void sineConstant(float* y, double first, double step, size_t n) {
  const PhaseRamp phases(first, step);
  const uint32_t count = static_cast<uint32_t>(n);
  for (uint32_t i = 0; i < count; i++) y[i] = sineOfPhase(phases.at(i));
}

void sine(float* MEDIANT_RESTRICT y, const uint32_t* MEDIANT_RESTRICT phase, size_t n) {
  for (size_t i = 0; i < n; i++) y[i] = sineOfPhase(phase[i]);
}

// The series of the sine on [0, π / 2]: the first term left out is below 5e-14.
inline double sineSeries(double x) {
  const double square = x * x;
  double series = 1.0 / 355687428096000;
  series = series * square - 1.0 / 1307674368000;
  series = series * square + 1.0 / 6227020800;
  series = series * square - 1.0 / 39916800;
  series = series * square + 1.0 / 362880;
  series = series * square - 1.0 / 5040;
  series = series * square + 1.0 / 120;
  series = series * square - 1.0 / 6;
  series = series * square + 1;
  return x * series;
}

void sineAndCosine(double* MEDIANT_RESTRICT sine, double* MEDIANT_RESTRICT cosine, const double* MEDIANT_RESTRICT x,
                   size_t n) {
  for (size_t i = 0; i < n; i++) {
    sine[i] = sineSeries(x[i]);
    cosine[i] = sineSeries(1.5707963267948966192 - x[i]);
  }
}

// ---- filters -------------------------------------------------------------------------------------------------------

void toDouble(double* MEDIANT_RESTRICT y, const float* MEDIANT_RESTRICT x, size_t n) {
  for (size_t i = 0; i < n; i++) y[i] = x[i];
}

void toFloat(float* MEDIANT_RESTRICT y, const double* MEDIANT_RESTRICT x, size_t n) {
  for (size_t i = 0; i < n; i++) y[i] = static_cast<float>(x[i]);
}

template <int kRegistersHeld>
inline size_t convolveLanes(float* MEDIANT_RESTRICT y, const float* MEDIANT_RESTRICT x, const float* MEDIANT_RESTRICT taps,
                            size_t count, size_t i, size_t n) {
  using Sums = FloatLanes<kRegistersHeld>;
  for (; i + Sums::kFloats <= n; i += Sums::kFloats) {
    Sums sums = {}, samples;
    for (size_t j = 0; j < count; j++) {
      samples.load(x + i - j);
      sums.addScaled(samples, taps[j]);
    }
    sums.store(y + i);
  }
  return i;
}

void convolve(float* MEDIANT_RESTRICT y, const float* MEDIANT_RESTRICT x, const float* MEDIANT_RESTRICT taps,
              size_t count, size_t n) {
  // As many sums at a time as registers hold; then fewer, for what is left.
  size_t i = convolveLanes<8>(y, x, taps, count, 0, n);
  i = convolveLanes<2>(y, x, taps, count, i, n);
  i = convolveLanes<1>(y, x, taps, count, i, n);
  for (; i < n; i++) {
    float sum = 0;
    for (size_t j = 0; j < count; j++) sum += taps[j] * *(x + i - j);
    y[i] = sum;
  }
}

template <int kRegistersHeld>
inline size_t convolveFadingLanes(float* MEDIANT_RESTRICT y, const float* MEDIANT_RESTRICT x,
                                  const float* MEDIANT_RESTRICT from, const float* MEDIANT_RESTRICT to, size_t count,
                                  float first, float step, size_t i, size_t n) {
  using Sums = FloatLanes<kRegistersHeld>;
  for (; i + Sums::kFloats <= n; i += Sums::kFloats) {
    Sums leaving = {}, coming = {}, samples;
    for (size_t j = 0; j < count; j++) {
      samples.load(x + i - j);
      leaving.addScaled(samples, from[j]);
      coming.addScaled(samples, to[j]);
    }
    float a[Sums::kFloats], b[Sums::kFloats];
    leaving.store(a);
    coming.store(b);
    for (size_t lane = 0; lane < Sums::kFloats; lane++) {
      y[i + lane] = a[lane] + (first + step * static_cast<float>(static_cast<int32_t>(i + lane))) * (b[lane] - a[lane]);
    }
  }
  return i;
}

void convolveFading(float* MEDIANT_RESTRICT y, const float* MEDIANT_RESTRICT x, const float* MEDIANT_RESTRICT from,
                    const float* MEDIANT_RESTRICT to, size_t count, float first, float step, size_t n) {
  size_t i = convolveFadingLanes<4>(y, x, from, to, count, first, step, 0, n);
  i = convolveFadingLanes<1>(y, x, from, to, count, first, step, i, n);
  for (; i < n; i++) {
    float leaving = 0, coming = 0;
    for (size_t j = 0; j < count; j++) {
      leaving += from[j] * *(x + i - j);
      coming += to[j] * *(x + i - j);
    }
    y[i] = leaving + (first + step * static_cast<float>(static_cast<int32_t>(i))) * (coming - leaving);
  }
}

constexpr Kernels table(const char* name) {
  return {name,
          copy,
          fill,
          add,
          addConstant,
          addScaled,
          addMultiplied,
          scale,
          multiply,
          addPair,
          addScaledPair,
          clamp,
          ramp,
          geometric,
          sum,
          sumOfSquares,
          maxAbs,
          isZero,
          mixSurroundToStereo,
          mixSurroundToMono,
          mixQuadToMono,
          equalPower,
          bearings,
          linearDistance,
          inverseDistance,
          exponentialDistance,
          panMono,
          panStereo,
          compressionGain,
          interleave,
          deinterleave,
          addProducts,
          fft,
          unpackSpectrum,
          packSpectrum,
          sineConstant,
          sine,
          wavetableConstant,
          wavetable,
          exp2,
          sineAndCosine,
          fir,
          recursion,
          toDouble,
          toFloat,
          {biquadCoefficients<lowpass>, biquadCoefficients<highpass>, biquadCoefficients<bandpass>,
           biquadCoefficients<lowshelf>, biquadCoefficients<highshelf>, biquadCoefficients<peaking>,
           biquadCoefficients<notch>, biquadCoefficients<allpass>},
          biquadAngles,
          biquad,
          biquadVarying,
          convolve,
          convolveFading,
          shape,
          resampleLinear};
}

}  // namespace
}  // namespace mediant::audio
