#include "HrtfSet.h"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <mutex>

#include "../kernels/Kernels.h"
#include "Fft.h"

namespace mediant::audio {

namespace {

constexpr double kPi = 3.141592653589793238462643383280;
constexpr float kVersion = 1;
constexpr size_t kHeaderWords = 5;
// Bounds of what is taken for a set at all.
constexpr double kMostBins = 4097, kMostTaps = 8192, kMostRings = 181, kMostInRing = 3600, kMostDirections = 65536;
constexpr double kLongestDelay = 0.01;  // seconds
constexpr double kDelayUnit = 1e-7;     // seconds
constexpr double kLevelUnit = 0.01;     // decibels

uint64_t fingerprintOf(const float* words, size_t count) {
  uint64_t hash = 14695981039346656037u;
  for (size_t i = 0; i < count; i++) {
    uint32_t bits;
    std::memcpy(&bits, words + i, sizeof bits);
    hash = (hash ^ bits) * 1099511628211u;
  }
  return hash ^ count;
}

bool isWhole(float value, double low, double high) { return value >= low && value <= high && value == std::floor(value); }

// The level at a place between those given, by the cubic through four of them; beyond the last it stays.
double levelAt(const float* levels, size_t count, double place) {
  const size_t last = count - 1;
  if (place >= static_cast<double>(last)) return levels[last];
  const size_t k = static_cast<size_t>(place);
  const double t = place - static_cast<double>(k);
  const double a = levels[k == 0 ? 1 : k - 1], b = levels[k], c = levels[k + 1], d = levels[k + 2 > last ? last : k + 2];
  return b + 0.5 * t * (c - a + t * (2 * a - 5 * b + 4 * c - d + t * (3 * (b - c) + d - a)));
}

}  // namespace

// The words, told apart.
struct HrtfSet::Source {
  double topFrequency;  // Hz, of the last level
  size_t bins;          // levels, from 0 Hz on
  size_t taps;          // at a sample rate of twice the top frequency
  std::vector<Ring> rings;
  size_t directions = 0;
  const float* records;  // by direction: the time of arrival, the levels
  uint64_t fingerprint;

  size_t recordWords() const { return 1 + bins; }
  const float* record(size_t direction) const { return records + direction * recordWords(); }

  bool read(const float* words, size_t count) {
    if (count < kHeaderWords || words[0] != kVersion) return false;
    if (!isWhole(words[1], 1000, 1e6) || !isWhole(words[2], 2, kMostBins) || !isWhole(words[3], 1, kMostTaps) ||
        !isWhole(words[4], 1, kMostRings)) {
      return false;
    }
    topFrequency = words[1];
    bins = static_cast<size_t>(words[2]);
    taps = static_cast<size_t>(words[3]);
    const size_t ringCount = static_cast<size_t>(words[4]);
    if (count < kHeaderWords + 2 * ringCount) return false;
    double lowest = -91;
    for (size_t i = 0; i < ringCount; i++) {
      const float* ring = words + kHeaderWords + 2 * i;
      if (!(ring[0] > lowest && ring[0] <= 90) || !isWhole(ring[1], 1, kMostInRing)) return false;
      lowest = ring[0];
      rings.push_back({lowest, directions, static_cast<size_t>(ring[1])});
      directions += rings.back().count;
    }
    records = words + kHeaderWords + 2 * ringCount;
    if (directions > kMostDirections || count != kHeaderWords + 2 * ringCount + directions * recordWords()) return false;
    fingerprint = fingerprintOf(words, count);
    return isSound();
  }

