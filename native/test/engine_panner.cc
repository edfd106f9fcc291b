// The panning models in the graph: where the responses come from, changes of model, tails and lifetimes.
#include <cmath>

#include "engine_harness.h"
#include "hrtf_fixture.h"

using namespace mediant::audio;

namespace {

constexpr double kPi = HrtfFixture::kPi;
const std::vector<float> kWords = HrtfFixture().words();

struct PannerTest : TestEngine {
  using TestEngine::TestEngine;

  void listener(int node, bool responses = true) {
    create(node, NodeKind::Listener, 0, 0, {{0}, {0}, {0}, {0}, {0}, {-1}, {0}, {1}, {0}}, {}, 1);
    if (responses) message(node, NodeOp::SetHrtf, {}, attach(kWords.data(), kWords.size()), 1);
  }
  void panner(int node, double x, double y, double z, PanningModel model = PanningModel::HRTF) {
    create(node, NodeKind::Panner, 1, 1, {{x}, {y}, {z}, {1}, {0}, {0}}, {}, 2, ChannelCountMode::ClampedMax);
    setModel(node, model);
  }
  void setModel(int node, PanningModel model) {
    message(node, NodeOp::SetPanner, {double(model), double(DistanceModel::Inverse), 1, 10000, 1, 360, 360, 0});
  }
};

double energy(const std::vector<float>& x, size_t begin = 0) {
  double sum = 0;
  for (size_t i = begin; i < x.size(); ++i) sum += x[i] * x[i];
  return sum;
}

double greatestBend(const std::vector<float>& x, size_t begin) {
  double most = 0;
  for (size_t i = begin + 2; i < x.size(); ++i) most = std::max<double>(most, std::fabs(x[i] - 2.0 * x[i - 1] + x[i - 2]));
  return most;
}

}  // namespace

TEST(the_ear_on_the_side_of_the_source_hears_more_and_sooner) {
  PannerTest t(2);
  t.listener(2);
  t.panner(3, 1, 0, 0);
  t.constant(4); t.start(4); t.stop(4, 1.0 / 48000);
  t.connect(4, 3); t.connect(3, 1);
  auto out = t.render(4);
  CHECK(energy(out[1]) > 4 * energy(out[0]));
  const auto onset = [](const std::vector<float>& x) {
    for (size_t i = 0; i < x.size(); ++i) if (std::fabs(x[i]) > 0.05) return static_cast<int>(i);
    return -1;
  };
  CHECK_NEAR(onset(out[0]) - onset(out[1]), 0.6e-3 * 48000, 3);
}

TEST(without_responses_the_model_is_equal_power) {
  std::vector<std::vector<float>> outputs[3];
  for (int variant = 0; variant < 3; ++variant) {
    PannerTest t(2);
    // None for the listener; no listener; and equal power itself.
    if (variant != 1) t.listener(2, false);
    if (variant == 0) t.message(2, NodeOp::SetHrtf, {}, t.attach(kWords.data(), 100), 1);
    t.panner(3, 1, 2, -3, variant == 2 ? PanningModel::EqualPower : PanningModel::HRTF);
    t.oscillator(4, 500); t.start(4);
    t.connect(4, 3); t.connect(3, 1);
    outputs[variant] = t.render(10);
  }
  CHECK(outputs[0] == outputs[2]);
  CHECK(outputs[1] == outputs[2]);
  CHECK(energy(outputs[2][0]) > 1);
}

TEST(a_listener_that_turns_is_heard) {
  PannerTest t(2);
  t.listener(2);
  t.panner(3, 0, 0, -1);
  t.oscillator(4, 3000); t.start(4);
  t.connect(4, 3); t.connect(3, 1);
  auto ahead = t.render(50);
  CHECK(ahead[0] == ahead[1]);
  // Looks along +x from now on: the source is to the left.
  t.setValue(2, 3, 1); t.setValue(2, 5, 0);
  auto turned = t.render(50);
  CHECK(energy(turned[0], 3000) > 2 * energy(turned[1], 3000));
}

