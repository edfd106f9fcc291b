// The channels of a signal, as the functions of dsp/ take them.
#pragma once

#include "../engine/Bus.h"

namespace mediant::audio {

class ChannelPointers {
 public:
  explicit ChannelPointers(Signal& signal) {
    for (int i = 0; i < signal.channels(); ++i) pointers_[i] = signal.channel(i);
  }
  operator float* const*() const { return pointers_; }

 private:
  float* pointers_[kMaxChannels];
};

}  // namespace mediant::audio
