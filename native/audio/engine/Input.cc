#include "Input.h"

#include <algorithm>
#include <cassert>

#include "../kernels/Kernels.h"
#include "Mix.h"

namespace mediant::audio {

void ContributionPool::add(Contribution* first, size_t count) {
  for (size_t i = 0; i < count; ++i) release(&first[i]);
}

Contribution* ContributionPool::allocate() {
  Contribution* contribution = free_;
  assert(contribution && "the graph's bound on contributions is wrong");
  if (contribution) free_ = contribution->next;
  return contribution;
}

void Input::addTo(ContributionPool& pool, Signal&& signal) {
  for (Contribution* contribution = &first_;; contribution = contribution->next) {
    if (contribution->signal.channels() == signal.channels()) {
      sum(contribution->signal, std::move(signal));
      return;
    }
    if (!contribution->next) {
      Contribution* another = pool.allocate();
      if (!another) return;
      another->signal = std::move(signal);
      another->next = nullptr;
      contribution->next = another;
      return;
    }
  }
}

void Input::sum(Signal& into, Signal&& signal) {
  if (signal.silent()) return;
  if (into.silent()) {
    into = std::move(signal);
    return;
  }
  if (!into.writable() && signal.writable()) std::swap(into, signal);
  const Kernels& k = kernels();
  const size_t samples = static_cast<size_t>(into.channels()) * into.stride();
  if (into.writable()) {
    signal.gain() == 1 ? k.add(into.channel(0), signal.channel(0), samples)
                       : k.addScaled(into.channel(0), signal.channel(0), signal.gain(), samples);
    return;
  }
  Signal total(into.pool(), into.pool().allocate(into.channels()));
  k.addScaledPair(total.channel(0), into.channel(0), into.gain(), signal.channel(0), signal.gain(), samples);
  into = std::move(total);
}

// https://webaudio.github.io/web-audio-api/#computednumberofchannels
int Input::computedNumberOfChannels(const ChannelConfig& config) const {
  if (config.mode == ChannelCountMode::Explicit) return config.count;
  int channels = 1;
  for (const Contribution* c = &first_; c; c = c->next) channels = std::max(channels, c->signal.channels());
  return config.mode == ChannelCountMode::ClampedMax ? std::min(channels, config.count) : channels;
}

Signal Input::mix(ContributionPool& pool, const ChannelConfig& config) {
  if (empty()) return Signal();
  const int channels = computedNumberOfChannels(config);
  if (!first_.next && first_.signal.channels() == channels) return std::move(first_.signal);

  // The sum that has the right count already, if any, takes up the others.
  Signal total;
  bool silent = true;
  for (Contribution* c = &first_; c; c = c->next) {
    silent = silent && c->signal.silent();
    if (c->signal.channels() == channels) total = std::move(c->signal);
  }
  BusPool& buses = total ? total.pool() : first_.signal.pool();
  if (silent) {
    discard(pool);
    return Signal(buses, buses.silence(channels));
  }
  bool accumulate = static_cast<bool>(total);
  if (total) {
    total.makeWritable();
  } else {
    total = Signal(buses, buses.allocate(channels));
  }
  for (Contribution* c = &first_; c; c = c->next) {
    if (!c->signal) continue;
    audio::mix(total, c->signal, config.interpretation, accumulate);
    accumulate = true;
  }
  discard(pool);
  return total;
}

void Input::discard(ContributionPool& pool) {
  first_.signal.reset();
  for (Contribution* c = first_.next; c;) {
    Contribution* next = c->next;
    c->signal.reset();
    pool.release(c);
    c = next;
  }
  first_.next = nullptr;
}

}  // namespace mediant::audio
