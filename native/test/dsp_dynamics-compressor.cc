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

double toDecibels(double linear) { return 20 * std::log10(linear); }

// The static curve, of levels: https://webaudio.github.io/web-audio-api/#compression-curve, the knee being exponential.
class Curve {
 public:
  explicit Curve(const Params& p)
      : p_(p), threshold_(fromDecibels(p.threshold)), kneeEnd_(fromDecibels(double{p.threshold} + p.knee)) {
    double least = 0.1, most = 10000;
    for (int i = 0; i < 60; i++) {
      bend_ = std::sqrt(least * most);
      const double slope = toDecibels(bent(kneeEnd_ * 1.001) / bent(kneeEnd_)) / toDecibels(1.001);
      (slope < 1 / p.ratio ? most : least) = bend_;
    }
  }

  double operator()(double level) const {
    if (level < kneeEnd_) return bent(level);
    return bent(kneeEnd_) * std::pow(level / kneeEnd_, 1 / p_.ratio);
  }
  // As the kernel takes it.
  CompressionCurve parts() const {
    const double offset = std::log2(bent(kneeEnd_)) - std::log2(kneeEnd_) / p_.ratio;
    return {static_cast<float>(threshold_), static_cast<float>(kneeEnd_), static_cast<float>(bend_),
            static_cast<float>(offset), static_cast<float>(1 / p_.ratio)};
  }
  double makeup() const { return std::pow(1 / (*this)(1), 0.6); }

 private:
  double bent(double level) const {
    return level < threshold_ ? level : threshold_ - std::expm1(-bend_ * (level - threshold_)) / bend_;
  }

  Params p_;
  double threshold_, kneeEnd_, bend_ = 0;
};

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
  constexpr float kFrames = 120;
  const Kernels* tables[8];
  const size_t count = availableKernels(tables, 8);
  for (const Params& p : {Params{}, Params{-50, 0, 20}, Params{-10, 40, 1}, Params{-30, 10, 4}, Params{-100, 40, 20}}) {
    const Curve curve(p);
    std::vector<float> levels{0, 0.00009f, NAN, INFINITY};
    for (double x = -79; x < 20; x += 0.173) levels.push_back(static_cast<float>(fromDecibels(x)));
    for (size_t t = 0; t < count; t++) {
      std::vector<float> gains(levels.size()), rises(levels.size());
      tables[t]->compressionGain(gains.data(), rises.data(), levels.data(), curve.parts(), kFrames, levels.size());
      for (size_t i = 0; i < 3; i++) CHECK_EQUAL(gains[i], 1.0f);
      CHECK(std::isfinite(gains[3]));
      for (size_t i = 4; i < levels.size(); i++) {
        CHECK_NEAR(gains[i] / (curve(levels[i]) / levels[i]), 1, 1e-5);
        const double taken = std::max(2.0, -toDecibels(curve(levels[i]) / levels[i]));
        CHECK_NEAR(rises[i] / (fromDecibels(taken / kFrames) - 1), 1, 1e-4);
      }
      // At 3 kHz, where a detector would overshoot.
      tables[t]->compressionGain(gains.data(), rises.data(), levels.data(), curve.parts(), 7.5f, levels.size());
      for (float rise : rises) CHECK(rise > 0 && rise <= 1);
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
  const double gain = Curve(p).makeup();
  for (size_t i = 0; i < x.size(); i++) CHECK_NEAR(y[i], i < 288 ? 0 : gain * x[i - 288], 2e-6);
  CHECK_EQUAL(compressor.reduction(), 0.0f);
}

TEST(steady_levels_arrive_at_the_curve) {
  for (const Params& p : {Params{}, Params{-50, 0, 20}, Params{-30, 10, 4}}) {
    const Curve curve(p);
    for (double level : {-40.0, -20.0, -6.0, 0.0, 6.0}) {
      DynamicsCompressor compressor(kRate, 1);
      const std::vector<float> x(48000, static_cast<float>(fromDecibels(level)));
      const std::vector<float> y = run(compressor, x, p);
      CHECK_NEAR(toDecibels(y.back() / (curve(x[0]) * curve.makeup())), 0, 1e-3);
      CHECK_NEAR(compressor.reduction(), toDecibels(curve(x[0]) / x[0]), 1e-3);
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
  // 0 dB: 38 dB of reduction, 10 dB of which and more come within the attack time.
  std::vector<float> loud(static_cast<size_t>(0.02 * kRate), 1.0f);
  run(compressor, loud, p);
  CHECK(compressor.reduction() < -10 && compressor.reduction() > -38.1);
  run(compressor, std::vector<float>(9600, 1.0f), p);
  CHECK_NEAR(compressor.reduction(), -38, 0.1);
  // Released: 5 dB in 0.09 of the release time while it is far away, so the whole way is over in that time.
  run(compressor, std::vector<float>(4800, 0.001f), p);
  CHECK(compressor.reduction() > -30 && compressor.reduction() < -1);
  run(compressor, std::vector<float>(14400, 0.001f), p);
  CHECK_NEAR(compressor.reduction(), 0, 0.1);
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
