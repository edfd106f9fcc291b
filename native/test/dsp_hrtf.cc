// HrtfSet and HrtfPanner: what is measured is heard, what moves does not click.
#include "audio/dsp/HrtfPanner.h"

#include <algorithm>
#include <complex>
#include <random>

#include "test/check.h"
#include "test/hrtf_fixture.h"

using namespace mediant::audio;

namespace {

constexpr double kPi = HrtfFixture::kPi;
constexpr double kLeadFrames = 7;  // of every response: half the filter that delays by parts of a frame

const HrtfFixture kFixture;
const std::vector<float> kWords = kFixture.words();

std::shared_ptr<const HrtfSet> setAt(double sampleRate) { return HrtfSet::of(kWords.data(), kWords.size(), sampleRate); }

std::complex<double> spectrumAt(const float* x, size_t n, double cyclesPerFrame) {
  std::complex<double> sum;
  for (size_t i = 0; i < n; i++) sum += static_cast<double>(x[i]) * std::polar(1.0, -2 * kPi * cyclesPerFrame * static_cast<double>(i));
  return sum;
}
double decibelsOf(std::complex<double> value) { return 20 * std::log10(std::abs(value)); }

std::vector<float> noise(size_t n, unsigned seed = 5) {
  std::mt19937 engine(seed);
  std::uniform_real_distribution<float> distribution(-1, 1);
  std::vector<float> values(n);
  for (float& value : values) value = distribution(engine);
  return values;
}

struct Ears {
  std::vector<float> left, right;
  explicit Ears(size_t n) : left(n), right(n) {}
};

// Renders in quanta; `targetOf` is asked at the first frame of each.
template <typename TargetOf>
Ears render(HrtfPanner& panner, const std::vector<const float*>& channels, size_t n, size_t quantum, TargetOf targetOf) {
  Ears ears(n);
  for (size_t done = 0; done < n; done += quantum) {
    const size_t count = std::min(quantum, n - done);
    std::vector<const float*> input;
    for (const float* channel : channels) input.push_back(channel + done);
    float* const output[] = {ears.left.data() + done, ears.right.data() + done};
    panner.process(channels.empty() ? nullptr : input.data(), channels.empty() ? 1 : channels.size(), output, count, targetOf(done));
  }
  return ears;
}

Ears impulseResponse(double sampleRate, const HrtfPanner::Target& target) {
  HrtfPanner panner(setAt(sampleRate));
  std::vector<float> impulse(panner.tailFrames() + 64);
  impulse[0] = 1;
  return render(panner, {impulse.data()}, impulse.size(), 128, [&](size_t) { return target; });
}

double greatestBend(const std::vector<float>& x, size_t begin) {
  double most = 0;
  for (size_t i = begin + 2; i < x.size(); i++) most = std::max<double>(most, std::fabs(x[i] - 2.0 * x[i - 1] + x[i - 2]));
  return most;
}

}  // namespace

TEST(a_measured_direction_is_heard_as_measured) {
  for (double rate : {44100.0, 48000.0, 96000.0}) {
    const std::shared_ptr<const HrtfSet> set = setAt(rate);
    for (const HrtfFixture::Ring& ring : kFixture.rings) {
      for (int i = 0; i < ring.count; i += 7) {
        const double azimuth = 360.0 * i / ring.count;
        const Ears ears = impulseResponse(rate, {azimuth, ring.elevation, 1});
        const HrtfSet::Blend own = set->at(azimuth, ring.elevation);
        for (double frequency : {200.0, 1000.0, 3100.0, 7700.0, 15000.0}) {
          const std::complex<double> left = spectrumAt(ears.left.data(), ears.left.size(), frequency / rate);
          const std::complex<double> right = spectrumAt(ears.right.data(), ears.right.size(), frequency / rate);
          CHECK_NEAR(decibelsOf(left), HrtfFixture::decibels(azimuth, ring.elevation, frequency), 0.12);
          CHECK_NEAR(decibelsOf(right), HrtfFixture::decibels(-azimuth, ring.elevation, frequency), 0.12);
          // What is left of the phase when that of the response is taken away is the delay.
          std::complex<double> response;
          for (int k = 0; k < 4; k++) response += static_cast<double>(own.weights[k]) * spectrumAt(own.responses[k], set->taps(), frequency / rate);
          const double frames = HrtfFixture::delaySeconds(azimuth, ring.elevation) * rate + kLeadFrames;
          const std::complex<double> rest = left / response * std::polar(1.0, 2 * kPi * frequency / rate * frames);
          CHECK_NEAR(std::arg(rest), 0, 0.01);
        }
      }
    }
  }
}

