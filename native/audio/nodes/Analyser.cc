#include "Analyser.h"

#include <algorithm>

#include "../engine/Mix.h"

namespace mediant::audio {

AnalyserRenderer::AnalyserRenderer(const NodeSetup& setup)
    : NodeRenderer(setup), ring_(new std::atomic<float>[kCapacity]()) {}

void AnalyserRenderer::process(Renderer& renderer) {
  Signal input = takeInput(renderer, 0);
  const size_t n = renderer.quantum();
  if (input && !input.silent()) {
    // https://webaudio.github.io/web-audio-api/#current-time-domain-data: down-mixed as if channelCount were 1.
    if (input.channels() == 1) {
      write(input.channel(0), input.gain(), n);
    } else {
      Signal mono = renderer.allocate(1);
      mix(mono, input, ChannelInterpretation::Speakers, false);
      write(mono.channel(0), 1, n);
    }
    silentFrames_ = 0;
    renderer.activate(*this);
  } else if (active) {
    // Writes silence until nothing else is left, then sleeps.
    write(nullptr, 0, n);
    silentFrames_ += n;
    if (silentFrames_ >= kCapacity) renderer.deactivate(*this);
  }
  if (input) renderer.push(*this, 0, std::move(input));
}

void AnalyserRenderer::write(const float* samples, float gain, size_t n) {
  const uint64_t begin = written_.load(std::memory_order_relaxed);
  // Whoever reads while this is written over sees it by `writing_`.
  writing_.store(begin + n, std::memory_order_relaxed);
  std::atomic_thread_fence(std::memory_order_release);
  for (size_t i = 0; i < n; ++i) {
    ring_[(begin + i) % kCapacity].store(samples ? samples[i] * gain : 0.0f, std::memory_order_relaxed);
  }
  written_.store(begin + n, std::memory_order_release);
}

void AnalyserRenderer::readTimeDomain(float* out, size_t n) const {
  n = std::min<size_t>(n, kFrames);
  for (;;) {
    const uint64_t end = written_.load(std::memory_order_acquire);
    // Frames before the first one written are zero, as the ring was made.
    const uint64_t begin = end + kCapacity - n;
    for (size_t i = 0; i < n; ++i) out[i] = ring_[(begin + i) % kCapacity].load(std::memory_order_relaxed);
    std::atomic_thread_fence(std::memory_order_acquire);
    // Again, should the render thread have come round meanwhile: it has to render half the ring for that.
    if (writing_.load(std::memory_order_relaxed) - end <= kCapacity - n) return;
  }
}

const NodeType kAnalyserType = {NodeKind::Analyser, 1, 1, 0, makeNode<AnalyserRenderer>};

}  // namespace mediant::audio
