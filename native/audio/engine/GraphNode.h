// Nodes and connections as the control half holds them.
#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "Commands.h"
#include "NodeRenderer.h"

namespace mediant::audio {

struct GraphNode;
struct NodeType;
struct Vertex;

// A connection between two vertices, or a mere precedence (`Order`): the reader of a delay line runs after its writer,
// a panner after the listener.
struct Edge {
  enum class Kind { Audio, Param, Order };

  Vertex* from;
  Vertex* to;
  Kind kind;
  int output;
  int port;  // input or param
  bool broken = false;  // Order only: ignored, for the cycle to be broken here
  size_t indexInFrom;
  size_t indexInTo;
};

// What has a place in the render order: a node, or one half of a DelayNode.
struct Vertex {
  GraphNode* node = nullptr;
  NodeRenderer* renderer = nullptr;
  std::vector<Edge*> outgoing;
  std::vector<Edge*> incoming;
  bool consumersChanged = false;

  // Kept by RenderOrder.
  int position = -1;
  bool muted = false;
  bool queued = false;   // among the vertices without a position
  int cycle = 0;         // number of the strongly connected component with more than one vertex, 0 for none
  size_t index = 0;      // in the list of all vertices
  uint32_t visit = 0;
  uint32_t lowLink = 0;
  bool onStack = false;
};

struct GraphNode {
  int id;
  NodeKind kind;
  const NodeType* type;
  ChannelConfig channels;

  // A DelayNode has two halves: `entry` takes its input, `exit` has its output and params. Otherwise both are `exit`.
  std::unique_ptr<NodeRenderer> renderer;
  std::unique_ptr<NodeRenderer> writer;
  Vertex exit;
  std::unique_ptr<Vertex> writerVertex;
  Vertex& entry() { return writerVertex ? *writerVertex : exit; }

  bool released = false;   // script cannot reach it
  bool scheduled = false;  // started and not finished
  bool finished = false;   // will never sound again
  bool retiring = false;   // nothing living feeds it; the render thread tells when it has fallen silent
  bool removed = false;    // out of the graph, freed with the next batch
  bool examine = false;    // among the nodes whose life is to be decided
  uint32_t reached = 0;
};

}  // namespace mediant::audio