TEST(any_sample_rate_has_the_same_levels) {
  for (double rate : {3000.0, 8000.0, 22050.0, 192000.0, 768000.0}) {
    for (double azimuth : {0.0, 60.0, -90.0, 180.0}) {
      const Ears ears = impulseResponse(rate, {azimuth, 0, 1});
      for (double frequency : {300.0, 1000.0, 5000.0, 18000.0}) {
        if (frequency > 0.4 * rate) break;
        // A few taps at the lowest rate cannot follow the levels closely.
        CHECK_NEAR(decibelsOf(spectrumAt(ears.left.data(), ears.left.size(), frequency / rate)),
                   HrtfFixture::decibels(azimuth, 0, frequency), rate < 8000 ? 1.0 : 0.25);
      }
    }
  }
}

TEST(between_directions_everything_is_continuous) {
  const std::shared_ptr<const HrtfSet> set = setAt(48000);
  const auto responseAt = [&](double azimuth, double elevation, double* delay) {
    const HrtfSet::Blend blend = set->at(azimuth, elevation);
    std::vector<double> taps(set->taps());
    double sum = 0;
    for (int i = 0; i < 4; i++) {
      CHECK(blend.weights[i] >= 0);
      sum += blend.weights[i];
      for (size_t tap = 0; tap < taps.size(); tap++) taps[tap] += static_cast<double>(blend.weights[i]) * blend.responses[i][tap];
    }
    CHECK_NEAR(sum, 1, 1e-6);
    *delay = blend.delayFrames;
    return taps;
  };
  // Great circles of all inclinations, in steps of a twentieth of a degree; rings, poles and the seam are crossed.
  for (double inclination : {0.0, 3.0, 31.0, 50.0, 77.0, 90.0}) {
    std::vector<double> before;
    double delayBefore = 0;
    for (int step = 0; step <= 7200; step++) {
      const double angle = step * kPi / 3600, tilt = inclination * kPi / 180;
      const double right = std::sin(angle), ahead = std::cos(angle) * std::cos(tilt), up = std::cos(angle) * std::sin(tilt);
      const double azimuth = std::atan2(right, ahead) * 180 / kPi, elevation = std::asin(std::min(1.0, std::max(-1.0, up))) * 180 / kPi;
      double delay;
      const std::vector<double> taps = responseAt(azimuth, elevation, &delay);
      if (step > 0) {
        double change = 0;
        for (size_t tap = 0; tap < taps.size(); tap++) change = std::max(change, std::fabs(taps[tap] - before[tap]));
        // Close to a pole a small step is a large one in azimuth, but the ring around it is nearly of one kind.
        CHECK(change < 0.01);
        CHECK(std::fabs(delay - delayBefore) < 0.1);
      }
      before = taps;
      delayBefore = delay;
    }
  }
}

TEST(what_is_beyond_the_rings_goes_on_like_the_last) {
  HrtfFixture fixture;
  fixture.rings = {{-10, 12}, {20, 12}};
  const std::vector<float> words = fixture.words();
  const std::shared_ptr<const HrtfSet> set = HrtfSet::of(words.data(), words.size(), 48000);
  CHECK_EQUAL(set->at(30, -60).delayFrames, set->at(30, -10).delayFrames);
  CHECK_EQUAL(set->at(30, 90).delayFrames, set->at(30, 20).delayFrames);
  CHECK_NEAR(set->at(-330, 5).delayFrames, set->at(30, 5).delayFrames, 1e-12);
}

