// Kernels for x86-64 with AVX-512 (F, BW, DQ, VL). The build compiles this file for it; elsewhere it is empty.
#if defined(__x86_64__)
#include "Loops.h"

namespace mediant::audio {

static constexpr Kernels kTable = table("avx512");

const Kernels* avx512Kernels() { return &kTable; }

}  // namespace mediant::audio
#endif
