// Head-related responses for one sample rate: what either ear hears of an impulse, by direction.
//
// They come as levels in decibels over frequency and a time of arrival for each direction measured (assets/hrtf.README.md
// has the layout of the words), from which a response of minimum phase is made at any sample rate. Directions lie in
// rings of equal elevation; between them, responses and times of arrival are interpolated linearly along and across
// the rings, which hearing takes for what lies between, since responses of minimum phase begin together.
//
// The set describes the left ear of a symmetric head. The right ear hears from an azimuth what the left one hears
// from the opposite azimuth.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <vector>

namespace mediant::audio {

class HrtfSet {
 public:
  // Control threads. The set of all users of the same words at the same rate; null where the words make no sense.
  static std::shared_ptr<const HrtfSet> of(const float* words, size_t count, double sampleRate);

  // What lies between directions: four responses of taps() taps with their weights, which sum up to 1.
  struct Blend {
    const float* responses[4];
    float weights[4];
    double delayFrames;
  };
  // For the left ear. Azimuth clockwise from straight ahead, elevation upwards, in degrees. Where nothing was measured
  // above or below, the last ring goes on.
  Blend at(double azimuth, double elevation) const;

  size_t taps() const { return taps_; }
  double sampleRate() const { return sampleRate_; }
  double maxDelayFrames() const { return maxDelayFrames_; }

 private:
  struct Source;
  struct Ring {
    double elevation;
    size_t first;  // index of the direction straight ahead; the others follow clockwise at even distances
    size_t count;
  };

  HrtfSet(const Source& source, double sampleRate);
  void makeResponses(const Source& source);

  uint64_t fingerprint_ = 0;  // of the words
  double sampleRate_;
  size_t taps_;
  double maxDelayFrames_ = 0;
  std::vector<Ring> rings_;
  std::vector<double> delayFrames_;  // by direction
  std::vector<float> responses_;     // by direction, tap
};

}  // namespace mediant::audio
