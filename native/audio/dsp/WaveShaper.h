// The distortion of a WaveShaperNode.
// https://webaudio.github.io/web-audio-api/#WaveShaperNode
#pragma once

#include <cstddef>
#include <vector>

#include "../engine/Commands.h"
#include "HalfBand.h"

namespace mediant::audio {

class WaveShaper {
 public:
  // Control thread: allocates for at most `maxChannels`.
  explicit WaveShaper(size_t maxChannels) : channels_(maxChannels) {}

  // Borrowed until another is set. Length 0: the input passes unchanged.
  void setCurve(const float* curve, size_t length) {
    curve_ = curve;
    curveLength_ = length;
  }
  void setOversample(OverSample oversample) { oversample_ = oversample; }

  // n frames of each channel; an output may be its input. Channels beyond `channels` forget their past.
  void process(const float* const* input, float* const* output, size_t channels, size_t n);

  // Frames by which the output is late.
  size_t latencyFrames() const;
  // Frames for which a sound goes on in the output after it has ended in the input.
  size_t tailFrames() const { return 2 * latencyFrames(); }
  // What silence becomes; where it is not 0 the node sounds without input.
  float valueOfSilence() const;

 private:
  static constexpr size_t kChunk = 128;
  static constexpr size_t kOuterTaps = 32;  // passes up to 0.45 of the sample rate
  static constexpr size_t kInnerTaps = 8;   // at the doubled rate there is much more room

  struct Channel {
    HalfBand<kOuterTaps, kChunk> outer;
    HalfBand<kInnerTaps, 2 * kChunk> inner;
    bool used = false;
  };

  void processChunk(const float* input, float* output, size_t n, Channel& channel) const;
  void shape(float* y, const float* x, size_t n) const;

  const float* curve_ = nullptr;
  size_t curveLength_ = 0;
  OverSample oversample_ = OverSample::None;
  std::vector<Channel> channels_;
};

}  // namespace mediant::audio
