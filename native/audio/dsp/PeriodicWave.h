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

  // One period, for fundamentals so high that only the partials up to `partials` may sound.
  struct Table {
    size_t partials;  // the number of the highest one
    uint32_t bits;    // 2^bits samples, and one more that repeats the first
    std::vector<float> samples;
  };

  // What to play at a fundamental of `frequency` Hz (of any sign): `low` has all partials that it may have, or is null
  // when there are none. Where the highest one is about to reach the Nyquist frequency it is faded out: `mix` is the
  // share, 0 most of the time, of `high`, which lacks it, and which may be null, too. At another fundamental that is no higher,
  // of `cyclesPerFrame`, the share is mixAt(cyclesPerFrame).
  struct Range {
    const Table* low;
    const Table* high;
    float mix;

    float mixAt(double cyclesPerFrame) const;
  };
  Range rangeFor(double frequency) const;

  bool isSine() const { return isSine_; }  // may be computed directly
  double sampleRate() const { return nyquist_ * 2; }
  size_t memoryBytes() const;

 private:
  double nyquist_;
  bool isSine_ = false;
  std::vector<Table> tables_;  // by falling number of partials
};

}  // namespace mediant::audio
