// Kernels for x86-64 with AVX2 and FMA. The build compiles this file for it; elsewhere it is empty.
#if defined(__x86_64__)
#include "Loops.h"

namespace mediant::audio {

static constexpr Kernels kTable = table("avx2");

const Kernels* avx2Kernels() { return &kTable; }

}  // namespace mediant::audio
#endif
