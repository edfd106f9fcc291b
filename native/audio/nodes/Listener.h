// https://webaudio.github.io/web-audio-api/#AudioListener
#pragma once

#include <memory>

#include "../dsp/HrtfSet.h"
#include "../dsp/Panner.h"
#include "NodeTypes.h"

namespace mediant::audio {

// Has params only. Panners ask for their values; the render order puts every panner behind the listener, and so behind
// what moves its params.
class ListenerRenderer final : public NodeRenderer {
 public:
  using NodeRenderer::NodeRenderer;

  void process(Renderer& renderer) override { view(renderer); }
  void arrive(Renderer& renderer) override { renderer.setListener(this); }
  void leave(Renderer& renderer) override;

  // Computed once a quantum.
  const ListenerView& view(Renderer& renderer);

  // Where there is no listener: at the origin, looking along −z.
  static const ListenerView kDefault;

  std::shared_ptr<const HrtfSet> hrtf;  // control thread: what panners to come hear through

 private:
  static constexpr int kParams = 9;  // position, forward, up

  ParamValues values_[kParams];
  ListenerView view_;
  int64_t computedFrame_ = -1;
};

// Control thread. The responses of the context's listener; null where there are none.
std::shared_ptr<const HrtfSet> hrtfOfListener(const Graph& graph);

}  // namespace mediant::audio
