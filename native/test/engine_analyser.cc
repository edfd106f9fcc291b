// AnalyserNode: time-domain and frequency data. https://webaudio.github.io/web-audio-api/#AnalyserNode
#include <cmath>

#include "engine_harness.h"

using namespace mediant::audio;

TEST(time_domain_data_is_the_newest_input_down_mixed) {
  TestEngine t(2);
  t.merger(2, 2);
  t.constant(3, 0); t.start(3); t.connect(3, 2, 0, 0);
  t.setValue(3, 0, 0, 0);
  t.paramEvent(3, 0, ParamEventType::LinearRamp, 4800, 0.1);
  t.analyser(4);
  t.connect(2, 4); t.connect(4, 1);
  t.render(10);
  std::vector<float> data(1024);
  t.engine->analyserTimeDomain(4, data.data(), data.size());
  for (int i = 0; i < 1024; ++i) CHECK_NEAR(data[i], 0.5 * (256 + i), 1e-2);
  std::vector<float> all(2048);
  t.engine->analyserTimeDomain(4, all.data(), all.size());
  for (int i = 0; i < 768; ++i) CHECK_EQUAL(all[i], 0.0f);
}

TEST(an_analyser_without_output_still_listens_and_then_hears_silence) {
  TestEngine t;
  t.constant(2, 1); t.start(2); t.stop(2, 0.01);
  t.analyser(3);
  t.connect(2, 3);
  t.render(3);
  float last[128];
  t.engine->analyserTimeDomain(3, last, 128);
  CHECK_EQUAL(last[100], 1.0f);
  t.render(5);
  t.engine->analyserTimeDomain(3, last, 128);
  CHECK_EQUAL(last[100], 0.0f);
  std::vector<float> long_(1024);
  t.engine->analyserTimeDomain(3, long_.data(), 1024);
  CHECK_EQUAL(long_[0], 1.0f);
  t.render(2000);
  t.engine->analyserTimeDomain(3, long_.data(), 1024);
  for (float x : long_) CHECK_EQUAL(x, 0.0f);
}

TEST(a_sine_shows_in_its_bin) {
  TestEngine t;
  t.oscillator(2, 48000.0 / 1024 * 100); t.start(2);
  t.analyser(3);
  t.connect(2, 3);
  t.message(3, NodeOp::SetFftSize, {1024});
  t.message(3, NodeOp::SetSmoothing, {0});
  t.render(20);
  std::vector<float> bins(512);
  t.engine->analyserFrequency(3, bins.data(), bins.size());
  CHECK_NEAR(bins[100], 20 * std::log10(0.42 / 2), 0.01);
  CHECK_NEAR(bins[99], 20 * std::log10(0.25 / 2), 0.01);
  CHECK(bins[50] < -90);
  // At most once a quantum; with smoothing, the next one decays.
  std::vector<float> again(512);
  t.message(3, NodeOp::SetSmoothing, {0.5});
  t.submit();
  t.engine->analyserFrequency(3, again.data(), again.size());
  CHECK_EQUAL(again[100], bins[100]);
  t.add(Command::Disconnect, {2, 0, 3, 0});
  t.render(8);
  t.engine->analyserFrequency(3, again.data(), again.size());
  CHECK_NEAR(again[100], bins[100] + 20 * std::log10(0.5), 0.01);
}

TEST(frequency_data_of_silence_is_minus_infinity) {
  TestEngine t;
  t.analyser(2);
  t.render(1);
  float bins[16];
  t.engine->analyserFrequency(2, bins, 16);
  CHECK_EQUAL(bins[3], -INFINITY);
}
