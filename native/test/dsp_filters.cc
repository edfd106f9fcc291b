// Biquad and IirFilter against the difference equation in long double, and their responses against H(z).
#include <complex>
#include <random>

#include "audio/dsp/Biquad.h"
#include "audio/dsp/IirFilter.h"
#include "test/check.h"

using namespace mediant::audio;

namespace {

constexpr double kPi = 3.141592653589793238462643383280;
constexpr size_t kFrames = 1280;

std::vector<float> noise(unsigned seed = 5) {
  std::mt19937 engine(seed);
  std::uniform_real_distribution<float> distribution(-1, 1);
  std::vector<float> values(kFrames);
  for (float& value : values) value = distribution(engine);
  return values;
}

std::vector<double> filtered(const std::vector<float>& x, const std::vector<double>& b, const std::vector<double>& a) {
  std::vector<long double> y(x.size());
  for (size_t n = 0; n < x.size(); n++) {
    long double sum = 0;
    for (size_t k = 0; k < b.size() && k <= n; k++) sum += b[k] * static_cast<long double>(x[n - k]);
    for (size_t k = 1; k < a.size() && k <= n; k++) sum -= a[k] * y[n - k];
    y[n] = sum / a[0];
  }
  return {y.begin(), y.end()};
}

const BiquadType kTypes[] = {BiquadType::Lowpass,   BiquadType::Highpass, BiquadType::Bandpass, BiquadType::Lowshelf,
                             BiquadType::Highshelf, BiquadType::Peaking,  BiquadType::Notch,    BiquadType::Allpass};

std::complex<double> responseOf(const BiquadCoefficients& c, double frequency, double sampleRate) {
  const std::complex<double> z = std::polar(1.0, -2 * kPi * frequency / sampleRate);
  return (c.b0 + c.b1 * z + c.b2 * z * z) / (1.0 + c.a1 * z + c.a2 * z * z);
}

}  // namespace

TEST(biquads_are_what_their_names_say) {
  // The gain in the places where the formulas of the specification give round numbers.
  const double rate = 48000, f = 3000, q = 2, gain = 9, a2 = std::pow(10, gain / 20), qdB = std::pow(10, q / 20);
  const auto gainAt = [&](BiquadType type, double frequency) {
    return std::abs(responseOf(biquadCoefficients(type, f, q, gain, rate), frequency, rate));
  };
  CHECK_NEAR(gainAt(BiquadType::Lowpass, 0), 1, 1e-12);
  CHECK_NEAR(gainAt(BiquadType::Lowpass, f), qdB, 1e-12);
  CHECK_NEAR(gainAt(BiquadType::Lowpass, rate / 2), 0, 1e-12);
  CHECK_NEAR(gainAt(BiquadType::Highpass, 0), 0, 1e-12);
  CHECK_NEAR(gainAt(BiquadType::Highpass, f), qdB, 1e-12);
  CHECK_NEAR(gainAt(BiquadType::Highpass, rate / 2), 1, 1e-12);
  CHECK_NEAR(gainAt(BiquadType::Bandpass, f), 1, 1e-12);
  CHECK_NEAR(gainAt(BiquadType::Bandpass, 0), 0, 1e-12);
  CHECK_NEAR(gainAt(BiquadType::Notch, f), 0, 1e-12);
  CHECK_NEAR(gainAt(BiquadType::Notch, 0), 1, 1e-12);
  CHECK_NEAR(gainAt(BiquadType::Peaking, f), a2, 1e-12);
  CHECK_NEAR(gainAt(BiquadType::Peaking, 0), 1, 1e-12);
  CHECK_NEAR(gainAt(BiquadType::Lowshelf, 0), a2, 1e-12);
  CHECK_NEAR(gainAt(BiquadType::Lowshelf, f), std::sqrt(a2), 1e-12);
  CHECK_NEAR(gainAt(BiquadType::Lowshelf, rate / 2), 1, 1e-12);
  CHECK_NEAR(gainAt(BiquadType::Highshelf, 0), 1, 1e-12);
  CHECK_NEAR(gainAt(BiquadType::Highshelf, f), std::sqrt(a2), 1e-12);
  CHECK_NEAR(gainAt(BiquadType::Highshelf, rate / 2), a2, 1e-12);
  for (double frequency : {0.0, 100.0, f, 20000.0}) CHECK_NEAR(gainAt(BiquadType::Allpass, frequency), 1, 1e-12);
}

TEST(biquad_limits) {
  // As frequency and Q approach the ends the filter approaches what it is there.
  for (BiquadType type : kTypes) {
    for (double gain : {6.0, -12.0}) {
      const double probe = 5000, rate = 48000;
      const auto at = [&](double f, double q) { return responseOf(biquadCoefficients(type, f, q, gain, rate), probe, rate); };
      CHECK_NEAR(std::abs(at(0, 1) - at(1e-4, 1)), 0, 1e-5);
      CHECK_NEAR(std::abs(at(-5, 1) - at(0, 1)), 0, 0);
      CHECK_NEAR(std::abs(at(24000, 1) - at(24000 - 1e-4, 1)), 0, 1e-5);
      CHECK_NEAR(std::abs(at(1e9, 1) - at(24000, 1)), 0, 0);
      CHECK_NEAR(std::abs(at(3000, 0) - at(3000, 1e-9)), 0, 1e-6);
    }
  }
}