TEST(left_and_right_are_mirrored) {
  const std::vector<float> input = noise(1000);
  for (double azimuth : {0.0, 12.3, 90.0, 150.0, 180.0}) {
    for (double elevation : {-70.0, 0.0, 33.3, 90.0}) {
      HrtfPanner one(setAt(48000)), other(setAt(48000));
      const Ears a = render(one, {input.data()}, 1000, 128, [&](size_t) { return HrtfPanner::Target{azimuth, elevation, 0.5f}; });
      const Ears b = render(other, {input.data()}, 1000, 128, [&](size_t) { return HrtfPanner::Target{-azimuth, elevation, 0.5f}; });
      CHECK(a.left == b.right && a.right == b.left);
    }
  }
}

TEST(the_gain_scales_and_energy_is_bounded) {
  const std::vector<float> input = noise(4000);
  HrtfPanner panner(setAt(44100)), quieter(setAt(44100));
  const HrtfPanner::Target target{-70, 10, 1};
  const Ears loud = render(panner, {input.data()}, input.size(), 128, [&](size_t) { return target; });
  const Ears quiet = render(quieter, {input.data()}, input.size(), 128, [&](size_t) { return HrtfPanner::Target{-70, 10, 0.25f}; });
  double energyIn = 0, energyLeft = 0, energyRight = 0;
  for (size_t i = 0; i < input.size(); i++) {
    CHECK_NEAR(quiet.left[i], 0.25 * loud.left[i], 1e-6);
    energyIn += input[i] * input[i];
    energyLeft += loud.left[i] * loud.left[i];
    energyRight += loud.right[i] * loud.right[i];
  }
  // No frequency is louder than the loudest level measured there.
  double most = -100;
  for (double frequency = 0; frequency < 22050; frequency += 50) most = std::max(most, HrtfFixture::decibels(-70, 10, frequency));
  CHECK(energyLeft < energyIn * std::pow(10, (most + 0.2) / 10));
  CHECK(energyRight < energyLeft);
}

TEST(a_static_source_does_not_depend_on_the_quantum) {
  const std::vector<float> input = noise(3000);
  for (size_t channels : {1, 2}) {
    const std::vector<float> second = noise(3000, 6);
    std::vector<const float*> inputs{input.data()};
    if (channels == 2) inputs.push_back(second.data());
    HrtfPanner reference(setAt(48000));
    const HrtfPanner::Target target{40, -20, 0.8f};
    const Ears expected = render(reference, inputs, input.size(), 128, [&](size_t) { return target; });
    for (size_t quantum : {1, 37, 441, 1024, 3000}) {
      HrtfPanner panner(setAt(48000));
      const Ears ears = render(panner, inputs, input.size(), quantum, [&](size_t) { return target; });
      for (size_t i = 0; i < input.size(); i++) {
        CHECK_NEAR(ears.left[i], expected.left[i], 2e-6);
        CHECK_NEAR(ears.right[i], expected.right[i], 2e-6);
      }
    }
  }
}

TEST(each_ear_hears_its_own_channel) {
  const std::vector<float> left = noise(2000, 1), right = noise(2000, 2);
  const HrtfPanner::Target target{25, 15, 1};
  const auto fixed = [&](size_t) { return target; };
  HrtfPanner stereo(setAt(48000)), first(setAt(48000)), second(setAt(48000));
  const Ears both = render(stereo, {left.data(), right.data()}, 2000, 128, fixed);
  const Ears ofLeft = render(first, {left.data()}, 2000, 128, fixed), ofRight = render(second, {right.data()}, 2000, 128, fixed);
  CHECK(both.left == ofLeft.left && both.right == ofRight.right);
}

