// Every table of kernels against the portable one, and the portable one against plain formulas in double precision.
#include "audio/kernels/Kernels.h"

#include <sys/mman.h>
#include <unistd.h>

#include <complex>
#include <cstdint>
#include <random>
#include <vector>

#include "audio/dsp/BiquadTables.h"
#include "audio/dsp/Recursion.h"
#include "test/check.h"

using namespace mediant::audio;

namespace {

constexpr double kTwoPi = 6.283185307179586476925286766559;
constexpr size_t kSizes[] = {0, 1, 2, 3, 5, 7, 8, 15, 16, 17, 31, 33, 63, 64, 100, 127, 128, 129, 255, 441, 1024};
constexpr size_t kOffset = 3;  // elements before the data: no kernel may assume alignment
constexpr size_t kGuard = 8;   // elements behind it, which must stay as they were

std::mt19937 engine(20241121);

std::vector<float> noise(size_t n, float amplitude = 1) {
  std::uniform_real_distribution<float> distribution(-amplitude, amplitude);
  std::vector<float> values(n + kOffset + kGuard);
  for (float& value : values) value = distribution(engine);
  return values;
}

// What an entry is given: inputs, one output that may already hold something, and the size.
struct Arguments {
  std::vector<std::vector<float>> inputs;
  size_t n;
  const float* in(size_t i) const { return inputs[i].data() + kOffset; }
};

// Runs one entry with every table on the same data and compares outputs. FMA rounds once where the oracle rounds
// twice, so a sum of products of numbers up to 1 may differ by a few units of 2^-24.
template <typename Run>
void compare(size_t inputs, double tolerance, Run run) {
  const Kernels* tables[8];
  const size_t count = availableKernels(tables, 8);
  for (size_t n : kSizes) {
    Arguments arguments{{}, n};
    for (size_t i = 0; i < inputs; i++) arguments.inputs.push_back(noise(n));
    const std::vector<float> before = noise(n), beforeSecond = noise(n);
    std::vector<float> expected = before, expectedSecond = beforeSecond;
    run(*tables[0], expected.data() + kOffset, expectedSecond.data() + kOffset, arguments);
    for (size_t t = 0; t < count; t++) {
      std::vector<float> actual = before, actualSecond = beforeSecond;
      run(*tables[t], actual.data() + kOffset, actualSecond.data() + kOffset, arguments);
      for (size_t i = 0; i < actual.size(); i++) {
        const bool guard = i < kOffset || i >= n + kOffset;
        CHECK_NEAR(actual[i], guard ? before[i] : expected[i], guard ? 0 : tolerance);
        CHECK_NEAR(actualSecond[i], guard ? beforeSecond[i] : expectedSecond[i], guard ? 0 : tolerance);
      }
    }
  }
}

constexpr double kExact = 0;
constexpr double kFused = 2.5e-7;

}  // namespace

TEST(sums_and_products_agree) {
  using A = const Arguments&;
  compare(1, kExact, [](const Kernels& k, float* y, float*, A a) { k.copy(y, a.in(0), a.n); });
  compare(0, kExact, [](const Kernels& k, float* y, float*, A a) { k.fill(y, 0.3f, a.n); });
  compare(1, kExact, [](const Kernels& k, float* y, float*, A a) { k.add(y, a.in(0), a.n); });
  compare(1, kExact, [](const Kernels& k, float* y, float*, A a) { k.addConstant(y, a.in(0), 0.3f, a.n); });
  compare(1, kFused, [](const Kernels& k, float* y, float*, A a) { k.addScaled(y, a.in(0), 0.7f, a.n); });
  compare(2, kFused, [](const Kernels& k, float* y, float*, A a) { k.addMultiplied(y, a.in(0), a.in(1), a.n); });
  compare(1, kExact, [](const Kernels& k, float* y, float*, A a) { k.scale(y, a.in(0), 0.7f, a.n); });
  compare(2, kExact, [](const Kernels& k, float* y, float*, A a) { k.multiply(y, a.in(0), a.in(1), a.n); });
  compare(2, kExact, [](const Kernels& k, float* y, float*, A a) { k.addPair(y, a.in(0), a.in(1), 0.5f, a.n); });
  compare(2, kFused, [](const Kernels& k, float* y, float*, A a) {
    k.addScaledPair(y, a.in(0), 0.6f, a.in(1), -0.8f, a.n);
  });
  compare(1, kExact, [](const Kernels& k, float* y, float*, A a) { k.clamp(y, a.in(0), -0.25f, 0.5f, 9, a.n); });
  compare(0, kFused, [](const Kernels& k, float* y, float*, A a) { k.ramp(y, 0.25, 0.001, a.n); });
  compare(0, kFused, [](const Kernels& k, float* y, float*, A a) { k.geometric(y, 0.1, 0.9, 0.999, a.n); });
}

