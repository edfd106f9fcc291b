// The inner loops of the render engine, as a table of functions.
//
// Every entry exists as portable C++, which is the oracle of the tests; a variant for an instruction set replaces the
// table at startup. No entry allocates, and none reads or writes outside the n elements it is given. Unless an entry
// says otherwise a destination may be identical to a source, but may not overlap it in any other way; no alignment is
// demanded, and n may be any number, 0 included.
#pragma once

#include <cstddef>
#include <cstdint>

namespace mediant::audio {

struct BiquadHistory;
struct BiquadTables;
struct FftTables;

constexpr size_t kRecursionLanes = 8;
constexpr size_t kSpectrumLine = 16;

// Where a listener stands and looks: unit vectors at right angles.
struct ListenerFrame {
  double position[3];
  double right[3];
  double forward[3];
};

// Coefficients of a biquad filter for several frames, and what their formulas are evaluated for: `sine` and `cosine` are
// those of half of ω0, `resonance` is 10^(Q / 20), `a` is A.
struct BiquadArrays {
  double *b0, *b1, *b2, *a1, *a2;
};
struct BiquadArguments {
  const double *sine, *cosine, *q, *resonance, *a;
};

// The static curve of a compressor. A level up to the threshold stays; up to the end of the knee it becomes
// threshold + (1 − e^(−bend × (level − threshold))) / bend, and above that 2^(offset + slope × log2 level).
struct CompressionCurve {
  float threshold, kneeEnd, bend, offset, slope;
};

struct Kernels {
  const char* name;  // "portable", "sse4", "avx2", "avx512", "neon"

  // Moving and filling.
  void (*copy)(float* y, const float* x, size_t n);  // y = x
  void (*fill)(float* y, float value, size_t n);     // y = value

  // Sums and products.
  void (*add)(float* y, const float* x, size_t n);                                 // y += x
  void (*addConstant)(float* y, const float* x, float value, size_t n);            // y = x + value
  void (*addScaled)(float* y, const float* x, float gain, size_t n);               // y += x × gain
  void (*addMultiplied)(float* y, const float* x, const float* gain, size_t n);    // y += x × gain
  void (*scale)(float* y, const float* x, float gain, size_t n);                   // y = x × gain
  void (*multiply)(float* y, const float* x, const float* gain, size_t n);         // y = x × gain
  void (*addPair)(float* y, const float* a, const float* b, float gain, size_t n); // y = (a + b) × gain
  // y = a × gainA + b × gainB
  void (*addScaledPair)(float* y, const float* a, float gainA, const float* b, float gainB, size_t n);

  // Parameters. clamp: y = x limited to [low, high]; NaN becomes `otherwise`.
  void (*clamp)(float* y, const float* x, float low, float high, float otherwise, size_t n);
  // y[i] = first + i × step, computed in double
  void (*ramp)(float* y, double first, double step, size_t n);
  // y[i] = offset + first × ratio^i, computed in double
  void (*geometric)(float* y, double offset, double first, double ratio, size_t n);

  // Reductions. The order of the additions is not defined.
  float (*sum)(const float* x, size_t n);
  float (*sumOfSquares)(const float* x, size_t n);
  float (*maxAbs)(const float* x, size_t n);  // 0 for n = 0; NaN elements are ignored
  bool (*isZero)(const float* x, size_t n);   // all elements are +0 or −0

  // Down-mixing, https://webaudio.github.io/web-audio-api/#down-mix (channels L R C LFE SL SR).
  void (*mixSurroundToStereo)(float* left, float* right, const float* const* surround, size_t n);
  void (*mixSurroundToMono)(float* mono, const float* const* surround, size_t n);
  void (*mixQuadToMono)(float* mono, const float* const* quad, size_t n);

  // Panning. equalPower: left = cos(x × π / 2) and right = sin(x × π / 2) for x in [0, 1], to 1e-9.
  void (*equalPower)(float* left, float* right, const float* x, size_t n);
  // Bearings of points seen by a listener: side = sine and front = |cosine| of the azimuth (0 and 1 where it is not
  // defined), and the distance. A channel at right angles keeps a gain of 6e-17, as the specification's formulas have it.
  void (*bearings)(float* side, float* front, float* distance, const ListenerFrame& listener, const float* x,
                   const float* y, const float* z, size_t n);
  // https://webaudio.github.io/web-audio-api/#Spatialization-distance-effects, computed in double. The reference distance is
  // greater than 0 and the rolloff factor not negative; linearDistance has low < high. Exponential: to 1e-9.
  void (*linearDistance)(float* gain, const float* distance, double low, double high, double rolloff, size_t n);
  void (*inverseDistance)(float* gain, const float* distance, double reference, double rolloff, size_t n);
  void (*exponentialDistance)(float* gain, const float* distance, double reference, double rolloff, size_t n);
  // https://webaudio.github.io/web-audio-api/#Spatialization-equal-power-panning with a gain for each frame. In terms
  // of s = sin(azimuth) its gains are √((1 ∓ s) / 2) for mono, and for stereo |s| and |cos(azimuth)|.
  void (*panMono)(float* left, float* right, const float* input, const float* side, const float* gain, size_t n);
  void (*panStereo)(float* left, float* right, const float* inputLeft, const float* inputRight, const float* side,
                    const float* front, const float* gain, size_t n);

  // Dynamics. gain = what a level is to be multiplied with by the curve, 1 up to 0.0001; relative error below 1e-5.
  // rise = gain^(−1 / riseFrames) − 1, but at least that of a gain of −2 dB, and at most 1; riseFrames >= 2. gain may be
  // the level.
  void (*compressionGain)(float* gain, float* rise, const float* level, const CompressionCurve& curve, float riseFrames,
                          size_t n);

