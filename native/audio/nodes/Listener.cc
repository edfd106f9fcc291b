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

std::shared_ptr<const HrtfSet> hrtfOfListener(const Graph& graph) {
  NodeRenderer* const listener = graph.listener();
  return listener ? static_cast<ListenerRenderer*>(listener)->hrtf : nullptr;
}

namespace {

void setHrtf(const NodeMessage& message) {
  if (message.attachmentCount != 1) return;
  const Lease& words = *message.attachments[0];
  rendererOf<ListenerRenderer>(message)->hrtf = HrtfSet::of(words.data(), words.length(), message.sampleRate);
}

const NodeMessageHandler kHandlers[] = {{NodeOp::SetHrtf, setHrtf}};

}  // namespace

const NodeType kListenerType = {NodeKind::Listener, 0, 0, 9, makeNode<ListenerRenderer>, kHandlers, 1, false, false, true};

}  // namespace mediant::audio
