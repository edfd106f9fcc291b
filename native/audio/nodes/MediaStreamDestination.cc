// https://webaudio.github.io/web-audio-api/#MediaStreamAudioDestinationNode
#include "../stream/PcmRing.h"
#include "NodeTypes.h"

namespace mediant::audio {

namespace {

struct WrittenRing {
  PcmRing ring;
  std::shared_ptr<Lease> lease;
};

// Writes its input into a ring while somebody reads that. The ring's frames have the numbers of the context's.
class MediaStreamDestinationRenderer final : public NodeRenderer {
 public:
  using NodeRenderer::NodeRenderer;

  void process(Renderer& renderer) override {
    if (!ring_) return;
    PcmRing& ring = ring_->ring;
    ChannelConfig config = channels;
    config.count = ring.channels();
    config.mode = ChannelCountMode::Explicit;
    Signal input = takeInput(renderer, 0, config);
    const bool isSilent = !input || input.silent();
    if (!isSilent) input.applyGain();
    const float* samples[kMaxChannels] = {};
    for (int i = 0; i < ring.channels() && !isSilent; ++i) samples[i] = input.channel(i);
    const FrameTime time = renderer.time();
    ring.write(samples, renderer.quantum(), time.seconds, time.framePeriod);
  }

  void exchangeRing(Renderer& renderer, std::unique_ptr<WrittenRing>& ring) {
    ring_.swap(ring);
    if (!ring_) return renderer.deactivate(*this);
    ring_->ring.start(renderer.frame());
    renderer.activate(*this);
  }

 private:
  std::unique_ptr<WrittenRing> ring_;
};

void setRing(const NodeMessage& message) {
  std::unique_ptr<WrittenRing> ring;
  if (message.attachmentCount > 0) {
    const std::shared_ptr<Lease>& lease = message.attachments[0];
    // This memory is lent for writing.
    const PcmRing written = PcmRing::in(const_cast<float*>(lease->data()), lease->length());
    if (!written) return;
    ring = std::make_unique<WrittenRing>(WrittenRing{written, lease});
    message.graph.expectChannels(written.channels());
  }
  message.batch.post([node = rendererOf<MediaStreamDestinationRenderer>(message), ring = std::move(ring)](Renderer& renderer) mutable {
    node->exchangeRing(renderer, ring);
  });
}

const NodeMessageHandler kHandlers[] = {{NodeOp::SetRing, setRing}};

}  // namespace

const NodeType kMediaStreamDestinationType = {
    NodeKind::MediaStreamDestination, 1, 0, 0, makeNode<MediaStreamDestinationRenderer>, kHandlers, 1};

}  // namespace mediant::audio
