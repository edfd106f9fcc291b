#include "DynamicsCompressor.h"

#include <algorithm>
#include <cmath>

#include "../kernels/Kernels.h"

namespace mediant::audio {

namespace {

// Deviation: the specification's internal graph delays by a DelayNode of 6 ms, which at most sample rates would
// interpolate between frames and take treble away. A whole number of frames does not.
constexpr double kLookaheadSeconds = 0.006;
constexpr double kDetectorReleaseSeconds = 0.0025;
constexpr double kShortestAttackSeconds = 0.001;
constexpr double kHalfPi = 1.57079632679489661923;

double toDecibels(double linear) { return 20 * std::log10(linear); }
double fromDecibels(double decibels) { return std::pow(10, decibels / 20); }

double power(double base, size_t exponent) {
  double result = 1;
  for (; exponent > 0; exponent >>= 1, base *= base) {
    if (exponent & 1) result *= base;
  }
  return result;
}

// How a level within the knee is bent. https://webaudio.github.io/web-audio-api/#compression-curve
double bent(double level, double threshold, double bend) {
  return level < threshold ? level : threshold - std::expm1(-bend * (level - threshold)) / bend;
}

// The bend with which the curve has a slope, in decibels per decibel, at the end of the knee, by bisection.
double bendFor(double slope, double threshold, double kneeEnd) {
  constexpr int kSteps = 15;
  double least = 0.1, most = 10000, bend = 5;
  for (int i = 0; i < kSteps; i++) {
    const double rise = toDecibels(bent(kneeEnd * 1.001, threshold, bend) / bent(kneeEnd, threshold, bend));
    (rise < slope * toDecibels(1.001) ? most : least) = bend;
    bend = std::sqrt(least * most);
  }
  return bend;
}

// The release frames' share of the release time by the way to go, 0 for 12 dB and more, 3 for none: through 0.09, 0.16,
// 0.42 and 0.98 at 0, 1, 2 and 3.
double releaseShare(double x) {
  return 0.09 + x * (0.00598875 + x * (0.05040951 + x * (0.01265542 + x * 0.00094632)));
}

}  // namespace

DynamicsCompressor::DynamicsCompressor(double sampleRate, size_t maxChannels)
    : sampleRate_(sampleRate),
      delayFrames_(static_cast<size_t>(kLookaheadSeconds * sampleRate)),
      ringFrames_(delayFrames_ + kChunk),
      silentFrames_(delayFrames_),
      lines_(maxChannels, Line{std::vector<float>(ringFrames_), ringFrames_}) {
  setCurve(params_);
}

void DynamicsCompressor::setCurve(const Params& params) {
  params_ = params;
  const double slope = 1.0 / params.ratio, threshold = fromDecibels(params.threshold);
  const double end = fromDecibels(static_cast<double>(params.threshold) + params.knee);
  const double bend = bendFor(slope, threshold, end);
  const double offset = std::log2(bent(end, threshold, bend)) - slope * std::log2(end);
  curve_ = {static_cast<float>(threshold), static_cast<float>(end), static_cast<float>(bend), static_cast<float>(offset),
            static_cast<float>(slope)};
  // Computing the makeup gain.
  const double fullRange = 1 < end ? bent(1, threshold, bend) : std::exp2(offset);
  makeup_ = static_cast<float>(std::pow(1 / fullRange, 0.6));
}

void DynamicsCompressor::process(const float* const* input, float* const* output, size_t channels, size_t n,
                                 const Params& params) {
  const Kernels& k = kernels();
  if (params.threshold != params_.threshold || params.knee != params_.knee || params.ratio != params_.ratio) {
    setCurve(params);
  }
  silentFrames_ = input ? 0 : std::min(silentFrames_ + n, delayFrames_);

  for (size_t done = 0; done < n; done += kChunk) {
    const size_t count = std::min(kChunk, n - done);
    // The loudest channel decides for all.
    float attenuation[kChunk], rise[kChunk], gain[kChunk];
    k.fill(attenuation, 0, count);
    for (size_t channel = 0; input && channel < channels; channel++) {
      const float* samples = input[channel] + done;
      for (size_t i = 0; i < count; i++) attenuation[i] = std::max(attenuation[i], std::fabs(samples[i]));
    }
    k.compressionGain(attenuation, rise, attenuation, curve_, static_cast<float>(kDetectorReleaseSeconds * sampleRate_),
                      count);
    followEnvelope(attenuation, rise, gain, count, params);
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
  reduction_ = static_cast<float>(std::max(-1000.0, toDecibels(std::sin(kHalfPi * compressorGain_))));
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

// Steps 4.2 to 4.4: the detector goes at once to what is lower, and a share of the way to what is higher. That is, it becomes
// min(a, kept × average + added); of four such steps in a row one is made, as each waits for the one before.
void DynamicsCompressor::detect(const float* attenuation, const float* rise, size_t n) {
  struct Step {
    float most, kept, added;
    Step then(const Step& next) const {
      return {std::min(next.most, next.kept * most + next.added), next.kept * kept, next.kept * added + next.added};
    }
    float operator()(float average) const { return std::min(most, kept * average + added); }
  };
  const auto step = [&](size_t i) { return Step{attenuation[i], 1 - rise[i], attenuation[i] * rise[i]}; };
  float average = detectorAverage_;
  size_t i = 0;
  for (; i + 4 <= n; i += 4) average = step(i).then(step(i + 1)).then(step(i + 2).then(step(i + 3)))(average);
  for (; i < n; i++) average = step(i)(average);
  detectorAverage_ = average;
}

// Steps 4.2 to 4.9, the envelope rate and where it leads to being decided for some frames at a time.
void DynamicsCompressor::followEnvelope(const float* attenuation, const float* rise, float* gain, size_t n,
                                        const Params& params) {
  const Kernels& k = kernels();
  const double attackFrames = std::max<double>(params.attack, kShortestAttackSeconds) * sampleRate_;
  const double releaseFrames = params.release * sampleRate_;
  float x[kChunk];
  for (size_t done = 0; done < n; done += kStep) {
    const size_t count = std::min(kStep, n - done);
    const double desired = std::asin(static_cast<double>(detectorAverage_)) / kHalfPi;
    const double distance = toDecibels(compressorGain_ / std::max(desired, 1e-20));
    if (desired > compressorGain_) {
      attackDecibels_ = 0;
      const double framesForFive = releaseFrames * releaseShare(0.25 * (std::max(-12.0, distance) + 12));
      const double rate = framesForFive > 1 ? fromDecibels(5 / framesForFive) : 2;
      k.geometric(x + done, 0, compressorGain_ * rate, rate, count);
      compressorGain_ = std::min(1.0, compressorGain_ * power(rate, count));
    } else {
      attackDecibels_ = std::max(attackDecibels_, distance);
      const double left = std::pow(0.25 / std::max(0.5, attackDecibels_), 1 / attackFrames);
      k.geometric(x + done, desired, (compressorGain_ - desired) * left, left, count);
      compressorGain_ = desired + (compressorGain_ - desired) * power(left, count);
    }
    detect(attenuation + done, rise + done, count);
  }
  k.clamp(x, x, 0, 1, 1, n);
  // The gain of equal-power panning's other channel is the sine.
  float cosine[kChunk];
  k.equalPower(cosine, gain, x, n);
  k.scale(gain, gain, makeup_, n);
}

}  // namespace mediant::audio