TEST(destination_may_be_the_source) {
  using A = const Arguments&;
  compare(1, kExact, [](const Kernels& k, float* y, float*, A a) { k.scale(y, y, 0.7f, a.n); });
  compare(1, kExact, [](const Kernels& k, float* y, float*, A a) { k.multiply(y, y, a.in(0), a.n); });
  compare(1, kExact, [](const Kernels& k, float* y, float*, A a) { k.multiply(y, a.in(0), y, a.n); });
  compare(1, kExact, [](const Kernels& k, float* y, float*, A a) { k.addPair(y, y, a.in(0), 0.5f, a.n); });
  compare(0, kExact, [](const Kernels& k, float* y, float*, A a) { k.clamp(y, y, -0.25f, 0.5f, 9, a.n); });
  compare(0, kExact, [](const Kernels& k, float* y, float*, A a) { k.add(y, y, a.n); });
}

TEST(mixes_agree) {
  using A = const Arguments&;
  const auto six = [](A a) { return std::vector<const float*>{a.in(0), a.in(1), a.in(2), a.in(3), a.in(4), a.in(5)}; };
  compare(6, 2 * kFused, [&](const Kernels& k, float* y, float* z, A a) {
    k.mixSurroundToStereo(y, z, six(a).data(), a.n);
  });
  compare(6, 4 * kFused, [&](const Kernels& k, float* y, float*, A a) { k.mixSurroundToMono(y, six(a).data(), a.n); });
  compare(6, kExact, [&](const Kernels& k, float* y, float*, A a) { k.mixQuadToMono(y, six(a).data(), a.n); });
}

TEST(products_of_spectra_agree) {
  const Kernels* tables[8];
  const size_t tableCount = availableKernels(tables, 8);
  for (size_t count : {1u, 2u, 7u}) {
    for (size_t lines : {0u, 1u, 3u}) {
      const std::vector<float> a = noise(2 * kSpectrumLine * count * lines), b = noise(2 * kSpectrumLine * count * lines);
      for (size_t newest = 0; newest < count; newest++) {
        for (size_t t = 0; t < tableCount; t++) {
          std::vector<float> real(lines * kSpectrumLine + 1, 7), imag(lines * kSpectrumLine + 1, 7);
          tables[t]->addProducts(real.data(), imag.data(), a.data(), b.data(), newest, count, lines);
          for (size_t bin = 0; bin < lines * kSpectrumLine; bin++) {
            std::complex<double> sum = 0;
            const auto at = [&](const std::vector<float>& spectra, size_t index) {
              const size_t from = (bin / kSpectrumLine * count + index) * 2 * kSpectrumLine + bin % kSpectrumLine;
              return std::complex<double>(spectra[from], spectra[from + kSpectrumLine]);
            };
            for (size_t i = 0; i < count; i++) sum += at(a, (newest + i) % count) * at(b, i);
            CHECK_NEAR(real[bin], sum.real(), 1e-6);
            CHECK_NEAR(imag[bin], sum.imag(), 1e-6);
          }
          CHECK_EQUAL(real.back(), 7.0f);
          CHECK_EQUAL(imag.back(), 7.0f);
        }
      }
    }
  }
}

