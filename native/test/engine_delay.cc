// DelayNode: delays, channels, tails, cycles. https://webaudio.github.io/web-audio-api/#DelayNode
#include "engine_harness.h"

using namespace mediant::audio;

namespace {

constexpr double kSampleRate = 32768;  // so that times in frames are exact

// A source that counts frames from 1.
void counter(TestEngine& t, int node) {
  t.constant(node, 1);
  t.setValue(node, 0, 1, 0);
  t.paramEvent(node, 0, ParamEventType::LinearRamp, kSampleRate + 1, 1);
  t.start(node);
}

}  // namespace

TEST(whole_and_fractional_delays) {
  for (double frames : {0.0, 1.0, 5.0, 127.0, 128.0, 129.0, 1000.0, 10.25, 300.5}) {
    TestEngine t(1, 128, kSampleRate);
    counter(t, 2);
    t.delay(3, frames / kSampleRate);
    t.connect(2, 3); t.connect(3, 1);
    auto out = t.render(12);
    for (int i = 0; i < 12 * 128; ++i) {
      const double at = i - frames;
      CHECK_NEAR(out[0][i], at <= -1 ? 0 : at < 0 ? 1 + at : 1 + at, 2e-3);
    }
  }
}

TEST(a_delay_that_moves) {
  TestEngine t(1, 128, kSampleRate);
  counter(t, 2);
  t.delay(3, 0);
  t.setValue(3, 0, 0, 0);
  t.paramEvent(3, 0, ParamEventType::LinearRamp, 480 / kSampleRate, 960 / kSampleRate);  // half speed
  t.connect(2, 3); t.connect(3, 1);
  auto out = t.render(10);
  for (int i = 0; i < 960; ++i) CHECK_NEAR(out[0][i], 1 + i * 0.5, 0.02);
}

TEST(the_output_has_the_channels_of_what_is_read) {
  // After https://github.com/WebAudio/web-audio-api/issues/25: mono, then stereo once the stereo input comes out.
  TestEngine t(1, 128, kSampleRate);
  t.merger(2, 2);
  t.constant(3, 0.125); t.start(3); t.connect(3, 2, 0, 0);
  t.constant(4, 0.5); t.start(4); t.connect(4, 2, 0, 1);
  t.delay(5, 384 / kSampleRate);
  t.connect(2, 5);
  t.gain(6); t.connect(5, 6);
  t.constant(7, 0.25); t.start(7); t.connect(7, 6);
  t.splitter(8, 2); t.connect(6, 8); t.connect(8, 1, 1);
  auto out = t.render(8);
  for (int i = 0; i < 8 * 128; ++i) CHECK_EQUAL(out[0][i], i < 384 ? 0.0f : 0.75f);
}

TEST(more_channels_than_the_line_was_made_for) {
  TestEngine t(6, 128, kSampleRate);
  t.delay(2, 0.001);
  t.connect(2, 1);
  t.render(1);
  t.merger(3, 6);
  t.connect(3, 2);
  for (int i = 0; i < 6; ++i) { t.constant(10 + i, i + 1); t.start(10 + i); t.connect(10 + i, 3, 0, i); }
  auto out = t.render(2);
  for (int c = 0; c < 6; ++c) CHECK_EQUAL(out[c][200], static_cast<float>(c + 1));
}

TEST(what_was_heard_before_a_pause_is_not_heard_after_it) {
  TestEngine t(1, 128, kSampleRate);
  t.delay(2, 48 / kSampleRate, 1);
  t.connect(2, 1);
  t.constant(3, 1); t.start(3); t.stop(3, 0.01); t.connect(3, 2);
  t.render(20);
  t.render(600);
  auto out = t.render(10);
  for (float x : out[0]) CHECK_EQUAL(x, 0.0f);
  t.constant(4, 2); t.start(4, 650 * 128 / kSampleRate); t.connect(4, 2);
  out = t.render(30);
  for (int i = 0; i < 30 * 128; ++i) CHECK_EQUAL(out[0][i], i < 20 * 128 + 48 ? 0.0f : 2.0f);
}

TEST(a_feedback_loop_has_a_delay_of_one_quantum_at_least) {
  TestEngine t(1, 128, kSampleRate);
  t.constant(2, 1); t.start(2); t.stop(2, 1.0 / 48000);  // an impulse
  t.delay(3, 0);
  t.gain(4, 0.5);
  t.connect(2, 3); t.connect(3, 4); t.connect(4, 3); t.connect(3, 1);
  auto out = t.render(6);
  for (int i = 0; i < 6 * 128; ++i) {
    const float expected = i % 128 || i == 0 ? 0.0f : static_cast<float>(std::pow(0.5, i / 128 - 1));
    CHECK_EQUAL(out[0][i], expected);
  }
  // Without the feedback the delay is what delayTime says.
  t.disconnect(4, 3);
  t.constant(5, 7); t.start(5); t.connect(5, 3);
  CHECK_EQUAL(t.render(1)[0][0] > 6, true);
}

TEST(only_the_part_of_a_graph_that_has_a_cycle_without_delay_is_muted) {
  TestEngine t(1, 128, kSampleRate);
  t.constant(2, 1); t.start(2);
  t.delay(3, 0.001); t.gain(4, 1); t.gain(5, 1);
  t.connect(2, 3); t.connect(3, 4); t.connect(4, 3); t.connect(3, 1);  // 3 → 4 → 3 has a delay
  t.connect(4, 5); t.connect(5, 4);                                     // 4 → 5 → 4 has none
  auto out = t.render(3);
  CHECK_EQUAL(out[0][200], 1.0f);
  t.disconnect(5, 4);
  out = t.render(3);
  CHECK(out[0][300] > 1.5f);
}

TEST(a_released_delay_sounds_to_its_end) {
  TestEngine t(1, 128, kSampleRate);
  t.constant(2, 1); t.start(2); t.stop(2, 480 / kSampleRate);
  t.delay(3, 4800 / kSampleRate);
  t.connect(2, 3); t.connect(3, 1);
  t.release(2); t.release(3);
  std::vector<float> sound;
  for (int i = 0; i < 60; ++i) {
    auto out = t.render(1);
    sound.insert(sound.end(), out[0].begin(), out[0].end());
    t.engine->collect();
  }
  CHECK_EQUAL(sound[4799], 0.0f);
  CHECK_EQUAL(sound[4800], 1.0f);
  CHECK_EQUAL(sound[5279], 1.0f);
  CHECK_EQUAL(sound[5281], 0.0f);
  CHECK_EQUAL(t.engine->nodeCount(), size_t{1});
}

TEST(a_released_feedback_loop_goes_when_it_has_faded) {
  TestEngine t(1, 128, kSampleRate);
  t.constant(2, 1); t.start(2); t.stop(2, 0.001); t.release(2);
  t.delay(3, 0.004); t.gain(4, 0.25); t.delay(5, 0.004);
  t.connect(2, 3); t.connect(3, 4); t.connect(4, 5); t.connect(5, 3); t.connect(3, 1);
  t.release(3); t.release(4); t.release(5);
  t.render(10);
  t.engine->collect();
  t.render(2);
  CHECK_EQUAL(t.engine->nodeCount(), size_t{4});
  for (int i = 0; i < 1000 && t.engine->nodeCount() > 1; ++i) { t.render(1); t.engine->collect(); }
  CHECK_EQUAL(t.engine->nodeCount(), size_t{1});
}