 private:
  bool isSound() const {
    for (size_t i = 0; i < directions; i++) {
      if (!(record(i)[0] >= 0 && record(i)[0] * kDelayUnit <= kLongestDelay)) return false;
      for (size_t k = 1; k <= bins; k++) {
        if (!(std::fabs(record(i)[k] * kLevelUnit) <= 400)) return false;
      }
    }
    return true;
  }
};

std::shared_ptr<const HrtfSet> HrtfSet::of(const float* words, size_t count, double sampleRate) {
  Source source;
  if (!source.read(words, count)) return nullptr;
  // Contexts of several threads may ask. The newest set is kept though nobody uses it, for the context after this one.
  static std::mutex mutex;
  static std::vector<std::weak_ptr<const HrtfSet>> known;
  static std::shared_ptr<const HrtfSet> newest;
  const std::lock_guard<std::mutex> lock(mutex);
  known.erase(std::remove_if(known.begin(), known.end(), [](const auto& set) { return set.expired(); }), known.end());
  for (const std::weak_ptr<const HrtfSet>& entry : known) {
    std::shared_ptr<const HrtfSet> set = entry.lock();
    if (set && set->fingerprint_ == source.fingerprint && set->sampleRate_ == sampleRate) return newest = set;
  }
  newest = std::shared_ptr<const HrtfSet>(new HrtfSet(source, sampleRate));
  known.push_back(newest);
  return newest;
}

HrtfSet::HrtfSet(const Source& source, double sampleRate)
    : fingerprint_(source.fingerprint),
      sampleRate_(sampleRate),
      taps_(static_cast<size_t>(std::ceil(static_cast<double>(source.taps) * sampleRate / (2 * source.topFrequency)))),
      rings_(source.rings) {
  for (size_t i = 0; i < source.directions; i++) {
    delayFrames_.push_back(source.record(i)[0] * kDelayUnit * sampleRate);
    maxDelayFrames_ = std::max(maxDelayFrames_, delayFrames_.back());
  }
  makeResponses(source);
}

// Of all responses with the same levels, that of minimum phase has as its spectrum's logarithm one whose transform, the
// cepstrum, is causal: the even cepstrum of the levels alone is folded over.
void HrtfSet::makeResponses(const Source& source) {
  const Kernels& k = kernels();
  size_t size = 64;
  while (size < 4 * taps_) size *= 2;
  Fft fft(size);
  const size_t bins = fft.bins();
  const double spacing = sampleRate_ / static_cast<double>(size);
  const double sourceSpacing = source.topFrequency / static_cast<double>(source.bins - 1);
  const double nepers = kLevelUnit * std::log(10.0) / 20;
  std::vector<float> real(bins), imag(bins), time(size), cosine(bins), sine(bins);
  std::vector<double> magnitude(bins);
  std::vector<uint32_t> phase(bins);
  // The end of a response fades out.
  std::vector<float> window(taps_, 1.0f);
  const size_t fade = taps_ / 8;
  for (size_t i = 0; i < fade; i++) {
    window[taps_ - 1 - i] = static_cast<float>(0.5 - 0.5 * std::cos(kPi * static_cast<double>(i + 1) / static_cast<double>(fade + 1)));
  }

  responses_.resize(source.directions * taps_);
  for (size_t direction = 0; direction < source.directions; direction++) {
    const float* levels = source.record(direction) + 1;
    for (size_t i = 0; i < bins; i++) {
      real[i] = static_cast<float>(nepers * levelAt(levels, source.bins, static_cast<double>(i) * spacing / sourceSpacing));
    }
    k.fill(imag.data(), 0, bins);
    fft.inverse(real.data(), imag.data(), time.data());
    k.scale(time.data() + 1, time.data() + 1, 2, size / 2 - 1);
    k.fill(time.data() + size / 2 + 1, 0, size / 2 - 1);
    fft.forward(time.data(), real.data(), imag.data());

    k.exp2(magnitude.data(), real.data(), 1 / std::log(2.0), bins);
    for (size_t i = 0; i < bins; i++) {
      phase[i] = static_cast<uint32_t>(static_cast<int64_t>(imag[i] / (2 * kPi) * 4294967296.0));
    }
    k.sine(sine.data(), phase.data(), bins);
    for (uint32_t& value : phase) value += 1u << 30;
    k.sine(cosine.data(), phase.data(), bins);
    for (size_t i = 0; i < bins; i++) {
      real[i] = static_cast<float>(magnitude[i] * cosine[i]);
      imag[i] = static_cast<float>(magnitude[i] * sine[i]);
    }
    fft.inverse(real.data(), imag.data(), time.data());
    k.multiply(responses_.data() + direction * taps_, time.data(), window.data(), taps_);
  }
}

HrtfSet::Blend HrtfSet::at(double azimuth, double elevation) const {
  size_t upper = 0;
  while (upper + 1 < rings_.size() && rings_[upper].elevation < elevation) upper++;
  const size_t lower = upper > 0 && rings_[upper].elevation > elevation ? upper - 1 : upper;
  const Ring* const rings[2] = {&rings_[lower], &rings_[upper]};
  const double step = rings[1]->elevation - rings[0]->elevation;
  const double above = step > 0 ? (elevation - rings[0]->elevation) / step : 0;
  const double turn = azimuth / 360 - std::floor(azimuth / 360);

  Blend blend{};
  for (size_t i = 0; i < 2; i++) {
    const Ring& ring = *rings[i];
    const double place = turn * static_cast<double>(ring.count);
    const size_t k = static_cast<size_t>(place);
    const double after = place - static_cast<double>(k);
    const double share = i == 0 ? 1 - above : above;
    for (size_t j = 0; j < 2; j++) {
      const size_t direction = ring.first + (k + j) % ring.count;
      const double weight = share * (j == 0 ? 1 - after : after);
      blend.responses[2 * i + j] = responses_.data() + direction * taps_;
      blend.weights[2 * i + j] = static_cast<float>(weight);
      blend.delayFrames += weight * delayFrames_[direction];
    }
  }
  return blend;
}

}  // namespace mediant::audio
