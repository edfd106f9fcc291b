// A set of head-related responses of a simple head, with the numbers of the real one: what is nearer to an ear arrives
// sooner and brighter.
#pragma once

#include <cmath>
#include <vector>

namespace mediant::audio {

struct HrtfFixture {
  static constexpr double kPi = 3.141592653589793238462643383280;
  static constexpr int kTopFrequency = 22050, kBins = 129, kTaps = 112;

  struct Ring {
    double elevation;
    int count;
  };
  std::vector<Ring> rings = {{-90, 1}, {-40, 56}, {-20, 72}, {0, 72}, {20, 72}, {40, 56}, {70, 24}, {90, 1}};

  // How far to the left a direction lies, from −1 to 1.
  static double leftness(double azimuth, double elevation) {
    return -std::sin(azimuth * kPi / 180) * std::cos(elevation * kPi / 180);
  }
  static double delaySeconds(double azimuth, double elevation) { return 0.3e-3 * (1 - leftness(azimuth, elevation)); }
  static double decibels(double azimuth, double elevation, double frequency) {
    const double high = frequency * frequency / (frequency * frequency + 2000 * 2000);
    return -3 + high * (9 * leftness(azimuth, elevation) - 6 + 5 * std::sin(frequency / 2500 + elevation / 30 - 1));
  }

  std::vector<float> words() const {
    std::vector<float> list = {1, kTopFrequency, kBins, kTaps, static_cast<float>(rings.size())};
    for (const Ring& ring : rings) list.insert(list.end(), {static_cast<float>(ring.elevation), static_cast<float>(ring.count)});
    for (const Ring& ring : rings) {
      for (int i = 0; i < ring.count; i++) {
        const double azimuth = 360.0 * i / ring.count;
        list.push_back(static_cast<float>(delaySeconds(azimuth, ring.elevation) * 1e7));
        for (int k = 0; k < kBins; k++) {
          list.push_back(static_cast<float>(100 * decibels(azimuth, ring.elevation, k * double(kTopFrequency) / (kBins - 1))));
        }
      }
    }
    return list;
  }
};

}  // namespace mediant::audio
