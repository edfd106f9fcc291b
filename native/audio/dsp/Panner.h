// The spatialisation of a PannerNode, but for the convolution of "HRTF" (HrtfPanner.h).
// https://webaudio.github.io/web-audio-api/#Spatialization
#pragma once

#include <cstddef>

#include "../engine/Commands.h"
#include "../kernels/Kernels.h"
#include "ParamView.h"

namespace mediant::audio {

struct PannerSettings {
  DistanceModel distanceModel = DistanceModel::Inverse;
  double refDistance = 1;
  double maxDistance = 10000;
  double rolloffFactor = 1;
  double coneInnerAngle = 360;  // degrees
  double coneOuterAngle = 360;
  double coneOuterGain = 0;
};

struct Vector3 {
  double x, y, z;
};

struct VectorView {
  ParamView x, y, z;

  bool constant() const { return !x.values && !y.values && !z.values; }
  Vector3 at(size_t frame) const { return {x.at(frame), y.at(frame), z.at(frame)}; }
};

struct ListenerView {
  VectorView position, forward, up;

  bool constant() const { return position.constant() && forward.constant() && up.constant(); }
};

// https://webaudio.github.io/web-audio-api/#azimuth-elevation in degrees.
struct Direction {
  double azimuth = 0;
  double elevation = 0;
};
Direction directionOf(const Vector3& source, const Vector3& listener, const Vector3& forward, const Vector3& up);

// https://webaudio.github.io/web-audio-api/#Spatialization-distance-effects
double distanceBetween(const Vector3& source, const Vector3& listener);
double distanceGain(const PannerSettings& settings, double distance);
void distanceGains(const PannerSettings& settings, float* gain, const float* distance, size_t n);

// https://webaudio.github.io/web-audio-api/#Spatialization-sound-cones
double coneGain(const PannerSettings& settings, const Vector3& source, const Vector3& orientation,
                const Vector3& listener);

// https://webaudio.github.io/web-audio-api/#Spatialization-equal-power-panning
// `channels` is that of the input, 1 or 2; the output has two, and is not the input.
void panEqualPower(const PannerSettings& settings, const float* const* input, size_t channels, float* const* output,
                   size_t n, const VectorView& position, const VectorView& orientation, const ListenerView& listener);

}  // namespace mediant::audio
