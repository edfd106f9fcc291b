// Kernels for 64-bit ARM, which always has NEON. The build compiles this file for it; elsewhere it is empty.
#if defined(__aarch64__) || defined(_M_ARM64)
#include "Loops.h"

namespace mediant::audio {

static constexpr Kernels kTable = table("neon");

const Kernels* neonKernels() { return &kTable; }

}  // namespace mediant::audio
#endif
