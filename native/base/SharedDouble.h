// Doubles in memory that another thread, or script through a typed array, reads at the same time.
#pragma once

namespace mediant {

inline void storeShared(double* word, double value) { __atomic_store(word, &value, __ATOMIC_RELEASE); }

inline double loadShared(const double* word) {
  double value;
  __atomic_load(word, &value, __ATOMIC_ACQUIRE);
  return value;
}

}  // namespace mediant
