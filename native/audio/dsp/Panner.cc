#include "Panner.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace mediant::audio {

namespace {

constexpr double kPi = 3.141592653589793238462643383280;

Vector3 difference(const Vector3& a, const Vector3& b) { return {a.x - b.x, a.y - b.y, a.z - b.z}; }
double dot(const Vector3& a, const Vector3& b) { return a.x * b.x + a.y * b.y + a.z * b.z; }
double magnitude(const Vector3& a) { return std::sqrt(dot(a, a)); }
Vector3 scaled(const Vector3& a, double factor) { return {a.x * factor, a.y * factor, a.z * factor}; }
Vector3 cross(const Vector3& a, const Vector3& b) {
  return {a.y * b.z - a.z * b.y, a.z * b.x - a.x * b.z, a.x * b.y - a.y * b.x};
}
// The zero vector has no direction and stays what it is.
Vector3 normalized(const Vector3& a) {
  const double length = magnitude(a);
  return length > 0 ? scaled(a, 1 / length) : a;
}
double arcCosineDegrees(double x) { return 180 * std::acos(std::min(1.0, std::max(-1.0, x))) / kPi; }

// A listener whose "up" and "forward" are linearly dependent has no right: all bearings are straight ahead.
ListenerFrame frameOf(const Vector3& position, const Vector3& forward, const Vector3& up) {
  const Vector3 right = normalized(cross(forward, up));
  const Vector3 ahead = magnitude(right) > 0 ? normalized(forward) : right;
  return {{position.x, position.y, position.z}, {right.x, right.y, right.z}, {ahead.x, ahead.y, ahead.z}};
}

}  // namespace

Direction directionOf(const Vector3& source, const Vector3& listener, const Vector3& forward, const Vector3& up) {
  const Vector3 sourceListener = normalized(difference(source, listener));
  const Vector3 listenerRight = cross(forward, up);
  if (magnitude(sourceListener) == 0 || magnitude(listenerRight) == 0) return {};
  // Align axes.
  const Vector3 right = normalized(listenerRight), ahead = normalized(forward);
  const Vector3 above = cross(right, ahead);
  const double upProjection = dot(sourceListener, above);
  const Vector3 projected = normalized(difference(sourceListener, scaled(above, upProjection)));

  Direction direction;
  direction.azimuth = arcCosineDegrees(dot(projected, right));
  // Source in front or behind the listener.
  if (dot(projected, ahead) < 0) direction.azimuth = 360 - direction.azimuth;
  // Relative to "forward" and not "right".
  direction.azimuth = direction.azimuth <= 270 ? 90 - direction.azimuth : 450 - direction.azimuth;
  direction.elevation = 90 - arcCosineDegrees(upProjection);
  return direction;
}

double distanceBetween(const Vector3& source, const Vector3& listener) { return magnitude(difference(source, listener)); }

double distanceGain(const PannerSettings& s, double distance) {
  // Coordinates up to the largest float may be farther apart than a float can tell.
  distance = std::min(distance, std::numeric_limits<double>::max());
  switch (s.distanceModel) {
    case DistanceModel::Linear: {
      const double low = std::min(s.refDistance, s.maxDistance), high = std::max(s.refDistance, s.maxDistance);
      // The factor is limited to its nominal range in this model.
      const double factor = std::min(1.0, std::max(0.0, s.rolloffFactor));
      if (low == high) return 1 - factor;
      return 1 - factor * (std::max(std::min(distance, high), low) - low) / (high - low);
    }
    case DistanceModel::Inverse:
      if (s.refDistance == 0) return 0;
      return s.refDistance /
             (s.refDistance + std::max(0.0, s.rolloffFactor) * (std::max(distance, s.refDistance) - s.refDistance));
    case DistanceModel::Exponential:
      if (s.refDistance == 0) return 0;
      return std::pow(std::max(distance, s.refDistance) / s.refDistance, -std::max(0.0, s.rolloffFactor));
  }
  return 1;
}

void distanceGains(const PannerSettings& s, float* gain, const float* distance, size_t n) {
  const Kernels& k = kernels();
  const double low = std::min(s.refDistance, s.maxDistance), high = std::max(s.refDistance, s.maxDistance);
  const double factor = std::max(0.0, s.rolloffFactor);
  if (s.distanceModel == DistanceModel::Linear && low < high) {
    k.linearDistance(gain, distance, low, high, std::min(1.0, factor), n);
  } else if (s.distanceModel == DistanceModel::Inverse && s.refDistance > 0) {
    k.inverseDistance(gain, distance, s.refDistance, factor, n);
  } else if (s.distanceModel == DistanceModel::Exponential && s.refDistance > 0) {
    k.exponentialDistance(gain, distance, s.refDistance, factor, n);
  } else {
    k.fill(gain, static_cast<float>(distanceGain(s, 0)), n);
  }
}

