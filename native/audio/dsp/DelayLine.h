// The delay line of a DelayNode.
// https://webaudio.github.io/web-audio-api/#DelayNode
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "ParamView.h"

namespace mediant::audio {

// A node outside of cycles writes a quantum and then reads it. In a cycle the reader comes first, so that its delay is
// at least a quantum: https://webaudio.github.io/web-audio-api/#DelayReader
class DelayLine {
 public:
  // Control thread: allocates for the longest delay (seconds), the longest block (frames), and at most `maxChannels`.
  DelayLine(double sampleRate, double maxDelayTime, size_t maxFrames, size_t maxChannels);

  size_t channels() const { return channels_; }
  size_t maxChannels() const { return rings_.size(); }

  // Changes the number of channels; what is delayed is up- or down-mixed as a "speakers" input would be (mono, stereo;
  // other layouts keep the channels both have).
  void setChannels(size_t channels);

  // n frames for each channel; null: silence.
  void write(const float* const* input, size_t n);

  // Writes n frames for each channel: of the block just written and before, or, with `beforeWrite`, of the block about
  // to be written. The delay (seconds) is limited to what the line holds, and to n frames when reading before writing.
  void read(float* const* output, size_t n, ParamView delayTime, bool beforeWrite) const;

  // The number of frames of silence written since the last sound; beyond maxDelayFrames() nothing is left to hear.
  uint64_t silentFrames() const { return silentFrames_; }
  uint64_t maxDelayFrames() const { return maxDelayFrames_; }

 private:
  void readConstant(const float* ring, float* output, uint32_t position, double delayFrames, size_t n) const;

  double sampleRate_;
  uint64_t maxDelayFrames_;
  uint32_t mask_;
  uint32_t position_ = 0;  // where the next frame is written
  size_t channels_ = 1;
  uint64_t silentFrames_;
  std::vector<std::vector<float>> rings_;
};

}  // namespace mediant::audio
