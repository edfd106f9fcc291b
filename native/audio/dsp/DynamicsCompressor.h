// The compressor of a DynamicsCompressorNode.
// https://webaudio.github.io/web-audio-api/#DynamicsCompressorOptions-processing
//
// What the specification leaves open: the knee is a parabola in decibels. The detector follows a louder input at once
// and a quieter one with a time constant of 2.5 ms or more. Attacking, the gain approaches the detector exponentially, the
// faster the farther it has to go: 10 dB are gone within the attack time. Releasing, the gain rises by 10 dB in the release
// time, and up to three times as fast the farther it has to go.
#pragma once

#include <cstddef>
#include <vector>

namespace mediant::audio {

class DynamicsCompressor {
 public:
  // k-rate: values at the first frame.
  struct Params {
    float threshold = -24;  // dB
    float knee = 30;        // dB
    float ratio = 12;
    float attack = 0.003f;  // seconds
    float release = 0.25f;  // seconds
  };

  // Control thread: allocates for at most `maxChannels`.
  DynamicsCompressor(double sampleRate, size_t maxChannels);

  // n frames of each channel; an output may be its input. Null: silence in.
  void process(const float* const* input, float* const* output, size_t channels, size_t n, const Params& params);

  // The lookahead, 6 ms.
  size_t latencyFrames() const { return delayFrames_; }
  // The gain, in decibels, at the end of the last process(), the makeup gain left out: 0 without a signal.
  //
  // Deviation: step 4.10 of the algorithm would count the makeup gain, which would make the value of silence positive,
  // where the definition of the attribute has 0.
  float reduction() const { return reduction_; }
  // Whether no sound is inside any more.
  bool settled() const { return silentFrames_ >= delayFrames_; }

 private:
  static constexpr size_t kChunk = 128;
  static constexpr size_t kStep = 16;

  // The delay of one channel.
  struct Line {
    std::vector<float> ring;
    size_t silentFrames;  // since the channel was there
  };

  void followEnvelope(const float* attenuation, float* gain, size_t n, const Params& params);
  void write(const float* input, size_t n, Line& line) const;
  void read(float* output, const float* gain, size_t n, const Line& line) const;

  double sampleRate_;
  size_t delayFrames_;
  size_t ringFrames_;
  size_t position_ = 0;
  size_t silentFrames_;
  float detectorAverage_ = 0;  // [[detector average]]
  float compressorGain_ = 1;   // [[compressor gain]]
  float reduction_ = 0;
  std::vector<Line> lines_;
};

}  // namespace mediant::audio