TEST(the_number_of_channels_may_change) {
  // One channel is the same as two equal ones, and what came before a change is heard out.
  const std::vector<float> left = noise(4096, 1), right = noise(4096, 2);
  HrtfPanner changing(setAt(48000)), twofold(setAt(48000));
  const HrtfPanner::Target target{-100, 5, 1};
  for (size_t done = 0; done < 4096; done += 128) {
    const bool mono = (done / 128) % 7 < 3 || done > 2048;
    const float* const two[] = {left.data() + done, mono ? left.data() + done : right.data() + done};
    float a[2][128], b[2][128];
    float* const outA[] = {a[0], a[1]};
    float* const outB[] = {b[0], b[1]};
    changing.process(two, mono ? 1 : 2, outA, 128, target);
    twofold.process(two, 2, outB, 128, target);
    for (size_t i = 0; i < 128; i++) {
      CHECK_EQUAL(a[0][i], b[0][i]);
      CHECK_EQUAL(a[1][i], b[1][i]);
    }
  }
}

TEST(a_moving_source_does_not_click) {
  constexpr double kRate = 48000;
  constexpr size_t kFrames = 48000;
  for (double frequency : {200.0, 1000.0, 4000.0}) {
    std::vector<float> tone(kFrames);
    for (size_t i = 0; i < kFrames; i++) tone[i] = static_cast<float>(std::sin(2 * kPi * frequency * i / kRate));
    // The most that the tone bends when it stands still where it is loudest.
    double still = 0;
    for (int azimuth = -180; azimuth < 180; azimuth += 5) {
      for (int elevation = -90; elevation <= 90; elevation += 15) {
        HrtfPanner panner(setAt(kRate));
        const HrtfPanner::Target target{double(azimuth), double(elevation), 1};
        const Ears ears = render(panner, {tone.data()}, 2000, 128, [&](size_t) { return target; });
        still = std::max({still, greatestBend(ears.left, 1000), greatestBend(ears.right, 1000)});
      }
    }
    for (size_t quantum : {1, 128, 1000}) {
      // Twice around and over the head in a second.
      HrtfPanner panner(setAt(kRate));
      const Ears ears = render(panner, {tone.data()}, kFrames, quantum, [&](size_t frame) {
        const double turn = 2.0 * frame / kFrames;
        return HrtfPanner::Target{360 * turn, 80 * std::sin(2 * kPi * turn * 1.3), 1};
      });
      CHECK(std::max(greatestBend(ears.left, 1000), greatestBend(ears.right, 1000)) < 1.1 * still);
    }
    // Jumps to the other side, and of the gain: a fade of 1024 frames adds its slope at most, where a click would be as
    // high as the tone.
    HrtfPanner panner(setAt(kRate));
    const Ears ears = render(panner, {tone.data()}, kFrames, 128, [&](size_t frame) {
      const bool there = frame / 6000 % 2 == 1;
      return HrtfPanner::Target{there ? 90.0 : -90.0, there ? 0.0 : 60.0, there ? 1.0f : 0.1f};
    });
    CHECK(std::max(greatestBend(ears.left, 1000), greatestBend(ears.right, 1000)) < 1.1 * still + 1.0 / 1024);
  }
}

TEST(a_fade_ends_at_the_static_response) {
  const std::vector<float> input = noise(8192);
  const HrtfPanner::Target target{120, -30, 0.7f};
  HrtfPanner moved(setAt(48000)), still(setAt(48000));
  const Ears a = render(moved, {input.data()}, input.size(), 128, [&](size_t frame) { return frame < 4096 ? HrtfPanner::Target{} : target; });
  const Ears b = render(still, {input.data()}, input.size(), 128, [&](size_t) { return target; });
  for (size_t i = 4096 + 1024; i < input.size(); i++) {
    CHECK_EQUAL(a.left[i], b.left[i]);
    CHECK_EQUAL(a.right[i], b.right[i]);
  }
}

