// The compressor of a DynamicsCompressorNode.
// https://webaudio.github.io/web-audio-api/#DynamicsCompressorOptions-processing
//
// What the specification leaves open is done as browsers do it, so that a mix is as loud here as there:
// - Knee: the compression curve bends exponentially, by as much as brings it to the slope of the ratio at the knee's end.
// - Detector: it follows a louder input at once, and a quieter one by so many decibels in 2.5 ms as are being taken off, 2
//   at least.
// - Attack and release: the detector is looked at every 32 frames, and the gain moves towards its value of then, through a
//   sine: what is applied is sin(π / 2 × compressor gain).
// - Attack: within the attack time the longest way of this attack, in decibels, shrinks to a quarter of a decibel.
// - Release: the gain rises by 5 dB in 0.98 of the release time, and in 0.09 of it where it is 12 dB or more away.
#pragma once

#include <cstddef>
#include <vector>

#include "../kernels/Kernels.h"

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
  static constexpr size_t kStep = 32;

  // The delay of one channel.
  struct Line {
    std::vector<float> ring;
    size_t silentFrames;  // since the channel was there
  };

  void setCurve(const Params& params);
  void detect(const float* attenuation, const float* rise, size_t n);
  void followEnvelope(const float* attenuation, const float* rise, float* gain, size_t n, const Params& params);
  void write(const float* input, size_t n, Line& line) const;
  void read(float* output, const float* gain, size_t n, const Line& line) const;

  double sampleRate_;
  size_t delayFrames_;
  size_t ringFrames_;
  size_t position_ = 0;
  size_t silentFrames_;
  Params params_;  // that the curve is made of
  CompressionCurve curve_;
  float makeup_;
  float detectorAverage_ = 1;  // [[detector average]]: step 4.4 makes 1 of the first silence
  double compressorGain_ = 1;  // [[compressor gain]]
  double attackDecibels_ = 0;  // the longest way of the attack under way
  float reduction_ = 0;
  std::vector<Line> lines_;
};

}  // namespace mediant::audio
