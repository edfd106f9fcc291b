// Timing of automation, rates, published values. The curves themselves are tested with ParamTimeline.
#include <cmath>

#include "engine_harness.h"

using namespace mediant::audio;

TEST(a_ramp_is_sample_accurate) {
  TestEngine t;
  t.constant(2, 0); t.start(2); t.connect(2, 1);
  t.setValue(2, 0, 0, 0);
  t.paramEvent(2, 0, ParamEventType::LinearRamp, 512, 512.0 / 48000);
  auto out = t.render(5);
  for (int i = 0; i < 640; ++i) CHECK_NEAR(out[0][i], i < 512 ? i : 512, 1e-3);
}

TEST(k_rate_params_hold_the_value_of_the_first_frame) {
  TestEngine t;
  t.create(2, NodeKind::ConstantSource, 0, 1, {{0, -1e9, 1e9, AutomationRate::KRate}});
  t.start(2); t.connect(2, 1);
  t.setValue(2, 0, 0, 0);
  t.paramEvent(2, 0, ParamEventType::LinearRamp, 512, 512.0 / 48000);
  auto out = t.render(5);
  for (int i = 0; i < 640; ++i) CHECK_NEAR(out[0][i], i / 128 * 128, 1e-3);
  t.add(Command::ParamSetRate, {2, 0, double(AutomationRate::ARate)});
  t.setValue(2, 0, 0, 640.0 / 48000);
  t.paramEvent(2, 0, ParamEventType::LinearRamp, 128, 768.0 / 48000);
  out = t.render(1);
  for (int i = 0; i < 128; ++i) CHECK_NEAR(out[0][i], i, 1e-2);
}

TEST(values_are_published_though_the_node_does_not_run) {
  TestEngine t;
  t.gain(2, 1);
  t.setValue(2, 0, 5);
  t.render(1);
  CHECK_EQUAL(t.engine->paramValue(2, 0), 5.0f);
  t.setValue(2, 0, 7, 1000.0 / 48000);
  t.render(4);
  CHECK_EQUAL(t.engine->paramValue(2, 0), 5.0f);
  t.render(4);
  CHECK_EQUAL(t.engine->paramValue(2, 0), 7.0f);
  t.paramEvent(2, 0, ParamEventType::LinearRamp, 14, 2048.0 / 48000);
  t.render(2);
  const float first = t.engine->paramValue(2, 0);
  t.render(2);
  const float second = t.engine->paramValue(2, 0);
  CHECK(first > 7 && second > first && second < 14);
  t.render(10);
  CHECK_EQUAL(t.engine->paramValue(2, 0), 14.0f);
}

TEST(many_sleeping_params_wake_at_their_times) {
  TestEngine t;
  const int n = 1000;
  for (int i = 0; i < n; ++i) {
    t.gain(2 + i, 0);
    t.setValue(2 + i, 0, i, (128.0 * ((i * 7919) % n) + 5) / 48000);
  }
  t.submit();
  for (int quantum = 0; quantum < n; ++quantum) {
    t.render(1);
    if (quantum % 100 != 99) continue;
    for (int i = 0; i < n; ++i) CHECK_EQUAL(t.engine->paramValue(2 + i, 0), (i * 7919) % n <= quantum ? static_cast<float>(i) : 0.0f);
  }
}

TEST(computed_values_are_limited_and_nan_is_the_default) {
  TestEngine t;
  t.create(2, NodeKind::ConstantSource, 0, 1, {{0.5, -1, 1}});
  t.start(2); t.connect(2, 1);
  t.setValue(2, 0, 4);
  CHECK_EQUAL(t.render(1)[0][64], 1.0f);
  CHECK_EQUAL(t.engine->paramValue(2, 0), 4.0f);
  t.constant(3, -9); t.start(3); t.connectParam(3, 2, 0);
  CHECK_EQUAL(t.render(1)[0][64], -1.0f);
  const float huge = 3e38f;
  t.constant(4, huge); t.start(4); t.gain(5, huge); t.connect(4, 5);
  t.gain(6, -2); t.connect(5, 6);
  t.gain(7, 2); t.connect(5, 7);
  t.connectParam(6, 2, 0);
  t.connectParam(7, 2, 0);  // ∞ − ∞
  CHECK_EQUAL(t.render(1)[0][64], 0.5f);
}

TEST(gains_left_to_the_summing_round_as_multiplying_does) {
  TestEngine t;
  t.constant(2, 1e30); t.start(2);
  t.gain(3, 1e30); t.gain(4, -1e30);
  t.connect(2, 3); t.connect(2, 4);
  t.connect(3, 1); t.connect(4, 1);
  CHECK(std::isnan(t.render(1)[0][7]));
  // 0.1 × 3 rounds; a fused sum would differ from the rounded product.
  TestEngine u;
  u.constant(2, 0.1); u.start(2);
  for (int i = 0; i < 3; ++i) {
    u.gain(3 + i, 0.3 + 0.1 * i);
    u.connect(2, 3 + i);
    u.connect(3 + i, 1);
  }
  const float x = 0.1f;
  float product[3];
  for (int i = 0; i < 3; ++i) product[i] = x * static_cast<float>(0.3 + 0.1 * i);
  const float sum = u.render(1)[0][7];
  CHECK(sum == (product[0] + product[1]) + product[2] || sum == (product[2] + product[1]) + product[0]);
}

TEST(cancel_and_hold_stops_a_ramp) {
  TestEngine t;
  t.constant(2, 0); t.start(2); t.connect(2, 1);
  t.setValue(2, 0, 0, 0);
  t.paramEvent(2, 0, ParamEventType::LinearRamp, 1280, 1280.0 / 48000);
  t.render(2);
  t.add(Command::ParamCancelAndHold, {2, 0, 384.0 / 48000});
  auto out = t.render(4);
  for (int i = 0; i < 512; ++i) CHECK_NEAR(out[0][i], i < 128 ? 256 + i : 384, 0.5);
}

TEST(a_curve_is_copied) {
  TestEngine t;
  t.constant(2, 0); t.start(2); t.connect(2, 1);
  static int released;
  released = 0;
  {
    std::vector<float> curve = {0, 128, 256};
    const int attachment = t.attach(curve.data(), curve.size(), nullptr, [](void*) { ++released; });
    t.paramEvent(2, 0, ParamEventType::SetValueCurve, 0, 0, 256.0 / 48000, attachment);
    t.submit();
    CHECK_EQUAL(released, 1);
  }
  auto out = t.render(3);
  for (int i = 0; i < 256; ++i) CHECK_NEAR(out[0][i], i, 1e-2);
  CHECK_EQUAL(out[0][300], 256.0f);
}

TEST(param_of_a_silent_node_drops_its_input) {
  // An LFO on the gain of a node without input: the signal must not be kept.
  TestEngine t;
  t.constant(2, 1); t.start(2);
  t.gain(3, 1);
  t.connectParam(2, 3, 0);
  t.connect(3, 1);
  t.render(10);
  t.constant(4, 1); t.start(4); t.connect(4, 3);
  CHECK_EQUAL(t.render(1)[0][5], 2.0f);
}
