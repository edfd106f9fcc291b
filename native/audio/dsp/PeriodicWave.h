// Band-limited wave tables of one PeriodicWave.
// https://webaudio.github.io/web-audio-api/#PeriodicWave
//
// Built on the control thread, immutable afterwards, read by any number of render threads.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <vector>

#include "../engine/Commands.h"

namespace mediant::audio {

class PeriodicWave {
 public:
  // The Fourier coefficients as createPeriodicWave() takes them: element 0 is ignored, `length` is that of both arrays.
  PeriodicWave(double sampleRate, const float* real, const float* imag, size_t length, bool disableNormalization);

  // The wave of a built-in type other than Custom; one per sample rate is built and shared. Control threads only.
  static std::shared_ptr<const PeriodicWave> standard(OscillatorType type, double sampleRate);

  // The tables for a fundamental of `frequency` Hz (any sign): `low` carries the most partials that stay below the
  // Nyquist frequency, `high` is the next one with fewer; `mix` is the share of `high`.
  struct Range {
    const float* low;   // points at sample 0; one sample before it and two behind 2^bits samples are its continuation
    const float* high;
    float mix;
    uint32_t bits;
  };
  Range rangeFor(double frequency) const;

  bool isSine() const { return isSine_; }  // one partial, b[1] = 1: may be computed directly
  double sampleRate() const { return sampleRate_; }
  size_t memoryBytes() const;

 private:
  struct Table {
    size_t partials;
    uint32_t bits;
    std::vector<float> samples;
  };

  double sampleRate_;
  bool isSine_ = false;
  std::vector<Table> tables_;
};

}  // namespace mediant::audio
