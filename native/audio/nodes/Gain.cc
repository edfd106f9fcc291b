// https://webaudio.github.io/web-audio-api/#GainNode
#include "../kernels/Kernels.h"
#include "NodeTypes.h"

namespace mediant::audio {

namespace {

class GainRenderer final : public NodeRenderer {
 public:
  using NodeRenderer::NodeRenderer;

  void process(Renderer& renderer) override {
    Signal signal = takeInput(renderer, 0);
    if (!signal) return;
    const ParamValues gain = param(0).compute(renderer);
    if (signal.silent() || (!gain.values && gain.value == 0)) {
      renderer.push(*this, 0, renderer.silence(signal.channels()));
      return;
    }
    if (!gain.values) {
      // Left to whoever takes the signal; one factor only, so that the result is that of multiplying twice.
      if (gain.value != 1) {
        signal.applyGain();
        signal.setGain(gain.value);
      }
      renderer.push(*this, 0, std::move(signal));
      return;
    }
    signal.applyGain();
    Signal result = signal.writable() ? std::move(signal) : renderer.allocate(signal.channels());
    const Signal& source = signal ? signal : result;
    for (int i = 0; i < result.channels(); ++i) {
      kernels().multiply(result.channel(i), source.channel(i), gain.values, renderer.quantum());
    }
    renderer.push(*this, 0, std::move(result));
  }
};

}  // namespace

const NodeType kGainType = {NodeKind::Gain, 1, 1, 1, makeNode<GainRenderer>};

}  // namespace mediant::audio