TEST(biquad_follows_its_difference_equation) {
  const std::vector<float> left = noise(1), right = noise(2);
  for (BiquadType type : kTypes) {
    for (float frequency : {20.0f, 440.0f, 10000.0f, 23999.0f}) {
      for (float q : {-3.0f, 0.0001f, 1.0f, 30.0f}) {
        for (size_t quantum : {128, 100, 3, 1280}) {
          Biquad biquad(48000, 2);
          biquad.setType(type);
          std::vector<float> outLeft(kFrames), outRight(kFrames);
          for (size_t done = 0; done < kFrames; done += quantum) {
            const size_t n = std::min(quantum, kFrames - done);
            const float* in[] = {left.data() + done, right.data() + done};
            float* out[] = {outLeft.data() + done, outRight.data() + done};
            biquad.process(in, out, 2, n, {{nullptr, frequency}, {nullptr, 100}, {nullptr, q}, {nullptr, 5}});
          }
          const BiquadCoefficients c = biquadCoefficients(type, frequency * std::exp2(100.0 / 1200), q, 5, 48000);
          const std::vector<double> b{c.b0, c.b1, c.b2}, a{1, c.a1, c.a2};
          const std::vector<double> expectedLeft = filtered(left, b, a), expectedRight = filtered(right, b, a);
          // Half a unit of the float; the recursion in double adds 1e-16 times the resonance.
          for (size_t i = 0; i < kFrames; i++) {
            CHECK_NEAR(outLeft[i], expectedLeft[i], 1e-7 * (std::fabs(expectedLeft[i]) + 0.01));
            CHECK_NEAR(outRight[i], expectedRight[i], 1e-7 * (std::fabs(expectedRight[i]) + 0.01));
          }
        }
      }
    }
  }
}

TEST(biquad_with_moving_parameters) {
  const std::vector<float> x = noise(3);
  std::vector<float> frequency(kFrames), q(kFrames), output(kFrames);
  for (size_t i = 0; i < kFrames; i++) {
    frequency[i] = 500 + 10.0f * i;
    q[i] = 1 + 0.01f * i;
  }
  Biquad biquad(48000, 1);
  biquad.setType(BiquadType::Bandpass);
  double x1 = 0, x2 = 0, y1 = 0, y2 = 0;
  const float* in[] = {x.data()};
  float* out[] = {output.data()};
  biquad.process(in, out, 1, kFrames, {{frequency.data(), 0}, {nullptr, 0}, {q.data(), 0}, {nullptr, 0}});
  for (size_t i = 0; i < kFrames; i++) {
    const BiquadCoefficients c = biquadCoefficients(BiquadType::Bandpass, frequency[i], q[i], 0, 48000);
    const double y = c.b0 * x[i] + c.b1 * x1 + c.b2 * x2 - c.a1 * y1 - c.a2 * y2;
    x2 = x1, x1 = x[i], y2 = y1, y1 = y;
    CHECK_NEAR(output[i], y, 1e-7);
  }
  // And on with constant ones, from the same state.
  std::vector<float> tail(kFrames);
  out[0] = tail.data();
  biquad.process(in, out, 1, kFrames, {{nullptr, 1000}, {nullptr, 0}, {nullptr, 1}, {nullptr, 0}});
  const BiquadCoefficients c = biquadCoefficients(BiquadType::Bandpass, 1000, 1, 0, 48000);
  for (size_t i = 0; i < kFrames; i++) {
    const double y = c.b0 * x[i] + c.b1 * x1 + c.b2 * x2 - c.a1 * y1 - c.a2 * y2;
    x2 = x1, x1 = x[i], y2 = y1, y1 = y;
    CHECK_NEAR(tail[i], y, 2e-7);
  }
}

TEST(biquad_at_the_ends_of_its_ranges) {
  // Constant or moving, whatever the parameters: the same filter, and never an infinite coefficient.
  const std::vector<float> x = noise(6);
  for (BiquadType type : kTypes) {
    for (float frequency : {-1.0f, 0.0f, 1e-20f, 440.0f, 24000.0f, 1e30f}) {
      for (float q : {-3.4e38f, -1.0f, 0.0f, 1e-30f, 1.0f, 3.4e38f}) {
        for (float gain : {-3.4e38f, 0.0f, 1541.0f}) {
          const BiquadCoefficients c = biquadCoefficients(type, frequency, q, gain, 48000);
          for (double coefficient : {c.b0, c.b1, c.b2, c.a1, c.a2}) CHECK(std::isfinite(coefficient));
          const std::vector<float> f(64, frequency), qs(64, q), gains(64, gain);
          std::vector<float> constant(64), moving(64);
          const float* in[] = {x.data()};
          float* out[] = {constant.data()};
          Biquad first(48000, 1), second(48000, 1);
          first.setType(type);
          second.setType(type);
          first.process(in, out, 1, 64, {{nullptr, frequency}, {nullptr, 0}, {nullptr, q}, {nullptr, gain}});
          out[0] = moving.data();
          second.process(in, out, 1, 64, {{f.data(), 0}, {nullptr, 0}, {qs.data(), 0}, {gains.data(), 0}});
          for (size_t i = 0; i < 64; i++) {
            if (std::fabs(constant[i]) < 1e30f) {
              CHECK_NEAR(moving[i], constant[i], 1e-6 * std::fmax(1, std::fabs(constant[i])));
            }
          }
        }
      }
    }
  }
}