TEST(params_are_k_rate_with_responses) {
  // A position that an oscillator moves within the quantum counts as it is at the first frame.
  std::vector<std::vector<float>> outputs[2];
  for (AutomationRate rate : {AutomationRate::ARate, AutomationRate::KRate}) {
    PannerTest t(2);
    t.listener(2);
    t.panner(3, 2, 0, 0);
    for (int param = 0; param < 3; ++param) t.add(Command::ParamSetRate, {3, double(param), double(rate)});
    t.oscillator(4, 500); t.start(4);
    t.oscillator(5, 20); t.start(5);
    t.connect(4, 3); t.connectParam(5, 3, 2); t.connect(3, 1);
    outputs[static_cast<int>(rate)] = t.render(100);
  }
  CHECK(outputs[0] == outputs[1]);
}

TEST(the_distance_gain_applies_to_both_models) {
  for (PanningModel model : {PanningModel::EqualPower, PanningModel::HRTF}) {
    double energies[2];
    for (int far = 0; far < 2; ++far) {
      PannerTest t(2);
      t.listener(2);
      t.panner(3, 0, 0, far ? -8 : -1, model);
      t.oscillator(4, 700); t.start(4);
      t.connect(4, 3); t.connect(3, 1);
      auto out = t.render(40);
      energies[far] = energy(out[0]) + energy(out[1]);
    }
    CHECK_NEAR(std::sqrt(energies[0] / energies[1]), 8, 1e-3);
  }
}

TEST(a_change_of_model_does_not_click) {
  PannerTest t(2);
  t.listener(2);
  t.panner(3, 1, 0, -1, PanningModel::EqualPower);
  t.oscillator(4, 300); t.start(4);
  t.connect(4, 3); t.connect(3, 1);
  std::vector<float> left, right;
  const auto go_on = [&](int quanta) {
    auto out = t.render(quanta);
    left.insert(left.end(), out[0].begin(), out[0].end());
    right.insert(right.end(), out[1].begin(), out[1].end());
  };
  go_on(20);
  const double still = std::max(greatestBend(left, 0), greatestBend(right, 0));
  const std::vector<float> before(left.end() - 1280, left.end());
  t.setModel(3, PanningModel::HRTF);
  go_on(40);
  t.setModel(3, PanningModel::EqualPower);
  go_on(4);
  t.setModel(3, PanningModel::HRTF);  // on its way
  go_on(40);
  t.setModel(3, PanningModel::EqualPower);
  go_on(40);
  // A fade of 20 ms adds its slope at most.
  CHECK(std::max(greatestBend(left, 0), greatestBend(right, 0)) < 2 * still + 1.0 / 960);
  // And equal power is what it was.
  PannerTest other(2);
  other.listener(2);
  other.panner(3, 1, 0, -1, PanningModel::EqualPower);
  other.oscillator(4, 300); other.start(4);
  other.connect(4, 3); other.connect(3, 1);
  auto expected = other.render(144);
  for (size_t i = 140 * 128; i < 144 * 128; ++i) CHECK_EQUAL(left[i], expected[0][i]);
}

TEST(nothing_of_the_past_returns_with_the_model) {
  PannerTest t(2);
  t.listener(2);
  t.panner(3, 1, 0, 0);
  t.oscillator(4, 300); t.start(4); t.stop(4, 20 * 128.0 / 48000);
  t.connect(4, 3); t.connect(3, 1);
  t.render(10);
  t.setModel(3, PanningModel::EqualPower);
  t.render(30);
  t.setModel(3, PanningModel::HRTF);
  t.gain(5); t.connect(5, 3);
  auto out = t.render(10);
  CHECK_EQUAL(energy(out[0]), 0.0);
  CHECK_EQUAL(energy(out[1]), 0.0);
}

TEST(a_model_chosen_in_silence_is_there_at_once) {
  std::vector<std::vector<float>> outputs[2];
  for (int late = 0; late < 2; ++late) {
    PannerTest t(2);
    t.listener(2);
    t.panner(3, 1, 0, 0, late ? PanningModel::EqualPower : PanningModel::HRTF);
    t.oscillator(4, 300); t.start(4, 1280 / 48000.0);
    t.connect(4, 3); t.connect(3, 1);
    t.render(5);
    if (late) t.setModel(3, PanningModel::HRTF);
    outputs[late] = t.render(20);
  }
  CHECK(outputs[0] == outputs[1]);
}

