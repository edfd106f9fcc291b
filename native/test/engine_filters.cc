// How the graph runs nodes that change sound: tails, channels, params. Their arithmetic is tested with the classes of
// dsp/.
#include <cmath>

#include "engine_harness.h"

using namespace mediant::audio;

namespace {

int biquad(TestEngine& t, int node, BiquadType type, double frequency, double q = 1) {
  return t.create(node, NodeKind::Biquad, 1, 1, {{frequency}, {0}, {q}, {0}}, {double(type)});
}

// The last frame that is not zero, -1 for none.
int lastSound(const std::vector<float>& x) {
  for (size_t i = x.size(); i > 0; --i) if (x[i - 1] != 0) return static_cast<int>(i) - 1;
  return -1;
}

}  // namespace

TEST(a_biquad_rings_after_its_input_and_then_stops) {
  TestEngine t;
  t.constant(2); t.start(2); t.stop(2, 64.0 / 48000);
  biquad(t, 3, BiquadType::Bandpass, 1000, 20);
  t.connect(2, 3); t.connect(3, 1);
  auto out = t.render(200)[0];
  const int last = lastSound(out);
  CHECK(last > 1000 && last < 190 * 128);
  CHECK(std::fabs(out[static_cast<size_t>(last)]) < 1e-6);
}

TEST(a_released_biquad_rings_to_its_end) {
  TestEngine t;
  t.constant(2); t.start(2); t.stop(2, 64.0 / 48000); t.release(2);
  biquad(t, 3, BiquadType::Bandpass, 1000, 20); t.release(3);
  t.connect(2, 3); t.connect(3, 1);
  float after = 0;
  for (int i = 0; i < 200; ++i) {
    auto out = t.render(1)[0];
    if (i == 6) for (float x : out) after = std::max(after, std::fabs(x));
    t.engine->collect();
  }
  CHECK(after > 0);
  CHECK_EQUAL(t.engine->nodeCount(), size_t{1});
}

TEST(a_biquad_filters_every_channel) {
  TestEngine t(4);
  t.merger(2, 4);
  for (int i = 0; i < 4; ++i) { t.constant(10 + i, i + 1); t.start(10 + i); t.connect(10 + i, 2, 0, i); }
  biquad(t, 3, BiquadType::Lowpass, 5000);
  t.connect(2, 3); t.connect(3, 1);
  auto out = t.render(20);
  for (int c = 0; c < 4; ++c) CHECK_NEAR(out[c].back(), c + 1, 1e-3);
}

TEST(an_iir_filter) {
  TestEngine t;
  t.constant(2); t.start(2);
  t.create(3, NodeKind::IIRFilter, 1, 1, {}, {2, 1, 0.5, 0.5, 1});
  t.connect(2, 3); t.connect(3, 1);
  auto out = t.render(2)[0];
  CHECK_EQUAL(out[0], 0.5f);
  CHECK_EQUAL(out[1], 1.0f);
  CHECK_EQUAL(out[200], 1.0f);
}

TEST(a_wave_shaper_with_a_value_for_silence_sounds_without_input) {
  TestEngine t;
  const float curve[] = {0.25f, 0.5f, 1.0f};
  t.create(2, NodeKind::WaveShaper, 1, 1);
  t.message(2, NodeOp::SetCurve, {0}, t.attach(curve, 3), 1);
  t.connect(2, 1);
  CHECK_EQUAL(t.render(2)[0][200], 0.5f);
  t.constant(3, 1); t.start(3); t.connect(3, 2);
  CHECK_EQUAL(t.render(2)[0][200], 1.0f);
  t.message(2, NodeOp::SetCurve, {0});
  CHECK_EQUAL(t.render(2)[0][200], 1.0f);
  t.disconnect(3, 2);
  CHECK_EQUAL(t.render(2)[0][200], 0.0f);
}

TEST(an_oversampling_wave_shaper_is_late_and_has_a_tail) {
  TestEngine t;
  const float curve[] = {-1, 0, 1};
  t.create(2, NodeKind::WaveShaper, 1, 1);
  t.message(2, NodeOp::SetCurve, {double(OverSample::X4)}, t.attach(curve, 3), 1);
  t.constant(3, 0.5); t.start(3); t.stop(3, 256.0 / 48000); t.connect(3, 2); t.connect(2, 1);
  auto out = t.render(6)[0];
  CHECK_NEAR(out[200], 0.5, 1e-3);
  CHECK(lastSound(out) > 256);
  CHECK(lastSound(out) < 512);
}

