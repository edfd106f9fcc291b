// A graph that grows, changes and shrinks by a fuzzer's choices, through the commands that script's objects write.
//
// A tame graph is one whose samples have to be finite and whose nodes all go in the end: it has no cycle, and parameters
// within ranges that amplify little. A wild one takes any number anywhere, and words that are no command.
#pragma once

#include <vector>

#include "Choices.h"
#include "audio/engine/AudioWorkletScope.h"
#include "test/engine_commands.h"

namespace mediant::fuzz {

enum class Manner { Tame, Wild };

class RandomGraph {
 public:
  // `out` collects the commands, of a context with this sample rate.
  RandomGraph(audio::CommandWriter& out, Choices& choices, Manner manner, double sampleRate)
      : out_(out), choices_(choices), manner_(manner), sampleRate_(sampleRate) {}

  // One operation, at a time of the context in seconds.
  void step(double now);
  // Stops all sources and lets go of all nodes.
  void end();

  // A node that there may be.
  int anyNode() { return choices_.oneIn(8) ? 1 : nodes_.empty() ? 1 : nodes_[anyIndex()].id; }
  // Sample memory lent to engines and not given back yet, of all graphs.
  static long lentArrays();

 private:
  struct Range {
    double least, most;
    audio::AutomationRate rate = audio::AutomationRate::ARate;
  };
  struct Shape;
  struct Node {
    int id;
    const Shape* shape;
    int inputs;
    int outputs;
    bool started = false;
    bool released = false;
  };
  using Operation = void (RandomGraph::*)();

  static const Shape kShapes[];

  bool wild() const { return manner_ == Manner::Wild; }
  size_t anyIndex();
  double valueIn(const Range& range) { return wild() && choices_.oneIn(16) ? choices_.anything() : choices_.between(range.least, range.most); }
  double soon() { return wild() && choices_.oneIn(32) ? choices_.anything() : now_ + choices_.between(-0.01, 0.05); }
  int attach(size_t length);
  template <typename Owner>
  int lend(Owner* owner, const float* data, size_t length);
  void message(int node, audio::NodeOp op, std::vector<double> arguments, int firstAttachment = -1, int attachmentCount = 0);
  const Node* ends(const Node** to);

  void create();
  void connect();
  void disconnect();
  void connectParam();
  void disconnectParam();
  void release();
  void start();
  void stop();
  void automate();
  void cancel();
  void setRate();
  void setChannels();
  void configure();
  void nonsense();

  // What nodes of a kind are told.
  void setBuffer(const Node& node);
  void setOscillator(const Node& node);
  void setAnalyser(const Node& node);
  void setBiquad(const Node& node);
  void setCurve(const Node& node);
  void setPanner(const Node& node);
  void setResponse(const Node& node);
  void setScriptBlocks(const Node& node);
  void setHrtf(const Node& node);
  void setRing(const Node& node);

  audio::CommandWriter& out_;
  Choices& choices_;
  const Manner manner_;
  const double sampleRate_;
  double now_ = 0;
  int next_ = 2;
  std::vector<Node> nodes_;  // ascending ids
};

// AudioWorkletProcessors in C++ that do what a fuzzer's choices say.
class RandomScope final : public audio::AudioWorkletScope {
 public:
  RandomScope(Choices& choices, int quantum) : choices_(choices), quantum_(static_cast<size_t>(quantum)) {}

  bool prepare(int node, const int* layout, int inputs, int params, int outputs, Exchange* exchange) override;
  Result process(const Exchange& exchange, int64_t frame) override;
  void release(int node, Exchange* exchange) override;

  // From now on no processor is an active source.
  void end() { ending_ = true; }

 private:
  struct Memory {
    std::vector<float> samples;
    size_t firstOutput = 0;
  };

  Choices& choices_;
  const size_t quantum_;
  bool ending_ = false;
  std::vector<Memory> memory_;  // by node
};

}  // namespace mediant::fuzz