TEST(a_released_panner_sounds_to_its_end) {
  PannerTest t(2);
  t.listener(2);
  t.panner(3, -1, 0, 0); t.release(3);
  t.constant(4); t.start(4); t.stop(4, 120.0 / 48000); t.release(4);
  t.connect(4, 3); t.connect(3, 1);
  t.render(1);
  double after = 0;
  for (int i = 0; i < 6; ++i) {
    auto out = t.render(1);
    after += energy(out[1]);
    t.engine->collect();
  }
  CHECK(after > 0);
  CHECK_EQUAL(t.engine->nodeCount(), size_t{2});  // the destination, the listener
  auto out = t.render(1);
  CHECK_EQUAL(energy(out[0]), 0.0);
}

TEST(an_equal_power_panner_has_no_tail) {
  PannerTest t(2);
  t.listener(2);
  t.panner(3, -1, 0, 0, PanningModel::EqualPower); t.release(3);
  t.constant(4); t.start(4); t.stop(4, 120.0 / 48000); t.release(4);
  t.connect(4, 3); t.connect(3, 1);
  auto out = t.render(2);
  for (size_t i = 120; i < 256; ++i) CHECK_EQUAL(out[0][i], 0.0f);
  t.engine->collect();
  t.render(1);
  t.engine->collect();
  CHECK_EQUAL(t.engine->nodeCount(), size_t{2});
}

TEST(the_tail_is_heard_whatever_the_quantum) {
  std::vector<float> expected;
  for (int quantum : {128, 1, 100, 441, 2048}) {
    PannerTest t(2, quantum);
    t.listener(2);
    t.panner(3, -1, 1, 1);
    std::vector<float> samples(300);
    for (size_t i = 0; i < samples.size(); ++i) samples[i] = static_cast<float>(std::sin(0.1 * i * i));
    t.bufferSource(4);
    t.message(4, NodeOp::SetBuffer, {48000}, t.attach(samples.data(), samples.size()), 1);
    t.start(4);
    t.connect(4, 3); t.connect(3, 1);
    std::vector<float> left = t.render((1024 + quantum - 1) / quantum)[0];
    left.resize(1024);
    if (expected.empty()) expected = left;
    for (size_t i = 0; i < left.size(); ++i) CHECK_NEAR(left[i], expected[i], 2e-6);
    CHECK(energy(left, 300) > 1e-3);
  }
}

TEST(one_panner_feeds_itself_back_without_harm) {
  // Its tail keeps a cycle alive only as long as something sounds in it.
  PannerTest t(2);
  t.listener(2);
  t.panner(3, 0.5, 0, -1); t.delay(5, 0.01); t.gain(6, 0.3);
  t.constant(4); t.start(4); t.stop(4, 0.001);
  t.connect(4, 3); t.connect(3, 5); t.connect(5, 6); t.connect(6, 3); t.connect(3, 1);
  t.render(40);
  auto out = t.render(2000);
  CHECK(std::fabs(out[0].back()) < 1e-9);
}

TEST(faint_sound_leaves_no_denormal_numbers) {
  PannerTest t(2);
  t.listener(2);
  t.panner(3, 30, 0, -10);
  t.bufferSource(4);
  std::vector<float> samples(2000);
  for (size_t i = 0; i < samples.size(); ++i) samples[i] = static_cast<float>(std::cos(0.3 * i) * std::pow(10, -34 - i / 300.0));
  t.message(4, NodeOp::SetBuffer, {48000}, t.attach(samples.data(), samples.size()), 1);
  t.start(4);
  t.connect(4, 3); t.connect(3, 1);
  const auto out = t.render(20);
  CHECK(out[1][300] != 0);
  for (const std::vector<float>& channel : out) {
    for (float x : channel) CHECK(x == 0 || std::isnormal(x));
  }
}
