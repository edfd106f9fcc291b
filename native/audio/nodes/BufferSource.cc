// https://webaudio.github.io/web-audio-api/#AudioBufferSourceNode
#include "../dsp/BufferPlayer.h"
#include "BorrowedBuffer.h"
#include "ScheduledSource.h"

namespace mediant::audio {

namespace {

class BufferSourceRenderer final : public ScheduledSource {
 public:
  explicit BufferSourceRenderer(const NodeSetup& setup) : ScheduledSource(setup), player_(setup.sampleRate) {}

  void process(Renderer& renderer) override {
    if (!active) return;
    const ParamValues playbackRate = param(0).compute(renderer);
    const ParamValues detune = param(1).compute(renderer);
    Signal signal = renderer.allocate(std::max(1, channelCount_));
    float* outputs[kMaxChannels];
    for (int i = 0; i < signal.channels(); ++i) outputs[i] = signal.channel(i);
    const BufferPlayer::Result result = player_.render(outputs, static_cast<uint64_t>(renderer.frame()), renderer.quantum(),
                                                       playbackRate.value, detune.value);
    // Without a buffer, and before the start and after the end, the output is one channel of silence.
    if (channelCount_ > 0 && result.begin < result.end) renderer.push(*this, 0, std::move(signal));
    if (result.finished) finish(renderer, renderer.frame() + static_cast<int64_t>(result.end));
  }

  void start(Renderer& renderer, double when, double offset, double duration) {
    player_.start(when, offset, duration);
    reschedule(renderer);
  }
  void stop(Renderer& renderer, double when) {
    player_.stop(when);
    reschedule(renderer);
  }
  // The buffer so far is left in `buffer`, to be let go on the control thread.
  void exchangeBuffer(Renderer& renderer, std::unique_ptr<BorrowedBuffer>& buffer) {
    buffer_.swap(buffer);
    const BufferView view = buffer_ ? buffer_->view() : BufferView();
    channelCount_ = static_cast<int>(view.channelCount);
    player_.setBuffer(view);
    reschedule(renderer);
  }
  void setLoop(bool loop, double loopStart, double loopEnd) { player_.setLoop(loop, loopStart, loopEnd); }

 private:
  void reschedule(Renderer& renderer) {
    if (finished()) return;
    const uint64_t frame = player_.firstFrame();
    if (frame != BufferPlayer::kNever) runFrom(renderer, static_cast<int64_t>(std::min<uint64_t>(frame, INT64_MAX)));
  }

  BufferPlayer player_;
  std::unique_ptr<BorrowedBuffer> buffer_;
  int channelCount_ = 0;
};

void start(const NodeMessage& message) {
  message.node.scheduled = true;
  message.batch.post([node = rendererOf<BufferSourceRenderer>(message), when = message.argument(0), offset = message.argument(1),
                      duration = message.argument(2, -1)](Renderer& renderer) { node->start(renderer, when, offset, duration); });
}

void stop(const NodeMessage& message) {
  message.batch.post([node = rendererOf<BufferSourceRenderer>(message), when = message.argument(0)](Renderer& renderer) {
    node->stop(renderer, when);
  });
}

void setBuffer(const NodeMessage& message) {
  std::unique_ptr<BorrowedBuffer> buffer;
  if (message.attachmentCount > 0 && message.argument(0) > 0) {
    buffer = std::make_unique<BorrowedBuffer>(message.attachments, message.attachmentCount, message.argument(0));
    message.graph.expectChannels(message.attachmentCount);
  }
  message.batch.post([node = rendererOf<BufferSourceRenderer>(message), buffer = std::move(buffer)](Renderer& renderer) mutable {
    node->exchangeBuffer(renderer, buffer);
  });
}

void setLoop(const NodeMessage& message) {
  message.batch.post([node = rendererOf<BufferSourceRenderer>(message), loop = message.flag(0), loopStart = message.argument(1),
                      loopEnd = message.argument(2)] { node->setLoop(loop, loopStart, loopEnd); });
}

const NodeMessageHandler kHandlers[] = {
    {NodeOp::Start, start},
    {NodeOp::Stop, stop},
    {NodeOp::SetBuffer, setBuffer},
    {NodeOp::SetLoop, setLoop},
};

}  // namespace

const NodeType kBufferSourceType = {NodeKind::BufferSource, 0, 1, 2, makeNode<BufferSourceRenderer>, kHandlers, 4, true};

}  // namespace mediant::audio
