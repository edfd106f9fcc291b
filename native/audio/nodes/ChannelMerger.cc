// https://webaudio.github.io/web-audio-api/#ChannelMergerNode
#include "../kernels/Kernels.h"
#include "NodeTypes.h"

namespace mediant::audio {

namespace {

class ChannelMergerRenderer final : public NodeRenderer {
 public:
  using NodeRenderer::NodeRenderer;

  void process(Renderer& renderer) override {
    Signal merged;
    bool silent = true;
    for (int i = 0; i < inputCount(); ++i) {
      Signal input = takeInput(renderer, i);
      if (!input) continue;
      if (!merged) {
        merged = renderer.allocate(inputCount());
        kernels().fill(merged.channel(0), 0, static_cast<size_t>(inputCount()) * merged.stride());
      }
      if (input.silent()) continue;
      silent = false;
      kernels().scale(merged.channel(i), input.channel(0), input.gain(), renderer.quantum());
    }
    // Without an active input the output is one channel of silence.
    if (merged) renderer.push(*this, 0, silent ? renderer.silence(inputCount()) : std::move(merged));
  }
};

}  // namespace

const NodeType kChannelMergerType = {NodeKind::ChannelMerger, 1, 1, 0, makeNode<ChannelMergerRenderer>};

}  // namespace mediant::audio
