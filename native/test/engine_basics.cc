// A graph from end to end: sources, gain, summing, fan-out, start and stop, output channels.
#include "engine_harness.h"

using namespace mediant::audio;

TEST(an_empty_graph_is_silent_and_time_goes_on) {
  TestEngine t(2);
  auto out = t.render(3);
  for (auto& channel : out) for (float x : channel) CHECK_EQUAL(x, 0.0f);
  CHECK_EQUAL(t.word(StateWord::CurrentFrame), 384.0);
}

TEST(a_constant_source_through_a_gain) {
  TestEngine t;
  t.constant(2, 0.5);
  t.gain(3, 0.25);
  t.connect(2, 3);
  t.connect(3, 1);
  t.start(2);
  const auto serial = t.submit();
  CHECK_EQUAL(serial, uint64_t{1});
  auto out = t.render(2);
  for (float x : out[0]) CHECK_EQUAL(x, 0.125f);
  CHECK_EQUAL(t.word(StateWord::AppliedBatch), 1.0);
}

TEST(sources_start_and_stop_on_the_first_frame_at_or_after_their_times) {
  TestEngine t;
  t.constant(2);
  t.connect(2, 1);
  t.start(2, 200.5 / 48000);
  t.stop(2, 300.0 / 48000);
  auto out = t.render(4);
  for (int i = 0; i < 512; ++i) CHECK_EQUAL(out[0][i], i >= 201 && i < 300 ? 1.0f : 0.0f);
  auto events = t.events();
  CHECK_EQUAL(events.size(), size_t{1});
  CHECK(events[0].type == EngineEvent::Ended);
  CHECK_EQUAL(events[0].a, 2.0);
  CHECK_EQUAL(events[0].b, 300.0);
}

TEST(many_gains_are_summed) {
  TestEngine t(2);
  t.constant(2, 1);
  t.start(2);
  double sum = 0;
  for (int i = 0; i < 100; ++i) {
    t.gain(3 + i, 0.5 * i);
    t.connect(2, 3 + i);
    t.connect(3 + i, 1);
    sum += 0.5 * i;
  }
  auto out = t.render(2);
  for (auto& channel : out) for (float x : channel) CHECK_EQUAL(x, static_cast<float>(sum));
}

TEST(a_stop_before_the_start_ends_without_sound) {
  TestEngine t;
  t.constant(2);
  t.connect(2, 1);
  t.start(2, 1.0);
  t.stop(2, 130.0 / 48000);
  auto out = t.render(4);
  for (float x : out[0]) CHECK_EQUAL(x, 0.0f);
  auto events = t.events();
  CHECK_EQUAL(events.size(), size_t{1});
}
