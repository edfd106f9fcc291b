#include "NodeRenderer.h"

#include <new>

#include "Renderer.h"

namespace mediant::audio {

namespace {

constexpr std::align_val_t kParamAlignment{alignof(ParamRenderer)};

ParamRenderer* makeParams(const NodeSetup& setup) {
  if (setup.paramCount == 0) return nullptr;
  void* memory = ::operator new(static_cast<size_t>(setup.paramCount) * sizeof(ParamRenderer), kParamAlignment);
  ParamRenderer* params = static_cast<ParamRenderer*>(memory);
  for (int i = 0; i < setup.paramCount; ++i) new (params + i) ParamRenderer(setup.params[i], setup.sampleRate);
  return params;
}

}  // namespace

NodeRenderer::NodeRenderer(const NodeSetup& setup)
    : channels(setup.channels),
      params_(makeParams(setup)),
      inputs_(setup.inputs),
      outputs_(setup.outputs),
      inputCount_(setup.inputs),
      outputCount_(setup.outputs),
      paramCount_(setup.paramCount),
      id(setup.id) {}

NodeRenderer::~NodeRenderer() {
  for (int i = 0; i < paramCount_; ++i) params_[i].~ParamRenderer();
  ::operator delete(params_, kParamAlignment);
}

void NodeRenderer::leave(Renderer& renderer) {
  for (int i = 0; i < paramCount_; ++i) params_[i].forget(renderer);
}

void NodeRenderer::discardInputs(Renderer& renderer) {
  for (int i = 0; i < inputCount_; ++i) inputs_[i].discard(renderer.contributions());
  for (int i = 0; i < paramCount_; ++i) params_[i].input.discard(renderer.contributions());
  pendingInputs_ = 0;
}

}  // namespace mediant::audio
