// Channel counts and mixing against the equations of
// https://webaudio.github.io/web-audio-api/#channel-up-mixing-and-down-mixing
#include <cmath>

#include "engine_harness.h"

using namespace mediant::audio;

namespace {

const double kInput[6] = {1, 2, 4, 8, 16, 32};  // L R C LFE SL SR, or L R SL SR, or L R, or M

// What a graph hears that mixes `inputs` channels to `outputs`: constant sources → merger → gain with explicit
// channelCount → destination.
std::vector<double> mixed(int inputs, int outputs, ChannelInterpretation interpretation, ChannelCountMode mode = ChannelCountMode::Explicit,
                          int channelCount = 0) {
  TestEngine t(8);
  t.merger(2, inputs);
  for (int i = 0; i < inputs; ++i) {
    t.constant(10 + i, kInput[i]);
    t.start(10 + i);
    t.connect(10 + i, 2, 0, i);
  }
  t.create(3, NodeKind::Gain, 1, 1, {{1}}, {}, channelCount ? channelCount : outputs, mode, interpretation);
  t.connect(2, 3);
  // Discrete from here on, so that each channel comes through as it is.
  t.create(1, NodeKind::Destination, 1, 1, {}, {}, 8, ChannelCountMode::Explicit, ChannelInterpretation::Discrete);
  t.connect(3, 1);
  auto out = t.render(1);
  std::vector<double> result;
  for (int i = 0; i < outputs; ++i) {
    for (float x : out[i]) CHECK_EQUAL(x, out[i][0]);
    result.push_back(out[i][0]);
  }
  for (int i = outputs; i < 8; ++i) CHECK_EQUAL(out[i][100], 0.0f);
  return result;
}

void expect(int inputs, ChannelInterpretation interpretation, std::vector<double> expected) {
  const auto actual = mixed(inputs, static_cast<int>(expected.size()), interpretation);
  for (size_t i = 0; i < expected.size(); ++i) CHECK_NEAR(actual[i], expected[i], 1e-5);
}

}  // namespace

TEST(speakers_up_mixing) {
  const auto s = ChannelInterpretation::Speakers;
  expect(1, s, {1, 1});
  expect(1, s, {1, 1, 0, 0});
  expect(1, s, {0, 0, 1, 0, 0, 0});
  expect(2, s, {1, 2, 0, 0});
  expect(2, s, {1, 2, 0, 0, 0, 0});
  expect(4, s, {1, 2, 0, 0, 4, 8});
}

TEST(speakers_down_mixing) {
  const auto s = ChannelInterpretation::Speakers;
  const double half = std::sqrt(0.5);
  expect(2, s, {0.5 * (1 + 2)});
  expect(4, s, {0.25 * (1 + 2 + 4 + 8)});
  expect(6, s, {half * (1 + 2) + 4 + 0.5 * (16 + 32)});
  expect(4, s, {0.5 * (1 + 4), 0.5 * (2 + 8)});
  expect(6, s, {1 + half * (4 + 16), 2 + half * (4 + 32)});
  expect(6, s, {1 + half * 4, 2 + half * 4, 16, 32});
}

TEST(layouts_without_speakers_are_mixed_discretely) {
  expect(3, ChannelInterpretation::Speakers, {1, 2});
  expect(3, ChannelInterpretation::Speakers, {1, 2, 4, 0, 0, 0});
  expect(2, ChannelInterpretation::Speakers, {1, 2, 0});
}

TEST(discrete_mixing) {
  expect(1, ChannelInterpretation::Discrete, {1, 0});
  expect(2, ChannelInterpretation::Discrete, {1});
  expect(6, ChannelInterpretation::Discrete, {1, 2});
  expect(4, ChannelInterpretation::Discrete, {1, 2, 4, 8, 0, 0});
}

TEST(computed_number_of_channels) {
  // max: as many as the input has, whatever channelCount says.
  CHECK_EQUAL(mixed(4, 4, ChannelInterpretation::Speakers, ChannelCountMode::Max, 1)[3], 8.0);
  // clamped-max: at most channelCount.
  CHECK_EQUAL(mixed(4, 2, ChannelInterpretation::Speakers, ChannelCountMode::ClampedMax, 2)[0], 0.5 * (1 + 4));
  CHECK_EQUAL(mixed(2, 2, ChannelInterpretation::Speakers, ChannelCountMode::ClampedMax, 4)[1], 2.0);
}

TEST(inputs_of_different_channel_counts_are_mixed_up_together) {
  // Mono, stereo and 5.1 into one input: 5.1, the mono source in the centre.
  TestEngine t(6);
  t.merger(2, 2);
  t.merger(3, 6);
  for (int i = 0; i < 2; ++i) { t.constant(10 + i, 10 * (i + 1)); t.start(10 + i); t.connect(10 + i, 2, 0, i); }
  for (int i = 0; i < 6; ++i) { t.constant(20 + i, kInput[i]); t.start(20 + i); t.connect(20 + i, 3, 0, i); }
  t.constant(30, 100);
  t.start(30);
  t.gain(4);
  t.connect(30, 4);
  t.connect(2, 4);
  t.connect(3, 4);
  t.connect(4, 1);
  auto out = t.render(2);
  const double expected[] = {11, 22, 104, 8, 16, 32};
  for (int c = 0; c < 6; ++c) for (float x : out[c]) CHECK_EQUAL(x, static_cast<float>(expected[c]));
}

TEST(every_pair_of_channel_counts_stays_within_its_buses) {
  for (int inputs = 1; inputs <= 32; ++inputs) {
    for (int count = 1; count <= 32; ++count) {
      TestEngine t(2);
      t.merger(2, inputs);
      t.constant(3, 1);
      t.start(3);
      t.connect(3, 2, 0, inputs - 1);
      t.create(4, NodeKind::Gain, 1, 1, {{0.5}}, {}, count, ChannelCountMode::Explicit);
      t.connect(2, 4);
      t.connect(3, 4);
      t.connect(4, 1);
      t.render(1);
    }
  }
}

TEST(splitter_and_merger_swap_channels) {
  TestEngine t(2);
  t.merger(2, 2);
  t.constant(10, 3); t.start(10); t.connect(10, 2, 0, 0);
  t.constant(11, 5); t.start(11); t.connect(11, 2, 0, 1);
  t.splitter(3, 6);
  t.connect(2, 3);
  t.merger(4, 2);
  t.connect(3, 4, 0, 1);
  t.connect(3, 4, 1, 0);
  t.connect(3, 4, 5, 0);  // silence
  t.connect(4, 1);
  auto out = t.render(1);
  CHECK_EQUAL(out[0][50], 5.0f);
  CHECK_EQUAL(out[1][50], 3.0f);
}

TEST(summing_does_not_write_to_a_shared_bus) {
  TestEngine t(2);
  t.constant(2, 1);
  t.start(2);
  t.merger(3, 2);      // left: the source alone, right: the source and three times the source
  t.gain(4, 3);
  t.gain(5, 1);
  t.connect(2, 4);
  t.connect(2, 5);
  t.connect(2, 3, 0, 0);
  t.connect(5, 3, 0, 1);
  t.connect(4, 3, 0, 1);
  t.connect(3, 1);
  auto out = t.render(3);
  for (float x : out[0]) CHECK_EQUAL(x, 1.0f);
  for (float x : out[1]) CHECK_EQUAL(x, 4.0f);
}