TEST(interleaving_touches_only_its_elements) {
  const Kernels* tables[8];
  const size_t count = availableKernels(tables, 8);
  for (size_t t = 0; t < count; t++) {
    for (size_t n : kSizes) {
      const std::vector<float> first = noise(n), second = noise(n);
      std::vector<float> woven(2 * n + 1, 7), a(n + 1, 7), b(n + 1, 7);
      tables[t]->interleave(woven.data(), first.data(), second.data(), n);
      for (size_t i = 0; i < 2 * n; i++) CHECK_EQUAL(woven[i], i % 2 == 0 ? first[i / 2] : second[i / 2]);
      CHECK_EQUAL(woven[2 * n], 7.0f);
      tables[t]->deinterleave(a.data(), b.data(), woven.data(), n);
      for (size_t i = 0; i < n; i++) {
        CHECK_EQUAL(a[i], first[i]);
        CHECK_EQUAL(b[i], second[i]);
      }
      CHECK_EQUAL(a[n], 7.0f);
      CHECK_EQUAL(b[n], 7.0f);
    }
  }
}

// A page that nobody may read follows what is looked up in.
TEST(lookups_read_nothing_beyond_their_neighbours) {
  const size_t page = static_cast<size_t>(sysconf(_SC_PAGESIZE));
  char* memory = static_cast<char*>(mmap(nullptr, 2 * page, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0));
  CHECK(memory != MAP_FAILED);
  CHECK_EQUAL(mprotect(memory + page, page, PROT_NONE), 0);
  const size_t length = page / sizeof(float);
  float* x = reinterpret_cast<float*>(memory);
  for (size_t i = 0; i < length; i++) x[i] = static_cast<float>(i);
  const double last = static_cast<double>(length) - 1;
  const Kernels* tables[8];
  const size_t count = availableKernels(tables, 8);
  for (size_t t = 0; t < count; t++) {
    for (double step : {0.01, 0.5, 0.99999, 1.0, 1.5, 1.9, 2.5, 7.0}) {
      // The last result lies just before the last frame; backwards, the first one.
      constexpr size_t kResults = 100;
      float y[kResults];
      const double begin = last - 0.001 - step * (kResults - 1);
      tables[t]->resampleLinear(y, x, begin, step, kResults);
      for (size_t i = 0; i < kResults; i++) CHECK_NEAR(y[i], begin + i * step, 1e-3);
      tables[t]->resampleLinear(y, x, last - 0.001, -step, kResults);
      for (size_t i = 0; i < kResults; i++) CHECK_NEAR(y[i], last - 0.001 - i * step, 1e-3);
      tables[t]->resampleLinear(y, x, step * (kResults - 1), -step, kResults);
      for (size_t i = 0; i < kResults; i++) CHECK_NEAR(y[i], step * (kResults - 1 - i), 1e-3);
    }
    for (size_t curveLength : {1u, 2u, 3u, 1000u}) {
      std::vector<float> input, y;
      for (float value = -1.5f; value <= 1.5f; value += 0.0625f) input.push_back(value);
      for (float value : {NAN, INFINITY, -INFINITY, 1.0f, -1.0f}) input.push_back(value);
      y.resize(input.size());
      const float* curve = x + length - curveLength;
      tables[t]->shape(y.data(), input.data(), curve, curveLength, y.size());
      for (size_t i = 0; i < y.size(); i++) {
        const double inside = std::isnan(input[i]) ? -1 : std::fmin(1, std::fmax(-1, input[i]));
        const double expected = curve[0] + 0.5 * (inside + 1) * static_cast<double>(curveLength - 1);
        CHECK_NEAR(y[i], expected, 1e-3);
        if (std::fabs(inside) == 1) CHECK_EQUAL(y[i], static_cast<float>(expected));
      }
    }
  }
  munmap(memory, 2 * page);
}

