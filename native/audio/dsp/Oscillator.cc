#include "Oscillator.h"

#include <cmath>

#include "../kernels/Kernels.h"

namespace mediant::audio {

namespace {

// Plays a table at one frequency, or the crossfade between two. draw(y, table, first, count) writes `count` frames of a
// table, beginning with frame `first`.
template <size_t kChunk, typename Draw>
void playRange(const PeriodicWave::Range& range, float* output, size_t n, Draw draw) {
  const Kernels& k = kernels();
  if (!range.low) {
    k.fill(output, 0, n);
    return;
  }
  draw(output, *range.low, 0, n);
  if (range.mix == 0) return;
  if (!range.high) {
    k.scale(output, output, 1 - range.mix, n);
    return;
  }
  float faded[kChunk];
  for (size_t done = 0; done < n; done += kChunk) {
    const size_t count = n - done < kChunk ? n - done : kChunk;
    draw(faded, *range.high, done, count);
    k.addScaledPair(output + done, output + done, 1 - range.mix, faded, range.mix, count);
  }
}

// The same at a frequency that changes, by `steps`, and is nowhere higher than that of the range: one share for all frames would
// be heard as a staircase in the level of the highest partial. n is at most kChunk.
template <size_t kChunk, typename Draw>
void playChangingRange(const PeriodicWave::Range& range, float* output, size_t n, const double* steps, Draw draw) {
  if (!range.low || range.mix == 0) {
    playRange<kChunk>(range, output, n, draw);
    return;
  }
  draw(output, *range.low, 0, n);
  float faded[kChunk] = {};
  if (range.high) draw(faded, *range.high, 0, n);
  for (size_t i = 0; i < n; i++) output[i] += (faded[i] - output[i]) * range.mixAt(steps[i]);
}

}  // namespace

// https://webaudio.github.io/web-audio-api/#computedoscfrequency
// What the product can exceed the Nyquist frequency by makes no difference: it sounds as silence.
double Oscillator::computedOscFrequency(double frequency, double ratio) const {
  const double product = frequency * ratio;
  const double nyquist = sampleRate_ / 2;
  if (product != product) return 0;
  return product > nyquist ? nyquist : product < -nyquist ? -nyquist : product;
}

void Oscillator::advance(double cycles) {
  phase_ += cycles;
  phase_ -= std::floor(phase_);
}

const PeriodicWave::Range& Oscillator::rangeFor(double frequency) {
  if (frequency != rangeFrequency_ || frequency == 0) {
    range_ = wave_->rangeFor(frequency);
    rangeFrequency_ = frequency;
  }
  return range_;
}

void Oscillator::render(float* output, size_t n, ParamView frequency, ParamView detune) {
  if (n == 0) return;
  const double firstRatio = detune.at(0) == 0 ? 1 : std::exp2(static_cast<double>(detune.at(0)) / 1200);
  if (startOffset_ != 0) {
    advance(computedOscFrequency(frequency.at(0), firstRatio) / sampleRate_ * startOffset_);
    startOffset_ = 0;
  }
  if (!frequency.values && !detune.values) {
    renderConstant(output, n, computedOscFrequency(frequency.value, firstRatio));
    return;
  }
  for (size_t done = 0; done < n; done += kChunk) {
    const size_t count = n - done < kChunk ? n - done : kChunk;
    renderChunk(output + done, count, frequency.from(done), detune.from(done), firstRatio);
  }
}

void Oscillator::renderConstant(float* output, size_t n, double frequency) {
  const Kernels& k = kernels();
  const double step = frequency / sampleRate_;
  if (std::fabs(frequency) >= sampleRate_ / 2) {
    k.fill(output, 0, n);
  } else if (!wave_ || wave_->isSine()) {
    k.sineConstant(output, phase_, step, n);
  } else {
    const auto draw = [&](float* y, const PeriodicWave::Table& table, size_t first, size_t count) {
      const double position = phase_ + static_cast<double>(first) * step;
      k.wavetableConstant(y, table.samples.data(), table.bits, position - std::floor(position), step, count);
    };
    playRange<kChunk>(rangeFor(frequency), output, n, draw);
  }
  advance(step * static_cast<double>(n));
}

void Oscillator::renderChunk(float* output, size_t n, ParamView frequency, ParamView detune, double constantRatio) {
  const Kernels& k = kernels();
  const double nyquist = sampleRate_ / 2;
  double ratios[kChunk];
  if (detune.values) k.exp2(ratios, detune.values, 1.0 / 1200, n);

  // How far the phase moves with each frame, as a double and then, added up, in units of 2^-32 cycle.
  const double perHertz = 1 / sampleRate_;
  double steps[kChunk];
  bool silent[kChunk];
  bool anySilent = false;
  double highest = 0;  // of those that sound
  for (size_t i = 0; i < n; i++) {
    const double computed = computedOscFrequency(frequency.at(i), detune.values ? ratios[i] : constantRatio);
    const double height = std::fabs(computed);
    silent[i] = height >= nyquist;
    anySilent |= silent[i];
    if (!silent[i] && height > highest) highest = height;
    steps[i] = computed * perHertz;
  }
  uint32_t phases[kChunk];
  double phase = phase_;
  for (size_t i = 0; i < n; i++) {
    phases[i] = static_cast<uint32_t>(static_cast<int64_t>(phase * 4294967296.0));
    phase += steps[i];
  }
  phase_ = phase - std::floor(phase);

  if (!wave_ || wave_->isSine()) {
    k.sine(output, phases, n);
  } else {
    const auto draw = [&](float* y, const PeriodicWave::Table& table, size_t first, size_t count) {
      k.wavetable(y, table.samples.data(), table.bits, phases + first, count);
    };
    playChangingRange<kChunk>(rangeFor(highest), output, n, steps, draw);
  }
  if (anySilent) {
    for (size_t i = 0; i < n; i++) {
      if (silent[i]) output[i] = 0;
    }
  }
}

}  // namespace mediant::audio
