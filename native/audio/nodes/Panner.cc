// https://webaudio.github.io/web-audio-api/#PannerNode
#include "../dsp/Panner.h"

#include "ChannelPointers.h"
#include "Listener.h"
#include "NodeTypes.h"

namespace mediant::audio {

namespace {

class PannerRenderer final : public NodeRenderer {
 public:
  using NodeRenderer::NodeRenderer;

  void set(const PannerSettings& settings) { settings_ = settings; }

  void process(Renderer& renderer) override {
    Signal input = takeInput(renderer, 0);
    if (!input) return;
    if (input.silent()) {
      renderer.push(*this, 0, renderer.silence(2));
      return;
    }
    ParamValues values[6];
    for (int i = 0; i < 6; ++i) values[i] = param(i).compute(renderer);
    const VectorView position = {values[0], values[1], values[2]};
    const VectorView orientation = {values[3], values[4], values[5]};
    ListenerRenderer* listener = renderer.listener();
    input.applyGain();
    // The constraints on the channel count leave one or two channels.
    const size_t count = input.channels() == 1 ? 1 : 2;
    Signal output = renderer.allocate(2);
    panEqualPower(settings_, ChannelPointers(input), count, ChannelPointers(output), renderer.quantum(), position, orientation,
                  listener ? listener->view(renderer) : ListenerRenderer::kDefault);
    renderer.push(*this, 0, std::move(output));
  }

 private:
  PannerSettings settings_;
};

void setPanner(const NodeMessage& message) {
  PannerSettings settings;
  settings.distanceModel = message.choice<DistanceModel>(1, static_cast<int>(DistanceModel::Exponential) + 1);
  settings.refDistance = message.argument(2, settings.refDistance);
  settings.maxDistance = message.argument(3, settings.maxDistance);
  settings.rolloffFactor = message.argument(4, settings.rolloffFactor);
  settings.coneInnerAngle = message.argument(5, settings.coneInnerAngle);
  settings.coneOuterAngle = message.argument(6, settings.coneOuterAngle);
  settings.coneOuterGain = message.argument(7, settings.coneOuterGain);
  message.batch.post([node = rendererOf<PannerRenderer>(message), settings] { node->set(settings); });
}

const NodeMessageHandler kHandlers[] = {{NodeOp::SetPanner, setPanner}};

}  // namespace

const NodeType kPannerType = {NodeKind::Panner, 1, 1, 6, makeNode<PannerRenderer>, kHandlers, 1};

}  // namespace mediant::audio
