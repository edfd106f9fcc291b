#include "DelayHistory.h"

#include <algorithm>
#include <cmath>

#include "../engine/Mix.h"
#include "../kernels/Kernels.h"

namespace mediant::audio {

DelayHistory::DelayHistory(double maxDelayTime, double sampleRate, int renderQuantumSize, int channels)
    : sampleRate_(sampleRate), quantum_(renderQuantumSize), maxDelayFrames_(maxDelayTime * sampleRate) {
  // The frames read reach back from the quantum being rendered by the delay and one more for interpolation.
  const size_t quanta = static_cast<size_t>(std::ceil((maxDelayFrames_ + 1) / quantum_)) + 2;
  frames_ = quanta * static_cast<size_t>(quantum_);
  quanta_.resize(quanta);
  channels_.reserve(kMaxChannels);  // so that the render thread can add to it
  std::vector<ZeroedFloats> memory = makeChannels(channels);
  addChannels(memory);
}

std::vector<ZeroedFloats> DelayHistory::makeChannels(int channels) {
  std::vector<ZeroedFloats> memory;
  for (; channelsMade_ < channels; ++channelsMade_) {
    memory.push_back(makeZeroedFloats(frames_));
    if (!memory.back()) {
      memory.pop_back();
      break;
    }
  }
  return memory;
}

void DelayHistory::addChannels(std::vector<ZeroedFloats>& channels) {
  for (ZeroedFloats& memory : channels) channels_.push_back(std::move(memory));
}

bool DelayHistory::write(int64_t frame, const Signal& input) {
  Quantum& quantum = quantumOf(frame);
  const int channels = std::min(input.channels(), static_cast<int>(channels_.size()));
  bool sound = false;
  for (int i = 0; i < channels && !input.silent() && !sound; ++i) sound = !kernels().isZero(input.channel(i), input.quantum());
  quantum.frame = frame;
  quantum.channels = channels;
  const size_t at = indexOf(frame);
  for (int i = 0; i < channels; ++i) {
    float* y = channels_[static_cast<size_t>(i)].get() + at;
    input.silent() ? kernels().fill(y, 0, input.quantum()) : kernels().scale(y, input.channel(i), input.gain(), input.quantum());
  }
  inputEnd_ = frame + quantum_;
  if (sound) soundEnd_ = inputEnd_;
  return sound;
}

Signal DelayHistory::read(Renderer& renderer, ParamView delayTime, double leastDelayFrames, ChannelInterpretation interpretation) {
  const int64_t frame = renderer.frame();
  const size_t n = renderer.quantum();
  const auto delayAt = [&](float seconds) {
    return std::min(std::max(seconds * sampleRate_, leastDelayFrames), std::max(maxDelayFrames_, leastDelayFrames));
  };

  // Frame i comes from between frames i − ceil(delay) and the one after it.
  double most = delayAt(delayTime.at(0)), least = most;
  if (delayTime.values) {
    for (size_t i = 1; i < n; ++i) {
      const double delay = delayAt(delayTime.values[i]);
      most = std::max(most, delay);
      least = std::min(least, delay);
    }
  }
  const int64_t first = frame - static_cast<int64_t>(std::ceil(most));
  const int64_t last = std::min(frame + static_cast<int64_t>(n) - 1 - static_cast<int64_t>(std::floor(least)),
                                frame + static_cast<int64_t>(n) - 1);
  const int channels = channelsBetween(first, last);
  if (channels == 0) return Signal();
  fillIn(renderer, first, last, channels, interpretation);

  Signal output = renderer.allocate(channels);
  if (!delayTime.values) {
    const double whole = std::ceil(most);
    const float fraction = static_cast<float>(whole - most);
    for (int c = 0; c < channels; ++c) {
      const float* ring = channels_[static_cast<size_t>(c)].get();
      copyFrom(output.channel(c), ring, first, n);
      if (fraction == 0) continue;
      Signal next = renderer.allocate(1);
      copyFrom(next.channel(0), ring, first + 1, n);
      kernels().addScaledPair(output.channel(c), output.channel(c), 1 - fraction, next.channel(0), fraction, n);
    }
    return output;
  }
  for (size_t i = 0; i < n; ++i) {
    const double delay = delayAt(delayTime.values[i]);
    const double whole = std::ceil(delay);
    const float fraction = static_cast<float>(whole - delay);
    const int64_t from = frame + static_cast<int64_t>(i) - static_cast<int64_t>(whole);
    // Frames before the beginning are silence.
    const size_t a = indexOf(from + static_cast<int64_t>(frames_));
    const size_t b = fraction == 0 ? a : (a + 1 == frames_ ? 0 : a + 1);
    for (int c = 0; c < channels; ++c) {
      const float* ring = channels_[static_cast<size_t>(c)].get();
      output.channel(c)[i] = ring[a] + (ring[b] - ring[a]) * fraction;
    }
  }
  return output;
}

int DelayHistory::channelsBetween(int64_t first, int64_t last) {
  int channels = 0;
  for (int64_t frame = std::max<int64_t>(0, first) / quantum_ * quantum_; frame <= last; frame += quantum_) {
    const Quantum& quantum = quantumOf(frame);
    if (quantum.frame == frame) channels = std::max(channels, quantum.channels);
  }
  return channels;
}

// Brings the quanta between two frames to `channels` channels.
void DelayHistory::fillIn(Renderer& renderer, int64_t first, int64_t last, int channels, ChannelInterpretation interpretation) {
  first = (first >= 0 ? first : first - quantum_ + 1) / quantum_ * quantum_;
  for (int64_t frame = first; frame <= last; frame += quantum_) {
    Quantum& quantum = quantumOf(frame + static_cast<int64_t>(frames_));
    const bool stored = quantum.frame == frame;
    if (stored && quantum.channels == channels) continue;
    float* destination[kMaxChannels];
    const size_t at = indexOf(frame + static_cast<int64_t>(frames_));
    for (int i = 0; i < channels; ++i) destination[i] = channels_[static_cast<size_t>(i)].get() + at;
    if (!stored || quantum.channels == 0) {
      for (int i = 0; i < channels; ++i) kernels().fill(destination[i], 0, static_cast<size_t>(quantum_));
      if (!stored) continue;
    } else if (quantum.channels < channels) {
      Signal source = renderer.allocate(quantum.channels);
      for (int i = 0; i < quantum.channels; ++i) kernels().copy(source.channel(i), destination[i], source.quantum());
      mix(destination, channels, source, interpretation, false);
      quantum.channels = channels;
    }
  }
}

void DelayHistory::copyFrom(float* y, const float* ring, int64_t first, size_t n) const {
  const size_t at = indexOf(first + static_cast<int64_t>(frames_));
  const size_t head = std::min(n, frames_ - at);
  kernels().copy(y, ring + at, head);
  kernels().copy(y + head, ring, n - head);
}

}  // namespace mediant::audio
