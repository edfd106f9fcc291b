// https://webaudio.github.io/web-audio-api/#ChannelSplitterNode
#include <algorithm>

#include "../kernels/Kernels.h"
#include "NodeTypes.h"

namespace mediant::audio {

namespace {

class ChannelSplitterRenderer final : public NodeRenderer {
 public:
  using NodeRenderer::NodeRenderer;

  void process(Renderer& renderer) override {
    // Its interpretation is always "discrete": channels that the input lacks would be silence, so it is not mixed up to
    // them.
    Signal input = takeInput(renderer, 0, {channels.count, ChannelCountMode::ClampedMax, ChannelInterpretation::Discrete});
    if (!input) return;
    for (int i = 0; i < std::min(outputCount(), input.channels()); ++i) {
      if (output(i).count == 0) continue;
      if (input.silent()) {
        renderer.push(*this, i, renderer.silence(1));
        continue;
      }
      Signal channel = renderer.allocate(1);
      kernels().scale(channel.channel(0), input.channel(i), input.gain(), renderer.quantum());
      renderer.push(*this, i, std::move(channel));
    }
  }
};

}  // namespace

const NodeType kChannelSplitterType = {NodeKind::ChannelSplitter, 1, 1, 0, makeNode<ChannelSplitterRenderer>};

}  // namespace mediant::audio
