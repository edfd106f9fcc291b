// The portable kernels, the oracle of all others.
#include "Loops.h"

namespace mediant::audio {

const Kernels kPortableKernels = table("portable");

}  // namespace mediant::audio
