// The order in which nodes run: every vertex has a position, producers before consumers. Positions leave gaps, so that
// most changes place the new nodes and move nothing; otherwise, and whenever a cycle may have come or gone, the whole
// graph is laid out again.
// https://webaudio.github.io/web-audio-api/#rendering-loop
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "GraphNode.h"

namespace mediant::audio {

class RenderOrder {
 public:
  // What update() has changed since the one before.
  struct Changes {
    int capacity = 0;              // positions there are now, when that has changed; else 0
    bool laidOut = false;          // whether cycles may have come or gone
    std::vector<Vertex*> moved;    // have a new position
    std::vector<Vertex*> muted;    // `muted` has changed
    std::vector<Edge*> broken;     // `broken` has changed
    bool empty() const { return capacity == 0 && moved.empty() && muted.empty() && broken.empty(); }
  };

  void add(Vertex& vertex);
  void remove(Vertex& vertex);
  void edgeAdded(Edge& edge);
  void edgeRemoved(Edge& edge);

  // Call once after a set of changes. `changes` is overwritten.
  void update(Changes& changes);

  bool hasCycles() const { return hasCycles_; }
  const std::vector<Vertex*>& vertices() const { return vertices_; }

 private:
  // Positions in use.
  class Slots {
   public:
    void reset(int capacity);
    void take(int position);
    void free(int position);
    int lastFreeBelow(int position) const;  // -1 for none
    int capacity() const { return capacity_; }

   private:
    int capacity_ = 0;
    std::vector<uint64_t> taken_;
    std::vector<uint64_t> full_;  // words of taken_ without a free position
  };

  bool placeQueued(Changes& changes);
  bool placeWithSuccessors(Vertex* vertex, Changes& changes);
  void layOut(Changes& changes);
  void findComponents();
  void visitFrom(Vertex* root);

  std::vector<Vertex*> vertices_;
  std::vector<Vertex*> queued_;
  Slots slots_;
  bool layOutNeeded_ = true;
  bool hasCycles_ = false;
  int cycles_ = 0;

  // Strongly connected components, each after all that it feeds.
  uint32_t visits_ = 0;
  std::vector<Vertex*> stack_;
  std::vector<std::pair<Vertex*, size_t>> path_;
  std::vector<Vertex*> sinksFirst_;
};

}  // namespace mediant::audio