TEST(reductions_match_double_precision) {
  const Kernels* tables[8];
  const size_t count = availableKernels(tables, 8);
  for (size_t t = 0; t < count; t++) {
    const Kernels& k = *tables[t];
    for (size_t n : kSizes) {
      const std::vector<float> data = noise(n);
      const float* x = data.data() + kOffset;
      double sum = 0, magnitudes = 0, squares = 0, peak = 0;
      for (size_t i = 0; i < n; i++) {
        sum += x[i];
        magnitudes += std::fabs(x[i]);
        squares += static_cast<double>(x[i]) * x[i];
        peak = std::fmax(peak, std::fabs(x[i]));
      }
      // n / 16 additions in each of 16 lanes and four to combine them, each rounding to one part in 2^24 of what has been
      // added up.
      const double rounding = (n / 16.0 + 5) * 6e-8;
      CHECK_NEAR(k.sum(x, n), sum, rounding * (1 + magnitudes));
      CHECK_NEAR(k.sumOfSquares(x, n), squares, rounding * (1 + squares));
      CHECK_EQUAL(k.maxAbs(x, n), static_cast<float>(peak));
    }
  }
}

TEST(special_values) {
  const Kernels* tables[8];
  const size_t count = availableKernels(tables, 8);
  for (size_t t = 0; t < count; t++) {
    const Kernels& k = *tables[t];
    for (size_t n : kSizes) {
      std::vector<float> x(n, 0.0f);
      for (size_t i = 0; i < n; i += 2) x[i] = -0.0f;
      CHECK(k.isZero(x.data(), n));
      for (size_t at = 0; at < n; at += 5) {
        x[at] = 1e-40f;
        CHECK(!k.isZero(x.data(), n));
        x[at] = NAN;
        CHECK(!k.isZero(x.data(), n));
        CHECK_EQUAL(k.maxAbs(x.data(), n), 0.0f);
        std::vector<float> y(n);
        k.clamp(y.data(), x.data(), -1, 1, 0.5f, n);
        CHECK_EQUAL(y[at], 0.5f);
        x[at] = INFINITY;
        CHECK_EQUAL(k.maxAbs(x.data(), n), INFINITY);
        k.clamp(y.data(), x.data(), -1, 1, 0.5f, n);
        CHECK_EQUAL(y[at], 1.0f);
        x[at] = 0;
      }
    }
  }
}

TEST(sine_is_accurate) {
  const Kernels* tables[8];
  const size_t count = availableKernels(tables, 8);
  for (size_t t = 0; t < count; t++) {
    const Kernels& k = *tables[t];
    std::vector<uint32_t> phases(100000);
    for (size_t i = 0; i < phases.size(); i++) phases[i] = static_cast<uint32_t>(i * 42949);
    std::vector<float> y(phases.size());
    k.sine(y.data(), phases.data(), y.size());
    for (size_t i = 0; i < y.size(); i++) CHECK_NEAR(y[i], std::sin(kTwoPi * phases[i] / 4294967296.0), 2.5e-7);
    // A ramp of phases: negative, tiny and large steps; the phase itself must not drift over a long call.
    for (double step : {0.01, -0.01, 1e-9, 1e-6 / 3, 0.4999, -0.4999, 1.0 / 3}) {
      for (double first : {0.0, 0.25, 0.9999999}) {
        k.sineConstant(y.data(), first, step, y.size());
        for (size_t i = 0; i < y.size(); i++) {
          // i × fraction in float is good to 2^-24 of at most 1e5 units: nothing. Plus the polynomial.
          CHECK_NEAR(y[i], std::sin(kTwoPi * (first + i * step)), 2.5e-7);
        }
      }
    }
    CHECK_EQUAL(y[0], y[0]);
    const uint32_t quarters[] = {0, 0x40000000u, 0x80000000u, 0xC0000000u};
    k.sine(y.data(), quarters, 4);
    CHECK_EQUAL(y[0], 0.0f);
    CHECK_NEAR(y[1], 1, 1e-7);
    CHECK_EQUAL(y[2], 0.0f);
    CHECK_NEAR(y[3], -1, 1e-7);
  }
}

