// Convolver against the sum that defines a convolution, in double precision.
#include "audio/dsp/Convolver.h"

#include <algorithm>
#include <random>

#include "test/check.h"

using namespace mediant::audio;

namespace {

std::vector<float> noise(size_t n, unsigned seed, float amplitude = 1) {
  std::mt19937 engine(seed);
  std::uniform_real_distribution<float> distribution(-amplitude, amplitude);
  std::vector<float> values(n);
  for (float& value : values) value = distribution(engine);
  return values;
}

// Sparse, so that the reference stays quick: a sample here and there, and a few close together.
std::vector<float> sparse(size_t n, unsigned seed) {
  std::mt19937 engine(seed);
  std::vector<float> values(n);
  for (size_t i = 0; i < 60; i++) values[engine() % n] = static_cast<float>(engine() % 2001) / 1000.0f - 1;
  for (size_t i = 0; i < std::min<size_t>(n, 20); i++) values[i] = 1.0f / static_cast<float>(i + 1);
  values[n - 1] = 0.5f;
  return values;
}

std::vector<double> convolved(const std::vector<float>& x, const std::vector<float>& h, size_t n) {
  std::vector<double> y(n);
  for (size_t j = 0; j < h.size(); j++) {
    if (h[j] == 0) continue;
    for (size_t i = j; i < n && i - j < x.size(); i++) y[i] += static_cast<double>(h[j]) * x[i - j];
  }
  return y;
}

BufferView view(const std::vector<const float*>& channels, size_t length, double rate = 44100) {
  return {channels.data(), channels.size(), length, rate};
}

}  // namespace

TEST(an_impulse_gives_the_response_at_once) {
  for (size_t length : {1, 2, 127, 128, 129, 256, 2047, 2048, 2049, 5000, 16384, 16385, 40000}) {
    const std::vector<float> h = noise(length, 1, 0.1f);
    const std::vector<const float*> channels{h.data()};
    Convolver convolver(view(channels, length), false);
    CHECK_EQUAL(convolver.outputChannels(1), 1u);
    float input[128] = {1};
    float output[128];
    const float* in[] = {input};
    float* out[] = {output};
    for (size_t done = 0; done < length + 256; done += 128) {
      convolver.process(in, 1, out, 128);
      input[0] = 0;
      for (size_t i = 0; i < 128; i++) {
        CHECK_NEAR(output[i], done + i < length ? h[done + i] : 0.0f, 3e-7);
      }
    }
  }
}

TEST(follows_the_defining_sum) {
  for (size_t length : {100, 3000, 50000}) {
    const std::vector<float> x = noise(70000, 2), h = sparse(length, 3);
    const std::vector<double> expected = convolved(x, h, x.size());
    const std::vector<const float*> channels{h.data()};
    for (size_t quantum : {128, 100, 1024}) {
      Convolver convolver(view(channels, length), false);
      std::vector<float> y(x.size());
      for (size_t done = 0; done < x.size(); done += quantum) {
        const float* in[] = {x.data() + done};
        float* out[] = {y.data() + done};
        convolver.process(in, 1, out, std::min(quantum, x.size() - done));
      }
      // Transforms of up to 16384 points of numbers up to 1, the sum of whose response is up to 60.
      for (size_t i = 0; i < x.size(); i++) CHECK_NEAR(y[i], expected[i], 1e-5);
    }
  }
}

