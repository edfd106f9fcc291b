// StereoPanner and Panner against the formulas of the specification in double precision.
#include <algorithm>
#include <random>
#include <vector>

#include "audio/dsp/Panner.h"
#include "audio/dsp/StereoPanner.h"
#include "test/check.h"

using namespace mediant::audio;

namespace {

constexpr double kPi = 3.141592653589793238462643383280;
constexpr size_t kFrames = 300;

std::mt19937 engine(3);

std::vector<float> noise(size_t n = kFrames, float amplitude = 1) {
  std::uniform_real_distribution<float> distribution(-amplitude, amplitude);
  std::vector<float> values(n);
  for (float& value : values) value = distribution(engine);
  return values;
}

struct Stereo {
  double left, right;
};

// The last steps of both panning algorithms: for x the gains, and what they do.
Stereo panned(double x, bool toLeft, size_t channels, double l, double r) {
  const double gainL = std::cos(x * kPi / 2), gainR = std::sin(x * kPi / 2);
  if (channels == 1) return {l * gainL, l * gainR};
  if (toLeft) return {l + r * gainL, r * gainR};
  return {l * gainL, r + l * gainR};
}

Stereo stereoPanned(double pan, size_t channels, double l, double r) {
  pan = std::min(1.0, std::max(-1.0, pan));
  return panned(channels == 1 ? (pan + 1) / 2 : pan <= 0 ? pan + 1 : pan, pan <= 0, channels, l, r);
}

Stereo equalPower(double azimuth, size_t channels, double l, double r) {
  azimuth = std::min(180.0, std::max(-180.0, azimuth));
  if (azimuth < -90) azimuth = -180 - azimuth;
  if (azimuth > 90) azimuth = 180 - azimuth;
  const double x = channels == 1 ? (azimuth + 90) / 180 : azimuth <= 0 ? (azimuth + 90) / 90 : azimuth / 90;
  return panned(x, azimuth <= 0, channels, l, r);
}

VectorView fixed(float x, float y, float z) { return {{nullptr, x}, {nullptr, y}, {nullptr, z}}; }
const ListenerView kListener{fixed(0, 0, 0), fixed(0, 0, -1), fixed(0, 1, 0)};

}  // namespace

TEST(stereo_panner_follows_its_formulas) {
  const std::vector<float> left = noise(), right = noise(), pans = noise(kFrames, 1.3f);
  for (size_t channels : {1, 2}) {
    for (bool moving : {false, true}) {
      for (float pan : {-2.0f, -1.0f, -0.3f, 0.0f, 0.4f, 1.0f, 7.0f}) {
        const float* in[] = {left.data(), right.data()};
        std::vector<float> outLeft(kFrames), outRight(kFrames);
        float* out[] = {outLeft.data(), outRight.data()};
        panStereo(in, channels, out, kFrames, {moving ? pans.data() : nullptr, pan});
        for (size_t i = 0; i < kFrames; i++) {
          const Stereo expected = stereoPanned(moving ? pans[i] : pan, channels, left[i], right[i]);
          CHECK_NEAR(outLeft[i], expected.left, 1.3e-7);
          CHECK_NEAR(outRight[i], expected.right, 1.3e-7);
        }
        // In place.
        std::vector<float> a = left, b = right;
        float* both[] = {a.data(), b.data()};
        panStereo(both, channels, both, kFrames, {moving ? pans.data() : nullptr, pan});
        CHECK(a == outLeft && b == outRight);
      }
    }
  }
}

TEST(directions) {
  const Vector3 origin{0, 0, 0}, forward{0, 0, -1}, up{0, 1, 0};
  const auto check = [&](Vector3 source, double azimuth, double elevation) {
    const Direction direction = directionOf(source, origin, forward, up);
    CHECK_NEAR(direction.azimuth, azimuth, 1e-6);
    CHECK_NEAR(direction.elevation, elevation, 1e-6);
  };
  check({0, 0, 0}, 0, 0);
  check({0, 0, -3}, 0, 0);
  check({2, 0, 0}, 90, 0);
  check({-2, 0, 0}, -90, 0);
  check({1, 0, -1}, 45, 0);
  check({1, 0, 1}, 135, 0);
  check({-1, 0, 1}, -135, 0);
  check({0, 1, -1}, 0, 45);
  check({0, 5, 0}, 0, 90);
  check({0, -5, 0}, 0, -90);
  CHECK_EQUAL(directionOf({1, 0, 0}, origin, up, up).azimuth, 0.0);
}

