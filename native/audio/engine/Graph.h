// The control half of the engine: nodes, connections and their lifetimes. Decodes commands, keeps the render order, and
// sends what has changed to the renderer, one batch a time.
// https://webaudio.github.io/web-audio-api/#dynamic-lifetime
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <memory>
#include <unordered_map>
#include <vector>

#include "Commands.h"
#include "Engine.h"
#include "GraphNode.h"
#include "NodeType.h"
#include "RenderOrder.h"
#include "Renderer.h"

namespace mediant::audio {

class Graph {
 public:
  Graph(const Engine::Config& config, Renderer& renderer);
  ~Graph();
  Graph(const Graph&) = delete;
  Graph& operator=(const Graph&) = delete;

  uint64_t submit(const double* words, size_t count, const Attachment* attachments, size_t attachmentCount);
  void collect();
  size_t takeEvents(double* words, size_t capacityWords);

  NodeRenderer* rendererOf(int id) const;
  size_t nodeCount() const { return nodes_.size(); }
  // Whether there was memory for all buses so far.
  bool isWhole() const { return isWhole_; }

  // ---- from what the render thread gives back ----
  void eventReturned(EventRecord* record);
  void groupFellSilent(RetireGroup* group);

  // ---- from nodes, while a message is handled ----
  // Makes room for buses of that many channels.
  void expectChannels(int channels);
  // The AudioListener; null while there is none.
  NodeRenderer* listener() const;

 private:
  class Reader;
  struct CommandHandler {
    Command command;
    void (Graph::*handle)(Reader& reader);
  };
  static const CommandHandler kCommandHandlers[];

  // Command handlers (GraphCommands.cc). They leave the reader after the last word of the command.
  void createNode(Reader& reader);
  void releaseNode(Reader& reader);
  void setChannels(Reader& reader);
  void connect(Reader& reader);
  void connectParam(Reader& reader);
  void disconnect(Reader& reader);
  void disconnectParam(Reader& reader);
  void setParamRate(Reader& reader);
  void paramEvent(Reader& reader);
  void cancelScheduledValues(Reader& reader);
  void cancelAndHoldAtTime(Reader& reader);
  void message(Reader& reader);
  ParamRenderer* readParam(Reader& reader);
  bool readChannels(Reader& reader, ChannelConfig* config);
  void applyChannels(GraphNode& node, const ChannelConfig& channels);
  struct Endpoints {
    Vertex* from;
    int output;
    Vertex* to;
    int port;
  };
  bool readEndpoints(Reader& reader, Edge::Kind kind, Endpoints* ends);
  void connectEndpoints(Reader& reader, Edge::Kind kind);
  void disconnectEndpoints(Reader& reader, Edge::Kind kind);

  // Topology (Graph.cc).
  GraphNode* find(int id) const;
  GraphNode* addNode(NodeSetup setup);
  void addVertex(Vertex& vertex, GraphNode& node, NodeRenderer& renderer);
  void addEdge(Vertex& from, int output, Vertex& to, int port, Edge::Kind kind);
  void removeEdge(Edge* edge);
  Edge* findEdge(const Endpoints& ends, Edge::Kind kind) const;
  void consumersChanged(Vertex& vertex);
  void linkListener(GraphNode& node);

  // Lifetimes (Lifetime.cc).
  void examine(GraphNode& node);
  void finish(GraphNode& node);
  bool isFed(const GraphNode& node) const;
  bool isUnheard(const GraphNode& node) const;
  void letGoOfDeadNodes();
  void letGoOfDeadCycles();
  void retire(std::vector<GraphNode*> nodes);
  void removeNode(GraphNode& node);

  // Batches (Graph.cc).
  Batch& batch();
  void commit();
  void commitOrder();
  void commitConsumers();
  void reserveSleepers(int count);
  void reserveConnections();
  void expectParams(int params);
  void growBuses();

  const Engine::Config config_;
  Renderer& renderer_;
  std::unordered_map<int, std::unique_ptr<GraphNode>> nodes_;
  GraphNode* listener_ = nullptr;
  RenderOrder order_;
  RenderOrder::Changes changes_;
  std::vector<Vertex*> consumersChanged_;
  std::vector<GraphNode*> examined_;
  std::vector<std::unique_ptr<GraphNode>> removed_;
  bool cyclesMayBeDead_ = false;
  uint32_t reachedEpoch_ = 0;

  struct Retirement {
    std::unique_ptr<RetireGroup> group;
    std::vector<int> nodes;
  };
  std::unordered_map<int, Retirement> retirements_;
  int retirementSerial_ = 0;

  std::unique_ptr<Batch> batch_;
  uint64_t serial_ = 0;
  std::vector<std::shared_ptr<Lease>> attachments_;
  std::deque<double> events_;

  // Room the render thread has been given.
  int sleepers_ = 0;
  int sleeperCapacity_ = 0;
  int connections_ = 0;
  int connectionCapacity_ = 0;
  int busConnections_ = 0;
  int busChannels_ = 2;
  int busParams_ = 0;
  int busCapacity_[BusPool::kClasses] = {};
  std::vector<std::unique_ptr<Contribution[]>> contributions_;
  bool isWhole_ = true;
};

}  // namespace mediant::audio