TEST(stereo_and_spatial_panning) {
  TestEngine t(2);
  t.constant(2, 1); t.start(2);
  t.create(3, NodeKind::StereoPanner, 1, 1, {{-1, -1, 1}}, {}, 2, ChannelCountMode::ClampedMax);
  t.connect(2, 3); t.connect(3, 1);
  auto out = t.render(1);
  CHECK_NEAR(out[0][50], 1, 1e-6);
  CHECK_NEAR(out[1][50], 0, 1e-6);
  t.disconnect(3, 1);
  t.create(4, NodeKind::Panner, 1, 1, {{1}, {0}, {0}, {1}, {0}, {0}}, {}, 2, ChannelCountMode::ClampedMax);
  t.connect(2, 4); t.connect(4, 1);
  out = t.render(1);
  CHECK_NEAR(out[0][50], 0, 1e-6);
  CHECK_NEAR(out[1][50], 1, 1e-6);
  // A listener to the right of the source hears it on its left. Its params come before the panner in the render order.
  t.create(5, NodeKind::Listener, 0, 0, {{0}, {0}, {0}, {0}, {0}, {-1}, {0}, {1}, {0}});
  t.constant(6, 2); t.start(6); t.connectParam(6, 5, 0);
  out = t.render(1);
  CHECK_NEAR(out[0][50], 1, 1e-6);
  CHECK_NEAR(out[1][50], 0, 1e-6);
  // A panner that moves the listener it is heard by is in a cycle.
  t.connectParam(4, 5, 1);
  out = t.render(1);
  CHECK_EQUAL(out[0][50], 0.0f);
  t.disconnectParam(4, 5, 1);
  CHECK_NEAR(t.render(1)[0][50], 1, 1e-6);
}

TEST(a_convolver_has_the_tail_of_its_response) {
  TestEngine t;
  std::vector<float> response(300, 0);
  response[0] = 1;
  response[299] = 0.5f;
  t.create(2, NodeKind::Convolver, 1, 1, {}, {}, 2, ChannelCountMode::ClampedMax);
  t.message(2, NodeOp::SetNormalize, {0});
  t.message(2, NodeOp::SetBuffer, {48000}, t.attach(response.data(), response.size()), 1);
  t.constant(3); t.start(3); t.stop(3, 1.0 / 48000);
  t.connect(3, 2); t.connect(2, 1);
  t.release(2); t.release(3);
  std::vector<float> out;
  for (int i = 0; i < 8; ++i) {
    auto block = t.render(1)[0];
    out.insert(out.end(), block.begin(), block.end());
    t.engine->collect();
  }
  CHECK_NEAR(out[0], 1, 1e-5);
  CHECK_NEAR(out[299], 0.5, 1e-5);
  CHECK_NEAR(out[298], 0, 1e-5);
  t.render(2);
  t.engine->collect();
  CHECK_EQUAL(t.engine->nodeCount(), size_t{1});
}

TEST(a_convolver_without_buffer_is_silent) {
  TestEngine t;
  t.create(2, NodeKind::Convolver, 1, 1, {}, {}, 2, ChannelCountMode::ClampedMax);
  t.constant(3); t.start(3); t.connect(3, 2); t.connect(2, 1);
  CHECK_EQUAL(lastSound(t.render(3)[0]), -1);
}

TEST(a_compressor_reduces_and_recovers) {
  TestEngine t;
  t.create(2, NodeKind::DynamicsCompressor, 1, 1, {{-24, -100, 0}, {30, 0, 40}, {12, 1, 20}, {0.003, 0, 1}, {0.25, 0, 1}}, {}, 2,
           ChannelCountMode::ClampedMax);
  t.oscillator(3, 1000); t.start(3); t.stop(3, 0.5); t.connect(3, 2); t.connect(2, 1);
  t.render(100);
  CHECK(t.engine->reduction(2) < -5);
  t.render(600);
  CHECK_EQUAL(t.engine->reduction(2), 0.0f);
  CHECK_EQUAL(lastSound(t.render(1)[0]), -1);
}
