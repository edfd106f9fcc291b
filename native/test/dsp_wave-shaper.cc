// WaveShaper: the curve by its formula; the oversampled kinds by what they do to sines.
#include "audio/dsp/WaveShaper.h"

#include <random>

#include "test/check.h"

using namespace mediant::audio;

namespace {

constexpr double kPi = 3.141592653589793238462643383280;

std::vector<float> sine(double frequency, double amplitude, size_t n) {
  std::vector<float> values(n);
  for (size_t i = 0; i < n; i++) values[i] = static_cast<float>(amplitude * std::sin(2 * kPi * frequency * i));
  return values;
}

std::vector<float> shaped(const std::vector<float>& x, const std::vector<float>& curve, OverSample oversample,
                          size_t quantum = 128) {
  WaveShaper shaper(1);
  shaper.setCurve(curve.data(), curve.size());
  shaper.setOversample(oversample);
  std::vector<float> y(x.size());
  for (size_t done = 0; done < x.size(); done += quantum) {
    const float* in[] = {x.data() + done};
    float* out[] = {y.data() + done};
    shaper.process(in, out, 1, std::min(quantum, x.size() - done));
  }
  return y;
}

// The amplitude of one frequency in the later part of a signal, in which whole periods of it fit.
double amplitudeAt(const std::vector<float>& x, double frequency, size_t begin, size_t length) {
  double cosine = 0, sinus = 0;
  for (size_t i = begin; i < begin + length; i++) {
    cosine += x[i] * std::cos(2 * kPi * frequency * i);
    sinus += x[i] * std::sin(2 * kPi * frequency * i);
  }
  return 2 * std::hypot(cosine, sinus) / length;
}

const std::vector<float> kIdentity{-1, 1};

}  // namespace

TEST(curve_is_interpolated) {
  std::mt19937 engine(1);
  std::uniform_real_distribution<float> distribution(-1.5f, 1.5f);
  std::vector<float> x(1000);
  for (float& value : x) value = distribution(engine);
  x[0] = -1, x[1] = 1, x[2] = 0, x[3] = 1e30f, x[4] = -1e30f, x[5] = INFINITY, x[6] = -INFINITY;
  for (size_t length : {1, 2, 3, 5, 100, 4097}) {
    std::vector<float> curve(length);
    for (float& value : curve) value = distribution(engine);
    const std::vector<float> y = shaped(x, curve, OverSample::None);
    for (size_t i = 0; i < x.size(); i++) {
      const double v = (length - 1) / 2.0 * (x[i] + 1.0);
      double expected;
      if (v <= 0 || length == 1) {
        expected = curve[0];
      } else if (v >= length - 1) {
        expected = curve[length - 1];
      } else {
        const size_t k = static_cast<size_t>(v);
        expected = curve[k] + (static_cast<double>(curve[k + 1]) - curve[k]) * (v - k);
      }
      // The position in the curve is a float: 2^-24 of the length, times steps of up to 3.
      CHECK_NEAR(y[i], expected, 3e-7 + length * 2e-7);
    }
  }
  CHECK(std::isfinite(shaped({NAN}, kIdentity, OverSample::None)[0]));
}

TEST(no_curve_passes_the_input) {
  const std::vector<float> x = sine(0.01, 2, 500);
  CHECK(shaped(x, {}, OverSample::None) == x);
  CHECK(shaped(x, {}, OverSample::X4) == x);
}

TEST(oversampling_only_delays_what_is_in_band) {
  for (OverSample oversample : {OverSample::X2, OverSample::X4}) {
    WaveShaper shaper(1);
    shaper.setCurve(kIdentity.data(), 2);
    shaper.setOversample(oversample);
    const size_t latency = shaper.latencyFrames();
    CHECK_EQUAL(latency, oversample == OverSample::X2 ? 64u : 72u);
    for (double frequency : {0.0007, 0.1, 0.3, 0.4}) {
      const std::vector<float> x = sine(frequency, 0.9, 2000);
      const std::vector<float> y = shaped(x, kIdentity, oversample);
      // Four filters, each flat to 3e-5 where it passes.
      for (size_t i = 300; i < 2000; i++) CHECK_NEAR(y[i], x[i - latency], 1.5e-4);
    }
  }
}

TEST(oversampling_keeps_aliases_down) {
  // A cubic distortion of a sine at 0.3 of the sample rate makes a third harmonic at 0.9, which would fold to 0.1.
  std::vector<float> cubic(8193);
  for (size_t i = 0; i < cubic.size(); i++) {
    const double x = i / 4096.0 - 1;
    cubic[i] = static_cast<float>(x * x * x);
  }
  const std::vector<float> x = sine(0.3, 1, 4096);
  const auto aliased = [&](OverSample oversample) {
    return 20 * std::log10(amplitudeAt(shaped(x, cubic, oversample), 0.1, 1000, 3000) / 0.75);
  };
  CHECK(aliased(OverSample::None) > -15);
  CHECK(aliased(OverSample::X2) < -85);
  CHECK(aliased(OverSample::X4) < -85);
}

TEST(block_size_does_not_matter) {
  const std::vector<float> x = sine(0.037, 1, 1000), curve{-0.3f, 0.9f, -0.5f, 1};
  for (OverSample oversample : {OverSample::None, OverSample::X2, OverSample::X4}) {
    const std::vector<float> expected = shaped(x, curve, oversample);
    for (size_t quantum : {1, 50, 1000}) {
      const std::vector<float> y = shaped(x, curve, oversample, quantum);
      for (size_t i = 0; i < x.size(); i++) CHECK_NEAR(y[i], expected[i], 1e-6);
    }
  }
}

TEST(silence) {
  WaveShaper shaper(1);
  CHECK_EQUAL(shaper.valueOfSilence(), 0.0f);
  const float curve[] = {-1, 0.25f, 1};
  shaper.setCurve(curve, 3);
  CHECK_EQUAL(shaper.valueOfSilence(), 0.25f);
  shaper.setCurve(kIdentity.data(), 2);
  CHECK_EQUAL(shaper.valueOfSilence(), 0.0f);
}
