// https://webaudio.github.io/web-audio-api/#MediaStreamAudioSourceNode and #MediaStreamTrackAudioSourceNode
#include "../stream/RingReader.h"
#include "NodeTypes.h"

namespace mediant::audio {

namespace {

struct ReadRing {
  RingReader reader;
  std::shared_ptr<Lease> lease;
};

class MediaStreamSourceRenderer final : public NodeRenderer {
 public:
  explicit MediaStreamSourceRenderer(const NodeSetup& setup)
      : NodeRenderer(setup), sampleRate_(setup.sampleRate), quantum_(static_cast<size_t>(setup.renderQuantumSize)) {}

  void process(Renderer& renderer) override {
    if (!ring_ || output(0).count == 0) return;
    RingReader& reader = ring_->reader;
    Signal signal = renderer.allocate(reader.channels());
    float* samples[kMaxChannels];
    for (int i = 0; i < reader.channels(); ++i) samples[i] = signal.channel(i);
    const FrameTime time = renderer.time();
    if (reader.read(samples, quantum_, renderer.frame(), time.seconds, time.framePeriod)) renderer.push(*this, 0, std::move(signal));
  }

  void exchangeRing(Renderer& renderer, std::unique_ptr<ReadRing>& ring) {
    ring_.swap(ring);
    ring_ ? renderer.activate(*this) : renderer.deactivate(*this);
  }

  double sampleRate() const { return sampleRate_; }
  size_t quantum() const { return quantum_; }

 private:
  const double sampleRate_;
  const size_t quantum_;
  std::unique_ptr<ReadRing> ring_;
};

void setRing(const NodeMessage& message) {
  auto* node = rendererOf<MediaStreamSourceRenderer>(message);
  std::unique_ptr<ReadRing> ring;
  if (message.attachmentCount > 0) {
    const std::shared_ptr<Lease>& lease = message.attachments[0];
    const PcmRing read = PcmRing::in(const_cast<float*>(lease->data()), lease->length());
    if (!read) return;
    const RingReader::Options options = {node->sampleRate(), node->quantum(), message.argument(1), message.flag(0)};
    ring = std::make_unique<ReadRing>(ReadRing{RingReader(read, options), lease});
    message.graph.expectChannels(read.channels());
  }
  message.batch.post([node, ring = std::move(ring)](Renderer& renderer) mutable { node->exchangeRing(renderer, ring); });
}

const NodeMessageHandler kHandlers[] = {{NodeOp::SetRing, setRing}};

}  // namespace

const NodeType kMediaStreamSourceType = {
    NodeKind::MediaStreamSource, 0, 1, 0, makeNode<MediaStreamSourceRenderer>, kHandlers, 1};

}  // namespace mediant::audio
