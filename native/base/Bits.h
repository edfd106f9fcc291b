// Positions of bits in words that are not 0.
#pragma once

#include <cstdint>

#if defined(_MSC_VER) && !defined(__clang__)
#include <intrin.h>
#endif

namespace mediant {

#if defined(_MSC_VER) && !defined(__clang__)
inline int lowestBit(uint64_t word) {
  unsigned long index;
  _BitScanForward64(&index, word);
  return static_cast<int>(index);
}
inline int highestBit(uint64_t word) {
  unsigned long index;
  _BitScanReverse64(&index, word);
  return static_cast<int>(index);
}
#else
inline int lowestBit(uint64_t word) { return __builtin_ctzll(word); }
inline int highestBit(uint64_t word) { return 63 - __builtin_clzll(word); }
#endif

}  // namespace mediant
