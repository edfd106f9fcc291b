#include "PeriodicWave.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <mutex>
#include <utility>

#include "Fft.h"

namespace mediant::audio {

namespace {

constexpr double kPi = 3.141592653589793238462643383280;

// Below the first share of the Nyquist frequency a partial sounds in full; from there it fades, to be silent at the second. The
// rest is for glides: the table changes with the frequency of a chunk's last frame, and the partial is silent by then.
constexpr double kFadeBegin = 0.965, kFadeEnd = 0.995;

// Tables are made for every number of partials up to this one, and above it for eight numbers in an octave, so what is
// missing lies above 0.917 of the Nyquist frequency.
constexpr size_t kEveryNumber = 32;

size_t nextLower(size_t partials) {
  if (partials <= kEveryNumber) return partials - 1;
  const double octave = std::log2(static_cast<double>(partials) / kEveryNumber);
  const double step = std::ceil(octave * 8 - 1e-9) - 1;
  return static_cast<size_t>(std::floor(kEveryNumber * std::exp2(step / 8)));
}

// Linear interpolation in a table of N samples lowers partial k by sinc²(k / N), which the table makes up for, and adds
// images of it at multiples of the table's rate, of about (k / N)² of its amplitude, which in waves with steps is 1 / k.
// With N = 512 √k each image is 108 dB below the fundamental or lower. Waves without overtones are held to the accuracy
// of their samples.
uint32_t tableBits(size_t partials) {
  const double samples = std::max(partials <= 2 ? 8192.0 : 2048.0, 512 * std::sqrt(static_cast<double>(partials)));
  return static_cast<uint32_t>(std::ceil(std::log2(samples)));
}

// https://webaudio.github.io/web-audio-api/#oscillator-coefficients
double standardCoefficient(OscillatorType type, size_t n) {
  const double order = static_cast<double>(n);
  switch (type) {
    case OscillatorType::Square:
      return n % 2 == 0 ? 0 : 4 / (order * kPi);
    case OscillatorType::Sawtooth:
      return (n % 2 == 0 ? -2 : 2) / (order * kPi);
    case OscillatorType::Triangle:
      return n % 2 == 0 ? 0 : (n % 4 == 1 ? 8 : -8) / (kPi * kPi * order * order);
    default:
      return n == 1 ? 1 : 0;
  }
}

// Enough for a fundamental of 12 Hz or so; slower waves, heard as movement only, end below the Nyquist frequency.
size_t standardPartials(OscillatorType type, double sampleRate) {
  if (type == OscillatorType::Sine) return 1;
  size_t partials = 2048;
  while (partials < 16384 && static_cast<double>(partials) * 24 < sampleRate) partials *= 2;
  return partials;
}

}  // namespace

PeriodicWave::PeriodicWave(double sampleRate, const float* real, const float* imag, size_t length,
                           bool disableNormalization)
    : nyquist_(sampleRate / 2) {
  const auto highestPartial = [&](size_t limit) {
    size_t k = std::min(limit, length - 1);
    while (k > 0 && real[k] == 0 && imag[k] == 0) k--;
    return k;
  };

  // One period of the partials up to a number, in a table of 2^bits samples, each partial times gain(k / 2^bits).
  std::unique_ptr<Fft> fft;
  std::vector<float> spectrumReal, spectrumImag;
  const auto synthesize = [&](size_t partials, uint32_t bits, auto gain) {
    const size_t size = size_t{1} << bits;
    if (!fft || fft->size() != size) fft = std::make_unique<Fft>(size);
    spectrumReal.assign(fft->bins(), 0);
    spectrumImag.assign(fft->bins(), 0);
    // https://webaudio.github.io/web-audio-api/#waveform-generation
    for (size_t k = 1; k <= partials; k++) {
      const double factor = static_cast<double>(size) / 2 * gain(static_cast<double>(k) / static_cast<double>(size));
      spectrumReal[k] = static_cast<float>(real[k] * factor);
      spectrumImag[k] = static_cast<float>(-imag[k] * factor);
    }
    std::vector<float> samples(size + 1);
    fft->inverse(spectrumReal.data(), spectrumImag.data(), samples.data());
    samples[size] = samples[0];
    return samples;
  };

  // https://webaudio.github.io/web-audio-api/#waveform-normalization
  // The factor is that of the whole wave, and serves all tables.
  const size_t all = highestPartial(length);
  double scale = 1;
  if (!disableNormalization) {
    float peak = 0;
    for (float sample : synthesize(all, tableBits(all), [](double) { return 1.0; })) {
      peak = std::max(peak, std::fabs(sample));
    }
    if (peak > 0) scale = 1.0 / peak;
  }

  const auto gain = [scale](double position) {
    const double sinc = std::sin(kPi * position) / (kPi * position);
    return scale / (sinc * sinc);
  };
  for (size_t partials = all; partials > 0; partials = highestPartial(nextLower(partials))) {
    const uint32_t bits = tableBits(partials);
    tables_.push_back({partials, bits, synthesize(partials, bits, gain)});
  }

  const bool normalizedSine = !disableNormalization && imag[1] > 0;
  isSine_ = tables_.size() == 1 && tables_[0].partials == 1 && real[1] == 0 && (normalizedSine || imag[1] == 1);
}

PeriodicWave::Range PeriodicWave::rangeFor(double frequency) const {
  // The first table none of whose partials reaches the Nyquist frequency.
  const double limit = nyquist_ / std::fabs(frequency);
  const auto found = std::partition_point(tables_.begin(), tables_.end(), [limit](const Table& table) {
    return static_cast<double>(table.partials) >= limit;
  });
  if (found == tables_.end()) return {nullptr, nullptr, 0};
  const auto next = found + 1;
  Range range{&*found, next == tables_.end() ? nullptr : &*next, 0};
  range.mix = range.mixAt(frequency / (2 * nyquist_));
  return range;
}

float PeriodicWave::Range::mixAt(double cyclesPerFrame) const {
  const double height = static_cast<double>(low->partials) * 2 * std::fabs(cyclesPerFrame);  // of the Nyquist frequency
  return static_cast<float>(std::min(1.0, std::max(0.0, (height - kFadeBegin) / (kFadeEnd - kFadeBegin))));
}

size_t PeriodicWave::memoryBytes() const {
  size_t bytes = sizeof(*this);
  for (const Table& table : tables_) bytes += sizeof(table) + table.samples.size() * sizeof(float);
  return bytes;
}

std::shared_ptr<const PeriodicWave> PeriodicWave::standard(OscillatorType type, double sampleRate) {
  // Several JavaScript environments of one process may ask at once.
  static std::mutex mutex;
  static std::map<std::pair<OscillatorType, double>, std::weak_ptr<const PeriodicWave>> waves;
  const std::lock_guard<std::mutex> lock(mutex);
  std::weak_ptr<const PeriodicWave>& kept = waves[{type, sampleRate}];
  if (std::shared_ptr<const PeriodicWave> wave = kept.lock()) return wave;

  const size_t partials = standardPartials(type, sampleRate);
  std::vector<float> real(partials + 1), imag(partials + 1);
  for (size_t n = 1; n <= partials; n++) imag[n] = static_cast<float>(standardCoefficient(type, n));
  auto wave = std::make_shared<const PeriodicWave>(sampleRate, real.data(), imag.data(), partials + 1, false);
  kept = wave;
  return wave;
}

}  // namespace mediant::audio
