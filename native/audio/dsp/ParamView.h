// The computed values of an AudioParam for one render quantum.
#pragma once

#include <cstddef>

namespace mediant::audio {

struct ParamView {
  const float* values = nullptr;  // one a frame, or null where the parameter is constant in this quantum
  float value = 0;                // the constant; the value of the first frame otherwise

  float at(size_t frame) const { return values ? values[frame] : value; }
  ParamView from(size_t frame) const { return values ? ParamView{values + frame, values[frame]} : *this; }
};

}  // namespace mediant::audio
