// Doubles in memory that another thread, or script through a typed array, reads at the same time.
#pragma once

#include <atomic>

namespace mediant {

static_assert(sizeof(std::atomic<double>) == sizeof(double) && std::atomic<double>::is_always_lock_free,
              "a double in shared memory can be used as an atomic one");

inline void storeShared(double* word, double value) {
  reinterpret_cast<std::atomic<double>*>(word)->store(value, std::memory_order_release);
}

inline double loadShared(const double* word) {
  return reinterpret_cast<const std::atomic<double>*>(word)->load(std::memory_order_acquire);
}

}  // namespace mediant