TEST(wavetable_interpolates_linearly) {
  const Kernels* tables[8];
  const size_t count = availableKernels(tables, 8);
  constexpr uint32_t kBits = 9;
  std::vector<float> table = noise(1 << kBits);
  table.resize((1 << kBits) + 1);
  table.back() = table.front();
  for (size_t t = 0; t < count; t++) {
    std::vector<float> y(1000);
    const double first = 0.3, step = 0.012345;
    tables[t]->wavetableConstant(y.data(), table.data(), kBits, first, step, y.size());
    std::vector<uint32_t> phases(y.size());
    std::vector<float> z(y.size());
    for (size_t i = 0; i < y.size(); i++) {
      const double cycles = first + i * step;
      phases[i] = static_cast<uint32_t>(static_cast<int64_t>((cycles - std::floor(cycles)) * 4294967296.0));
      const double at = (cycles - std::floor(cycles)) * (1 << kBits);
      const size_t index = static_cast<size_t>(at);
      const double expected = table[index] + (static_cast<double>(table[index + 1]) - table[index]) * (at - index);
      // A phase unit is 2^-32 cycle, 1.2e-7 of a step in the table, and a step changes by up to 2.
      CHECK_NEAR(y[i], expected, 8e-7);
    }
    tables[t]->wavetable(z.data(), table.data(), kBits, phases.data(), z.size());
    for (size_t i = 0; i < y.size(); i++) CHECK_NEAR(z[i], y[i], 8e-7);
  }
}

TEST(exp2_is_accurate) {
  const Kernels* tables[8];
  const size_t count = availableKernels(tables, 8);
  for (size_t t = 0; t < count; t++) {
    std::vector<float> cents;
    for (float c = -153600; c <= 153600; c += 17.25f) cents.push_back(c);
    for (float c : {0.0f, 1200.0f, -1200.0f, 600.0f, 1e9f, -1e9f, INFINITY, -INFINITY}) cents.push_back(c);
    std::vector<double> y(cents.size());
    tables[t]->exp2(y.data(), cents.data(), 1.0 / 1200, y.size());
    for (size_t i = 0; i < y.size(); i++) {
      const double exponent = std::fmax(-1000, std::fmin(1000, cents[i] / 1200.0));
      CHECK_NEAR(y[i] / std::exp2(exponent), 1, 1e-9);
    }
    const float notANumber = NAN;
    tables[t]->exp2(y.data(), &notANumber, 1, 1);
    CHECK(y[0] == y[0]);
  }
}

TEST(resampling_reads_the_right_frames) {
  const Kernels* tables[8];
  const size_t count = availableKernels(tables, 8);
  const std::vector<float> x = noise(5000);
  for (size_t t = 0; t < count; t++) {
    for (double step : {1.0, 0.91875, 0.25, 1.08843537, -0.5, -1.3, 0.0, 3.7}) {
      const double position = step < 0 ? 3000.7 : 17.3;
      std::vector<float> y(1000);
      tables[t]->resampleLinear(y.data(), x.data(), position, step, y.size());
      for (size_t i = 0; i < y.size(); i++) {
        const double at = position + i * step;
        const size_t index = static_cast<size_t>(at);
        CHECK_NEAR(y[i], x[index] + (static_cast<double>(x[index + 1]) - x[index]) * (at - index), 3e-7);
      }
    }
  }
}