TEST(silence_follows_the_tail) {
  for (double rate : {3000.0, 44100.0, 768000.0}) {
    HrtfPanner panner(setAt(rate));
    CHECK(panner.settled());
    const std::vector<float> input = noise(256);
    const HrtfPanner::Target target{77, 7, 1};
    render(panner, {input.data()}, 256, 128, [&](size_t) { return target; });
    CHECK(!panner.settled());
    const size_t tail = panner.tailFrames();
    const Ears ears = render(panner, {}, tail + 256, 128, [&](size_t) { return target; });
    CHECK(panner.settled());
    bool sounded = false;
    for (size_t i = 0; i < tail + 256; i++) {
      if (i < tail) {
        sounded = sounded || ears.left[i] != 0;
      } else {
        CHECK_EQUAL(ears.left[i], 0.0f);
        CHECK_EQUAL(ears.right[i], 0.0f);
      }
    }
    CHECK(sounded);
    // What begins then has its own direction at once, though the last fade was broken off.
    render(panner, {input.data()}, 128, 128, [&](size_t) { return target; });
    render(panner, {input.data()}, 128, 128, [&](size_t) { return HrtfPanner::Target{-100, 0, 1}; });
    while (!panner.settled()) render(panner, {}, 128, 128, [&](size_t) { return HrtfPanner::Target{-100, 0, 1}; });
    HrtfPanner fresh(setAt(rate));
    const Ears again = render(panner, {input.data()}, 256, 128, [&](size_t) { return target; });
    const Ears first = render(fresh, {input.data()}, 256, 128, [&](size_t) { return target; });
    CHECK(again.left == first.left && again.right == first.right);
  }
}

TEST(past_input_can_be_forgotten) {
  const std::vector<float> input = noise(512);
  const auto fixed = [](size_t) { return HrtfPanner::Target{10, 20, 1}; };
  HrtfPanner used(setAt(48000)), fresh(setAt(48000));
  render(used, {input.data(), input.data() + 100}, 256, 128, fixed);
  used.reset();
  CHECK(used.settled());
  const Ears a = render(used, {input.data()}, 512, 128, fixed), b = render(fresh, {input.data()}, 512, 128, fixed);
  CHECK(a.left == b.left && a.right == b.right);
}

TEST(sets_are_shared) {
  const std::shared_ptr<const HrtfSet> one = setAt(48000);
  const std::vector<float> copy = kWords;
  CHECK(HrtfSet::of(copy.data(), copy.size(), 48000) == one);
  CHECK(setAt(44100) != one);
  CHECK(setAt(48000) == one);
  HrtfFixture other;
  other.rings[0].elevation = -80;
  const std::vector<float> words = other.words();
  CHECK(HrtfSet::of(words.data(), words.size(), 48000) != one);
}

TEST(malformed_sets_are_refused) {
  CHECK(!HrtfSet::of(nullptr, 0, 48000));
  for (size_t length : {size_t(1), size_t(4), size_t(5), size_t(20), size_t(1000), kWords.size() - 1}) {
    CHECK(!HrtfSet::of(kWords.data(), length, 48000));
  }
  // One wrong word at a time: version, frequency, bins, taps, rings, elevations, counts, a time, a level.
  const std::pair<size_t, float> wrong[] = {{0, 2}, {1, 0}, {1, NAN}, {2, 1}, {2, 128}, {2, 1e9f}, {3, 0}, {3, -5}, {4, 0}, {4, 7},
                                            {5, -200}, {7, -90}, {6, 0}, {6, 2}, {6, 1.5f}, {21, -1}, {21, 1e9f}, {22, NAN}, {23, INFINITY}};
  for (const auto& change : wrong) {
    std::vector<float> words = kWords;
    words[change.first] = change.second;
    CHECK(!HrtfSet::of(words.data(), words.size(), 48000));
  }
}
