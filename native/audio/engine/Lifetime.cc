// Which nodes may go. A node stays while script can reach it. Otherwise it stays while it is connected to something,
// and besides is a source that has been started and has not finished, or is fed by a node that stays, or still sounds
// of what it was fed.
// https://webaudio.github.io/web-audio-api/#dynamic-lifetime
#include <algorithm>

#include "Graph.h"

namespace mediant::audio {

void Graph::examine(GraphNode& node) {
  if (!node.released || node.examine) return;
  node.examine = true;
  examined_.push_back(&node);
}

// A finished source is silent for ever: it leaves the graph though script may still hold it.
void Graph::finish(GraphNode& node) {
  node.scheduled = false;
  node.finished = true;
  while (!node.exit.outgoing.empty()) removeEdge(node.exit.outgoing.back());
  examine(node);
}

bool Graph::isFed(const GraphNode& node) const {
  const Vertex& entry = node.writerVertex ? *node.writerVertex : node.exit;
  return std::any_of(entry.incoming.begin(), entry.incoming.end(), [](const Edge* edge) { return edge->kind == Edge::Kind::Audio; });
}

bool Graph::isUnheard(const GraphNode& node) const {
  const std::vector<Edge*>& edges = node.exit.outgoing;
  return std::all_of(edges.begin(), edges.end(), [](const Edge* edge) { return edge->kind == Edge::Kind::Order; });
}

void Graph::letGoOfDeadNodes() {
  for (;;) {
    std::vector<GraphNode*> silent;
    while (!examined_.empty()) {
      GraphNode& node = *examined_.back();
      examined_.pop_back();
      node.examine = false;
      if (node.removed) continue;
      if (isUnheard(node)) {
        removeNode(node);
        continue;
      }
      if (node.scheduled || node.retiring) continue;
      if (isFed(node)) {
        // What feeds it may be itself, by way of others.
        if (node.exit.cycle != 0 || node.entry().cycle != 0) cyclesMayBeDead_ = true;
        continue;
      }
      node.type->tail ? silent.push_back(&node) : removeNode(node);
    }
    for (GraphNode* node : silent) retire({node});
    if (!cyclesMayBeDead_) return;
    cyclesMayBeDead_ = false;
    letGoOfDeadCycles();
    if (examined_.empty()) return;
  }
}

// Nodes of a cycle feed each other. They may go when no living node feeds any of them, and the sound that goes round
// has ended.
void Graph::letGoOfDeadCycles() {
  ++reachedEpoch_;
  std::vector<GraphNode*> path;
  auto reach = [&](GraphNode* node) {
    if (node->reached == reachedEpoch_) return;
    node->reached = reachedEpoch_;
    path.push_back(node);
  };
  for (const Vertex* vertex : order_.vertices()) {
    GraphNode& node = *vertex->node;
    if (!node.released || node.scheduled || node.retiring) reach(&node);
  }
  while (!path.empty()) {
    GraphNode* node = path.back();
    path.pop_back();
    for (const Edge* edge : node->exit.outgoing) {
      if (edge->kind == Edge::Kind::Audio) reach(edge->to->node);
    }
  }
  std::vector<GraphNode*> dead;
  for (const Vertex* vertex : order_.vertices()) {
    if (vertex->node->reached == reachedEpoch_) continue;
    vertex->node->reached = reachedEpoch_;  // once, though a DelayNode has two vertices
    dead.push_back(vertex->node);
  }
  if (dead.empty()) return;
  retire(std::move(dead));
}

// Asks the render thread to tell when all of `nodes` are silent.
void Graph::retire(std::vector<GraphNode*> nodes) {
  Retirement retirement;
  retirement.group = std::make_unique<RetireGroup>(++retirementSerial_);
  std::vector<NodeRenderer*> renderers;
  for (GraphNode* node : nodes) {
    node->retiring = true;
    retirement.nodes.push_back(node->id);
    renderers.push_back(node->renderer.get());
    if (node->writer) renderers.push_back(node->writer.get());
  }
  batch().post([group = retirement.group.get(), renderers = std::move(renderers)](Renderer& renderer) {
    renderer.retire(*group, renderers.data(), renderers.size());
  });
  retirements_.emplace(retirementSerial_, std::move(retirement));
}

void Graph::groupFellSilent(RetireGroup* group) {
  auto found = retirements_.find(group->id);
  if (found == retirements_.end()) return;
  Retirement retirement = std::move(found->second);
  retirements_.erase(found);
  for (int id : retirement.nodes) {
    if (GraphNode* node = find(id)) removeNode(*node);
  }
  // Goes after the nodes that point to it.
  batch().post([group = std::move(retirement.group)] {});
}

void Graph::removeNode(GraphNode& node) {
  while (!node.exit.outgoing.empty()) removeEdge(node.exit.outgoing.back());
  while (!node.exit.incoming.empty()) removeEdge(node.exit.incoming.back());
  if (node.writerVertex) {
    while (!node.writerVertex->incoming.empty()) removeEdge(node.writerVertex->incoming.back());
    order_.remove(*node.writerVertex);
  }
  order_.remove(node.exit);
  node.removed = true;
  if (listener_ == &node) listener_ = nullptr;
  sleepers_ -= 1 + node.renderer->paramCount();
  auto found = nodes_.find(node.id);
  removed_.push_back(std::move(found->second));
  nodes_.erase(found);
}

}  // namespace mediant::audio
