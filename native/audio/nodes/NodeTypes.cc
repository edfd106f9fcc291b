#include "NodeTypes.h"

namespace mediant::audio {

namespace {

class SilentRenderer final : public NodeRenderer {
 public:
  using NodeRenderer::NodeRenderer;
  void process(Renderer&) override {}
};

const NodeType kSilentType = {static_cast<NodeKind>(0), 0, 0, 0, makeNode<SilentRenderer>};

const NodeType* const kTypes[] = {
    &kAnalyserType, &kAudioWorkletType, &kBiquadFilterType, &kBufferSourceType, &kChannelMergerType,
    &kChannelSplitterType, &kConstantSourceType, &kConvolverType, &kDelayType, &kDestinationType,
    &kDynamicsCompressorType, &kGainType, &kIirFilterType, &kListenerType, &kMediaStreamDestinationType, &kMediaStreamSourceType, &kOscillatorType, &kPannerType,
    &kScriptProcessorType, &kStereoPannerType, &kWaveShaperType,
};

}  // namespace

const NodeType& nodeTypeFor(const NodeSetup& setup) {
  for (const NodeType* type : kTypes) {
    if (type->kind != setup.kind) continue;
    const bool whole =
        setup.inputs >= type->leastInputs && setup.outputs >= type->leastOutputs && setup.paramCount >= type->leastParams;
    return whole ? *type : kSilentType;
  }
  return kSilentType;
}

}  // namespace mediant::audio
