#include "DelayLine.h"

#include <algorithm>
#include <cmath>

#include "../kernels/Kernels.h"

namespace mediant::audio {

DelayLine::DelayLine(double sampleRate, double maxDelayTime, size_t maxFrames, size_t maxChannels)
    : sampleRate_(sampleRate),
      maxDelayFrames_(static_cast<uint64_t>(std::ceil(maxDelayTime * sampleRate))),
      silentFrames_(maxDelayFrames_ + maxFrames) {
  // Behind the longest delay one more frame, to interpolate with, and room for the block that is written meanwhile.
  uint64_t size = 2;
  const uint64_t longest = std::max<uint64_t>(maxDelayFrames_, maxFrames);
  while (size < longest + maxFrames + 1) size *= 2;
  mask_ = static_cast<uint32_t>(size - 1);
  rings_.assign(maxChannels, std::vector<float>(size));
}

void DelayLine::setChannels(size_t channels) {
  const Kernels& k = kernels();
  const size_t size = mask_ + size_t{1};
  const size_t before = channels_;
  channels_ = channels;
  if (channels == before) return;
  if (before == 1 && channels == 2) {
    k.copy(rings_[1].data(), rings_[0].data(), size);
  } else if (before == 2 && channels == 1) {
    k.addPair(rings_[0].data(), rings_[0].data(), rings_[1].data(), 0.5f, size);
  } else {
    for (size_t channel = before; channel < channels; channel++) k.fill(rings_[channel].data(), 0, size);
  }
}

void DelayLine::write(const float* const* input, size_t n) {
  const Kernels& k = kernels();
  const size_t first = std::min<size_t>(n, mask_ + size_t{1} - position_);
  for (size_t channel = 0; channel < channels_; channel++) {
    float* ring = rings_[channel].data();
    if (input) {
      k.copy(ring + position_, input[channel], first);
      k.copy(ring, input[channel] + first, n - first);
    } else {
      k.fill(ring + position_, 0, first);
      k.fill(ring, 0, n - first);
    }
  }
  position_ = (position_ + static_cast<uint32_t>(n)) & mask_;
  silentFrames_ = input ? 0 : silentFrames_ + n;
}

void DelayLine::read(float* const* output, size_t n, ParamView delayTime, bool beforeWrite) const {
  const uint32_t position = beforeWrite ? position_ : (position_ - static_cast<uint32_t>(n)) & mask_;
  const double least = beforeWrite ? static_cast<double>(n) : 0;
  const double most = std::max(static_cast<double>(maxDelayFrames_), least);
  if (!delayTime.values) {
    const double frames = std::min(std::max(delayTime.value * sampleRate_, least), most);
    for (size_t channel = 0; channel < channels_; channel++) {
      readConstant(rings_[channel].data(), output[channel], position, frames, n);
    }
    return;
  }
  constexpr size_t kChunk = 128;
  double frames[kChunk];
  for (size_t done = 0; done < n; done += kChunk) {
    const size_t count = std::min(kChunk, n - done);
    for (size_t i = 0; i < count; i++) {
      frames[i] = std::min(std::max(delayTime.values[done + i] * sampleRate_, least), most);
    }
    for (size_t channel = 0; channel < channels_; channel++) {
      kernels().readDelayed(output[channel] + done, rings_[channel].data(), mask_,
                            position + static_cast<uint32_t>(done), frames, count);
    }
  }
}

void DelayLine::readConstant(const float* ring, float* output, uint32_t position, double delayFrames,
                             size_t n) const {
  const Kernels& k = kernels();
  const double whole = std::floor(delayFrames), nearest = std::round(delayFrames);
  const float fraction = static_cast<float>(delayFrames - whole);
  // delayTime is a float: what its rounding makes of a whole number of frames is that number.
  const bool aligned = std::fabs(delayFrames - nearest) <= delayFrames * 6e-8;
  const uint32_t frames = static_cast<uint32_t>(aligned ? nearest : whole);
  uint32_t index = (position - frames) & mask_;
  while (n > 0) {
    // Up to the end of the ring, and no pair of neighbours across it.
    size_t count = std::min<size_t>(n, mask_ + size_t{1} - index);
    if (aligned) {
      k.copy(output, ring + index, count);
    } else if (index == 0) {
      *output = ring[0] + (ring[mask_] - ring[0]) * fraction;
      count = 1;
    } else {
      k.addScaledPair(output, ring + index, 1 - fraction, ring + index - 1, fraction, count);
    }
    output += count;
    n -= count;
    index = (index + static_cast<uint32_t>(count)) & mask_;
  }
}

}  // namespace mediant::audio
