// https://webaudio.github.io/web-audio-api/#WaveShaperNode
#include "../dsp/WaveShaper.h"

#include <vector>

#include "FilterRenderer.h"

namespace mediant::audio {

namespace {

class WaveShaperRenderer final : public FilterRenderer {
 public:
  explicit WaveShaperRenderer(const NodeSetup& setup) : FilterRenderer(setup), shaper_(kMaxChannels) {}

  // The curve so far is left in `curve`, to be freed on the control thread.
  void exchangeCurve(Renderer& renderer, std::vector<float>& curve, OverSample oversample) {
    curve_.swap(curve);
    shaper_.setCurve(curve_.data(), curve_.size());
    shaper_.setOversample(oversample);
    // Such a curve sounds without input.
    if (shaper_.valueOfSilence() != 0) renderer.activate(*this);
  }

 protected:
  Signal filter(Renderer& renderer, Signal signal) override {
    signal.makeWritable();
    const ChannelPointers pointers(signal);
    shaper_.process(pointers, pointers, static_cast<size_t>(signal.channels()), renderer.quantum());
    return signal;
  }
  bool settled(uint64_t silentFrames) const override {
    return silentFrames >= shaper_.tailFrames() && shaper_.valueOfSilence() == 0;
  }
  void reset() override {}

 private:
  WaveShaper shaper_;
  std::vector<float> curve_;
};

void setCurve(const NodeMessage& message) {
  std::vector<float> curve;
  if (message.attachmentCount > 0) {
    const Lease& values = *message.attachments[0];
    curve.assign(values.data(), values.data() + values.length());
  }
  const OverSample oversample = message.choice<OverSample>(0, static_cast<int>(OverSample::X4) + 1);
  message.batch.post([node = rendererOf<WaveShaperRenderer>(message), curve = std::move(curve), oversample](Renderer& renderer) mutable {
    node->exchangeCurve(renderer, curve, oversample);
  });
}

const NodeMessageHandler kHandlers[] = {{NodeOp::SetCurve, setCurve}};

}  // namespace

const NodeType kWaveShaperType = {NodeKind::WaveShaper, 1, 1, 0, makeNode<WaveShaperRenderer>, kHandlers, 1, false, true};

}  // namespace mediant::audio