TEST(equal_power_follows_the_algorithm) {
  // Positions all around, moving or not, seen by several listeners; the gains are reached without an angle.
  PannerSettings settings;
  settings.rolloffFactor = 0;
  const std::vector<float> left = noise(), right = noise();
  const float* in[] = {left.data(), right.data()};
  for (size_t channels : {1, 2}) {
    for (int turn = 0; turn < 40; turn++) {
      const std::vector<float> x = noise(kFrames, 5), y = noise(kFrames, 5), z = noise(kFrames, 5);
      const std::vector<float> l = noise(9, 2);
      const ListenerView listener{fixed(l[0], l[1], l[2]), fixed(l[3], l[4], l[5]), fixed(l[6], l[7], l[8])};
      const bool moving = turn % 2 == 0;
      const VectorView position = moving ? VectorView{{x.data(), 0}, {y.data(), 0}, {z.data(), 0}}
                                         : fixed(x[0], y[0], z[0]);
      std::vector<float> outLeft(kFrames), outRight(kFrames);
      float* out[] = {outLeft.data(), outRight.data()};
      panEqualPower(settings, in, channels, out, kFrames, position, fixed(1, 0, 0), listener);
      for (size_t i = 0; i < kFrames; i++) {
        const size_t at = moving ? i : 0;
        const Direction direction =
            directionOf({x[at], y[at], z[at]}, {l[0], l[1], l[2]}, {l[3], l[4], l[5]}, {l[6], l[7], l[8]});
        const Stereo expected = equalPower(direction.azimuth, channels, left[i], right[i]);
        // Near the sides the gain that vanishes is the root of a difference: 2^-12 of nothing, no more.
        CHECK_NEAR(outLeft[i], expected.left, 3e-7 + (channels == 1 ? 2.5e-4 * (direction.azimuth > 80) : 0));
        CHECK_NEAR(outRight[i], expected.right, 3e-7 + (channels == 1 ? 2.5e-4 * (direction.azimuth < -80) : 0));
      }
    }
  }
}

TEST(moving_listener) {
  PannerSettings settings;
  const std::vector<float> input(kFrames, 1.0f), x = noise(kFrames, 3), forward = noise();
  const float* in[] = {input.data()};
  std::vector<float> outLeft(kFrames), outRight(kFrames);
  float* out[] = {outLeft.data(), outRight.data()};
  const ListenerView listener{{{x.data(), 0}, {nullptr, 1}, {nullptr, 2}},
                              {{forward.data(), 0}, {nullptr, 0}, {nullptr, -1}},
                              fixed(0, 1, 0)};
  panEqualPower(settings, in, 1, out, kFrames, fixed(4, 0, 0), fixed(1, 0, 0), listener);
  for (size_t i = 0; i < kFrames; i++) {
    const Direction direction = directionOf({4, 0, 0}, {x[i], 1, 2}, {forward[i], 0, -1}, {0, 1, 0});
    const double distance = std::sqrt((4 - x[i]) * (4 - x[i]) + 1 + 4);
    const Stereo expected = equalPower(direction.azimuth, 1, 1 / distance, 0);
    CHECK_NEAR(outLeft[i], expected.left, 1e-6);
    CHECK_NEAR(outRight[i], expected.right, 1e-6);
  }
}

TEST(distance_models) {
  PannerSettings s;
  s.refDistance = 2;
  s.maxDistance = 10;
  s.rolloffFactor = 0.5;
  s.distanceModel = DistanceModel::Linear;
  for (auto [distance, gain] : {std::pair{0.0, 1.0}, {2.0, 1.0}, {6.0, 0.75}, {10.0, 0.5}, {99.0, 0.5}}) {
    CHECK_NEAR(distanceGain(s, distance), gain, 1e-15);
  }
  s.rolloffFactor = 3;
  CHECK_NEAR(distanceGain(s, 10), 0, 1e-15);
  std::swap(s.refDistance, s.maxDistance);
  CHECK_NEAR(distanceGain(s, 6), 0.5, 1e-15);
  s.refDistance = s.maxDistance = 4;
  s.rolloffFactor = 0.25;
  CHECK_NEAR(distanceGain(s, 1), 0.75, 1e-15);
  s.distanceModel = DistanceModel::Inverse;
  CHECK_NEAR(distanceGain(s, 1), 1, 1e-15);
  CHECK_NEAR(distanceGain(s, 12), 4 / (4 + 0.25 * 8), 1e-15);
  s.distanceModel = DistanceModel::Exponential;
  CHECK_NEAR(distanceGain(s, 12), std::pow(3, -0.25), 1e-15);
  s.refDistance = 0;
  CHECK_EQUAL(distanceGain(s, 12), 0.0);
  s.distanceModel = DistanceModel::Inverse;
  CHECK_EQUAL(distanceGain(s, 12), 0.0);
}

