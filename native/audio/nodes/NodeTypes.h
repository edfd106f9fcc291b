// The kinds of nodes, one file each. NodeTypes.cc lists them.
#pragma once

#include "../engine/Graph.h"
#include "../engine/NodeType.h"
#include "../engine/Renderer.h"

namespace mediant::audio {

extern const NodeType kAnalyserType;
extern const NodeType kAudioWorkletType;
extern const NodeType kBiquadFilterType;
extern const NodeType kBufferSourceType;
extern const NodeType kChannelMergerType;
extern const NodeType kChannelSplitterType;
extern const NodeType kConstantSourceType;
extern const NodeType kConvolverType;
extern const NodeType kDelayType;
extern const NodeType kDestinationType;
extern const NodeType kDynamicsCompressorType;
extern const NodeType kGainType;
extern const NodeType kIirFilterType;
extern const NodeType kListenerType;
extern const NodeType kMediaStreamDestinationType;
extern const NodeType kMediaStreamSourceType;
extern const NodeType kOscillatorType;
extern const NodeType kPannerType;
extern const NodeType kStereoPannerType;
extern const NodeType kWaveShaperType;
extern const NodeType kScriptProcessorType;

template <typename NodeClass>
NodeParts makeNode(const NodeSetup& setup) {
  return {std::make_unique<NodeClass>(setup), nullptr};
}

// The renderer a message is for; the handlers of a type are only called for its own nodes.
template <typename NodeClass>
NodeClass* rendererOf(const NodeMessage& message) {
  return static_cast<NodeClass*>(message.node.renderer.get());
}

}  // namespace mediant::audio
