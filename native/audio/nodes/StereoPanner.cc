// https://webaudio.github.io/web-audio-api/#StereoPannerNode
#include "../dsp/StereoPanner.h"

#include "ChannelPointers.h"
#include "NodeTypes.h"

namespace mediant::audio {

namespace {

class StereoPannerRenderer final : public NodeRenderer {
 public:
  using NodeRenderer::NodeRenderer;

  void process(Renderer& renderer) override {
    Signal input = takeInput(renderer, 0);
    if (!input) return;
    if (input.silent()) {
      renderer.push(*this, 0, renderer.silence(2));
      return;
    }
    const ParamValues pan = param(0).compute(renderer);
    input.applyGain();
    // The constraints on the channel count leave one or two channels.
    const size_t count = input.channels() == 1 ? 1 : 2;
    Signal output = renderer.allocate(2);
    panStereo(ChannelPointers(input), count, ChannelPointers(output), renderer.quantum(), pan);
    renderer.push(*this, 0, std::move(output));
  }
};

}  // namespace

const NodeType kStereoPannerType = {NodeKind::StereoPanner, 1, 1, 1, makeNode<StereoPannerRenderer>};

}  // namespace mediant::audio
