#include "RingReader.h"

#include <algorithm>
#include <cmath>

namespace mediant::audio {

namespace {

// Frames that are resampled at once.
constexpr size_t kChunk = 128;
// Frames of a fade.
constexpr size_t kFade = 64;
// What wake-ups of producer and reader may be late together.
constexpr double kReserveSeconds = 0.005;
// What delays may add to the latency.
constexpr double kMostGrowthSeconds = 0.25;
// A gap that was longer is a pause of the producer, no delay.
constexpr double kLongestDelaySeconds = 0.2;
// Seconds in which a difference of position is made up for, and the greatest change of speed that this may take.
constexpr double kCatchUpSeconds = 4;
constexpr double kMostCorrection = 0.005;
// Differences beyond are not made up for: one clock has jumped.
constexpr double kJumpSeconds = 0.05;
// Seconds that the latency shrinks by in a second without gaps.
constexpr double kRecovery = 0.001;

}  // namespace

RingReader::RingReader(const PcmRing& ring, const Options& options)
    : ring_(ring),
      options_(options),
      leastLatency_(options.blockSeconds + kReserveSeconds + SincTable::reach(ring.sampleRate(), options.sampleRate)),
      latency_(leastLatency_) {
  if (options_.isSameClock) return;
  const double ratio = ring.sampleRate() / options.sampleRate;
  table_ = SincTable::forRatio(ratio);
  const double step = ratio * 1.05;  // clocks that differ and corrections make it larger
  windowFrames_ = static_cast<size_t>(std::ceil(std::min(kChunk, options.quantum) * step)) + 2 * table_->half() + 2;
  window_.resize(windowFrames_ * static_cast<size_t>(ring.channels()));
  for (int channel = 0; channel < ring.channels(); ++channel) {
    windows_.push_back(window_.data() + static_cast<size_t>(channel) * windowFrames_);
  }
  taps_.resize(2 * table_->half());
}

bool RingReader::read(float* const* outputs, size_t frames, int64_t frame, double seconds, double framePeriod) {
  if (options_.isSameClock) return copyFrames(outputs, frames, frame - static_cast<int64_t>(options_.quantum));
  return framePeriod > 0 && readResampled(outputs, frames, seconds, framePeriod);
}

// The producer may run before or after the reader within a quantum; what it wrote in the last one is there in any case.
bool RingReader::copyFrames(float* const* outputs, size_t frames, int64_t from) {
  const int64_t written = ring_.written();
  if (from < 0 || from + static_cast<int64_t>(frames) > written) return false;
  bool isWhole = true;
  for (int channel = 0; channel < ring_.channels(); ++channel) isWhole = ring_.read(channel, from, outputs[channel], frames) && isWhole;
  return isWhole;
}

bool RingReader::readResampled(float* const* outputs, size_t frames, double seconds, double framePeriod) {
  ring_.readAnchor(anchor_);
  if (!(anchor_.framePeriod > 0)) return false;
  const int64_t written = ring_.written();
  const double elapsed = std::clamp(seconds - lastTime_, 0.0, 1.0);
  lastTime_ = seconds;
  latency_ = std::max(leastLatency_, latency_ - elapsed * kRecovery);

  // Where the reader should be, in frames from what has been written.
  const double rate = 1 / anchor_.framePeriod;
  const double target = static_cast<double>(anchor_.frame - written) + (seconds - latency_ - anchor_.seconds) * rate;
  const double ratio = framePeriod * rate;
  const double needed = static_cast<double>(frames) * ratio * (1 + kMostCorrection) + static_cast<double>(table_->half()) + 1;

  if (isPlaying_) {
    const double position = static_cast<double>(base_ - written) + fraction_;
    const double error = target - position;
    const bool isLost = static_cast<double>(written - base_) + needed > static_cast<double>(ring_.capacity());
    if (std::fabs(error) > kJumpSeconds * rate || isLost) {
      fadeOut(outputs, 0, frames, ratio, written);
      isPlaying_ = false;
      return true;
    }
    const double correction = std::clamp(error / (kCatchUpSeconds * rate), -kMostCorrection, kMostCorrection);
    const double step = ratio * (1 + correction);
    const size_t done = resample(outputs, 0, frames, step, written);
    if (fadedIn_ < kFade) fadeIn(outputs, 0, done);
    if (done < frames) {
      fadeOut(outputs, done, frames, step, written);
      isPlaying_ = false;
      gapSince_ = seconds + static_cast<double>(done) * framePeriod;
    }
    return true;
  }

  // After a delay, what was lacking is the latency from now on; after a pause there is nothing to be learnt.
  const double gap = seconds + static_cast<double>(frames) * framePeriod - gapSince_;
  const double growth = gap < kLongestDelaySeconds ? std::min(gap, leastLatency_ + kMostGrowthSeconds - latency_) : 0;
  const double start = target - growth * rate;
  if (start + needed > 0 || -start > static_cast<double>(ring_.capacity()) - needed) return false;
  latency_ += growth;
  isPlaying_ = true;
  fadedIn_ = 0;
  base_ = written + static_cast<int64_t>(std::floor(start));
  fraction_ = start - std::floor(start);
  fadeIn(outputs, 0, resample(outputs, 0, frames, ratio, written));
  return true;
}

// Reads until the input is used up; returns the number of frames.
size_t RingReader::resample(float* const* outputs, size_t from, size_t frames, double step, int64_t written) {
  const int64_t half = static_cast<int64_t>(table_->half());
  while (from < frames) {
    size_t count = std::min(frames - from, std::min(kChunk, options_.quantum));
    // The frames that the last output of the chunk is made of end here.
    const auto endOf = [&](size_t outputs) {
      return base_ + static_cast<int64_t>(std::floor(fraction_ + static_cast<double>(outputs - 1) * step)) + half + 1;
    };
    if (endOf(count) > written) {
      const double room = static_cast<double>(written - half - 1 - base_) - fraction_;
      count = room < 0 ? 0 : std::min(count, static_cast<size_t>(room / step) + 1);
      while (count > 0 && endOf(count) > written) --count;
      if (count == 0) return from;
    }
    const int64_t start = base_ - half + 1;
    const size_t length = std::min(windowFrames_, static_cast<size_t>(endOf(count) - start));
    for (int channel = 0; channel < ring_.channels(); ++channel) {
      ring_.read(channel, start, window_.data() + static_cast<size_t>(channel) * windowFrames_, length);
    }
    for (size_t i = 0; i < count; ++i) {
      const double position = fraction_ + static_cast<double>(i) * step;
      const double whole = std::floor(position);
      table_->interpolate(windows_.data(), static_cast<size_t>(whole), position - whole, outputs, from + i, ring_.channels(), taps_.data());
    }
    const double position = fraction_ + static_cast<double>(count) * step;
    const double whole = std::floor(position);
    base_ += static_cast<int64_t>(whole);
    fraction_ = position - whole;
    from += count;
  }
  return from;
}

// Goes on with what is left, as if silence followed, and fills the rest with silence.
void RingReader::fadeOut(float* const* outputs, size_t from, size_t frames, double step, int64_t written) {
  const int64_t half = static_cast<int64_t>(table_->half());
  const double left = static_cast<double>(written - base_) - fraction_;
  const size_t count = std::min({kFade, frames - from, static_cast<size_t>(std::max(0.0, left / step))});
  const int64_t start = base_ - half + 1;
  const size_t length = std::min(windowFrames_, static_cast<size_t>(std::max<int64_t>(0, written - start)));
  for (int channel = 0; channel < ring_.channels(); ++channel) {
    float* samples = window_.data() + static_cast<size_t>(channel) * windowFrames_;
    ring_.read(channel, start, samples, length);
    std::fill(samples + length, samples + windowFrames_, 0.0f);
  }
  for (size_t i = 0; i < count; ++i) {
    const double position = fraction_ + static_cast<double>(i) * step;
    const double whole = std::floor(position);
    table_->interpolate(windows_.data(), static_cast<size_t>(whole), position - whole, outputs, from + i, ring_.channels(), taps_.data());
    const float gain = 1 - static_cast<float>(i + 1) / static_cast<float>(count);
    for (int channel = 0; channel < ring_.channels(); ++channel) outputs[channel][from + i] *= gain;
  }
  for (int channel = 0; channel < ring_.channels(); ++channel) {
    std::fill(outputs[channel] + from + count, outputs[channel] + frames, 0.0f);
  }
}

void RingReader::fadeIn(float* const* outputs, size_t from, size_t frames) {
  for (size_t i = from; i < frames && fadedIn_ < kFade; ++i, ++fadedIn_) {
    const float gain = static_cast<float>(fadedIn_) / kFade;
    for (int channel = 0; channel < ring_.channels(); ++channel) outputs[channel][i] *= gain;
  }
}

}  // namespace mediant::audio
