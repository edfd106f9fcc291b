// Memory for a ring, as PcmRing.allocate of src/mediastream makes it.
#pragma once

#include <vector>

#include "audio/stream/PcmRing.h"

namespace mediant::audio {

struct RingMemory {
  RingMemory(int channels, size_t capacity, double sampleRate)
      : words(static_cast<size_t>(RingWord::Count) + (static_cast<size_t>(channels) * capacity + 1) / 2) {
    words[static_cast<int>(RingWord::Channels)] = channels;
    words[static_cast<int>(RingWord::Capacity)] = static_cast<double>(capacity);
    words[static_cast<int>(RingWord::SampleRate)] = sampleRate;
  }
  float* data() { return reinterpret_cast<float*>(words.data()); }
  size_t length() const { return words.size() * 2; }
  PcmRing ring() { return PcmRing::in(data(), length()); }

  std::vector<double> words;
};

}  // namespace mediant::audio
