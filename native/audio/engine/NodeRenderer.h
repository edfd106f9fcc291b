// The render half of an AudioNode. Built on the control thread, used by the render thread, freed on the control thread.
#pragma once

#include <cstdint>
#include <memory>

#include "Commands.h"
#include "Input.h"
#include "ParamRenderer.h"

namespace mediant::audio {

class AnalyserRenderer;
class NodeRenderer;
class RetireGroup;

struct Consumer {
  NodeRenderer* node;
  Input* input;
};

// An output: whom its signal goes to. The list is replaced as a whole by the graph.
struct Output {
  const Consumer* consumers = nullptr;  // `single`, or memory of `list`
  int count = 0;
  Consumer single;
  std::unique_ptr<Consumer[]> list;
};

struct NodeSetup {
  int id;
  NodeKind kind;
  int inputs;
  int outputs;
  ChannelConfig channels;
  const ParamSetup* params;
  int paramCount;
  const double* arguments;
  int argumentCount;
  double sampleRate;
  int renderQuantumSize;
  int expectedChannels;  // the most that a bus has so far

  double argument(int index, double otherwise) const { return index < argumentCount ? arguments[index] : otherwise; }
  // An integer argument; `low` where it is missing or out of range.
  int integer(int index, int low, int high) const {
    const double value = argument(index, low);
    return value >= low && value <= high ? static_cast<int>(value) : low;
  }
};

// The inputs or outputs of a node. Most nodes have one, which lies in the node itself: a render quantum visits many nodes,
// and each piece of memory it has to fetch counts.
template <typename Port>
class Ports {
 public:
  explicit Ports(int count) : first_(&one_) {
    if (count <= 1) return;
    many_.reset(new Port[static_cast<size_t>(count)]);
    first_ = many_.get();
  }
  Ports(const Ports&) = delete;
  Ports& operator=(const Ports&) = delete;

  Port& operator[](int index) { return first_[index]; }

 private:
  Port* first_;
  Port one_;
  std::unique_ptr<Port[]> many_;
};

class NodeRenderer {
 public:
  explicit NodeRenderer(const NodeSetup& setup);
  virtual ~NodeRenderer();
  NodeRenderer(const NodeRenderer&) = delete;
  NodeRenderer& operator=(const NodeRenderer&) = delete;

  // Called in every quantum in which the node is active or has input. Whatever input it does not take is dropped
  // afterwards.
  virtual void process(Renderer& renderer) = 0;
  // Control thread: buses may have this many channels from this batch on.
  virtual void expectChannels(Batch& batch, int channels) {}
  // Called when the node has come to the renderer, and before it leaves it.
  virtual void arrive(Renderer& renderer) {}
  virtual void leave(Renderer& renderer);
  // The reading half of a DelayNode: whether it runs before the writing half, to break a cycle.
  virtual void setInCycle(bool inCycle) {}

  // Parts of a node that other threads or nodes ask for; null or 0 where there is none.
  virtual AnalyserRenderer* analyser() { return nullptr; }
  virtual float reduction() const { return 0; }

  void run(Renderer& renderer) {
    process(renderer);
    if (pendingInputs_ > 0) discardInputs(renderer);
  }

  int position = -1;                // in the render order
  bool active = false;              // runs in every quantum
  bool muted = false;               // part of a cycle without DelayNode: its outputs are silence

  ChannelConfig channels;
  int inputCount() const { return inputCount_; }
  int outputCount() const { return outputCount_; }
  int paramCount() const { return paramCount_; }
  Input& input(int index) { return inputs_[index]; }
  Output& output(int index) { return outputs_[index]; }
  ParamRenderer& param(int index) { return params_[index]; }
  const ParamRenderer& param(int index) const { return params_[index]; }

 protected:
  // Takes the mixed signal of an input; empty when nothing that is connected is actively processing.
  Signal takeInput(Renderer& renderer, int index) { return takeInput(renderer, index, channels); }
  Signal takeInput(Renderer& renderer, int index, const ChannelConfig& config);

 private:
  friend class Renderer;
  void discardInputs(Renderer& renderer);

  int pendingInputs_ = 0;  // inputs and params that hold a signal
  ParamRenderer* const params_;  // one after the other
  Ports<Input> inputs_;
  Ports<Output> outputs_;
  const int inputCount_;
  const int outputCount_;
  const int paramCount_;

 public:
  const int id;
  RetireGroup* retiring = nullptr;  // waits to be let go once it has fallen silent
};

}  // namespace mediant::audio
