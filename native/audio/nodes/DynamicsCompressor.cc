// https://webaudio.github.io/web-audio-api/#DynamicsCompressorNode
#include "../dsp/DynamicsCompressor.h"

#include <atomic>
#include <cmath>

#include "FilterRenderer.h"

namespace mediant::audio {

namespace {

class DynamicsCompressorRenderer final : public FilterRenderer {
 public:
  explicit DynamicsCompressorRenderer(const NodeSetup& setup) : FilterRenderer(setup), compressor_(setup.sampleRate, kMaxChannels) {}

  // Control thread.
  float reduction() const override { return reduction_.load(std::memory_order_relaxed); }

 protected:
  Signal filter(Renderer& renderer, Signal signal) override {
    DynamicsCompressor::Params params;
    params.threshold = param(0).compute(renderer).value;
    params.knee = param(1).compute(renderer).value;
    params.ratio = param(2).compute(renderer).value;
    params.attack = param(3).compute(renderer).value;
    params.release = param(4).compute(renderer).value;
    const bool silent = signal.silent();
    signal.makeWritable();
    const ChannelPointers pointers(signal);
    compressor_.process(silent ? nullptr : static_cast<float* const*>(pointers), pointers, static_cast<size_t>(signal.channels()),
                        renderer.quantum(), params);
    reduction_.store(compressor_.reduction(), std::memory_order_relaxed);
    return signal;
  }
  // The gain has to come back, too.
  bool settled(uint64_t) const override {
    constexpr float kInaudible = 0.01f;  // dB
    return compressor_.settled() && std::fabs(compressor_.reduction()) < kInaudible;
  }
  void reset() override { reduction_.store(0, std::memory_order_relaxed); }

 private:
  DynamicsCompressor compressor_;
  std::atomic<float> reduction_{0};
};

}  // namespace

const NodeType kDynamicsCompressorType = {NodeKind::DynamicsCompressor, 1,       1, 5, makeNode<DynamicsCompressorRenderer>,
                                          nullptr,                      0, false, true};

}  // namespace mediant::audio