TEST(channel_configurations) {
  constexpr size_t kLength = 3000, kFrames = 6400;
  std::vector<std::vector<float>> h, x;
  for (unsigned i = 0; i < 4; i++) h.push_back(sparse(kLength, 10 + i));
  for (unsigned i = 0; i < 2; i++) x.push_back(noise(kFrames, 20 + i));
  for (size_t responses : {1, 2, 4}) {
    for (size_t inputs : {1, 2}) {
      std::vector<const float*> channels;
      for (size_t i = 0; i < responses; i++) channels.push_back(h[i].data());
      Convolver convolver(view(channels, kLength), false);
      const size_t outputs = convolver.outputChannels(inputs);
      CHECK_EQUAL(outputs, responses == 1 && inputs == 1 ? 1u : 2u);
      std::vector<float> left(kFrames), right(kFrames);
      for (size_t done = 0; done < kFrames; done += 128) {
        const float* in[] = {x[0].data() + done, x[1].data() + done};
        float* out[] = {left.data() + done, right.data() + done};
        convolver.process(in, inputs, out, 128);
      }
      const std::vector<float>& l = x[0];
      const std::vector<float>& r = x[inputs - 1];
      std::vector<double> expectedLeft = convolved(l, h[0], kFrames);
      std::vector<double> expectedRight = convolved(r, h[responses == 1 ? 0 : responses == 2 ? 1 : 3], kFrames);
      if (responses == 4) {
        const std::vector<double> rightToLeft = convolved(r, h[2], kFrames), leftToRight = convolved(l, h[1], kFrames);
        for (size_t i = 0; i < kFrames; i++) {
          expectedLeft[i] += rightToLeft[i];
          expectedRight[i] += leftToRight[i];
        }
      }
      for (size_t i = 0; i < kFrames; i++) {
        CHECK_NEAR(left[i], expectedLeft[i], 1e-5);
        if (outputs == 2) CHECK_NEAR(right[i], expectedRight[i], 1e-5);
      }
    }
  }
}

TEST(input_that_becomes_stereo_keeps_its_tail) {
  constexpr size_t kLength = 5000, kFrames = 12800;
  const std::vector<float> h = sparse(kLength, 5), l = noise(kFrames, 6);
  std::vector<float> r = l;
  for (size_t i = 3200; i < kFrames; i++) r[i] = 0;
  const std::vector<const float*> channels{h.data()};
  Convolver convolver(view(channels, kLength), false);
  const std::vector<double> expectedLeft = convolved(l, h, kFrames), expectedRight = convolved(r, h, kFrames);
  std::vector<float> left(kFrames), right(kFrames);
  for (size_t done = 0; done < kFrames; done += 128) {
    const float* in[] = {l.data() + done, r.data() + done};
    float* out[] = {left.data() + done, right.data() + done};
    convolver.process(in, done < 3200 ? 1 : 2, out, 128);
  }
  for (size_t i = 0; i < kFrames; i++) {
    CHECK_NEAR(left[i], expectedLeft[i], 1e-5);
    if (i >= 3200) CHECK_NEAR(right[i], expectedRight[i], 1e-5);
  }
}

TEST(tail_ends) {
  const std::vector<float> h = noise(5000, 7);
  const std::vector<const float*> channels{h.data()};
  Convolver convolver(view(channels, 5000), false);
  CHECK(convolver.settled());
  const std::vector<float> x = noise(128, 8);
  const float* in[] = {x.data()};
  float output[128];
  float* out[] = {output};
  convolver.process(in, 1, out, 128);
  size_t quanta = 0;
  for (; !convolver.settled(); quanta++) {
    convolver.process(nullptr, 1, out, 128);
    if (quanta < 39) CHECK(std::fabs(output[0]) > 0);
  }
  CHECK_EQUAL(quanta, 40u);
  convolver.process(nullptr, 1, out, 128);
  for (float sample : output) CHECK_NEAR(sample, 0, 1e-5);
}

TEST(normalisation) {
  const std::vector<float> h(1000, 0.5f);
  const std::vector<const float*> one{h.data()}, four{h.data(), h.data(), h.data(), h.data()};
  CHECK_NEAR(normalizationScale(view(one, 1000)), 0.0025, 1e-15);
  CHECK_NEAR(normalizationScale(view(one, 1000, 88200)), 0.00125, 1e-15);
  CHECK_NEAR(normalizationScale(view(four, 1000)), 0.00125, 1e-15);
  const std::vector<float> silence(1000);
  CHECK_NEAR(normalizationScale(view({silence.data()}, 1000)), 10, 1e-12);
}
