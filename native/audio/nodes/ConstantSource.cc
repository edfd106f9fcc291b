// https://webaudio.github.io/web-audio-api/#ConstantSourceNode
#include "../kernels/Kernels.h"
#include "ScheduledSource.h"

namespace mediant::audio {

namespace {

class ConstantSourceRenderer final : public SpanSource {
 public:
  using SpanSource::SpanSource;

 protected:
  void produce(Renderer& renderer, float* output, size_t from, size_t to) override {
    const ParamValues offset = param(0).compute(renderer);
    if (offset.values) {
      kernels().copy(output + from, offset.values + from, to - from);
    } else {
      kernels().fill(output + from, offset.value, to - from);
    }
  }
};

const NodeMessageHandler kHandlers[] = {
    {NodeOp::Start, SpanSource::handleStart},
    {NodeOp::Stop, SpanSource::handleStop},
};

}  // namespace

const NodeType kConstantSourceType = {NodeKind::ConstantSource, 0, 1, 1, makeNode<ConstantSourceRenderer>, kHandlers, 2, true};

}  // namespace mediant::audio