TEST(filters_agree) {
  const Kernels* tables[8];
  const size_t count = availableKernels(tables, 8);
  constexpr size_t kMost = 9;
  const double b[] = {0.5, -0.25, 0.3, 0.1, -0.2, 0.05, 0.2, -0.1, 0.03, 0.07};
  const double a[] = {-0.9, 0.6, 0.1, -0.05, 0.1, -0.2, 0.1, 0.05, -0.07};
  for (size_t t = 0; t < count; t++) {
    for (size_t order = 0; order <= kMost; order++) {
      for (size_t n : kSizes) {
        Recursion<kMost> recursion;
        recursion.set(a, order);
        std::vector<double> results[3], expected[3];
        double* channels[3];
        for (size_t channel = 0; channel < 3; channel++) {
          const std::vector<float> x = noise(n + kMost);
          std::vector<double> wide(n + kMost);
          tables[t]->toDouble(wide.data(), x.data(), wide.size());
          std::vector<double>& y = results[channel];
          y.assign(wide.begin(), wide.end());
          channels[channel] = y.data() + kMost;
          tables[t]->fir(channels[channel], wide.data() + kMost, b, order, n);
          expected[channel] = y;
          for (size_t i = 0; i < n; i++) {
            double sum = 0;
            for (size_t j = 0; j <= order; j++) sum += b[j] * x[i + kMost - j];
            CHECK_NEAR(channels[channel][i], sum, 1e-14);
          }
        }
        tables[t]->recursion(channels, 3, recursion.impulse, recursion.responses[0], order, n);
        for (size_t channel = 0; channel < 3; channel++) {
          for (size_t i = 0; i < n; i++) {
            double sum = expected[channel][i + kMost];
            for (size_t m = 1; m <= order; m++) sum -= a[m - 1] * expected[channel][i + kMost - m];
            expected[channel][i + kMost] = sum;
            CHECK_NEAR(channels[channel][i], sum, 1e-11 * (1 + std::fabs(sum)));
          }
          std::vector<float> narrow(n);
          tables[t]->toFloat(narrow.data(), channels[channel], n);
          for (size_t i = 0; i < n; i++) CHECK_EQUAL(narrow[i], static_cast<float>(channels[channel][i]));
        }
      }
    }
  }
}

TEST(biquads_follow_their_difference_equation) {
  const Kernels* tables[8];
  const size_t count = availableKernels(tables, 8);
  const BiquadCoefficients c{0.2, -0.3, 0.15, -1.6, 0.81};
  BiquadTables prepared;
  prepared.set(c);
  for (size_t t = 0; t < count; t++) {
    for (size_t n : kSizes) {
      std::vector<float> x[3], constant[3], varying[3];
      std::vector<double> b0(n), b1(n), b2(n), a1(n), a2(n);
      const std::vector<float> moving = noise(n, 0.1f);
      for (size_t i = 0; i < n; i++) {
        const double by = moving[i];
        b0[i] = c.b0 + by, b1[i] = c.b1 - by, b2[i] = c.b2 + by, a1[i] = c.a1 + by, a2[i] = c.a2 - by;
      }
      BiquadHistory histories[3];
      const float* inputs[3];
      float* outputs[3];
      for (size_t channel = 0; channel < 3; channel++) {
        x[channel] = noise(n);
        constant[channel] = varying[channel] = x[channel];
        histories[channel] = {0.1, -0.2, 0.3, 0.4};
        inputs[channel] = outputs[channel] = varying[channel].data();
        BiquadHistory h = histories[channel];
        tables[t]->biquad(constant[channel].data(), x[channel].data(), prepared, h, n);
      }
      tables[t]->biquadVarying(outputs, inputs, 3, {b0.data(), b1.data(), b2.data(), a1.data(), a2.data()}, histories, n);
      for (size_t channel = 0; channel < 3; channel++) {
        BiquadHistory h{0.1, -0.2, 0.3, 0.4}, g = h;
        for (size_t i = 0; i < n; i++) {
          const double input = x[channel][i];
          const double y = c.b0 * input + c.b1 * h.x1 + c.b2 * h.x2 - c.a1 * h.y1 - c.a2 * h.y2;
          h = {input, h.x1, y, h.y1};
          CHECK_NEAR(constant[channel][i], y, 1e-7 * (1 + std::fabs(y)));
          const double z = b0[i] * input + b1[i] * g.x1 + b2[i] * g.x2 - a1[i] * g.y1 - a2[i] * g.y2;
          g = {input, g.x1, z, g.y1};
          CHECK_NEAR(varying[channel][i], z, 1e-7 * (1 + std::fabs(z)));
        }
        CHECK_NEAR(histories[channel].y1, g.y1, 1e-11 * (1 + std::fabs(g.y1)));
      }
    }
  }
}

