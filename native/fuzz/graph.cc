// Random graphs, rendered in between: nothing crashes or leaks; a tame graph gives finite samples, and all of its nodes go
// in the end.
#include <memory>

#include "RandomGraph.h"

using namespace mediant::audio;
using namespace mediant::fuzz;

namespace {

struct Format {
  double sampleRate;
  int quantum;
};

constexpr Format kFormats[] = {{48000, 128}, {3000, 1}, {8000, 16}, {48000, 60}, {44100, 333}, {768000, 1024}};
constexpr int kChannelCounts[] = {2, 1, 6, 32};

void render(TestEngine& t, int quanta, Manner manner) {
  for (const std::vector<float>& channel : t.render(quanta)) {
    if (manner == Manner::Wild) continue;
    for (float sample : channel) FUZZ_CHECK(std::isfinite(sample));
  }
}

// What script reads of nodes, which may not be there.
void read(TestEngine& t, RandomGraph& graph, Choices& choices, Manner manner) {
  const int node = graph.anyNode();
  const float value = t.engine->paramValue(node, choices.below(12) - 1);
  const float reduction = t.engine->reduction(node);
  float samples[64];
  const size_t count = static_cast<size_t>(1 + choices.below(64));
  t.engine->analyserFrequency(node, samples, count);
  t.engine->analyserTimeDomain(node, samples, count);
  if (manner == Manner::Wild) return;
  FUZZ_CHECK(std::isfinite(value) && std::isfinite(reduction));
  for (size_t i = 0; i < count; ++i) FUZZ_CHECK(std::isfinite(samples[i]));
}

// Everything has been stopped and let go of: it fades, and goes.
void awaitEnd(TestEngine& t, double sampleRate) {
  constexpr double kMostSeconds = 20;
  const int most = static_cast<int>(kMostSeconds * sampleRate / t.quantum);
  for (int i = 0; i < most && t.engine->nodeCount() > 1; ++i) {
    render(t, 1, Manner::Tame);
    if (i % 8 == 0) t.events();
  }
  FUZZ_CHECK(t.engine->nodeCount() == 1);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  Choices choices(data, size);
  const Manner manner = choices.oneIn(2) ? Manner::Tame : Manner::Wild;
  const auto [sampleRate, quantum] = choices.of(kFormats);
  {
    TestEngine t(choices.of(kChannelCounts), quantum, sampleRate);
    RandomScope scope(choices, t.quantum);
    auto entry = std::make_unique<AudioWorkletScope::Entry>(scope);
    RandomGraph graph(t, choices, manner, sampleRate);
    while (!choices.empty()) {
      graph.step(t.word(StateWord::CurrentFrame) / sampleRate);
      if (choices.oneIn(6)) render(t, 1 + choices.below(4), manner);
      if (choices.oneIn(12)) t.events();
      if (choices.oneIn(12)) read(t, graph, choices, manner);
    }
    t.submit();
    if (manner == Manner::Tame) {
      scope.end();
      graph.end();
      awaitEnd(t, sampleRate);
    }
  }
  FUZZ_CHECK(RandomGraph::lentArrays() == 0);
  return 0;
}
