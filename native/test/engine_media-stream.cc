// Streams out of a graph and into one.
#include <cmath>

#include "engine_harness.h"
#include "ring_memory.h"

using namespace mediant::audio;

namespace {

int destination(CommandWriter& t, int node, int channels = 2) {
  return t.create(node, NodeKind::MediaStreamDestination, 1, 0, {}, {}, channels, ChannelCountMode::Explicit);
}
int source(CommandWriter& t, int node) { return t.create(node, NodeKind::MediaStreamSource, 0, 1); }

int released = 0;
void release(void*) { ++released; }

void write(CommandWriter& t, int node, RingMemory& memory) {
  t.message(node, NodeOp::SetRing, {}, t.attach(memory.data(), memory.length(), nullptr, release), 1);
}
void read(CommandWriter& t, int node, RingMemory& memory, bool isSameClock, double blockSeconds = 0.003) {
  t.message(node, NodeOp::SetRing, {isSameClock ? 1.0 : 0.0, blockSeconds}, t.attach(memory.data(), memory.length(), nullptr, release), 1);
}
void detach(CommandWriter& t, int node) { t.message(node, NodeOp::SetRing, {0, 0}); }

}  // namespace

TEST(a_stream_comes_back_into_its_own_graph_a_quantum_later) {
  TestEngine t(2);
  RingMemory memory(2, 4096, 48000);
  t.oscillator(2, 480); t.start(2);
  t.connect(2, 1);
  destination(t, 3); source(t, 4);
  t.connect(2, 3);
  write(t, 3, memory); read(t, 4, memory, true);
  t.splitter(5, 2); t.merger(6, 2);
  // Left: the oscillator; right: what came back.
  t.disconnect(2, 1);
  t.connect(4, 5); t.connect(2, 6, 0, 0); t.connect(5, 6, 0, 1); t.connect(6, 1);
  const auto out = t.render(20);
  for (size_t i = 256; i < out[0].size(); ++i) CHECK_EQUAL(out[1][i], out[0][i - 128]);
}

TEST(a_graph_may_be_a_loop_through_a_stream) {
  TestEngine t;
  RingMemory memory(1, 4096, 48000);
  t.constant(2); t.start(2); t.stop(2, 128 / 48000.0);
  t.gain(3, 0.5);
  destination(t, 4, 1); source(t, 5);
  t.connect(2, 3); t.connect(5, 3); t.connect(3, 4); t.connect(3, 1);
  write(t, 4, memory); read(t, 5, memory, true);
  const auto out = t.render(6);
  for (size_t quantum = 0; quantum < 6; ++quantum) CHECK_NEAR(out[0][quantum * 128 + 5], std::pow(0.5, double(quantum) + 1), 1e-7);
}

TEST(a_stream_has_the_channels_of_its_ring) {
  TestEngine t(2);
  RingMemory mono(1, 1024, 48000), quad(4, 1024, 48000);
  t.constant(2, 0.5); t.start(2);
  destination(t, 3, 1); destination(t, 4, 4);
  t.connect(2, 3); t.connect(2, 4);
  write(t, 3, mono); write(t, 4, quad);
  t.render(2);
  float sample = 9;
  CHECK_EQUAL(mono.ring().written(), 256);
  CHECK(mono.ring().read(0, 130, &sample, 1));
  CHECK_EQUAL(sample, 0.5f);
  // Mono is mixed to the two front channels of four.
  const float expected[] = {0.5f, 0.5f, 0, 0};
  for (int channel = 0; channel < 4; ++channel) {
    CHECK(quad.ring().read(channel, 130, &sample, 1));
    CHECK_EQUAL(sample, expected[channel]);
  }
}

TEST(a_destination_without_input_writes_silence_while_it_has_a_ring) {
  TestEngine t;
  RingMemory memory(1, 1024, 48000);
  destination(t, 2, 1);
  t.render(3);
  CHECK_EQUAL(memory.ring().written(), 0);
  write(t, 2, memory);
  t.render(3);
  CHECK_EQUAL(memory.ring().written(), 6 * 128);  // frames have the numbers of the context's
  detach(t, 2);
  t.render(3);
  CHECK_EQUAL(memory.ring().written(), 6 * 128);
}

TEST(a_ring_is_let_go_when_another_one_or_none_takes_its_place) {
  released = 0;
  TestEngine t;
  RingMemory first(1, 1024, 48000), second(1, 1024, 48000);
  destination(t, 2, 1); source(t, 3); t.connect(3, 1);
  write(t, 2, first); read(t, 3, first, true);
  t.render(1);
  write(t, 2, second); read(t, 3, second, true);
  t.render(1);
  t.engine->collect();
  CHECK_EQUAL(released, 2);
  detach(t, 2); detach(t, 3);
  t.render(1);
  t.engine->collect();
  CHECK_EQUAL(released, 4);
  t.release(2); t.release(3);
  t.render(1);
  CHECK_EQUAL(t.engine->nodeCount(), 1u);
}

TEST(memory_that_is_no_ring_changes_nothing) {
  released = 0;
  TestEngine t;
  float tooSmall[8] = {};
  source(t, 2); t.connect(2, 1);
  t.message(2, NodeOp::SetRing, {0, 0.01}, t.attach(tooSmall, 8, nullptr, release), 1);
  t.message(2, NodeOp::SetRing, {0, 0.01}, t.attach(nullptr, 0, nullptr, release), 1);
  const auto out = t.render(2);
  CHECK_EQUAL(out[0][100], 0.0f);
  CHECK_EQUAL(released, 2);
}

TEST(a_stream_goes_from_one_clock_to_another) {
  TestEngine from(1, 128, 44100), to(1, 128, 48000);
  RingMemory memory(1, 16384, 44100);
  from.oscillator(2, 441); from.start(2);
  destination(from, 3, 1); from.connect(2, 3); write(from, 3, memory);
  source(to, 2); to.connect(2, 1); read(to, 2, memory, false);
  from.submit(); to.submit();
  std::vector<float> heard;
  for (int64_t read = 0, written = 0; read < 48000; read += 128) {
    const double now = static_cast<double>(read) / 48000;
    while (static_cast<double>(written) / 44100 <= now) {
      from.engine->setTime(written, static_cast<double>(written) / 44100, 1 / 44100.0);
      from.render(1);
      written += 128;
    }
    to.engine->setTime(read, now, 1 / 48000.0);
    const auto out = to.render(1);
    heard.insert(heard.end(), out[0].begin(), out[0].end());
  }
  // A sine of 441 Hz obeys x[n + 1] = 2 cos(ω) x[n] − x[n − 1].
  const double turn = 2 * std::cos(2 * 3.141592653589793 * 441 / 48000);
  double worst = 0, loudest = 0;
  for (size_t i = 4800; i + 1 < heard.size(); ++i) {
    worst = std::max(worst, std::fabs(heard[i + 1] - turn * heard[i] + heard[i - 1]));
    loudest = std::max(loudest, std::fabs(static_cast<double>(heard[i])));
  }
  CHECK_NEAR(loudest, 1, 1e-3);
  CHECK(worst < 2e-5);
}

TEST(an_engine_without_a_clock_hears_nothing_of_others) {
  TestEngine t;
  RingMemory memory(1, 1024, 48000);
  source(t, 2); t.connect(2, 1); read(t, 2, memory, false);
  const auto out = t.render(4);
  for (float x : out[0]) CHECK_EQUAL(x, 0.0f);
}
