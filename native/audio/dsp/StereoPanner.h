// The panning of a StereoPannerNode.
// https://webaudio.github.io/web-audio-api/#stereopanner-algorithm
#pragma once

#include <cstddef>

#include "ParamView.h"

namespace mediant::audio {

// `channels` is that of the input, 1 or 2; the output has two, which may be the input's.
void panStereo(const float* const* input, size_t channels, float* const* output, size_t n, ParamView pan);

}  // namespace mediant::audio
