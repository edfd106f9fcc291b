#include "Schedule.h"

#include <algorithm>
#include <cassert>

namespace mediant::audio {

void WakeHeap::exchange(std::unique_ptr<Storage>& storage) {
  if (storage_) std::copy(storage_->entries.get(), storage_->entries.get() + size_, storage->entries.get());
  storage_.swap(storage);
}

void WakeHeap::sleepUntil(Sleeper& sleeper, int64_t frame) {
  int index = sleeper.heapIndex_;
  if (index < 0) {
    assert(size_ < storage_->capacity && "the graph's bound on sleepers is wrong");
    if (size_ == storage_->capacity) return;
    index = size_++;
  }
  settle(index, {frame, &sleeper});
}

void WakeHeap::remove(Sleeper& sleeper) {
  const int index = sleeper.heapIndex_;
  if (index < 0) return;
  sleeper.heapIndex_ = -1;
  const Entry last = storage_->entries[--size_];
  if (last.sleeper != &sleeper) settle(index, last);
}

Sleeper* WakeHeap::takeBefore(int64_t frame) {
  if (size_ == 0 || storage_->entries[0].frame >= frame) return nullptr;
  Sleeper* sleeper = storage_->entries[0].sleeper;
  remove(*sleeper);
  return sleeper;
}

// Moves `entry` from the hole at `index` up or down to where the heap's order holds.
void WakeHeap::settle(int index, Entry entry) {
  const Entry* entries = storage_->entries.get();
  while (index > 0 && entry.frame < entries[(index - 1) / 2].frame) {
    setEntry(index, entries[(index - 1) / 2]);
    index = (index - 1) / 2;
  }
  for (;;) {
    int child = 2 * index + 1;
    if (child >= size_) break;
    if (child + 1 < size_ && entries[child + 1].frame < entries[child].frame) ++child;
    if (entries[child].frame >= entry.frame) break;
    setEntry(index, entries[child]);
    index = child;
  }
  setEntry(index, entry);
}

}  // namespace mediant::audio
