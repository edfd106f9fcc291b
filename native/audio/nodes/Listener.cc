#include "Listener.h"

namespace mediant::audio {

const ListenerView ListenerRenderer::kDefault = {
    {{nullptr, 0}, {nullptr, 0}, {nullptr, 0}},
    {{nullptr, 0}, {nullptr, 0}, {nullptr, -1}},
    {{nullptr, 0}, {nullptr, 1}, {nullptr, 0}},
};

void ListenerRenderer::leave(Renderer& renderer) {
  for (ParamValues& values : values_) values.storage.reset();
  if (renderer.listener() == this) renderer.setListener(nullptr);
  NodeRenderer::leave(renderer);
}

const ListenerView& ListenerRenderer::view(Renderer& renderer) {
  if (computedFrame_ == renderer.frame()) return view_;
  computedFrame_ = renderer.frame();
  for (int i = 0; i < kParams; ++i) values_[i] = param(i).compute(renderer);
  view_ = {{values_[0], values_[1], values_[2]}, {values_[3], values_[4], values_[5]}, {values_[6], values_[7], values_[8]}};
  return view_;
}

const NodeType kListenerType = {NodeKind::Listener, 0, 0, 9, makeNode<ListenerRenderer>, nullptr, 0, false, false, true};

}  // namespace mediant::audio
