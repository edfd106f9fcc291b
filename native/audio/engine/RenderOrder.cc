#include "RenderOrder.h"

#include <algorithm>

#include "../../base/Bits.h"

namespace mediant::audio {

namespace {

constexpr int kSmallestCapacity = 64;

bool inOneCycle(const Edge& edge) { return edge.from->cycle != 0 && edge.from->cycle == edge.to->cycle; }

}  // namespace

void RenderOrder::Slots::reset(int capacity) {
  capacity_ = capacity;
  const size_t words = static_cast<size_t>(capacity) / 64;
  taken_.assign(words, 0);
  full_.assign((words + 63) / 64, 0);
}

void RenderOrder::Slots::take(int position) {
  const size_t word = static_cast<size_t>(position) / 64;
  taken_[word] |= uint64_t{1} << (position % 64);
  if (taken_[word] == ~uint64_t{0}) full_[word / 64] |= uint64_t{1} << (word % 64);
}

void RenderOrder::Slots::free(int position) {
  const size_t word = static_cast<size_t>(position) / 64;
  taken_[word] &= ~(uint64_t{1} << (position % 64));
  full_[word / 64] &= ~(uint64_t{1} << (word % 64));
}

int RenderOrder::Slots::lastFreeBelow(int position) const {
  if (position <= 0) return -1;
  int word = (position - 1) / 64;
  const int bit = (position - 1) % 64;
  uint64_t free = ~taken_[static_cast<size_t>(word)] & (~uint64_t{0} >> (63 - bit));
  while (!free) {
    // The last word before this one that is not full.
    if (--word < 0) return -1;
    int group = word / 64;
    uint64_t open = ~full_[static_cast<size_t>(group)] & (~uint64_t{0} >> (63 - word % 64));
    while (!open) {
      if (--group < 0) return -1;
      open = ~full_[static_cast<size_t>(group)];
    }
    word = group * 64 + highestBit(open);
    free = ~taken_[static_cast<size_t>(word)];
  }
  return word * 64 + highestBit(free);
}

void RenderOrder::add(Vertex& vertex) {
  vertex.index = vertices_.size();
  vertices_.push_back(&vertex);
  vertex.queued = true;
  queued_.push_back(&vertex);
}

// Its edges have been removed before.
void RenderOrder::remove(Vertex& vertex) {
  vertices_.back()->index = vertex.index;
  vertices_[vertex.index] = vertices_.back();
  vertices_.pop_back();
  if (vertex.queued) queued_.erase(std::find(queued_.begin(), queued_.end(), &vertex));
  if (vertex.position >= 0) slots_.free(vertex.position);
}

void RenderOrder::edgeAdded(Edge& edge) {
  // A vertex that has no position yet finds one that suits its edges.
  if (edge.from->position >= 0 && edge.to->position >= 0 && edge.from->position >= edge.to->position) layOutNeeded_ = true;
}

void RenderOrder::edgeRemoved(Edge& edge) {
  if (inOneCycle(edge)) layOutNeeded_ = true;
}

void RenderOrder::update(Changes& changes) {
  changes.capacity = 0;
  changes.laidOut = false;
  changes.moved.clear();
  changes.muted.clear();
  changes.broken.clear();
  if (!layOutNeeded_ && placeQueued(changes)) return;
  changes.moved.clear();
  layOut(changes);
}

bool RenderOrder::placeQueued(Changes& changes) {
  ++visits_;
  for (Vertex* vertex : queued_) {
    if (vertex->position < 0 && !placeWithSuccessors(vertex, changes)) return false;
  }
  for (Vertex* vertex : queued_) vertex->queued = false;
  queued_.clear();
  return true;
}

// Depth first: a vertex takes the last free position before everything it feeds, so that chains end up side by side.
bool RenderOrder::placeWithSuccessors(Vertex* first, Changes& changes) {
  path_.clear();
  first->visit = visits_;
  path_.push_back({first, 0});
  while (!path_.empty()) {
    Vertex* vertex = path_.back().first;
    if (path_.back().second < vertex->outgoing.size()) {
      Edge* edge = vertex->outgoing[path_.back().second++];
      Vertex* to = edge->to;
      if (to->position >= 0 || edge->broken) continue;
      if (to->visit == visits_) return false;  // visited and not placed: it is on the path, a cycle
      to->visit = visits_;
      path_.push_back({to, 0});
      continue;
    }
    int above = -1;
    int below = slots_.capacity();
    for (const Edge* edge : vertex->outgoing) {
      if (!edge->broken) below = std::min(below, edge->to->position);
    }
    for (const Edge* edge : vertex->incoming) {
      if (!edge->broken) above = std::max(above, edge->from->position);
    }
    const int position = slots_.lastFreeBelow(below);
    if (position <= above) return false;
    slots_.take(position);
    vertex->position = position;
    changes.moved.push_back(vertex);
    path_.pop_back();
  }
  return true;
}

void RenderOrder::layOut(Changes& changes) {
  for (Vertex* vertex : queued_) vertex->queued = false;
  queued_.clear();
  layOutNeeded_ = false;
  changes.laidOut = true;

  // Cycles are looked for twice: with the order edges of DelayNodes, which finds the DelayNodes to break cycles at, …
  std::vector<Edge*> wasBroken;
  for (Vertex* vertex : vertices_) {
    for (Edge* edge : vertex->outgoing) {
      if (!edge->broken) continue;
      wasBroken.push_back(edge);
      edge->broken = false;
    }
  }
  findComponents();
  hasCycles_ = cycles_ > 0;
  std::vector<Edge*> isBroken;
  if (hasCycles_) {
    for (Vertex* vertex : vertices_) {
      for (Edge* edge : vertex->outgoing) {
        if (edge->kind != Edge::Kind::Order || !edge->from->node || edge->from->node != edge->to->node || !inOneCycle(*edge)) continue;
        edge->broken = true;
        isBroken.push_back(edge);
      }
    }
  }
  for (Edge* edge : wasBroken) {
    if (!edge->broken) changes.broken.push_back(edge);
  }
  for (Edge* edge : isBroken) {
    if (std::find(wasBroken.begin(), wasBroken.end(), edge) == wasBroken.end()) changes.broken.push_back(edge);
  }
  // … and without those, which leaves the cycles that have no DelayNode. They are muted.
  std::vector<int> cycleOf;
  if (!isBroken.empty()) {
    for (Vertex* vertex : vertices_) cycleOf.push_back(vertex->cycle);
    findComponents();
  }
  for (Vertex* vertex : vertices_) {
    const bool muted = vertex->cycle != 0;
    if (muted != vertex->muted) {
      vertex->muted = muted;
      changes.muted.push_back(vertex);
    }
  }
  for (size_t i = 0; i < cycleOf.size(); ++i) vertices_[i]->cycle = cycleOf[i];

  int capacity = std::max(slots_.capacity(), kSmallestCapacity);
  while (static_cast<size_t>(capacity) < 4 * vertices_.size()) capacity *= 2;
  if (capacity != slots_.capacity()) changes.capacity = capacity;
  slots_.reset(capacity);
  // A quarter stays free for new sources, which have no producer before them; the rest is spread evenly.
  const int step = std::max<int>(1, static_cast<int>(static_cast<size_t>(capacity) * 3 / 4 / std::max<size_t>(1, vertices_.size())));
  int position = capacity - 1;
  for (Vertex* vertex : sinksFirst_) {
    vertex->position = position;
    slots_.take(position);
    position -= step;
    changes.moved.push_back(vertex);
  }
}

void RenderOrder::findComponents() {
  sinksFirst_.clear();
  cycles_ = 0;
  for (Vertex* vertex : vertices_) {
    vertex->visit = 0;
    vertex->cycle = 0;
  }
  visits_ = 0;
  for (Vertex* vertex : vertices_) {
    if (vertex->visit == 0) visitFrom(vertex);
  }
}

// Tarjan's algorithm without recursion. R. Tarjan, "Depth-first search and linear graph algorithms", 1972.
void RenderOrder::visitFrom(Vertex* root) {
  path_.clear();
  auto enter = [this](Vertex* vertex) {
    vertex->visit = vertex->lowLink = ++visits_;
    vertex->onStack = true;
    stack_.push_back(vertex);
    path_.push_back({vertex, 0});
  };
  enter(root);
  while (!path_.empty()) {
    Vertex* vertex = path_.back().first;
    if (path_.back().second < vertex->outgoing.size()) {
      const Edge* edge = vertex->outgoing[path_.back().second++];
      if (edge->broken) continue;
      Vertex* to = edge->to;
      if (to->visit == 0) {
        enter(to);
      } else if (to->onStack) {
        vertex->lowLink = std::min(vertex->lowLink, to->visit);
      }
      continue;
    }
    path_.pop_back();
    if (!path_.empty()) path_.back().first->lowLink = std::min(path_.back().first->lowLink, vertex->lowLink);
    if (vertex->lowLink != vertex->visit) continue;
    // `vertex` is the root of a component: all above it on the stack.
    const size_t begin = sinksFirst_.size();
    Vertex* member;
    do {
      member = stack_.back();
      stack_.pop_back();
      member->onStack = false;
      sinksFirst_.push_back(member);
    } while (member != vertex);
    const bool feedsItself = std::any_of(vertex->outgoing.begin(), vertex->outgoing.end(),
                                         [vertex](const Edge* edge) { return edge->to == vertex && !edge->broken; });
    if (sinksFirst_.size() - begin > 1 || feedsItself) {
      ++cycles_;
      for (size_t i = begin; i < sinksFirst_.size(); ++i) sinksFirst_[i]->cycle = cycles_;
    }
  }
}

}  // namespace mediant::audio
