// Passes objects from one thread to one other, in order, without locks: the producer pushes one at a time, the consumer
// takes all there are. Objects are linked through `nextInHandoff`; nothing is allocated and nothing can overflow.
#pragma once

#include <atomic>

namespace mediant {

template <typename T>
class Handoff {
 public:
  // Producer. Returns whether the handoff was empty, that is, whether the consumer should be told.
  bool push(T* item) {
    T* newest = newest_.load(std::memory_order_relaxed);
    do {
      item->nextInHandoff = newest;
      // Fails only when the consumer has just taken everything, so the loop ends.
    } while (!newest_.compare_exchange_weak(newest, item, std::memory_order_release, std::memory_order_relaxed));
    return newest == nullptr;
  }

  // Consumer. Returns a list linked through nextInHandoff, oldest first. Wait-free but for the reversal of what it
  // took.
  T* takeAll() {
    if (newest_.load(std::memory_order_relaxed) == nullptr) return nullptr;
    T* item = newest_.exchange(nullptr, std::memory_order_acquire);
    T* oldestFirst = nullptr;
    while (item) {
      T* older = static_cast<T*>(item->nextInHandoff);
      item->nextInHandoff = oldestFirst;
      oldestFirst = item;
      item = older;
    }
    return oldestFirst;
  }

 private:
  std::atomic<T*> newest_{nullptr};
};

}  // namespace mediant
