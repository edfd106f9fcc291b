// https://webaudio.github.io/web-audio-api/#ConvolverNode
#include "../dsp/Convolver.h"

#include "BorrowedBuffer.h"
#include "FilterRenderer.h"

namespace mediant::audio {

namespace {

class ConvolverRenderer final : public FilterRenderer {
 public:
  using FilterRenderer::FilterRenderer;

  // The convolver so far is left in `convolver`, to be freed on the control thread.
  void exchange(std::unique_ptr<Convolver>& convolver) { convolver_.swap(convolver); }

  bool normalize = true;  // control thread: for the next buffer

 protected:
  Signal filter(Renderer& renderer, Signal signal) override {
    // Without a buffer the output is one channel of silence.
    if (!convolver_) return renderer.silence(1);
    const size_t inputChannels = signal.channels() == 1 ? 1 : 2;
    const bool silent = signal.silent();
    if (!silent) signal.applyGain();
    Signal output = renderer.allocate(static_cast<int>(convolver_->outputChannels(inputChannels)));
    convolver_->process(silent ? nullptr : static_cast<float* const*>(ChannelPointers(signal)), inputChannels, ChannelPointers(output),
                        renderer.quantum(), channels.interpretation);
    return output;
  }
  bool settled(uint64_t) const override { return !convolver_ || convolver_->settled(); }
  void reset() override {}

 private:
  std::unique_ptr<Convolver> convolver_;
};

void setNormalize(const NodeMessage& message) { rendererOf<ConvolverRenderer>(message)->normalize = message.flag(0); }

// The response is cut and transformed here; the buffer is not needed afterwards.
void setBuffer(const NodeMessage& message) {
  ConvolverRenderer* node = rendererOf<ConvolverRenderer>(message);
  const int channels = message.attachmentCount;
  std::unique_ptr<Convolver> convolver;
  if (channels == 1 || channels == 2 || channels == 4) {
    const BorrowedBuffer response(message.attachments, channels, message.argument(0));
    if (response.view().length > 0) convolver = std::make_unique<Convolver>(response.view(), node->normalize);
  }
  message.batch.post([node, convolver = std::move(convolver)]() mutable { node->exchange(convolver); });
}

const NodeMessageHandler kHandlers[] = {
    {NodeOp::SetNormalize, setNormalize},
    {NodeOp::SetBuffer, setBuffer},
};

}  // namespace

const NodeType kConvolverType = {NodeKind::Convolver, 1, 1, 0, makeNode<ConvolverRenderer>, kHandlers, 2, false, true};

}  // namespace mediant::audio