double coneGain(const PannerSettings& s, const Vector3& source, const Vector3& orientation, const Vector3& listener) {
  if (magnitude(orientation) == 0 || (s.coneInnerAngle == 360 && s.coneOuterAngle == 360)) return 1;
  // Deviation: the specification's code takes the vector from listener to source here, which would make a source that
  // faces the listener the quietest. Its text, "a sound source pointing directly at the listener will be louder", has it
  // this way round.
  const Vector3 sourceToListener = normalized(difference(listener, source));
  // Deviation: at the listener's own place the specification's code makes NaN of this vector. There a source faces the
  // listener, as in Chromium.
  if (magnitude(sourceToListener) == 0) return 1;
  const double angle = arcCosineDegrees(dot(sourceToListener, normalized(orientation)));
  const double inner = std::fabs(s.coneInnerAngle) / 2, outer = std::fabs(s.coneOuterAngle) / 2;
  if (angle <= inner) return 1;
  if (angle >= outer) return s.coneOuterGain;
  const double x = (angle - inner) / (outer - inner);
  return (1 - x) + s.coneOuterGain * x;
}

void panEqualPower(const PannerSettings& settings, const float* const* input, size_t channels, float* const* output,
                   size_t n, const VectorView& position, const VectorView& orientation, const ListenerView& listener) {
  const Kernels& k = kernels();
  const bool moving = !position.constant() || !listener.constant();
  const bool hasCone = settings.coneInnerAngle != 360 || settings.coneOuterAngle != 360;
  const bool turning = hasCone && (moving || !orientation.constant());
  constexpr size_t kChunk = 128;
  float side[kChunk], front[kChunk], distance[kChunk], gain[kChunk];
  float x[kChunk], y[kChunk], z[kChunk];

  const auto frameAt = [&](size_t frame) {
    return frameOf(listener.position.at(frame), listener.forward.at(frame), listener.up.at(frame));
  };
  // The values of a chunk, all of them where they change.
  const auto valuesOf = [&](const ParamView& values, size_t from, float* constant, size_t count) -> const float* {
    if (values.values) return values.values + from;
    k.fill(constant, values.value, count);
    return constant;
  };

  ListenerFrame frame = frameAt(0);
  for (size_t done = 0; done < n; done += kChunk) {
    const size_t count = std::min(kChunk, n - done);
    // What does not change is computed once.
    const size_t positions = moving ? count : done == 0 ? 1 : 0;
    if (positions > 0) {
      const float* xs = valuesOf(position.x, done, x, positions);
      const float* ys = valuesOf(position.y, done, y, positions);
      const float* zs = valuesOf(position.z, done, z, positions);
      if (listener.constant()) {
        k.bearings(side, front, distance, frame, xs, ys, zs, positions);
      } else {
        for (size_t i = 0; i < positions; i++) {
          frame = frameAt(done + i);
          k.bearings(side + i, front + i, distance + i, frame, xs + i, ys + i, zs + i, 1);
        }
      }
    }
    const size_t gains = turning ? count : positions;
    if (gains > positions) k.fill(distance + positions, distance[0], gains - positions);
    if (gains > 0) distanceGains(settings, gain, distance, gains);
    for (size_t i = 0; hasCone && i < gains; i++) {
      gain[i] = static_cast<float>(gain[i] * coneGain(settings, position.at(done + i), orientation.at(done + i),
                                                      listener.position.at(done + i)));
    }
    if (!moving && done == 0) {
      k.fill(side + 1, side[0], kChunk - 1);
      k.fill(front + 1, front[0], kChunk - 1);
    }
    if (gains == 1) k.fill(gain + 1, gain[0], kChunk - 1);

    if (channels == 1) {
      k.panMono(output[0] + done, output[1] + done, input[0] + done, side, gain, count);
    } else {
      k.panStereo(output[0] + done, output[1] + done, input[0] + done, input[1] + done, side, front, gain, count);
    }
  }
}

}  // namespace mediant::audio
