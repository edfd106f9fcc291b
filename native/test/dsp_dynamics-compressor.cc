// DynamicsCompressor: what the specification fixes, and what DynamicsCompressor.h says of the rest.
#include "audio/dsp/DynamicsCompressor.h"

#include <algorithm>

#include "audio/kernels/Kernels.h"
#include "test/check.h"

using namespace mediant::audio;

namespace {

constexpr double kPi = 3.141592653589793238462643383280;
constexpr double kRate = 48000;

using Params = DynamicsCompressor::Params;

double fromDecibels(double decibels) { return std::pow(10, decibels / 20); }

// The static curve, in decibels.
double curve(double x, const Params& p) {
  const double slope = 1 / p.ratio;
  if (x <= p.threshold) return x;
  const double over = x - p.threshold;
  if (over < p.knee) return x - (1 - slope) * over * over / (2 * p.knee);
  return p.threshold + p.knee - (1 - slope) * p.knee / 2 + slope * (over - p.knee);
}

double makeup(const Params& p) { return -0.6 * curve(0, p); }

std::vector<float> run(DynamicsCompressor& compressor, const std::vector<float>& x, const Params& p) {
  std::vector<float> y(x.size());
  for (size_t done = 0; done < x.size(); done += 128) {
    const float* in[] = {x.data() + done};
    float* out[] = {y.data() + done};
    compressor.process(in, out, 1, std::min<size_t>(128, x.size() - done), p);
  }
  return y;
}

}  // namespace

TEST(kernel_follows_the_curve) {
  const Kernels* tables[8];
  const size_t count = availableKernels(tables, 8);
  for (const Params& p : {Params{}, Params{-50, 0, 20}, Params{-10, 40, 1}, Params{-30, 10, 4}}) {
    std::vector<float> levels{0, 0.00009f, 1e-30f, INFINITY};
    for (double x = -80; x < 20; x += 0.173) levels.push_back(static_cast<float>(fromDecibels(x)));
    for (size_t t = 0; t < count; t++) {
      std::vector<float> gains(levels.size());
      tables[t]->compressionGain(gains.data(), levels.data(), p.threshold, p.knee, 1 - 1 / p.ratio, levels.size());
      for (size_t i = 0; i < 3; i++) CHECK_EQUAL(gains[i], 1.0f);
      CHECK(std::isfinite(gains[3]));
      for (size_t i = 4; i < levels.size(); i++) {
        const double x = 20 * std::log10(levels[i]);
        const double expected = fromDecibels(curve(x, p) - x);
        CHECK_NEAR(gains[i] / expected, 1, 3e-6);
      }
    }
  }
}

TEST(below_the_threshold_only_makeup_and_lookahead) {
  DynamicsCompressor compressor(kRate, 1);
  CHECK_EQUAL(compressor.latencyFrames(), 288u);
  CHECK_EQUAL(compressor.reduction(), 0.0f);
  std::vector<float> x(2000);
  for (size_t i = 0; i < x.size(); i++) x[i] = 0.05f * static_cast<float>(std::sin(0.1 * i));
  const Params p;
  const std::vector<float> y = run(compressor, x, p);
  const double gain = fromDecibels(makeup(p));
  for (size_t i = 0; i < x.size(); i++) CHECK_NEAR(y[i], i < 288 ? 0 : gain * x[i - 288], 1e-7);
  CHECK_EQUAL(compressor.reduction(), 0.0f);
}

TEST(steady_levels_arrive_at_the_curve) {
  for (const Params& p : {Params{}, Params{-50, 0, 20}, Params{-30, 10, 4}}) {
    for (double level : {-40.0, -20.0, -6.0, 0.0, 6.0}) {
      DynamicsCompressor compressor(kRate, 1);
      const std::vector<float> x(48000, static_cast<float>(fromDecibels(level)));
      const std::vector<float> y = run(compressor, x, p);
      CHECK_NEAR(20 * std::log10(y.back()), curve(level, p) + makeup(p), 1e-3);
      CHECK_NEAR(compressor.reduction(), curve(level, p) - level, 1e-3);
    }
  }
}

TEST(attack_and_release_take_their_time) {
  Params p;
  p.threshold = -40;
  p.knee = 0;
  p.ratio = 20;
  p.attack = 0.02f;
  p.release = 0.2f;
  DynamicsCompressor compressor(kRate, 1);
  // 0 dB: 38 dB of reduction.
  std::vector<float> loud(static_cast<size_t>(0.02 * kRate), 1.0f);
  run(compressor, loud, p);
  CHECK(compressor.reduction() < -25 && compressor.reduction() > -38.1);
  run(compressor, std::vector<float>(9600, 1.0f), p);
  CHECK_NEAR(compressor.reduction(), -38, 0.1);
  // Released: at least 10 dB in the release time, and all of it in four times that.
  run(compressor, std::vector<float>(9600, 0.001f), p);
  CHECK(compressor.reduction() > -28 && compressor.reduction() < 0);
  run(compressor, std::vector<float>(3 * 9600, 0.001f), p);
  CHECK_NEAR(compressor.reduction(), 0, 1e-6);
}

TEST(gain_moves_without_jumps) {
  for (float attack : {0.0f, 0.003f, 1.0f}) {
    for (float release : {0.0f, 0.25f, 1.0f}) {
      Params p;
      p.attack = attack;
      p.release = release;
      DynamicsCompressor compressor(kRate, 1);
      std::vector<float> x(24000);
      for (size_t i = 0; i < x.size(); i++) {
        x[i] = static_cast<float>((i / 3000 % 2 ? 1.0 : 0.01) * std::sin(2 * kPi * 440 / kRate * i));
      }
      for (float sample : run(compressor, x, p)) CHECK(std::fabs(sample) < 2.5f);
      CHECK(compressor.reduction() <= 0);
    }
  }
}

TEST(loudest_channel_decides) {
  DynamicsCompressor compressor(kRate, 2);
  std::vector<float> loud(128, 1.0f), quiet(128, 0.001f), a(128), b(128);
  const float* in[] = {loud.data(), quiet.data()};
  float* out[] = {a.data(), b.data()};
  for (int i = 0; i < 200; i++) compressor.process(in, out, 2, 128, {});
  CHECK_NEAR(a[0] / b[0], 1000, 1e-2);
  for (int i = 0; !compressor.settled() && i < 100; i++) compressor.process(nullptr, out, 2, 128, {});
  CHECK(compressor.settled());
  CHECK_EQUAL(a[127], 0.0f);
}

TEST(a_channel_that_was_away_has_forgotten) {
  DynamicsCompressor compressor(kRate, 2);
  std::vector<float> sound(128, 0.5f), silence(128), a(128), b(128);
  const float* both[] = {sound.data(), sound.data()};
  const float* one[] = {sound.data(), silence.data()};
  float* out[] = {a.data(), b.data()};
  for (int i = 0; i < 10; i++) compressor.process(both, out, 2, 128, {});
  CHECK(b[127] != 0);
  for (int i = 0; i < 10; i++) compressor.process(one, out, 1, 128, {});
  for (int i = 0; i < 10; i++) {
    compressor.process(one, out, 2, 128, {});
    for (float sample : b) CHECK_EQUAL(sample, 0.0f);
  }
}
