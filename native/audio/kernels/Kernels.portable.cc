// The portable kernels, the oracle of all others.
#define MEDIANT_PORTABLE
#include "Loops.h"

namespace mediant::audio {

const Kernels kPortableKernels = table("portable");

}  // namespace mediant::audio
