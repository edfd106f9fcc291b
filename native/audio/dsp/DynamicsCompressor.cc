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
      lines_(maxChannels, Line{std::vector<float>(ringFrames_), ringFrames_}) {}

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
    for (size_t channel = 0; channel < lines_.size(); channel++) {
      Line& line = lines_[channel];
      if (channel < channels) {
        write(input ? input[channel] + done : nullptr, count, line);
        read(output[channel] + done, gain, count, line);
        line.silentFrames = 0;
      } else if (line.silentFrames < ringFrames_) {
        write(nullptr, count, line);
        line.silentFrames += count;
      }
    }
    position_ = (position_ + count) % ringFrames_;
  }
  reduction_ = compressorGain_ > 0 ? 20 * std::log10(compressorGain_) : -1000;
}

// The ring holds the delay and one chunk: writing never overtakes reading. An output may be its input.
void DynamicsCompressor::write(const float* input, size_t n, Line& line) const {
  const Kernels& k = kernels();
  float* ring = line.ring.data();
  const size_t head = std::min(n, ringFrames_ - position_);
  if (input) {
    k.copy(ring + position_, input, head);
    k.copy(ring, input + head, n - head);
  } else {
    k.fill(ring + position_, 0, head);
    k.fill(ring, 0, n - head);
  }
}

void DynamicsCompressor::read(float* output, const float* gain, size_t n, const Line& line) const {
  const Kernels& k = kernels();
  const float* ring = line.ring.data();
  const size_t from = (position_ + ringFrames_ - delayFrames_) % ringFrames_;
  const size_t head = std::min(n, ringFrames_ - from);
  k.multiply(output, ring + from, gain, head);
  k.multiply(output + head, ring, gain + head, n - head);
}

// Steps 4.2 to 4.8 for each frame; `attenuation` is that of step 4.1. How fast the gain moves is decided a few frames at a
// time: it depends on how far the gain has to go, which changes slowly.
void DynamicsCompressor::followEnvelope(const float* attenuation, float* gain, size_t n, const Params& params) {
  const float attackFrames = std::max(1.0f, static_cast<float>(params.attack * sampleRate_));
  const float releaseFrames = std::max(1.0f, static_cast<float>(params.release * sampleRate_));
  const float detectorRelease = static_cast<float>(1 - std::exp(-1 / (kDetectorReleaseSeconds * sampleRate_)));
  // In octaves, log2 being cheaper than decibels.
  constexpr float kDecibels = 6.02059991f;
  constexpr float kQuarterDecibel = 0.25f / kDecibels, kHalfDecibel = 0.5f / kDecibels;
  const float releaseOctaves = 10 / kDecibels / releaseFrames;

  float average = detectorAverage_, compressor = compressorGain_;
  for (size_t done = 0; done < n; done += kStep) {
    const size_t count = std::min(kStep, n - done);
    const float* targets = attenuation + done;
    float rates[kStep], lowest = targets[0], highest = targets[0];
    for (size_t i = 0; i < count; i++) {
      // The detector curve: the harder the compression, the slower the release.
      rates[i] = detectorRelease * (0.5f + 0.5f * targets[i]);
      lowest = std::min(lowest, targets[i]);
      highest = std::max(highest, targets[i]);
    }
    // Towards the lowest target of these frames, and back to where the detector is.
    float envelope = 0, released = 1;
    if (lowest < compressor) {
      const float octaves = std::max(kHalfDecibel, std::log2(compressor / std::max(lowest, 1e-30f)));
      envelope = 1 - std::exp2(std::log2(kQuarterDecibel / octaves) / attackFrames);
    }
    if (highest > compressor) {
      const float octaves = std::max(0.0f, std::log2(average / compressor));
      released = std::exp2(releaseOctaves * (1 + std::min(2.0f, octaves * (kDecibels / 12))));
    }
    for (size_t i = 0; i < count; i++) {
      const float target = targets[i];
      const bool releasing = target > compressor;
      const float risen = std::min(1.0f, average + (target - average) * rates[i]);
      const float larger = std::min(1.0f, compressor * released);
      const float smaller = compressor + (target - compressor) * envelope;
      average = releasing ? risen : target;
      compressor = releasing ? larger : smaller;
      gain[done + i] = compressor;
    }
  }
  detectorAverage_ = average;
  compressorGain_ = compressor;
}

}  // namespace mediant::audio
