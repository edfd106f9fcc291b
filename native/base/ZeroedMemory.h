// Large arrays of zeros. The system hands out such memory without touching it, so what is never used costs nothing.
#pragma once

#include <cstddef>
#include <cstdlib>
#include <memory>

namespace mediant {

struct FreeMemory {
  void operator()(void* memory) const { std::free(memory); }
};

using ZeroedFloats = std::unique_ptr<float[], FreeMemory>;

// Null when there is no such amount of memory.
inline ZeroedFloats makeZeroedFloats(size_t count) { return ZeroedFloats(static_cast<float*>(std::calloc(count, sizeof(float)))); }

}  // namespace mediant
