// The signal of an OscillatorNode.
// https://webaudio.github.io/web-audio-api/#OscillatorNode
#pragma once

#include <cstddef>
#include <cstdint>

#include "ParamView.h"
#include "PeriodicWave.h"

namespace mediant::audio {

// Render thread; allocates nothing. The caller keeps the wave alive, and calls render() only for the frames between
// start and stop.
class Oscillator {
 public:
  explicit Oscillator(double sampleRate) : sampleRate_(sampleRate) {}

  // The phase is kept. Null means a sine.
  void setWave(const PeriodicWave* wave) {
    wave_ = wave;
    rangeFrequency_ = 0;
  }

  // To be called once, before the first render(). `elapsedFrames` is the distance from the exact start time to the
  // first frame rendered, in [0, 1).
  void start(double elapsedFrames) { startOffset_ = elapsedFrames; }

  // Writes n frames. Frequency in Hz and detune in cents are the computed values of the parameters.
  void render(float* output, size_t n, ParamView frequency, ParamView detune);

 private:
  static constexpr size_t kChunk = 64;

  double computedOscFrequency(double frequency, double ratio) const;
  const PeriodicWave::Range& rangeFor(double frequency);
  void renderConstant(float* output, size_t n, double frequency);
  void renderChunk(float* output, size_t n, ParamView frequency, ParamView detune, double constantRatio);
  void advance(double cycles);

  double sampleRate_;
  const PeriodicWave* wave_ = nullptr;
  PeriodicWave::Range range_{};  // of wave_ at rangeFrequency_, when that is not 0
  double rangeFrequency_ = 0;
  double phase_ = 0;        // cycles, in [0, 1)
  double startOffset_ = 0;  // frames that phase_ does not account for yet
};

}  // namespace mediant::audio
