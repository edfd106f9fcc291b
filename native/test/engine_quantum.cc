// The size of the render quantum does not change what is heard, as long as nothing is k-rate, no cycle has to be
// broken, and all has one channel (when channels come and go is a matter of quanta).
#include "engine_harness.h"

using namespace mediant::audio;

namespace {

std::vector<std::vector<float>> rendered(int quantum) {
  static std::vector<float> noise;
  if (noise.empty()) {
    uint32_t state = 1;
    for (int i = 0; i < 5000; ++i) noise.push_back(static_cast<float>((state = state * 1664525u + 1013904223u) >> 8) / 8388608.0f - 1);
  }
  TestEngine t(2, quantum);
  t.oscillator(2, 1234); t.start(2, 0.0011); t.stop(2, 0.071);
  t.message(2, NodeOp::SetOscillatorType, {double(OscillatorType::Sawtooth)});
  t.bufferSource(3);
  t.message(3, NodeOp::SetBuffer, {44100}, t.attach(noise.data(), noise.size()), 1);
  t.start(3, 0.0123, 0.01);
  t.gain(4, 0.5);
  t.setValue(4, 0, 0.5, 0.01);
  t.paramEvent(4, 0, ParamEventType::LinearRamp, 1, 0.05);
  t.create(5, NodeKind::Biquad, 1, 1, {{800}, {0}, {3}, {0}}, {double(BiquadType::Lowpass)});
  t.delay(6, 0.0103);
  t.create(7, NodeKind::StereoPanner, 1, 1, {{0.3, -1, 1}}, {}, 2, ChannelCountMode::ClampedMax);
  t.create(8, NodeKind::Convolver, 1, 1, {}, {}, 2, ChannelCountMode::ClampedMax);
  t.message(8, NodeOp::SetBuffer, {48000}, t.attach(noise.data(), 700), 1);
  t.connect(2, 4); t.connect(3, 4); t.connect(4, 5); t.connect(5, 6); t.connect(6, 7); t.connect(7, 8);
  t.connect(8, 1); t.connect(4, 1);
  return t.render(7680 / quantum);
}

}  // namespace

TEST(any_quantum_size_gives_the_same_sound) {
  const auto expected = rendered(128);
  for (int quantum : {1, 3, 16, 60, 64, 256, 480, 768}) {
    const auto actual = rendered(quantum);
    double worst = 0;
    for (int c = 0; c < 2; ++c) {
      for (size_t i = 0; i < actual[c].size(); ++i) worst = std::max(worst, std::fabs(double(actual[c][i]) - expected[c][i]));
    }
    CHECK_NEAR(worst, 0, 2e-5);
    if (worst > 2e-5) std::printf("quantum %d: off by %g\n", quantum, worst);
  }
}

TEST(a_quantum_of_seconds) {
  TestEngine t(32, 18000, 3000);
  CHECK(t.engine->isWhole());
  t.constant(2, 0.5); t.start(2);
  t.delay(3, 1.5, 2);
  t.merger(4, 32);
  for (int i = 0; i < 32; ++i) t.connect(3, 4, 0, i);
  t.connect(2, 3); t.connect(4, 1);
  const auto out = t.render(2);
  CHECK_EQUAL(out[31][4499], 0.0f);
  CHECK_EQUAL(out[31][4501], 0.5f);
  CHECK_EQUAL(out[31][35999], 0.5f);
}

TEST(a_context_that_no_memory_is_big_enough_for) {
  double state[static_cast<int>(StateWord::Count)] = {};
  const Engine engine({768000, 1 << 30, 32, true}, state);
  CHECK(!engine.isWhole());
}
