#include "Graph.h"

#include <algorithm>

namespace mediant::audio {

namespace {

// Buses in use beyond one a connection: outputs being written, mixes; and the values of params, those of the running node
// and of the listener.
constexpr int kBusesInHand = 8;
constexpr int kListenerParams = 9;
// Buses of so many frames are not made ahead of need.
constexpr int kLongQuantum = 8192;
constexpr int kEventRecords = 64;

struct DestroySlab {
  void operator()(BusSlab* slab) const { BusSlab::destroy(slab); }
};

}  // namespace

Graph::Graph(const Engine::Config& config, Renderer& renderer) : config_(config), renderer_(renderer) {
  for (int i = 0; i < kEventRecords; ++i) renderer_.giveEventRecord(new EventRecord());
  NodeSetup destination{};
  destination.id = 1;
  destination.kind = NodeKind::Destination;
  destination.inputs = 1;
  destination.outputs = 1;
  destination.channels = {config.numberOfChannels, ChannelCountMode::Explicit, ChannelInterpretation::Speakers};
  expectChannels(config.numberOfChannels);
  addNode(destination);
  commit();
}

Graph::~Graph() {
  for (Returned* object = renderer_.takeReturned(); object;) {
    Returned* next = object->nextInHandoff;
    object->onReturned(*this);
    object = next;
  }
  for (auto& entry : nodes_) {
    GraphNode& node = *entry.second;
    for (Edge* edge : node.exit.outgoing) delete edge;
    if (node.writerVertex) {
      for (Edge* edge : node.writerVertex->outgoing) delete edge;
    }
  }
}

GraphNode* Graph::find(int id) const {
  auto found = nodes_.find(id);
  return found == nodes_.end() ? nullptr : found->second.get();
}

NodeRenderer* Graph::rendererOf(int id) const {
  GraphNode* node = find(id);
  return node ? node->renderer.get() : nullptr;
}

NodeRenderer* Graph::listener() const { return listener_ ? listener_->renderer.get() : nullptr; }

GraphNode* Graph::addNode(NodeSetup setup) {
  setup.expectedChannels = busChannels_;
  reserveSleepers(1 + setup.paramCount);
  expectParams(setup.paramCount);
  const NodeType& type = nodeTypeFor(setup);
  NodeParts parts = type.make(setup);
  auto owned = std::make_unique<GraphNode>();
  GraphNode& node = *owned;
  node.id = setup.id;
  node.kind = setup.kind;
  node.type = &type;
  node.channels = setup.channels;
  node.renderer = std::move(parts.renderer);
  node.writer = std::move(parts.writer);
  addVertex(node.exit, node, *node.renderer);
  if (node.writer) {
    node.writerVertex = std::make_unique<Vertex>();
    addVertex(*node.writerVertex, node, *node.writer);
    addEdge(*node.writerVertex, 0, node.exit, 0, Edge::Kind::Order);
  }
  nodes_.emplace(setup.id, std::move(owned));
  linkListener(node);
  return &node;
}

// The listener's params are computed before any panner reads them.
void Graph::linkListener(GraphNode& node) {
  if (node.type->feedsPanners && !listener_) {
    listener_ = &node;
    batch().post([renderer = node.renderer.get()](Renderer& target) { renderer->arrive(target); });
    for (auto& entry : nodes_) {
      if (entry.second->kind == NodeKind::Panner) addEdge(node.exit, 0, entry.second->exit, 0, Edge::Kind::Order);
    }
  } else if (node.kind == NodeKind::Panner && listener_) {
    addEdge(listener_->exit, 0, node.exit, 0, Edge::Kind::Order);
  }
}

void Graph::addVertex(Vertex& vertex, GraphNode& node, NodeRenderer& renderer) {
  vertex.node = &node;
  vertex.renderer = &renderer;
  order_.add(vertex);
}

void Graph::addEdge(Vertex& from, int output, Vertex& to, int port, Edge::Kind kind) {
  Edge* edge = new Edge{&from, &to, kind, output, port, false, from.outgoing.size(), to.incoming.size()};
  from.outgoing.push_back(edge);
  to.incoming.push_back(edge);
  order_.edgeAdded(*edge);
  if (kind == Edge::Kind::Order) return;
  ++connections_;
  reserveConnections();
  consumersChanged(from);
}

void Graph::removeEdge(Edge* edge) {
  Vertex& from = *edge->from;
  Vertex& to = *edge->to;
  order_.edgeRemoved(*edge);
  from.outgoing.back()->indexInFrom = edge->indexInFrom;
  from.outgoing[edge->indexInFrom] = from.outgoing.back();
  from.outgoing.pop_back();
  to.incoming.back()->indexInTo = edge->indexInTo;
  to.incoming[edge->indexInTo] = to.incoming.back();
  to.incoming.pop_back();
  if (edge->kind != Edge::Kind::Order) {
    --connections_;
    consumersChanged(from);
    examine(*from.node);
    examine(*to.node);
  }
  delete edge;
}

Edge* Graph::findEdge(const Endpoints& ends, Edge::Kind kind) const {
  // One of the lists is usually short: many sources into one mixer, or one source into many.
  const std::vector<Edge*>& edges =
      ends.from->outgoing.size() <= ends.to->incoming.size() ? ends.from->outgoing : ends.to->incoming;
  for (Edge* edge : edges) {
    if (edge->from == ends.from && edge->to == ends.to && edge->kind == kind && edge->output == ends.output &&
        edge->port == ends.port) {
      return edge;
    }
  }
  return nullptr;
}

void Graph::consumersChanged(Vertex& vertex) {
  if (vertex.consumersChanged) return;
  vertex.consumersChanged = true;
  consumersChanged_.push_back(&vertex);
}

Batch& Graph::batch() {
  if (!batch_) batch_ = std::make_unique<Batch>(0);
  return *batch_;
}

// Completes the batch with what follows from the commands, and sends it.
void Graph::commit() {
  letGoOfDeadNodes();
  commitConsumers();
  // Before others are put in their places.
  for (std::unique_ptr<GraphNode>& node : removed_) {
    batch().post([renderer = std::move(node->renderer), writer = std::move(node->writer)](Renderer& target) {
      target.remove(*renderer);
      if (writer) target.remove(*writer);
    });
  }
  removed_.clear();
  commitOrder();
  if (batch_ && (batch_->serial > 0 || !batch_->empty())) renderer_.send(batch_.release());
  batch_.reset();
}

void Graph::commitOrder() {
  order_.update(changes_);
  // What is in a cycle is known now; whether it lives, when nodes are let go of next.
  if (changes_.laidOut && order_.hasCycles()) cyclesMayBeDead_ = true;
  if (changes_.empty()) return;
  std::unique_ptr<Schedule::Storage> storage;
  if (changes_.capacity > 0) storage = std::make_unique<Schedule::Storage>(changes_.capacity);
  std::vector<std::pair<NodeRenderer*, int>> moved;
  moved.reserve(changes_.moved.size());
  for (Vertex* vertex : changes_.moved) moved.push_back({vertex->renderer, vertex->position});
  batch().post([storage = std::move(storage), moved = std::move(moved)](Renderer& renderer) mutable {
    for (const auto& move : moved) renderer.unplace(*move.first);
    if (storage) renderer.exchangeSchedule(storage);
    for (const auto& move : moved) renderer.place(*move.first, move.second);
  });
  for (Vertex* vertex : changes_.muted) {
    batch().post([renderer = vertex->renderer, muted = vertex->muted] { renderer->muted = muted; });
  }
  for (Edge* edge : changes_.broken) {
    batch().post([reader = edge->to->renderer, broken = edge->broken] { reader->setInCycle(broken); });
  }
}

void Graph::commitConsumers() {
  std::vector<Consumer> consumers;
  for (Vertex* vertex : consumersChanged_) {
    vertex->consumersChanged = false;
    if (vertex->node->removed) continue;
    const int outputs = vertex->renderer->outputCount();
    for (int output = 0; output < outputs; ++output) {
      consumers.clear();
      for (const Edge* edge : vertex->outgoing) {
        if (edge->kind == Edge::Kind::Order || edge->output != output) continue;
        NodeRenderer* to = edge->to->renderer;
        consumers.push_back({to, edge->kind == Edge::Kind::Param ? &to->param(edge->port).input : &to->input(edge->port)});
      }
      const int count = static_cast<int>(consumers.size());
      const Consumer single = count == 1 ? consumers[0] : Consumer{};
      std::unique_ptr<Consumer[]> list;
      if (count > 1) {
        list.reset(new Consumer[consumers.size()]);
        std::copy(consumers.begin(), consumers.end(), list.get());
      }
      batch().post([&target = vertex->renderer->output(output), count, single, list = std::move(list)]() mutable {
        target.list.swap(list);
        target.single = single;
        target.consumers = count > 1 ? target.list.get() : &target.single;
        target.count = count;
      });
    }
  }
  consumersChanged_.clear();
}

// Sources and params that may sleep, and params that may move, at a time.
void Graph::reserveSleepers(int count) {
  sleepers_ += count;
  if (sleepers_ <= sleeperCapacity_) return;
  sleeperCapacity_ = std::max(32, sleeperCapacity_);
  while (sleeperCapacity_ < sleepers_) sleeperCapacity_ *= 2;
  const size_t capacity = static_cast<size_t>(sleeperCapacity_);
  batch().post([heap = std::make_unique<WakeHeap::Storage>(sleeperCapacity_),
                automating = std::unique_ptr<ParamRenderer*[]>(new ParamRenderer*[capacity])](Renderer& renderer) mutable {
    renderer.exchangeHeap(heap);
    renderer.exchangeAutomating(automating);
  });
}

// Every signal that waits in an input came over a connection, so there are never more buses in use than connections,
// but for the few that a running node holds.
void Graph::reserveConnections() {
  if (connections_ > connectionCapacity_) {
    const int before = connectionCapacity_;
    connectionCapacity_ = std::max(16, connectionCapacity_ * 2);
    const size_t count = static_cast<size_t>(connectionCapacity_ - before);
    contributions_.emplace_back(new Contribution[count]);
    batch().post([first = contributions_.back().get(), count](Renderer& renderer) { renderer.addContributions(first, count); });
  }
  if (connections_ > busConnections_) growBuses();
}

void Graph::expectChannels(int channels) {
  channels = std::min(channels, kMaxChannels);
  if (channels <= busChannels_ && busCapacity_[0] > 0) return;
  busChannels_ = std::max(busChannels_, channels);
  growBuses();
  for (auto& entry : nodes_) entry.second->renderer->expectChannels(batch(), busChannels_);
}

void Graph::expectParams(int params) {
  if (params <= busParams_) return;
  busParams_ = params;
  growBuses();
}

void Graph::growBuses() {
  busConnections_ = std::max(busConnections_, config_.renderQuantumSize < kLongQuantum ? connectionCapacity_ : connections_);
  for (int i = 0; i <= BusPool::classOf(busChannels_); ++i) {
    const int wanted = busConnections_ + kBusesInHand + (i == 0 ? kListenerParams + busParams_ : 0);
    if (busCapacity_[i] >= wanted) continue;
    std::unique_ptr<BusSlab, DestroySlab> slab(BusSlab::make(static_cast<size_t>(wanted - busCapacity_[i]), 1 << i,
                                                             BusPool::strideOf(config_.renderQuantumSize)));
    if (!slab) {
      isWhole_ = false;
      return;
    }
    busCapacity_[i] = wanted;
    batch().post([slab = std::move(slab)](Renderer& renderer) mutable { renderer.addBusSlab(slab.release()); });
  }
}

void Graph::collect() {
  for (Returned* object = renderer_.takeReturned(); object;) {
    Returned* next = object->nextInHandoff;
    object->onReturned(*this);
    object = next;
  }
  commit();
}

size_t Graph::takeEvents(double* words, size_t capacityWords) {
  collect();
  const size_t count = std::min(capacityWords / 4 * 4, events_.size());
  std::copy(events_.begin(), events_.begin() + static_cast<std::ptrdiff_t>(count), words);
  events_.erase(events_.begin(), events_.begin() + static_cast<std::ptrdiff_t>(count));
  return count;
}

void Graph::eventReturned(EventRecord* record) {
  events_.insert(events_.end(), record->words, record->words + 4);
  if (record->words[0] == static_cast<double>(EngineEvent::Ended)) {
    if (GraphNode* node = find(static_cast<int>(record->words[1]))) finish(*node);
  }
  if (record->isForOneEvent()) {
    delete record;
  } else {
    renderer_.giveEventRecord(record);
  }
}

void EventRecord::onReturned(Graph& graph) { graph.eventReturned(this); }
void RetireGroup::onReturned(Graph& graph) { graph.groupFellSilent(this); }

}  // namespace mediant::audio
