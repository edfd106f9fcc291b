// Channel up-mixing and down-mixing.
// https://webaudio.github.io/web-audio-api/#channel-up-mixing-and-down-mixing
#pragma once

#include "Bus.h"
#include "Commands.h"

namespace mediant::audio {

// Mixes one quantum of `source` (with its pending gain) to `channels` channels: written, or added where `accumulate`.
void mix(float* const* destination, int channels, const Signal& source, ChannelInterpretation interpretation, bool accumulate);
void mix(Signal& destination, const Signal& source, ChannelInterpretation interpretation, bool accumulate);

}  // namespace mediant::audio
