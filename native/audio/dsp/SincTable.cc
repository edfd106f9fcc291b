#include "SincTable.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <mutex>

#include "Kaiser.h"

namespace mediant::audio {

namespace {

constexpr double kPi = 3.141592653589793238462643383280;

// Flat to 0.82 of the lower Nyquist frequency (19.7 kHz at 48 kHz), 90 dB down from 1.0 on.
constexpr size_t kHalf = 32;
constexpr double kBeta = 9;
constexpr double kCutoff = 0.91;

// From 768 kHz down to 24 kHz; what is lower is folded rather than paid for.
constexpr double kMostStretch = 32;

// Sums are kept in so many parts, so that compilers use vectors without changing the order of additions.
constexpr size_t kLanes = 8;

// Clocks differ by less than the transition band leaves room for.
double stretchFor(double ratio) { return std::clamp(ratio, 1.0, kMostStretch); }

size_t halfFor(double stretch) { return (static_cast<size_t>(std::ceil(kHalf * stretch)) + kLanes - 1) / kLanes * kLanes; }

}  // namespace

double SincTable::reach(double inputRate, double outputRate) {
  return static_cast<double>(halfFor(stretchFor(inputRate / outputRate))) / inputRate;
}

std::shared_ptr<const SincTable> SincTable::forRatio(double ratio) {
  static std::mutex mutex;
  static auto* tables = new std::map<double, std::weak_ptr<const SincTable>>;  // outlives every environment
  const double stretch = stretchFor(ratio);
  const std::lock_guard<std::mutex> lock(mutex);
  std::weak_ptr<const SincTable>& kept = (*tables)[stretch];
  std::shared_ptr<const SincTable> table = kept.lock();
  if (!table) kept = table = std::make_shared<const SincTable>(stretch);
  return table;
}

SincTable::SincTable(double stretch) : half_(halfFor(stretch)), rows_((kPhases + 1) * 2 * half_) {
  const double cutoff = kCutoff / stretch;
  const double reach = static_cast<double>(half_);
  for (size_t phase = 0; phase <= kPhases; ++phase) {
    const double fraction = static_cast<double>(phase) / kPhases;
    float* row = rows_.data() + phase * 2 * half_;
    double sum = 0;
    std::vector<double> taps(2 * half_);
    for (size_t i = 0; i < 2 * half_; ++i) {
      const double offset = static_cast<double>(i) - (reach - 1) - fraction;
      const double x = kPi * cutoff * offset;
      taps[i] = (std::fabs(x) < 1e-12 ? 1 : std::sin(x) / x) * kaiser(offset / reach, kBeta);
      sum += taps[i];
    }
    for (size_t i = 0; i < 2 * half_; ++i) row[i] = static_cast<float>(taps[i] / sum);
  }
}

void SincTable::interpolate(const float* const* inputs, size_t offset, double fraction, float* const* outputs, size_t frame,
                            int channels, float* taps) const {
  const double phase = fraction * kPhases;
  const size_t row = std::min(static_cast<size_t>(phase), kPhases - 1);
  const float share = static_cast<float>(phase - static_cast<double>(row));
  const size_t length = 2 * half_;
  const float* before = rows_.data() + row * length;
  const float* after = before + length;
  for (size_t i = 0; i < length; ++i) taps[i] = before[i] + (after[i] - before[i]) * share;
  for (int channel = 0; channel < channels; ++channel) {
    const float* input = inputs[channel] + offset;
    float sums[kLanes] = {};
    for (size_t i = 0; i < length; i += kLanes) {
      for (size_t lane = 0; lane < kLanes; ++lane) sums[lane] += taps[i + lane] * input[i + lane];
    }
    float sum = 0;
    for (const float part : sums) sum += part;
    outputs[channel][frame] = sum;
  }
}

}  // namespace mediant::audio
