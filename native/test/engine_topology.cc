// Connections in every form, the render order, cycles.
#include "engine_harness.h"

using namespace mediant::audio;

namespace {

float rendered(TestEngine& t) { return t.render(1)[0].back(); }

}  // namespace

TEST(connecting_twice_is_connecting_once) {
  TestEngine t;
  t.constant(2, 1); t.start(2);
  t.connect(2, 1);
  t.connect(2, 1);
  CHECK_EQUAL(rendered(t), 1.0f);
  t.disconnect(2, 1);
  CHECK_EQUAL(rendered(t), 0.0f);
  t.connect(2, 1);
  CHECK_EQUAL(rendered(t), 1.0f);
}

TEST(params_take_the_sum_of_their_inputs) {
  TestEngine t;
  t.constant(2, 1); t.start(2);
  t.constant(3, 2); t.start(3);
  t.gain(4, 0.5);
  t.connect(2, 4);
  t.connect(4, 1);
  t.connectParam(3, 4, 0);
  t.connectParam(2, 4, 0);
  CHECK_EQUAL(rendered(t), 3.5f);
  t.disconnectParam(2, 4, 0);
  CHECK_EQUAL(rendered(t), 2.5f);
  t.disconnectParam(3, 4, 0);
  CHECK_EQUAL(rendered(t), 0.5f);
}

TEST(a_node_may_feed_an_input_and_a_param_of_the_same_node) {
  TestEngine t;
  t.constant(2, 3); t.start(2);
  t.gain(3, 0);
  t.connect(2, 3);
  t.connectParam(2, 3, 0);
  t.connect(3, 1);
  CHECK_EQUAL(rendered(t), 9.0f);
}

TEST(connections_made_later_are_put_in_order) {
  // A chain that grows at its front, its back and its middle, so that positions have to be found everywhere.
  TestEngine t;
  t.constant(2, 1); t.start(2);
  t.gain(3, 2);
  t.connect(2, 3);
  t.connect(3, 1);
  CHECK_EQUAL(rendered(t), 2.0f);
  int last = 3;
  float expected = 2;
  for (int i = 0; i < 300; ++i) {
    const int node = 10 + i;
    t.gain(node, i % 2 ? 2 : 0.5);
    expected *= i % 2 ? 2 : 0.5f;
    if (i % 3 == 0) {        // between the source and the rest
      t.disconnect(2, last);
      t.connect(2, node);
      t.connect(node, last);
      last = node;
    } else if (i % 3 == 1) {  // beside
      t.connect(2, node);
      t.connect(node, 1);
      expected = expected / (i % 2 ? 2 : 0.5f);
      const float direct = rendered(t);
      CHECK_NEAR(direct, expected + (i % 2 ? 2 : 0.5), 1e-4 * direct);
      t.disconnect(node, 1);
    } else {
      t.disconnect(3, 1);
      t.connect(3, node);
      t.connect(node, 1);
      CHECK_NEAR(rendered(t), expected, 1e-4);
      t.disconnect(3, node);
      t.connect(3, 1);
      expected = expected / (i % 2 ? 2 : 0.5f);
    }
    CHECK_NEAR(rendered(t), expected, 1e-4 * expected);
  }
}

TEST(reversing_a_connection_reverses_the_order) {
  TestEngine t;
  t.constant(2, 1); t.start(2);
  t.gain(3, 2);
  t.gain(4, 3);
  for (int i = 0; i < 10; ++i) {
    t.connect(2, 3); t.connect(3, 4); t.connect(4, 1);
    CHECK_EQUAL(rendered(t), 6.0f);
    t.disconnect(2, 3); t.disconnect(3, 4); t.disconnect(4, 1);
    t.connect(2, 4); t.connect(4, 3); t.connect(3, 1);
    CHECK_EQUAL(rendered(t), 6.0f);
    t.disconnect(2, 4); t.disconnect(4, 3); t.disconnect(3, 1);
    CHECK_EQUAL(rendered(t), 0.0f);
  }
}

// https://webaudio.github.io/web-audio-api/#rendering-loop: nodes in a cycle without DelayNode are muted.
TEST(a_cycle_without_delay_is_muted_and_recovers) {
  TestEngine t;
  t.constant(2, 1); t.start(2);
  t.gain(3, 1); t.gain(4, 1); t.gain(5, 1);
  t.connect(2, 3); t.connect(3, 4); t.connect(4, 1);
  t.connect(2, 5); t.connect(5, 1);
  CHECK_EQUAL(rendered(t), 2.0f);
  t.connect(4, 3);
  CHECK_EQUAL(rendered(t), 1.0f);
  t.disconnect(4, 3);
  CHECK_EQUAL(rendered(t), 2.0f);
  t.connect(4, 4);
  CHECK_EQUAL(rendered(t), 1.0f);
  t.disconnect(4, 4);
  CHECK_EQUAL(rendered(t), 2.0f);
}

TEST(a_cycle_through_a_param_is_muted) {
  TestEngine t;
  t.constant(2, 1); t.start(2);
  t.gain(3, 1); t.gain(4, 1);
  t.connect(2, 3); t.connect(3, 4); t.connect(4, 1);
  t.connectParam(4, 3, 0);
  CHECK_EQUAL(rendered(t), 0.0f);
  t.disconnectParam(4, 3, 0);
  CHECK_EQUAL(rendered(t), 1.0f);
}

TEST(a_long_chain) {
  TestEngine t;
  t.constant(2, 1); t.start(2);
  const int n = 20000;
  t.connect(2, 3);
  for (int i = 0; i < n; ++i) {
    t.gain(3 + i);
    if (i > 0) t.connect(2 + i, 3 + i);
  }
  t.connect(2, 3);
  t.connect(2 + n, 1);
  CHECK_EQUAL(rendered(t), 1.0f);
}

TEST(commands_of_one_batch_take_effect_together) {
  TestEngine t;
  t.constant(2, 1); t.start(2);
  t.constant(3, 10); t.start(3);
  t.connect(2, 1);
  CHECK_EQUAL(rendered(t), 1.0f);
  t.disconnect(2, 1);
  t.connect(3, 1);
  t.setValue(3, 0, 20);
  auto out = t.render(1);
  for (float x : out[0]) CHECK_EQUAL(x, 20.0f);
}

TEST(the_destination_follows_its_channel_count) {
  TestEngine t(2);
  t.merger(2, 2);
  t.constant(3, 1); t.start(3); t.connect(3, 2, 0, 0);
  t.constant(4, 3); t.start(4); t.connect(4, 2, 0, 1);
  t.connect(2, 1);
  auto out = t.render(1);
  CHECK_EQUAL(out[0][0], 1.0f);
  CHECK_EQUAL(out[1][0], 3.0f);
  t.add(Command::SetChannels, {1, 1, double(ChannelCountMode::Explicit), 0});
  out = t.render(1);
  CHECK_EQUAL(out[0][0], 2.0f);
  CHECK_EQUAL(out[1][0], 2.0f);
}