TEST(sound_cones) {
  PannerSettings s;
  s.coneInnerAngle = 60;
  s.coneOuterAngle = 120;
  s.coneOuterGain = 0.2;
  const Vector3 source{0, 0, 0};
  const auto gainAt = [&](double degrees) {
    const double angle = degrees * kPi / 180;
    return coneGain(s, source, {1, 0, 0}, {5 * std::cos(angle), 5 * std::sin(angle), 0});
  };
  CHECK_NEAR(gainAt(0), 1, 1e-12);
  CHECK_NEAR(gainAt(29.9), 1, 1e-12);
  CHECK_NEAR(gainAt(45), 0.6, 1e-9);
  CHECK_NEAR(gainAt(60.1), 0.2, 1e-12);
  CHECK_NEAR(gainAt(180), 0.2, 1e-12);
  CHECK_EQUAL(coneGain(s, source, {0, 0, 0}, {1, 1, 1}), 1.0);
  CHECK_EQUAL(coneGain(s, source, {1, 0, 0}, source), 1.0);
  // And in the signal, with a source that turns.
  std::vector<float> input(kFrames, 1.0f), x(kFrames), y(kFrames), outLeft(kFrames), outRight(kFrames);
  for (size_t i = 0; i < kFrames; i++) {
    x[i] = static_cast<float>(std::cos(i * kPi / kFrames));
    y[i] = static_cast<float>(std::sin(i * kPi / kFrames));
  }
  const float* in[] = {input.data()};
  float* out[] = {outLeft.data(), outRight.data()};
  const VectorView orientation{{x.data(), 0}, {y.data(), 0}, {nullptr, 0}};
  panEqualPower(s, in, 1, out, kFrames, fixed(0, 0, -1), orientation, kListener);
  for (size_t i = 0; i < kFrames; i++) {
    const double expected = coneGain(s, {0, 0, -1}, {x[i], y[i], 0}, {0, 0, 0}) * std::sqrt(0.5);
    CHECK_NEAR(outLeft[i], expected, 2e-7);
    CHECK_NEAR(outRight[i], expected, 2e-7);
  }
}

TEST(a_side_that_is_turned_off_still_tells_distances) {
  // As with the specification's formulas in doubles: cos(π / 2) is not 0.
  PannerSettings settings;
  const std::vector<float> input(kFrames, 1.0f);
  const float* in[] = {input.data(), input.data()};
  for (size_t channels : {1, 2}) {
    for (float x : {1.0f, -1.0f}) {
      float previous = 2;
      for (float distance : {1.0f, 100.0f, 10000.0f}) {
        std::vector<float> outLeft(kFrames), outRight(kFrames);
        float* out[] = {outLeft.data(), outRight.data()};
        panEqualPower(settings, in, channels, out, kFrames, fixed(x * distance, 0, 0), fixed(1, 0, 0), kListener);
        const float far = x > 0 ? outLeft[5] : outRight[5];
        CHECK(far > 0 && far < previous);
        CHECK_NEAR(far, 0, 1e-16);
        previous = far;
      }
    }
  }
}

TEST(distance_gains_of_many_are_those_of_each) {
  std::vector<float> distances{0, 1e-30f, 0.5f, 1, 2, 3.999f, 4, 9.5f, 10, 11, 1e4f, 1e20f, 3e38f, INFINITY};
  for (int i = 0; i < 200; i++) distances.push_back(0.07f * static_cast<float>(i));
  for (DistanceModel model : {DistanceModel::Linear, DistanceModel::Inverse, DistanceModel::Exponential}) {
    for (double reference : {0.0, 1e-3, 1.0, 4.0, 1e9}) {
      for (double rolloff : {-1.0, 0.0, 0.25, 1.0, 7.0, 1e6}) {
        for (double most : {0.5, 4.0, 10.0}) {
          PannerSettings s;
          s.distanceModel = model;
          s.refDistance = reference;
          s.maxDistance = most;
          s.rolloffFactor = rolloff;
          std::vector<float> gains(distances.size());
          distanceGains(s, gains.data(), distances.data(), distances.size());
          for (size_t i = 0; i < distances.size(); i++) CHECK_NEAR(gains[i], distanceGain(s, distances[i]), 1e-7);
        }
      }
    }
  }
}

TEST(no_position_makes_a_number_that_is_none) {
  constexpr float kHuge = 3.4028234e38f, kTiny = 1e-45f;
  const float extremes[] = {0, kTiny, -kTiny, 1, kHuge, -kHuge};
  const std::vector<float> input(kFrames, 1.0f);
  const float* in[] = {input.data(), input.data()};
  std::vector<float> outLeft(kFrames), outRight(kFrames);
  float* out[] = {outLeft.data(), outRight.data()};
  for (DistanceModel model : {DistanceModel::Linear, DistanceModel::Inverse, DistanceModel::Exponential}) {
    for (double rolloff : {0.0, 1.0, 1e308}) {
      PannerSettings settings;
      settings.distanceModel = model;
      settings.rolloffFactor = rolloff;
      settings.coneInnerAngle = 10;
      settings.coneOuterAngle = 10;
      for (float a : extremes) {
        for (float b : extremes) {
          for (float c : extremes) {
            const ListenerView listener{fixed(-a, -b, -c), fixed(b, c, a), fixed(c, c, c)};
            panEqualPower(settings, in, 2, out, kFrames, fixed(a, b, c), fixed(c, a, b), listener);
            CHECK(std::isfinite(outLeft[7]) && std::isfinite(outRight[7]));
            const Direction direction = directionOf({a, b, c}, {-a, -b, -c}, {b, c, a}, {c, c, c});
            CHECK(std::isfinite(direction.azimuth) && std::isfinite(direction.elevation));
          }
        }
      }
    }
  }
}
