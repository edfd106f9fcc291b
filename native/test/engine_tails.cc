// Sounds that fade: no denormal number is ever heard, and after a while there is nothing left to compute.
#include "engine_harness.h"

using namespace mediant::audio;

namespace {

constexpr int kSource = 2, kFirst = 3;

struct Tail {
  double lastSound = 0;  // seconds
  int denormals = 0;
};

// Feeds a tenth of a second of noise into node 3 and listens to `last`.
Tail fade(TestEngine& t, int last, double seconds) {
  std::vector<float> noise(4800);
  uint32_t state = 1;
  for (float& sample : noise) sample = static_cast<float>((state = state * 1664525u + 1013904223u) >> 8) / 8388608.0f - 1;
  t.bufferSource(kSource);
  t.message(kSource, NodeOp::SetBuffer, {48000}, t.attach(noise.data(), noise.size()), 1);
  t.start(kSource);
  t.connect(kSource, kFirst); t.connect(last, 1);
  Tail tail;
  const int quanta = static_cast<int>(seconds * 48000 / 128);
  for (int i = 0; i < quanta; ++i) {
    const std::vector<float> samples = t.render(1)[0];
    for (float sample : samples) {
      if (sample != 0) tail.lastSound = i * 128 / 48000.0;
      tail.denormals += std::fpclassify(sample) == FP_SUBNORMAL;
    }
    t.events();
  }
  return tail;
}

}  // namespace

TEST(an_iir_filter_that_takes_seconds_to_fade) {
  TestEngine t;
  t.create(kFirst, NodeKind::IIRFilter, 1, 1, {}, {1, 3, 0.01, 1, -1.9995, 0.99951});
  const Tail tail = fade(t, kFirst, 6);
  CHECK_EQUAL(tail.denormals, 0);
  CHECK(tail.lastSound > 0.5 && tail.lastSound < 4);
}

TEST(a_biquad_of_high_resonance) {
  TestEngine t;
  t.create(kFirst, NodeKind::Biquad, 1, 1, {{1000}, {0}, {500}, {0}}, {double(BiquadType::Bandpass)});
  const Tail tail = fade(t, kFirst, 6);
  CHECK_EQUAL(tail.denormals, 0);
  CHECK(tail.lastSound > 0.5 && tail.lastSound < 5);
}

TEST(a_delay_loop_goes_on_until_nothing_is_left) {
  TestEngine t;
  t.delay(kFirst, 0.01);
  t.gain(4, 0.5);
  t.connect(kFirst, 4); t.connect(4, kFirst);
  const Tail tail = fade(t, kFirst, 6);
  CHECK_EQUAL(tail.denormals, 0);
  // 126 halvings reach the least number that is not denormal.
  CHECK_NEAR(tail.lastSound, 0.1 + 126 * 0.01, 0.1);
}

TEST(a_convolver_whose_response_ends_in_denormal_numbers) {
  TestEngine t;
  std::vector<float> response(20000);
  for (size_t i = 0; i < response.size(); ++i) response[i] = std::exp(-static_cast<float>(i) / 100);
  t.create(kFirst, NodeKind::Convolver, 1, 1, {}, {}, 2, ChannelCountMode::ClampedMax);
  t.message(kFirst, NodeOp::SetBuffer, {48000}, t.attach(response.data(), response.size()), 1);
  const Tail tail = fade(t, kFirst, 2);
  CHECK_EQUAL(tail.denormals, 0);
  CHECK(tail.lastSound < 0.1 + 20000 / 48000.0 + 0.01);
}

TEST(an_envelope_that_approaches_zero_for_ever) {
  TestEngine t;
  t.gain(kFirst);
  t.paramEvent(kFirst, 0, ParamEventType::SetTarget, 0, 0, 0.001);
  const Tail tail = fade(t, kFirst, 1);
  CHECK_EQUAL(tail.denormals, 0);
  CHECK(tail.lastSound > 0.05 && tail.lastSound <= 0.1);
}
