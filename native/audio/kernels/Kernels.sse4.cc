// Kernels for x86-64 with SSE4.1. The build compiles this file for it; elsewhere it is empty.
#if defined(__x86_64__)
#include "Loops.h"

namespace mediant::audio {

static constexpr Kernels kTable = table("sse4");

const Kernels* sse4Kernels() { return &kTable; }

}  // namespace mediant::audio
#endif
