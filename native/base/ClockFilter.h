// The time at which each frame of a device is due, from the times at which the device asked for them. The times of single
// requests are late by what the system's scheduling adds; a delay-locked loop takes the line through them, quickly at
// first, then so slowly that a resampler can follow it without being heard.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstdint>

namespace mediant {

class ClockFilter {
 public:
  explicit ClockFilter(double sampleRate) : nominalPeriod_(1 / sampleRate) {}

  // The device asks for frame `frame` and those after it at `seconds`. Frames ascend.
  void update(int64_t frame, double seconds) {
    if (!isSet_) return reset(frame, seconds);
    const double elapsed = static_cast<double>(frame - frame_) * framePeriod_;
    const double expected = seconds_ + elapsed;
    const double error = seconds - expected;
    // No device asks early: what was believed was late. Late requests are the system's fault, until they go on for long.
    if (error < -kOutlier) return reset(frame, seconds);
    frame_ = frame;
    seconds_ = expected;
    age_ += elapsed;
    if (error > kOutlier) {
      lateFor_ += elapsed;
      if (lateFor_ > kPatience) reset(frame, seconds);
      return;
    }
    lateFor_ = 0;
    const double omega = 2 * kPi * std::max(kLeastBandwidth, std::min(kMostBandwidth, 1 / age_)) * elapsed;
    seconds_ += std::min(1.0, kSqrt2 * omega) * error;
    if (elapsed > 0) framePeriod_ += std::min(1.0, omega) * omega * error / elapsed * framePeriod_;
    framePeriod_ = std::clamp(framePeriod_, nominalPeriod_ * (1 - kMostDeviation), nominalPeriod_ * (1 + kMostDeviation));
  }

  // The next update starts anew: the device has stood still.
  void restart() { isSet_ = false; }

  double secondsAt(int64_t frame) const { return seconds_ + static_cast<double>(frame - frame_) * framePeriod_; }
  double framePeriod() const { return framePeriod_; }

 private:
  static constexpr double kPi = 3.14159265358979323846;
  static constexpr double kSqrt2 = 1.41421356237309505;
  static constexpr double kMostBandwidth = 2;      // hertz
  static constexpr double kLeastBandwidth = 0.02;
  static constexpr double kOutlier = 0.005;        // seconds
  static constexpr double kPatience = 0.5;
  static constexpr double kMostDeviation = 0.01;   // of the nominal rate; no sound card is as far off

  void reset(int64_t frame, double seconds) {
    isSet_ = true;
    frame_ = frame;
    seconds_ = seconds;
    framePeriod_ = nominalPeriod_;
    age_ = 1 / kMostBandwidth;
    lateFor_ = 0;
  }

  const double nominalPeriod_;
  bool isSet_ = false;
  int64_t frame_ = 0;
  double seconds_ = 0;
  double framePeriod_ = nominalPeriod_;
  double age_ = 0;      // seconds since it was reset
  double lateFor_ = 0;  // seconds for which every request was late
};

}  // namespace mediant
