// What the graph knows of a kind of node: how to make its render half, and how to carry out messages to it.
#pragma once

#include <cstddef>
#include <memory>

#include "Commands.h"
#include "Engine.h"
#include "Message.h"
#include "NodeRenderer.h"

namespace mediant::audio {

class Graph;
struct GraphNode;

// Sample memory lent by the control thread, given back when the last holder lets go. Control thread.
class Lease {
 public:
  explicit Lease(const Attachment& attachment) : attachment_(attachment) {}
  ~Lease() {
    if (attachment_.release) attachment_.release(attachment_.owner);
  }
  Lease(const Lease&) = delete;
  Lease& operator=(const Lease&) = delete;

  const float* data() const { return attachment_.data; }
  size_t length() const { return attachment_.length; }

 private:
  Attachment attachment_;
};

// One message to a node, being decoded on the control thread.
struct NodeMessage {
  Graph& graph;
  GraphNode& node;
  Batch& batch;
  const double* arguments;
  int argumentCount;
  const std::shared_ptr<Lease>* attachments;
  int attachmentCount;
  double sampleRate;

  double argument(int index, double otherwise = 0) const { return index < argumentCount ? arguments[index] : otherwise; }
  bool flag(int index) const { return argument(index) != 0; }
  // An argument that is an enumeration of `count` members.
  template <typename Enum>
  Enum choice(int index, int count) const {
    const double value = argument(index);
    return value >= 0 && value < count ? static_cast<Enum>(static_cast<int>(value)) : static_cast<Enum>(0);
  }
};

struct NodeMessageHandler {
  NodeOp op;
  void (*handle)(const NodeMessage& message);
};

struct NodeParts {
  std::unique_ptr<NodeRenderer> renderer;
  std::unique_ptr<NodeRenderer> writer;  // DelayNode only: the half that takes the input
};

struct NodeType {
  NodeKind kind;
  // A node made with less than this is one that outputs silence.
  int leastInputs;
  int leastOutputs;
  int leastParams;
  NodeParts (*make)(const NodeSetup& setup);
  const NodeMessageHandler* handlers = nullptr;
  size_t handlerCount = 0;
  bool scheduledSource = false;  // AudioScheduledSourceNode: lives until it has ended
  bool tail = false;             // may sound on when its input has ended
  bool feedsPanners = false;     // the AudioListener
  // The most channels that an output may have, where that is neither the inputs' business nor the channelCount's.
  int (*outputChannels)(const NodeSetup& setup) = nullptr;
};

// The type for a new node; one that outputs silence for kinds that are not known or not whole.
const NodeType& nodeTypeFor(const NodeSetup& setup);

}  // namespace mediant::audio
