// https://webaudio.github.io/web-audio-api/#DelayNode
// The node is two: a writer, which has the input, and a reader, which has the output and the delayTime. The reader runs
// after the writer, or before it where that breaks a cycle; the delay is then one render quantum at least.
#include <algorithm>

#include "../kernels/Kernels.h"
#include "DelayHistory.h"
#include "NodeTypes.h"

namespace mediant::audio {

namespace {

class DelayReader final : public NodeRenderer {
 public:
  DelayReader(const NodeSetup& setup, std::shared_ptr<DelayHistory> history) : NodeRenderer(setup), history_(std::move(history)) {}

  void setInCycle(bool inCycle) override { inCycle_ = inCycle; }
  bool isInCycle() const { return inCycle_; }

  void expectChannels(Batch& batch, int channels) override {
    batch.post([history = history_.get(), memory = history_->makeChannels(channels)]() mutable { history->addChannels(memory); });
  }

  void process(Renderer& renderer) override {
    const ParamValues delayTime = param(0).compute(renderer);
    const double least = inCycle_ ? static_cast<double>(renderer.quantum()) : 0;
    Signal output = history_->read(renderer, delayTime, least, channels.interpretation);
    // In a cycle the node is only actively processing while there is something to hear, or it would keep itself going.
    if (output && !(inCycle_ && isZero(output))) renderer.push(*this, 0, std::move(output));

    // Nobody can lengthen the delay of a node that script cannot reach.
    const bool settled = retiring && !delayTime.values;
    const double reach = std::max(least, settled ? delayTime.value * renderer.sampleRate() : history_->maxDelayFrames());
    const int64_t end = inCycle_ ? history_->soundEnd() : history_->inputEnd();
    if (static_cast<double>(renderer.endFrame()) - reach - 1 >= static_cast<double>(end)) renderer.deactivate(*this);
  }

 private:
  static bool isZero(const Signal& signal) {
    for (int i = 0; i < signal.channels(); ++i) {
      if (!kernels().isZero(signal.channel(i), signal.quantum())) return false;
    }
    return true;
  }

  std::shared_ptr<DelayHistory> history_;
  bool inCycle_ = false;
};

class DelayWriter final : public NodeRenderer {
 public:
  DelayWriter(const NodeSetup& setup, std::shared_ptr<DelayHistory> history, DelayReader& reader)
      : NodeRenderer(setup), history_(std::move(history)), reader_(reader) {}

  void process(Renderer& renderer) override {
    Signal input = takeInput(renderer, 0);
    if (!input) return;
    const bool sound = history_->write(renderer.frame(), input);
    if (sound || !reader_.isInCycle()) renderer.activate(reader_);
  }

 private:
  std::shared_ptr<DelayHistory> history_;
  DelayReader& reader_;
};

NodeParts makeDelay(const NodeSetup& setup) {
  constexpr double kLongest = 180;  // maxDelayTime is less than three minutes
  const double maxDelayTime = setup.argument(0, 1);
  auto history = std::make_shared<DelayHistory>(maxDelayTime > 0 && maxDelayTime <= kLongest ? maxDelayTime : 1, setup.sampleRate,
                                          setup.renderQuantumSize, setup.expectedChannels);
  NodeSetup reader = setup, writer = setup;
  reader.inputs = 0;
  writer.outputs = 0;
  writer.paramCount = 0;
  auto readerPart = std::make_unique<DelayReader>(reader, history);
  auto writerPart = std::make_unique<DelayWriter>(writer, history, *readerPart);
  return {std::move(readerPart), std::move(writerPart)};
}

}  // namespace

const NodeType kDelayType = {NodeKind::Delay, 1, 1, 1, makeDelay, nullptr, 0, false, true};

}  // namespace mediant::audio