TEST(biquad_coefficients_agree) {
  const Kernels* tables[8];
  const size_t count = availableKernels(tables, 8);
  constexpr size_t n = 100;
  double angles[2][n], sine[n], cosine[n], q[n], resonance[n], a[n], ratios[n];
  float hertz[n];
  for (size_t i = 0; i < n; i++) {
    hertz[i] = 20.0f + 230 * static_cast<float>(i);
    ratios[i] = 1 + 0.0001 * static_cast<double>(i);
    q[i] = 0.1 + 0.07 * static_cast<double>(i);
    resonance[i] = 0.5 + 0.1 * static_cast<double>(i);
    a[i] = 0.2 + 0.05 * static_cast<double>(i);
  }
  for (size_t t = 0; t < count; t++) {
    CHECK(!tables[t]->biquadAngles(angles[0], hertz, ratios, 6.5e-5, 24000, n));
    for (size_t i = 0; i < n; i++) CHECK_NEAR(angles[0][i], 6.5e-5 * hertz[i] * ratios[i], 1e-12);
    for (float outside : {0.0f, -1.0f, 24000.0f, 1e30f, NAN}) {
      float many[n];
      for (float& value : many) value = 440;
      many[37] = outside;
      double same[n];
      for (double& ratio : same) ratio = 1;
      CHECK(tables[t]->biquadAngles(angles[1], many, same, 1, 24000, n));
      CHECK_EQUAL(angles[1][37], outside > 0 ? 24000.0 : 0.0);
    }
    tables[t]->sineAndCosine(sine, cosine, angles[0], n);
    for (size_t type = 0; type < 8; type++) {
      double actual[5][n], expected[5][n];
      const BiquadArguments arguments{sine, cosine, q, resonance, a};
      tables[0]->biquadCoefficients[type]({expected[0], expected[1], expected[2], expected[3], expected[4]}, arguments, n);
      tables[t]->biquadCoefficients[type]({actual[0], actual[1], actual[2], actual[3], actual[4]}, arguments, n);
      for (size_t each = 0; each < 5; each++) {
        for (size_t i = 0; i < n; i++) CHECK_NEAR(actual[each][i], expected[each][i], 1e-12 * (1 + std::fabs(expected[each][i])));
      }
    }
  }
}

TEST(convolutions_match_double_precision) {
  const Kernels* tables[8];
  const size_t available = availableKernels(tables, 8);
  for (size_t t = 0; t < available; t++) {
    for (size_t count : {1, 2, 16, 100}) {
      for (size_t n : kSizes) {
        const std::vector<float> x = noise(n + count), from = noise(count), to = noise(count);
        const float first = 0.25f, step = n > 0 ? 0.75f / static_cast<float>(n) : 0;
        std::vector<float> y(n + 1, 7), fading(n + 1, 7);
        tables[t]->convolve(y.data(), x.data() + count - 1, from.data(), count, n);
        tables[t]->convolveFading(fading.data(), x.data() + count - 1, from.data(), to.data(), count, first, step, n);
        for (size_t i = 0; i < n; i++) {
          const double w = first + i * static_cast<double>(step);
          double leaving = 0, coming = 0;
          for (size_t j = 0; j < count; j++) {
            leaving += static_cast<double>(from[j]) * x[i + count - 1 - j];
            coming += static_cast<double>(to[j]) * x[i + count - 1 - j];
          }
          // Each of the additions rounds a sum that is rarely larger than a few units.
          const double tolerance = 3e-7 * std::sqrt(count) * 4;
          CHECK_NEAR(y[i], leaving, tolerance);
          CHECK_NEAR(fading[i], leaving + w * (coming - leaving), tolerance);
        }
        CHECK_EQUAL(y[n], 7.0f);
        CHECK_EQUAL(fading[n], 7.0f);
      }
    }
  }
}
