// Which nodes run: a bitmap over the positions of the render order, and a heap of what sleeps until a frame.
// Render thread; the memory comes from the graph.
#pragma once

#include <cstdint>
#include <memory>

#include "../../base/Bits.h"

namespace mediant::audio {

class Renderer;
class NodeRenderer;

// The positions of the render order. A node runs in a quantum when it is active (a playing source, a tail) or marked (a
// node that ran before it in this quantum gave it input). Costs one bit test per 4096 positions and quantum when
// nothing runs.
class Schedule {
 public:
  struct Storage {
    explicit Storage(int capacity)
        : capacity(capacity),
          words(new uint64_t[static_cast<size_t>(capacity) / 64 * 2]()),
          summaries(new uint64_t[(static_cast<size_t>(capacity) / 64 + 63) / 64 * 2]()),
          nodes(new NodeRenderer*[static_cast<size_t>(capacity)]()) {}

    int capacity;                            // a multiple of 64
    std::unique_ptr<uint64_t[]> words;       // active, marked, active, marked, …
    std::unique_ptr<uint64_t[]> summaries;   // whether any bit of a word is set; the same layout
    std::unique_ptr<NodeRenderer*[]> nodes;  // by position
  };

  // The old storage is left in `storage`. Positions must be set again.
  void exchange(std::unique_ptr<Storage>& storage) { storage_.swap(storage); }

  NodeRenderer* nodeAt(int position) const { return storage_->nodes[position]; }
  void place(int position, NodeRenderer* node) { storage_->nodes[position] = node; }

  void setActive(int position) { set(position, 0); }
  void clearActive(int position) { clear(position, 0); }
  void mark(int position) { set(position, 1); }
  void clearMark(int position) { clear(position, 1); }

  // The first position at or after `position` that is active or marked, -1 for none.
  int next(int position) const {
    const Storage& s = *storage_;
    if (position >= s.capacity) return -1;
    int word = position >> 6;
    uint64_t bits = (s.words[2 * word] | s.words[2 * word + 1]) & (~uint64_t{0} << (position & 63));
    if (bits) return (word << 6) + lowestBit(bits);
    ++word;
    const int words = s.capacity >> 6;
    if (word >= words) return -1;
    int summary = word >> 6;
    bits = (s.summaries[2 * summary] | s.summaries[2 * summary + 1]) & (~uint64_t{0} << (word & 63));
    while (!bits) {
      if (++summary >= (words + 63) >> 6) return -1;
      bits = s.summaries[2 * summary] | s.summaries[2 * summary + 1];
    }
    word = (summary << 6) + lowestBit(bits);
    bits = s.words[2 * word] | s.words[2 * word + 1];
    return (word << 6) + lowestBit(bits);
  }

 private:
  void set(int position, int kind) {
    const int word = position >> 6;
    storage_->words[2 * word + kind] |= uint64_t{1} << (position & 63);
    storage_->summaries[2 * (word >> 6) + kind] |= uint64_t{1} << (word & 63);
  }
  void clear(int position, int kind) {
    const int word = position >> 6;
    uint64_t& bits = storage_->words[2 * word + kind];
    bits &= ~(uint64_t{1} << (position & 63));
    if (!bits) storage_->summaries[2 * (word >> 6) + kind] &= ~(uint64_t{1} << (word & 63));
  }

  std::unique_ptr<Storage> storage_;
};

// Something with nothing to do before a known frame.
class Sleeper {
 public:
  virtual ~Sleeper() = default;
  // Called in the quantum that contains the frame, before any node runs.
  virtual void wake(Renderer& renderer) = 0;

 private:
  friend class WakeHeap;
  int heapIndex_ = -1;
};

class WakeHeap {
 public:
  struct Entry {
    int64_t frame;
    Sleeper* sleeper;
  };
  struct Storage {
    explicit Storage(int capacity) : capacity(capacity), entries(new Entry[static_cast<size_t>(capacity)]) {}
    int capacity;
    std::unique_ptr<Entry[]> entries;
  };

  // Moves the entries to larger storage; the old one is left in `storage`.
  void exchange(std::unique_ptr<Storage>& storage);

  // (Re)schedules: each sleeper has one entry at most.
  void sleepUntil(Sleeper& sleeper, int64_t frame);
  void remove(Sleeper& sleeper);
  // Takes out a sleeper whose frame is before `frame`, the earliest first; null when there is none.
  Sleeper* takeBefore(int64_t frame);
  int size() const { return size_; }

 private:
  void settle(int index, Entry entry);
  void setEntry(int index, Entry entry) {
    storage_->entries[index] = entry;
    entry.sleeper->heapIndex_ = index;
  }

  std::unique_ptr<Storage> storage_;
  int size_ = 0;
};

}  // namespace mediant::audio
