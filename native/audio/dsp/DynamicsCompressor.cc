#include "DynamicsCompressor.h"

#include <algorithm>
#include <cmath>

#include "../kernels/Kernels.h"

namespace mediant::audio {

namespace {

// Deviation: the specification's internal graph delays by a DelayNode of 6 ms, which at most sample rates would
// interpolate between frames and take treble away. The nearest whole number of frames does not.
constexpr double kLookaheadSeconds = 0.006;
constexpr double kDetectorReleaseSeconds = 0.0025;

// https://webaudio.github.io/web-audio-api/#compression-curve in decibels: what is taken off a level.
double compressionAt(double decibels, const DynamicsCompressor::Params& p) {
  const double above = std::max(0.0, decibels - p.threshold), within = std::min<double>(above, p.knee);
  return (1 - 1 / p.ratio) * ((p.knee > 0 ? within * within / (2 * p.knee) : 0) + (above - within));
}

}  // namespace

DynamicsCompressor::DynamicsCompressor(double sampleRate, size_t maxChannels)
    : sampleRate_(sampleRate),
      delayFrames_(static_cast<size_t>(std::lround(kLookaheadSeconds * sampleRate))),
      ringFrames_(delayFrames_ + kChunk),
      silentFrames_(delayFrames_),
      rings_(maxChannels, std::vector<float>(ringFrames_)) {}

void DynamicsCompressor::process(const float* const* input, float* const* output, size_t channels, size_t n,
                                 const Params& params) {
  const Kernels& k = kernels();
  const double makeupDecibels = 0.6 * compressionAt(0, params);
  const float makeup = static_cast<float>(std::pow(10, makeupDecibels / 20));
  const float reduction = 1 - 1 / params.ratio;
  silentFrames_ = input ? 0 : std::min(silentFrames_ + n, delayFrames_);

  for (size_t done = 0; done < n; done += kChunk) {
    const size_t count = std::min(kChunk, n - done);
    // The loudest channel decides for all.
    float gain[kChunk];
    k.fill(gain, 0, count);
    for (size_t channel = 0; input && channel < channels; channel++) {
      const float* samples = input[channel] + done;
      for (size_t i = 0; i < count; i++) gain[i] = std::max(gain[i], std::fabs(samples[i]));
    }
    k.compressionGain(gain, gain, params.threshold, params.knee, reduction, count);
    followEnvelope(gain, gain, count, params);
    k.scale(gain, gain, makeup, count);
    for (size_t channel = 0; channel < rings_.size(); channel++) {
      float* ring = rings_[channel].data();
      if (channel < channels) {
        delay(input ? input[channel] + done : nullptr, output[channel] + done, count, ring);
        k.multiply(output[channel] + done, output[channel] + done, gain, count);
      } else {
        float unheard[kChunk];
        delay(nullptr, unheard, count, ring);
      }
    }
    position_ = (position_ + count) % ringFrames_;
  }
  reduction_ = compressorGain_ > 0 ? 20 * std::log10(compressorGain_) : -1000;
}

void DynamicsCompressor::delay(const float* input, float* output, size_t n, float* ring) const {
  const Kernels& k = kernels();
  // The ring holds the delay and one chunk: writing never overtakes reading. An output may be its input.
  const size_t written = std::min(n, ringFrames_ - position_);
  if (input) {
    k.copy(ring + position_, input, written);
    k.copy(ring, input + written, n - written);
  } else {
    k.fill(ring + position_, 0, written);
    k.fill(ring, 0, n - written);
  }
  const size_t from = (position_ + ringFrames_ - delayFrames_) % ringFrames_;
  const size_t read = std::min(n, ringFrames_ - from);
  k.copy(output, ring + from, read);
  k.copy(output + read, ring, n - read);
}

// Steps 4.2 to 4.8 for each frame; `attenuation` is that of step 4.1.
void DynamicsCompressor::followEnvelope(const float* attenuation, float* gain, size_t n, const Params& params) {
  const float attackFrames = std::max(1.0f, static_cast<float>(params.attack * sampleRate_));
  const float releaseFrames = std::max(1.0f, static_cast<float>(params.release * sampleRate_));
  const float detectorRelease = static_cast<float>(1 - std::exp(-1 / (kDetectorReleaseSeconds * sampleRate_)));
  // In octaves, log2 being cheaper than decibels.
  constexpr float kDecibels = 6.02059991f;
  constexpr float kQuarterDecibel = 0.25f / kDecibels, kHalfDecibel = 0.5f / kDecibels;
  const float releaseOctaves = 10 / kDecibels / releaseFrames;

  float average = detectorAverage_, compressor = compressorGain_;
  for (size_t i = 0; i < n; i++) {
    const float target = attenuation[i];
    const bool releasing = target > compressor;
    // The detector curve: the harder the compression, the slower the release.
    const float rate = releasing ? detectorRelease * (0.5f + 0.5f * target) : 1;
    average = std::min(1.0f, average + (target - average) * rate);
    if (releasing) {
      if (compressor < 1) {
        const float octaves = std::max(0.0f, std::log2(average / compressor));
        const float speed = 1 + std::min(2.0f, octaves * (kDecibels / 12));
        compressor = std::min(1.0f, compressor * std::exp2(releaseOctaves * speed));
      }
    } else if (compressor > average) {
      const float octaves = std::max(kHalfDecibel, std::log2(compressor / std::max(average, 1e-30f)));
      const float envelope = 1 - std::exp2(std::log2(kQuarterDecibel / octaves) / attackFrames);
      compressor += (average - compressor) * envelope;
    }
    gain[i] = compressor;
  }
  detectorAverage_ = average;
  compressorGain_ = compressor;
}

}  // namespace mediant::audio
