// https://webaudio.github.io/web-audio-api/#AudioDestinationNode
#include "../engine/Mix.h"
#include "NodeTypes.h"

namespace mediant::audio {

namespace {

class DestinationRenderer final : public NodeRenderer {
 public:
  using NodeRenderer::NodeRenderer;

  void process(Renderer& renderer) override {
    Signal input = takeInput(renderer, 0);
    if (!input) return;
    if (output(0).count > 0) renderer.push(*this, 0, input.share());
    // The device, or the rendered buffer, may have another number of channels than the node.
    mix(renderer.outputChannels(), renderer.outputChannelCount(), input, channels.interpretation, false);
    renderer.setOutputWritten();
  }
};

}  // namespace

const NodeType kDestinationType = {NodeKind::Destination, 1, 1, 0, makeNode<DestinationRenderer>};

}  // namespace mediant::audio
