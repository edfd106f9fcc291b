// An input of a node, or of an AudioParam, within one render quantum: the place where the outputs connected to it are
// summed.
// https://webaudio.github.io/web-audio-api/#channel-up-mixing-and-down-mixing
#pragma once

#include <cstddef>

#include "Bus.h"
#include "Commands.h"

namespace mediant::audio {

struct ChannelConfig {
  int count = 2;
  ChannelCountMode mode = ChannelCountMode::Max;
  ChannelInterpretation interpretation = ChannelInterpretation::Speakers;
};

// The sum of the signals of one channel count.
struct Contribution {
  Signal signal;
  Contribution* next = nullptr;
};

// Render thread. Fed with memory by the graph, which knows how many connections there are.
class ContributionPool {
 public:
  void add(Contribution* first, size_t count);
  Contribution* allocate();
  void release(Contribution* contribution) {
    contribution->next = free_;
    free_ = contribution;
  }

 private:
  Contribution* free_ = nullptr;
};

class Input {
 public:
  bool empty() const { return !first_.signal; }

  // The first signal, and any other: summed at once into what has the same number of channels; other counts are kept apart
  // until take().
  void set(Signal&& signal) { first_.signal = std::move(signal); }
  void addTo(ContributionPool& pool, Signal&& signal);

  // The mixed input, with the computedNumberOfChannels that `config` gives; empty when nothing was added, which stands
  // for one channel of silence. The result may be shared and have a pending gain.
  Signal take(ContributionPool& pool, const ChannelConfig& config) {
    if (!empty() && !first_.next && config.mode == ChannelCountMode::Max) return std::move(first_.signal);
    return mix(pool, config);
  }

  void discard(ContributionPool& pool);

 private:
  Signal mix(ContributionPool& pool, const ChannelConfig& config);
  static void sum(Signal& into, Signal&& signal);
  int computedNumberOfChannels(const ChannelConfig& config) const;

  Contribution first_;  // its `next` are the sums of other channel counts
};

}  // namespace mediant::audio
