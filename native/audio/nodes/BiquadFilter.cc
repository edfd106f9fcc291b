// https://webaudio.github.io/web-audio-api/#BiquadFilterNode
#include "../dsp/Biquad.h"
#include "FilterRenderer.h"

namespace mediant::audio {

namespace {

class BiquadFilterRenderer final : public FilterRenderer {
 public:
  explicit BiquadFilterRenderer(const NodeSetup& setup) : FilterRenderer(setup), biquad_(setup.sampleRate, kMaxChannels) {
    biquad_.setType(static_cast<BiquadType>(setup.integer(0, 0, static_cast<int>(BiquadType::Allpass))));
  }

  void setType(BiquadType type) { biquad_.setType(type); }

 protected:
  Signal filter(Renderer& renderer, Signal signal) override {
    const ParamValues frequency = param(0).compute(renderer);
    const ParamValues detune = param(1).compute(renderer);
    const ParamValues q = param(2).compute(renderer);
    const ParamValues gain = param(3).compute(renderer);
    signal.makeWritable();
    const ChannelPointers pointers(signal);
    biquad_.process(pointers, pointers, static_cast<size_t>(signal.channels()), renderer.quantum(), {frequency, detune, q, gain});
    return signal;
  }
  bool settled(uint64_t) const override { return biquad_.settled(); }
  void reset() override { biquad_.reset(); }

 private:
  Biquad biquad_;
};

void setType(const NodeMessage& message) {
  const BiquadType type = message.choice<BiquadType>(0, static_cast<int>(BiquadType::Allpass) + 1);
  message.batch.post([node = rendererOf<BiquadFilterRenderer>(message), type] { node->setType(type); });
}

const NodeMessageHandler kHandlers[] = {{NodeOp::SetBiquadType, setType}};

}  // namespace

const NodeType kBiquadFilterType = {NodeKind::Biquad, 1, 1, 4, makeNode<BiquadFilterRenderer>, kHandlers, 1, false, true};

}  // namespace mediant::audio
