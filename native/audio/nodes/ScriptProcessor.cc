// https://webaudio.github.io/web-audio-api/#ScriptProcessorNode
#include <algorithm>
#include <cstring>
#include <vector>

#include "../kernels/Kernels.h"
#include "NodeTypes.h"

namespace mediant::audio {

namespace {

constexpr int kBlocks = 2;
constexpr int kMaxBufferSize = 16384;

// The sample memory that render thread and script share: while the one works on a block, the other has the other one.
struct ScriptBlocks {
  struct Block {
    std::vector<float*> inputs;         // written here
    std::vector<const float*> outputs;  // written by script
  };

  Block blocks[kBlocks];
  std::vector<std::shared_ptr<Lease>> leases;
};

class ScriptProcessorRenderer final : public NodeRenderer {
 public:
  explicit ScriptProcessorRenderer(const NodeSetup& setup)
      : NodeRenderer(setup),
        bufferSize_(static_cast<size_t>(setup.integer(0, 0, kMaxBufferSize))),
        inputChannels_(setup.integer(1, 0, kMaxChannels)),
        outputChannels_(setup.integer(2, 0, kMaxChannels)) {}

  void process(Renderer& renderer) override {
    if (!memory_) return;
    const Signal input = takeInput(renderer, 0);
    Signal output;
    if (outputChannels_ > 0) output = renderer.allocate(outputChannels_);
    const size_t quantum = renderer.quantum();
    for (size_t done = 0; done < quantum;) {
      const size_t frames = std::min(quantum - done, bufferSize_ - filled_);
      ScriptBlocks::Block& block = memory_->blocks[current_];
      for (int i = 0; i < inputChannels_; ++i) receive(block.inputs[i] + filled_, input, i, done, frames);
      for (int i = 0; i < outputChannels_; ++i) {
        std::memcpy(output.channel(i) + done, block.outputs[i] + filled_, frames * sizeof(float));
      }
      done += frames;
      filled_ += frames;
      if (filled_ < bufferSize_) continue;
      renderer.postEvent(EngineEvent::ScriptProcess, id, static_cast<double>(renderer.frame() + static_cast<int64_t>(done)),
                         current_);
      current_ = (current_ + 1) % kBlocks;
      filled_ = 0;
    }
    if (output) renderer.push(*this, 0, std::move(output));
  }

  void exchangeMemory(Renderer& renderer, std::unique_ptr<ScriptBlocks>& memory) {
    memory_.swap(memory);
    renderer.activate(*this);
  }

  size_t bufferSize() const { return bufferSize_; }
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
  std::unique_ptr<ScriptBlocks> memory_;
  int current_ = 0;    // the block being filled and played
  size_t filled_ = 0;  // frames of it
};

void setScriptBlocks(const NodeMessage& message) {
  auto* node = rendererOf<ScriptProcessorRenderer>(message);
  const int channels = node->inputChannels() + node->outputChannels();
  if (node->bufferSize() == 0 || channels == 0 || message.attachmentCount != kBlocks * channels) return;
  auto memory = std::make_unique<ScriptBlocks>();
  for (int i = 0; i < message.attachmentCount; ++i) {
    const std::shared_ptr<Lease>& lease = message.attachments[i];
    if (lease->length() < node->bufferSize()) return;
    ScriptBlocks::Block& block = memory->blocks[i / channels];
    // This memory is lent for writing too.
    if (i % channels < node->inputChannels()) {
      block.inputs.push_back(const_cast<float*>(lease->data()));
    } else {
      block.outputs.push_back(lease->data());
    }
    memory->leases.push_back(lease);
  }
  message.graph.expectChannels(node->outputChannels());
  message.batch.post([node, memory = std::move(memory)](Renderer& renderer) mutable { node->exchangeMemory(renderer, memory); });
}

const NodeMessageHandler kHandlers[] = {{NodeOp::SetScriptBlocks, setScriptBlocks}};

}  // namespace

const NodeType kScriptProcessorType = {
    NodeKind::ScriptProcessor, 1, 1, 0, makeNode<ScriptProcessorRenderer>, kHandlers, 1};

}  // namespace mediant::audio