TEST(biquad_settles) {
  Biquad biquad(48000, 2);
  std::vector<float> block(128);
  const float* in[] = {block.data()};
  float* out[] = {block.data()};
  const Biquad::Params params{{nullptr, 350}, {nullptr, 0}, {nullptr, 20}, {nullptr, 0}};
  CHECK(biquad.settled());
  block[0] = 1;
  biquad.process(in, out, 1, 128, params);
  CHECK(!biquad.settled());
  size_t blocks = 0;
  for (; !biquad.settled() && blocks < 10000; blocks++) {
    std::fill(block.begin(), block.end(), 0.0f);
    biquad.process(in, out, 1, 128, params);
  }
  CHECK(blocks > 10 && blocks < 2000);
}

TEST(iir_follows_its_difference_equation) {
  const std::vector<float> x = noise(4);
  std::mt19937 engine(9);
  std::uniform_real_distribution<double> unit(-1, 1);
  for (size_t feedforwardLength : {1, 2, 3, 8, 20}) {
    for (size_t feedbackLength : {1, 2, 3, 8, 20}) {
      std::vector<double> b(feedforwardLength), a{1};
      for (double& coefficient : b) coefficient = unit(engine);
      // Poles in conjugate pairs inside the circle, so that the filter is stable.
      const auto times = [&a](const std::vector<double>& factor) {
        std::vector<double> product(a.size() + factor.size() - 1);
        for (size_t i = 0; i < a.size(); i++) {
          for (size_t j = 0; j < factor.size(); j++) product[i + j] += a[i] * factor[j];
        }
        a = product;
      };
      while (a.size() + 2 <= feedbackLength) {
        const double radius = 0.5 + 0.45 * std::fabs(unit(engine)), angle = kPi * std::fabs(unit(engine));
        times({1, -2 * radius * std::cos(angle), radius * radius});
      }
      if (a.size() < feedbackLength) times({1, 0.7});
      for (double& coefficient : a) coefficient *= 2.5;
      IirFilter filter(b.data(), b.size(), a.data(), a.size(), 1);
      std::vector<float> output(kFrames);
      for (size_t done = 0, quantum = 1; done < kFrames; done += quantum, quantum = quantum % 200 + 13) {
        const float* in[] = {x.data() + done};
        float* out[] = {output.data() + done};
        filter.process(in, out, 1, std::min(quantum, kFrames - done));
      }
      const std::vector<double> expected = filtered(x, b, a);
      double peak = 0;
      for (double value : expected) peak = std::fmax(peak, std::fabs(value));
      // High orders amplify the rounding of the double recursion; relative to the loudest output it stays invisible.
      for (size_t i = 0; i < kFrames; i++) CHECK_NEAR(output[i], expected[i], 1e-7 * peak);
    }
  }
}

TEST(frequency_responses) {
  const BiquadCoefficients c = biquadCoefficients(BiquadType::Peaking, 1000, 3, 12, 48000);
  const float frequencies[] = {0, 10, 1000, 12345, 24000, 24001, -1, NAN};
  float magnitude[8], phase[8];
  biquadFrequencyResponse(c, 48000, frequencies, magnitude, phase, 8);
  for (size_t i = 0; i < 5; i++) {
    const std::complex<double> expected = responseOf(c, frequencies[i], 48000);
    CHECK_NEAR(magnitude[i], std::abs(expected), 1e-6);
    CHECK_NEAR(phase[i], std::arg(expected), 1e-6);
  }
  for (size_t i = 5; i < 8; i++) CHECK(std::isnan(magnitude[i]) && std::isnan(phase[i]));
  const double b[] = {2, 4}, a[] = {4, 1, 0.5};
  const IirFilter filter(b, 2, a, 3, 1);
  filter.frequencyResponse(48000, frequencies, magnitude, phase, 8);
  for (size_t i = 0; i < 5; i++) {
    const std::complex<double> z = std::polar(1.0, -2 * kPi * frequencies[i] / 48000);
    const std::complex<double> expected = (2.0 + 4.0 * z) / (4.0 + z + 0.5 * z * z);
    CHECK_NEAR(magnitude[i], std::abs(expected), 1e-6);
    CHECK_NEAR(phase[i], std::arg(expected), 1e-6);
  }
}