  // y = a[0], b[0], a[1], b[1], … of n elements each, and back; no overlap.
  void (*interleave)(float* y, const float* a, const float* b, size_t n);
  void (*deinterleave)(float* a, float* b, const float* x, size_t n);

  // Products of the spectra of a ring of blocks with those of as many parts of a response, added up. `a` and `b` hold, for
  // each line of kSpectrumLine bins, the real and the imaginary parts of that line of each of `count` spectra:
  // y = Σ a[(newest + i) mod count] × b[i] for i = 0 … count − 1, in split form.
  void (*addProducts)(float* yReal, float* yImag, const float* a, const float* b, size_t newest, size_t count, size_t lines);

  // Complex FFT, forward, of 2^k points in split form; see dsp/Fft.h, which is the interface to use. unpackSpectrum turns
  // half the points' transform of a real signal into its spectrum, packSpectrum does the reverse, times 2 × scale.
  void (*fft)(const FftTables& tables, float* real, float* imag, float* workReal, float* workImag);
  void (*unpackSpectrum)(const FftTables& tables, float* real, float* imag, const float* packedReal,
                         const float* packedImag);
  void (*packSpectrum)(const FftTables& tables, float* packedReal, float* packedImag, const float* real,
                       const float* imag, float scale);

  // sin(2π × phase) for phases in cycles. Absolute error below 2.5e-7.
  // sineConstant: phase = first + i × step, |first| and |step| <= 1, n < 2^20.
  // sine: 2^32 units to the cycle.
  void (*sineConstant)(float* y, double first, double step, size_t n);
  void (*sine)(float* y, const uint32_t* phase, size_t n);

  // A wave table of 2^bits samples, followed by one more that repeats the first, interpolated linearly at the same
  // phases.
  void (*wavetableConstant)(float* y, const float* table, uint32_t bits, double first, double step, size_t n);
  void (*wavetable)(float* y, const float* table, uint32_t bits, const uint32_t* phase, size_t n);

  // y = 2^(x × scale), relative error below 1e-9; the exponent is limited to ±1000. For detune: scale = 1 / 1200.
  void (*exp2)(double* y, const float* x, double scale, size_t n);

  // Sine and cosine of x in [0, π / 2], to 1e-13.
  void (*sineAndCosine)(double* sine, double* cosine, const double* x, size_t n);

  // y[i] = Σ coefficients[j] × x[i − j] for j = 0 … order; x has `order` elements before it. y and x may not overlap.
  void (*fir)(double* y, const double* x, const double* coefficients, size_t order, size_t n);
  // In place, in every channel: y[i] becomes y[i] − Σ a[m] × y[i − m] for m = 1 … order, with `order` results before y. The
  // tables, made by dsp/Recursion.h, hold as many zeros and then kRecursionLanes of the impulse response and, for each m,
  // of the response to y[−m] = 1, so that several results are computed at once.
  void (*recursion)(double* const* y, size_t channels, const double* impulse, const double* responses, size_t order, size_t n);
  void (*toDouble)(double* y, const float* x, size_t n);
  void (*toFloat)(float* y, const double* x, size_t n);

  // https://webaudio.github.io/web-audio-api/#filters-characteristics by BiquadType, for arguments for which the formulas
  // hold. biquadAngles: half of ω0, the frequency being limited to [0, nyquist]; whether any was outside (0, nyquist).
  void (*biquadCoefficients[8])(const BiquadArrays& results, const BiquadArguments& arguments, size_t n);
  bool (*biquadAngles)(double* angles, const float* frequency, const double* ratios, double radiansPerHertz, double nyquist,
                       size_t n);
  // A biquad filter of constant coefficients, and one with coefficients for each frame. y may be x.
  void (*biquad)(float* y, const float* x, const BiquadTables& tables, BiquadHistory& history, size_t n);
  void (*biquadVarying)(float* const* y, const float* const* x, size_t channels, const BiquadArrays& coefficients,
                        BiquadHistory* histories, size_t n);

  // y[i] = Σ taps[j] × x[i − j] for j = 0 … count − 1; x has count − 1 elements before it. No overlap.
  void (*convolve)(float* y, const float* x, const float* taps, size_t count, size_t n);
  // The same while taps change: y[i] = Σ ((1 − w) × from[j] + w × to[j]) × x[i − j] with w = first + i × step. No overlap.
  void (*convolveFading)(float* y, const float* x, const float* from, const float* to, size_t count, float first,
                         float step, size_t n);
  // https://webaudio.github.io/web-audio-api/#dom-waveshapernode-curve for a curve of at least one value; NaN counts as
  // −1. y may be x.
  void (*shape)(float* y, const float* x, const float* curve, size_t curveLength, size_t n);

  // y[i] = x[k] + (x[k + 1] − x[k]) × fraction, where k + fraction = position + i × step. Reads x[k] and x[k + 1] only.
  // The positions are not negative and stay below 2^31.
  void (*resampleLinear)(float* y, const float* x, double position, double step, size_t n);
};

// The table in force: the best one that this processor runs, or the one that MEDIANT_ISA names
// (portable, sse4, avx2, avx512, neon), or the next lower when the processor lacks that one.
inline const Kernels& kernels();

// All tables that this build carries and this processor runs, the portable one first. For tests and benchmarks.
size_t availableKernels(const Kernels** tables, size_t capacity);

// Internal. Until static objects have been made it is the portable table.
extern const Kernels* chosenKernels;
inline const Kernels& kernels() { return *chosenKernels; }

// Internal: the table of each file, made for x86-64 and ARM respectively.
extern const Kernels kPortableKernels;
const Kernels* sse4Kernels();
const Kernels* avx2Kernels();
const Kernels* avx512Kernels();
const Kernels* neonKernels();

}  // namespace mediant::audio
