#include "NodeRenderer.h"

#include "Renderer.h"

namespace mediant::audio {

NodeRenderer::NodeRenderer(const NodeSetup& setup)
    : id(setup.id),
      channels(setup.channels),
      inputCount_(setup.inputs),
      outputCount_(setup.outputs),
      paramCount_(setup.paramCount),
      inputs_(new Input[static_cast<size_t>(setup.inputs)]),
      outputs_(new Output[static_cast<size_t>(setup.outputs)]),
      params_(new std::unique_ptr<ParamRenderer>[static_cast<size_t>(setup.paramCount)]) {
  for (int i = 0; i < setup.paramCount; ++i) params_[i].reset(new ParamRenderer(setup.params[i], setup.sampleRate));
}

NodeRenderer::~NodeRenderer() = default;

void NodeRenderer::leave(Renderer& renderer) {
  for (int i = 0; i < paramCount_; ++i) params_[i]->forget(renderer);
}

Signal NodeRenderer::takeInput(Renderer& renderer, int index, const ChannelConfig& config) {
  if (inputs_[index].empty()) return Signal();
  --pendingInputs_;
  return inputs_[index].take(renderer.contributions(), config);
}

void NodeRenderer::discardInputs(Renderer& renderer) {
  for (int i = 0; i < inputCount_; ++i) inputs_[i].discard(renderer.contributions());
  for (int i = 0; i < paramCount_; ++i) params_[i]->input.discard(renderer.contributions());
  pendingInputs_ = 0;
}

}  // namespace mediant::audio
