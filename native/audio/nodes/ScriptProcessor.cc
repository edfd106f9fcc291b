// https://webaudio.github.io/web-audio-api/#ScriptProcessorNode
#include <algorithm>
#include <cstring>

#include "../kernels/Kernels.h"
#include "NodeTypes.h"

namespace mediant::audio {

namespace {

constexpr int kMaxBufferSize = 16384;
constexpr int kMaxBlocks = 4096;

// The sample memory that render thread and script share: a ring of blocks, each its input channels, which are written here, and
// its output channels, which script writes. Script may be late by as many blocks as there are.
class ScriptBlocks {
 public:
  // `memory` is lent for writing too.
  ScriptBlocks(std::shared_ptr<Lease> memory, size_t bufferSize, int inputChannels, int outputChannels)
      : memory_(std::move(memory)),
        samples_(const_cast<float*>(memory_->data())),
        bufferSize_(bufferSize),
        inputChannels_(static_cast<size_t>(inputChannels)),
        channels_(static_cast<size_t>(inputChannels + outputChannels)),
        count_(memory_->length() / (bufferSize * channels_)) {}

  size_t count() const { return count_; }
  float* input(size_t block, int channel) const { return at(block, static_cast<size_t>(channel)); }
  float* output(size_t block, int channel) const { return at(block, inputChannels_ + static_cast<size_t>(channel)); }

 private:
  float* at(size_t block, size_t channel) const { return samples_ + (block * channels_ + channel) * bufferSize_; }

  const std::shared_ptr<Lease> memory_;
  float* const samples_;
  const size_t bufferSize_;
  const size_t inputChannels_;
  const size_t channels_;
  const size_t count_;
};

class ScriptProcessorRenderer final : public NodeRenderer {
 public:
  explicit ScriptProcessorRenderer(const NodeSetup& setup)
      : NodeRenderer(setup),
        bufferSize_(static_cast<size_t>(setup.integer(0, 0, kMaxBufferSize))),
        inputChannels_(setup.integer(1, 0, kMaxChannels)),
        outputChannels_(setup.integer(2, 0, kMaxChannels)),
        latencyBlocks_(static_cast<size_t>(setup.integer(3, 2, kMaxBlocks))) {}

  void process(Renderer& renderer) override {
    if (!memory_) return;
    const Signal input = takeInput(renderer, 0);
    Signal output;
    if (outputChannels_ > 0) output = renderer.allocate(outputChannels_);
    const size_t quantum = renderer.quantum();
    for (size_t done = 0; done < quantum;) {
      const size_t frames = std::min(quantum - done, bufferSize_ - filled_);
      for (int i = 0; i < inputChannels_; ++i) receive(memory_->input(current_, i) + filled_, input, i, done, frames);
      for (int i = 0; i < outputChannels_; ++i) {
        std::memcpy(output.channel(i) + done, memory_->output(current_, i) + filled_, frames * sizeof(float));
      }
      done += frames;
      filled_ += frames;
      if (filled_ < bufferSize_) continue;
      // Silence, unless script is in time.
      const size_t next = (current_ + latencyBlocks_) % memory_->count();
      for (int i = 0; i < outputChannels_; ++i) kernels().fill(memory_->output(next, i), 0, bufferSize_);
      renderer.postEvent(EngineEvent::ScriptProcess, id, static_cast<double>(renderer.frame() + static_cast<int64_t>(done)),
                         static_cast<double>(current_));
      current_ = (current_ + 1) % memory_->count();
      filled_ = 0;
    }
    if (output) renderer.push(*this, 0, std::move(output));
  }

  void exchangeMemory(Renderer& renderer, std::unique_ptr<ScriptBlocks>& memory) {
    memory_.swap(memory);
    current_ = filled_ = 0;
    renderer.activate(*this);
  }

  size_t bufferSize() const { return bufferSize_; }
  size_t latencyBlocks() const { return latencyBlocks_; }
  int inputChannels() const { return inputChannels_; }
  int outputChannels() const { return outputChannels_; }

 private:
  static void receive(float* destination, const Signal& input, int channel, size_t offset, size_t frames) {
    if (input && !input.silent() && channel < input.channels()) {
      kernels().scale(destination, input.channel(channel) + offset, input.gain(), frames);
    } else {
      kernels().fill(destination, 0, frames);
    }
  }

  const size_t bufferSize_;  // frames
  const int inputChannels_;
  const int outputChannels_;
  const size_t latencyBlocks_;
  std::unique_ptr<ScriptBlocks> memory_;
  size_t current_ = 0;  // the block being filled and played
  size_t filled_ = 0;   // frames of it
};

void setScriptBlocks(const NodeMessage& message) {
  auto* node = rendererOf<ScriptProcessorRenderer>(message);
  const int channels = node->inputChannels() + node->outputChannels();
  if (node->bufferSize() == 0 || channels == 0 || message.attachmentCount != 1) return;
  auto memory = std::make_unique<ScriptBlocks>(message.attachments[0], node->bufferSize(), node->inputChannels(), node->outputChannels());
  if (memory->count() < node->latencyBlocks()) return;
  message.graph.expectChannels(node->outputChannels());
  message.batch.post([node, memory = std::move(memory)](Renderer& renderer) mutable { node->exchangeMemory(renderer, memory); });
}

const NodeMessageHandler kHandlers[] = {{NodeOp::SetScriptBlocks, setScriptBlocks}};

}  // namespace

const NodeType kScriptProcessorType = {
    NodeKind::ScriptProcessor, 1, 1, 0, makeNode<ScriptProcessorRenderer>, kHandlers, 1};

}  // namespace mediant::audio
