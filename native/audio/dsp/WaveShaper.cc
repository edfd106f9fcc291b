#include "WaveShaper.h"

namespace mediant::audio {

void WaveShaper::shape(float* y, const float* x, size_t n) const {
  if (curveLength_ > 0) {
    kernels().shape(y, x, curve_, curveLength_, n);
  } else if (y != x) {
    kernels().copy(y, x, n);
  }
}

float WaveShaper::valueOfSilence() const {
  const float silence = 0;
  float value;
  shape(&value, &silence, 1);
  return value;
}

size_t WaveShaper::latencyFrames() const {
  // Without a curve nothing is oversampled.
  if (curveLength_ == 0) return 0;
  // Up and down again, the inner filters at twice the rate.
  switch (oversample_) {
    case OverSample::None:
      return 0;
    case OverSample::X2:
      return 2 * kOuterTaps;
    case OverSample::X4:
      return 2 * kOuterTaps + kInnerTaps;
  }
  return 0;
}

void WaveShaper::process(const float* const* input, float* const* output, size_t channels, size_t n) {
  const bool oversampled = latencyFrames() > 0;
  for (size_t i = 0; i < channels; i++) {
    if (!oversampled) {
      shape(output[i], input[i], n);
      continue;
    }
    channels_[i].used = true;
    for (size_t done = 0; done < n; done += kChunk) {
      const size_t count = n - done < kChunk ? n - done : kChunk;
      processChunk(input[i] + done, output[i] + done, count, channels_[i]);
    }
  }
  for (size_t i = oversampled ? channels : 0; i < channels_.size(); i++) {
    if (channels_[i].used) channels_[i] = Channel();
  }
}

void WaveShaper::processChunk(const float* input, float* output, size_t n, Channel& channel) const {
  float twice[2 * kChunk];
  channel.outer.up(input, twice, n);
  if (oversample_ == OverSample::X2) {
    shape(twice, twice, 2 * n);
  } else {
    float fourTimes[4 * kChunk];
    channel.inner.up(twice, fourTimes, 2 * n);
    shape(fourTimes, fourTimes, 4 * n);
    channel.inner.down(fourTimes, twice, 2 * n);
  }
  channel.outer.down(twice, output, n);
}

}  // namespace mediant::audio
