// The complex FFT behind every table of kernels; see Loops.h for how it is compiled.
//
// Stockham's self-sorting algorithm: each pass reads one pair of arrays and writes the other, all accesses are in
// order, and no bit reversal is needed. With t = p × stride + q a pass of radix 4 reads t, t + size / 4, … and writes
// q + stride × (4p + 0 … 3).
#pragma once

#include "LoopSyntax.h"
#include "../dsp/FftTables.h"

namespace mediant::audio {
namespace {

struct SplitComplex {
  float* real;
  float* imag;
};

struct Twiddle {
  float real1, imag1, real2, imag2, real3, imag3;
};

// One butterfly: four numbers `quarter` apart become four numbers `stride` apart.
inline void butterfly4(const float* MEDIANT_RESTRICT xr, const float* MEDIANT_RESTRICT xi, size_t quarter,
                       float* MEDIANT_RESTRICT yr, float* MEDIANT_RESTRICT yi, size_t stride, const Twiddle& w) {
  const float ar = xr[0], ai = xi[0];
  const float br = xr[quarter], bi = xi[quarter];
  const float cr = xr[2 * quarter], ci = xi[2 * quarter];
  const float dr = xr[3 * quarter], di = xi[3 * quarter];
  const float sumACr = ar + cr, sumACi = ai + ci, differenceACr = ar - cr, differenceACi = ai - ci;
  const float sumBDr = br + dr, sumBDi = bi + di, differenceBDr = br - dr, differenceBDi = bi - di;
  yr[0] = sumACr + sumBDr;
  yi[0] = sumACi + sumBDi;
  // (a − c) − i (b − d)
  const float r1 = differenceACr + differenceBDi, i1 = differenceACi - differenceBDr;
  yr[stride] = r1 * w.real1 - i1 * w.imag1;
  yi[stride] = r1 * w.imag1 + i1 * w.real1;
  const float r2 = sumACr - sumBDr, i2 = sumACi - sumBDi;
  yr[2 * stride] = r2 * w.real2 - i2 * w.imag2;
  yi[2 * stride] = r2 * w.imag2 + i2 * w.real2;
  // (a − c) + i (b − d)
  const float r3 = differenceACr - differenceBDi, i3 = differenceACi + differenceBDr;
  yr[3 * stride] = r3 * w.real3 - i3 * w.imag3;
  yi[3 * stride] = r3 * w.imag3 + i3 * w.real3;
}

// The first pass: stride 1, so the vectors run along p.
inline void pass4First(const SplitComplex& x, const SplitComplex& y, size_t size, const float* twiddles) {
  const size_t quarter = size / 4;
  const float* MEDIANT_RESTRICT xr = x.real;
  const float* MEDIANT_RESTRICT xi = x.imag;
  float* MEDIANT_RESTRICT yr = y.real;
  float* MEDIANT_RESTRICT yi = y.imag;
  for (size_t p = 0; p < quarter; p++) {
    const Twiddle w{twiddles[p],
                    twiddles[quarter + p],
                    twiddles[2 * quarter + p],
                    twiddles[3 * quarter + p],
                    twiddles[4 * quarter + p],
                    twiddles[5 * quarter + p]};
    butterfly4(xr + p, xi + p, quarter, yr + 4 * p, yi + 4 * p, 1, w);
  }
}

// Any later pass: the vectors run along q. kStride is the stride where the compiler should know it, else 0.
template <size_t kStride>
inline void pass4(const SplitComplex& x, const SplitComplex& y, size_t size, size_t anyStride, const float* twiddles) {
  const size_t stride = kStride ? kStride : anyStride;
  const size_t quarter = size / 4;
  const size_t count = quarter / stride;  // of twiddle factors
  for (size_t p = 0; p < count; p++) {
    const Twiddle w{twiddles[p],
                    twiddles[count + p],
                    twiddles[2 * count + p],
                    twiddles[3 * count + p],
                    twiddles[4 * count + p],
                    twiddles[5 * count + p]};
    const float* MEDIANT_RESTRICT xr = x.real + p * stride;
    const float* MEDIANT_RESTRICT xi = x.imag + p * stride;
    float* MEDIANT_RESTRICT yr = y.real + 4 * p * stride;
    float* MEDIANT_RESTRICT yi = y.imag + 4 * p * stride;
    MEDIANT_INDEPENDENT
    for (size_t q = 0; q < stride; q++) butterfly4(xr + q, xi + q, quarter, yr + q, yi + q, stride, w);
  }
}

inline void pass2(const SplitComplex& x, const SplitComplex& y, size_t half) {
  const float* MEDIANT_RESTRICT xr = x.real;
  const float* MEDIANT_RESTRICT xi = x.imag;
  float* MEDIANT_RESTRICT yr = y.real;
  float* MEDIANT_RESTRICT yi = y.imag;
  MEDIANT_INDEPENDENT
  for (size_t q = 0; q < half; q++) {
    yr[q] = xr[q] + xr[q + half];
    yi[q] = xi[q] + xi[q + half];
    yr[q + half] = xr[q] - xr[q + half];
    yi[q + half] = xi[q] - xi[q + half];
  }
}

// In place; the work arrays are as long as the data.
void fft(const FftTables& tables, float* real, float* imag, float* workReal, float* workImag) {
  SplitComplex from{real, imag};
  SplitComplex to{workReal, workImag};
  const float* twiddles = tables.twiddles;
  size_t stride = 1;
  while (tables.size / stride >= 4) {
    if (stride == 1) {
      pass4First(from, to, tables.size, twiddles);
    } else if (stride == 4) {
      pass4<4>(from, to, tables.size, stride, twiddles);
    } else {
      pass4<0>(from, to, tables.size, stride, twiddles);
    }
    twiddles += 6 * (tables.size / stride / 4);
    stride *= 4;
    const SplitComplex swapped = from;
    from = to;
    to = swapped;
  }
  if (tables.size / stride == 2) {
    pass2(from, to, stride);
    from = to;
  }
  if (from.real != real) {
    MEDIANT_INDEPENDENT
    for (size_t i = 0; i < tables.size; i++) real[i] = from.real[i];
    MEDIANT_INDEPENDENT
    for (size_t i = 0; i < tables.size; i++) imag[i] = from.imag[i];
  }
}

// The even samples of a real signal are taken as real parts and the odd ones as imaginary parts of half as many complex
// numbers. Their transform Z holds both spectra: E[k] = (Z[k] + Z*[size − k]) / 2 and O[k] = (Z[k] − Z*[size − k]) / 2i,
// from which X[k] = E[k] + e^(−πi k / size) O[k] and X[size − k] = (E[k] − e^(…) O[k])*.
void unpackSpectrum(const FftTables& tables, float* MEDIANT_RESTRICT real, float* MEDIANT_RESTRICT imag,
                    const float* MEDIANT_RESTRICT packedReal, const float* MEDIANT_RESTRICT packedImag) {
  const size_t size = tables.size;
  const float* MEDIANT_RESTRICT rotationReal = tables.rotationReal;
  const float* MEDIANT_RESTRICT rotationImag = tables.rotationImag;
  // Upwards and downwards in two loops each of which writes in one direction.
  for (size_t i = 1; i <= size / 2; i++) {
    const size_t j = size - i;
    const float evenReal = 0.5f * (packedReal[i] + packedReal[j]), evenImag = 0.5f * (packedImag[i] - packedImag[j]);
    const float oddReal = 0.5f * (packedImag[i] + packedImag[j]), oddImag = 0.5f * (packedReal[j] - packedReal[i]);
    real[i] = evenReal + (oddReal * rotationReal[i] - oddImag * rotationImag[i]);
    imag[i] = evenImag + (oddReal * rotationImag[i] + oddImag * rotationReal[i]);
  }
  for (size_t i = 1; i < (size + 1) / 2; i++) {
    const size_t j = size - i;
    const float evenReal = 0.5f * (packedReal[i] + packedReal[j]), evenImag = 0.5f * (packedImag[i] - packedImag[j]);
    const float oddReal = 0.5f * (packedImag[i] + packedImag[j]), oddImag = 0.5f * (packedReal[j] - packedReal[i]);
    real[j] = evenReal - (oddReal * rotationReal[i] - oddImag * rotationImag[i]);
    imag[j] = (oddReal * rotationImag[i] + oddImag * rotationReal[i]) - evenImag;
  }
  real[0] = packedReal[0] + packedImag[0];
  real[size] = packedReal[0] - packedImag[0];
  imag[0] = imag[size] = 0;
}

void packSpectrum(const FftTables& tables, float* MEDIANT_RESTRICT packedReal, float* MEDIANT_RESTRICT packedImag,
                  const float* MEDIANT_RESTRICT real, const float* MEDIANT_RESTRICT imag, float scale) {
  const size_t size = tables.size;
  const float* MEDIANT_RESTRICT rotationReal = tables.rotationReal;
  const float* MEDIANT_RESTRICT rotationImag = tables.rotationImag;
  for (size_t i = 1; i <= size / 2; i++) {
    const size_t j = size - i;
    const float evenReal = real[i] + real[j], evenImag = imag[i] - imag[j];
    const float turnedReal = real[i] - real[j], turnedImag = imag[i] + imag[j];
    const float oddReal = turnedReal * rotationReal[i] + turnedImag * rotationImag[i];
    const float oddImag = turnedImag * rotationReal[i] - turnedReal * rotationImag[i];
    packedReal[i] = scale * (evenReal - oddImag);
    packedImag[i] = scale * (evenImag + oddReal);
  }
  for (size_t i = 1; i < (size + 1) / 2; i++) {
    const size_t j = size - i;
    const float evenReal = real[i] + real[j], evenImag = imag[i] - imag[j];
    const float turnedReal = real[i] - real[j], turnedImag = imag[i] + imag[j];
    const float oddReal = turnedReal * rotationReal[i] + turnedImag * rotationImag[i];
    const float oddImag = turnedImag * rotationReal[i] - turnedReal * rotationImag[i];
    packedReal[j] = scale * (evenReal + oddImag);
    packedImag[j] = scale * (oddReal - evenImag);
  }
  packedReal[0] = scale * (real[0] + real[size]);
  packedImag[0] = scale * (real[0] - real[size]);
}

}  // namespace
}  // namespace mediant::audio
