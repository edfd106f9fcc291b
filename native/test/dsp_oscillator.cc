// PeriodicWave and Oscillator against their Fourier series in double precision.
#include "audio/dsp/Oscillator.h"

#include <vector>

#include "test/check.h"

using namespace mediant::audio;

namespace {

constexpr double kPi = 3.141592653589793238462643383280;

struct Partial {
  size_t number;
  double cosine, sine;
};

std::vector<Partial> seriesOf(OscillatorType type, size_t count) {
  std::vector<Partial> partials;
  for (size_t n = 1; n <= count; n++) {
    const double m = static_cast<double>(n);
    double b = n == 1;
    if (type == OscillatorType::Square) b = 2 / (m * kPi) * (1 - std::pow(-1, m));
    if (type == OscillatorType::Sawtooth) b = std::pow(-1, m + 1) * 2 / (m * kPi);
    if (type == OscillatorType::Triangle) b = 8 * std::sin(m * kPi / 2) / (kPi * kPi * m * m);
    partials.push_back({n, 0, b});
  }
  return partials;
}

double valueOf(const std::vector<Partial>& partials, double cycles) {
  double sum = 0;
  for (const Partial& p : partials) {
    const double angle = 2 * kPi * std::fmod(p.number * cycles, 1);
    sum += p.cosine * std::cos(angle) + p.sine * std::sin(angle);
  }
  return sum;
}

// The partials in force at one frequency, the highest possibly fading.
std::vector<Partial> playedBy(OscillatorType type, const PeriodicWave::Range& range) {
  std::vector<Partial> partials = seriesOf(type, range.low->partials);
  for (Partial& p : partials) {
    if (!range.high || p.number > range.high->partials) p.sine *= 1 - range.mix;
  }
  return partials;
}

// The largest value of the series, on a grid. In the standard waves it lies beside a step or on a tip, all of which are at
// quarters of the period; looking at all points would take minutes.
double peakOf(const std::vector<Partial>& partials, size_t points) {
  double peak = 0;
  for (size_t quarter = 0; quarter < 4; quarter++) {
    for (size_t offset = 0; offset < 65; offset++) {
      const size_t i = (quarter * points / 4 + points + offset - 32) % points;
      peak = std::fmax(peak, std::fabs(valueOf(partials, static_cast<double>(i) / static_cast<double>(points))));
    }
  }
  return peak;
}

std::vector<float> play(const PeriodicWave* wave, double sampleRate, float frequency, size_t frames,
                        float detune = 0, size_t quantum = 128) {
  Oscillator oscillator(sampleRate);
  oscillator.setWave(wave);
  std::vector<float> output(frames);
  for (size_t done = 0; done < frames; done += quantum) {
    const size_t n = frames - done < quantum ? frames - done : quantum;
    oscillator.render(output.data() + done, n, {nullptr, frequency}, {nullptr, detune});
  }
  return output;
}

double decibels(double ratio) { return 20 * std::log10(ratio); }

// Root mean square of what an output differs by from a series, relative to the amplitude of the fundamental.
double errorOf(const std::vector<float>& output, const std::vector<Partial>& partials, double cyclesPerFrame,
               double scale) {
  double sum = 0;
  for (size_t i = 0; i < output.size(); i++) {
    const double expected = scale * valueOf(partials, std::fmod(i * cyclesPerFrame, 1));
    sum += (output[i] - expected) * (output[i] - expected);
  }
  const double fundamental = scale * std::hypot(partials[0].cosine, partials[0].sine);
  return decibels(std::sqrt(sum / output.size()) / fundamental);
}

}  // namespace

TEST(sine_is_exact) {
  for (double sampleRate : {8000.0, 44100.0, 192000.0}) {
    for (float frequency : {440.0f, 1.0f, -100.0f, 0.001f, 3999.0f, 0.0f, 1234.567f}) {
      const std::vector<float> output = play(nullptr, sampleRate, frequency, 20000);
      for (size_t i = 0; i < output.size(); i++) {
        const double expected = std::sin(2 * kPi * std::fmod(i * (frequency / sampleRate), 1));
        CHECK_NEAR(output[i], expected, 3e-7);
      }
    }
  }
}

TEST(sine_meets_the_platform_tests) {
  // osc-basic-waveform.html asks for these ratios of signal to error.
  for (auto [frequency, ratio] : {std::pair{100.0f, 112.5}, {-100.0f, 112.67}, {2.0f, 119.93}, {1.0f, 112.22}}) {
    const std::vector<float> output = play(nullptr, 44100, frequency, 256);
    double signal = 0, error = 0;
    for (size_t i = 0; i < 256; i++) {
      const double expected = static_cast<float>(std::sin(2 * kPi * frequency / 44100 * i));
      signal += expected * expected;
      error += (output[i] - expected) * (output[i] - expected);
    }
    CHECK(10 * std::log10(signal / error) > ratio);
  }
  const float real[] = {0, 1}, imag[] = {0, 1};
  const PeriodicWave wave(44100, real, imag, 2, true);
  CHECK(!wave.isSine());
  for (auto [frequency, ratio] : {std::pair{100.0f, 112.6}, {1.0f, 133.0}}) {
    const std::vector<float> output = play(&wave, 44100, frequency, 256);
    double signal = 0, error = 0;
    for (size_t i = 0; i < 256; i++) {
      const double angle = 2 * kPi * frequency / 44100 * i;
      const double expected = static_cast<float>(std::cos(angle) + std::sin(angle));
      signal += expected * expected;
      error += (output[i] - expected) * (output[i] - expected);
    }
    CHECK(10 * std::log10(signal / error) > ratio);
  }
}

TEST(standard_waves_follow_their_series) {
  for (OscillatorType type : {OscillatorType::Square, OscillatorType::Sawtooth, OscillatorType::Triangle}) {
    const auto wave = PeriodicWave::standard(type, 44100);
    // The built-in waves are normalised as any PeriodicWave is: the ripple beside a step reaches 1.
    const double scale = 1 / peakOf(seriesOf(type, 2048), 32768);
    for (float frequency : {106.0f, 465.0f, 997.0f, 2970.0f}) {
      const PeriodicWave::Range range = wave->rangeFor(frequency);
      const size_t partials = range.low->partials;
      // What is played has every partial up to 0.917 of the Nyquist frequency.
      CHECK(partials * frequency < 22050);
      CHECK((partials + 2) * frequency > 0.91 * 22050);
      const std::vector<float> output = play(wave.get(), 44100, frequency, 4096);
      CHECK(errorOf(output, playedBy(type, range), frequency / 44100.0, scale) < -92);
    }
  }
}

TEST(sawtooth_at_5_kHz_does_not_alias) {
  // All that differs from the partials below the Nyquist frequency is aliases and errors.
  for (double sampleRate : {44100.0, 48000.0, 96000.0}) {
    const auto wave = PeriodicWave::standard(OscillatorType::Sawtooth, sampleRate);
    const double scale = 1 / peakOf(seriesOf(OscillatorType::Sawtooth, sampleRate > 50000 ? 4096 : 2048), 65536);
    for (float frequency : {5000.0f, 4987.65f, 2489.0f, 1318.5f}) {
      const PeriodicWave::Range range = wave->rangeFor(frequency);
      const std::vector<float> output = play(wave.get(), sampleRate, frequency, 8192);
      CHECK(errorOf(output, playedBy(OscillatorType::Sawtooth, range), frequency / sampleRate, scale) < -94);
    }
  }
}

TEST(no_partial_reaches_the_nyquist_frequency) {
  const auto wave = PeriodicWave::standard(OscillatorType::Sawtooth, 48000);
  for (double frequency = 1; frequency < 26000; frequency *= 1.003) {
    const PeriodicWave::Range range = wave->rangeFor(frequency);
    if (!range.low) {
      CHECK(frequency >= 24000);
      continue;
    }
    CHECK(range.low->partials * frequency < 24000);
    if (range.low->partials < 32) CHECK((range.low->partials + 1) * frequency >= 24000);
    if (range.low->partials < 2048) CHECK(range.low->partials * frequency > 0.9 * 24000 - frequency);
    CHECK(range.mix >= 0 && range.mix <= 1);
    if (range.high) CHECK(range.high->partials < range.low->partials);
  }
}

TEST(normalisation) {
  // periodicWave.html: a fundamental of 2 and a 99th partial of 3 peak at 5.
  std::vector<float> real(100), imag(100);
  real[1] = 2;
  real[99] = 3;
  imag[0] = 6;  // ignored
  const PeriodicWave wave(44100, real.data(), imag.data(), 100, false);
  const std::vector<float> output = play(&wave, 44100, 19, 8192);
  for (size_t i = 0; i < output.size(); i++) {
    const double angle = 2 * kPi * 19 * i / 44100;
    CHECK_NEAR(output[i], 0.4 * std::cos(angle) + 0.6 * std::cos(99 * angle), 0.6 * std::pow(kPi * 99 / 8192, 2) / 2);
  }
  const PeriodicWave plain(44100, real.data(), imag.data(), 100, true);
  CHECK_NEAR(play(&plain, 44100, 19, 1)[0], 5, 3 * std::pow(kPi * 99 / 8192, 2) / 3 + 1e-5);
  const std::vector<float> zeros(8192);
  const PeriodicWave nothing(44100, zeros.data(), zeros.data(), 8192, false);
  for (float sample : play(&nothing, 44100, 440, 256)) CHECK_EQUAL(sample, 0.0f);
}

TEST(long_waves_keep_all_partials) {
  std::vector<float> real(8192), imag(8192);
  imag[1] = 0.5f;
  real[8191] = 0.5f;
  const PeriodicWave wave(44100, real.data(), imag.data(), 8192, true);
  const std::vector<float> output = play(&wave, 44100, 1, 2000);
  for (size_t i = 0; i < output.size(); i++) {
    const double angle = 2 * kPi * i / 44100;
    // Linear interpolation of the highest partial: (2πk / N)² / 8 with N = 65536.
    CHECK_NEAR(output[i], 0.5 * std::sin(angle) + 0.5 * std::cos(8191 * angle), 0.5 * 0.0772);
  }
}

TEST(silence_at_the_nyquist_frequency) {
  const auto saw = PeriodicWave::standard(OscillatorType::Sawtooth, 44100);
  for (const PeriodicWave* wave : {static_cast<const PeriodicWave*>(nullptr), saw.get()}) {
    for (float frequency : {22050.0f, -22050.0f, 30000.0f}) {
      for (float sample : play(wave, 44100, frequency, 256)) CHECK_EQUAL(sample, 0.0f);
    }
    for (float sample : play(wave, 44100, 440, 256, 153600)) CHECK_EQUAL(sample, 0.0f);
    for (float sample : play(wave, 44100, 1, 256, static_cast<float>(1200 * std::log2(44100)))) {
      CHECK_EQUAL(sample, 0.0f);
    }
    for (float sample : play(wave, 44100, 0, 256, INFINITY)) CHECK(std::isfinite(sample));
  }
}

TEST(detune_multiplies) {
  const std::vector<float> detuned = play(nullptr, 48000, 440, 4096, 1200);
  const std::vector<float> doubled = play(nullptr, 48000, 880, 4096);
  CHECK(detuned == doubled);
}

TEST(block_size_does_not_matter) {
  const auto wave = PeriodicWave::standard(OscillatorType::Sawtooth, 48000);
  const std::vector<float> expected = play(wave.get(), 48000, 439.5f, 5000, 33);
  for (size_t quantum : {1, 17, 64, 100, 2048}) {
    const std::vector<float> output = play(wave.get(), 48000, 439.5f, 5000, 33, quantum);
    // Phases are rounded to 2^-32 once a block; a step of the wave is 2 high and N / 440 samples wide.
    for (size_t i = 0; i < output.size(); i++) CHECK_NEAR(output[i], expected[i], 2e-6);
  }
}

TEST(parameters_at_audio_rate) {
  constexpr size_t kFrames = 1000;
  std::vector<float> frequency(kFrames), detune(kFrames);
  double cycles = 0;
  std::vector<double> expected(kFrames);
  for (size_t i = 0; i < kFrames; i++) {
    frequency[i] = 300 + 0.5f * i;
    detune[i] = 100 * std::sin(0.01f * i);
    expected[i] = std::sin(2 * kPi * cycles);
    cycles += frequency[i] * std::exp2(detune[i] / 1200.0) / 44100;
  }
  for (size_t quantum : {128, 100, 1000}) {
    Oscillator oscillator(44100);
    std::vector<float> output(kFrames);
    for (size_t done = 0; done < kFrames; done += quantum) {
      const size_t n = kFrames - done < quantum ? kFrames - done : quantum;
      oscillator.render(output.data() + done, n, ParamView{frequency.data() + done, 0}, ParamView{detune.data() + done, 0});
    }
    for (size_t i = 0; i < kFrames; i++) CHECK_NEAR(output[i], expected[i], 3e-7);
  }
}

TEST(audio_rate_equals_constant) {
  const auto wave = PeriodicWave::standard(OscillatorType::Square, 48000);
  const std::vector<float> expected = play(wave.get(), 48000, 1000.5f, 1280, -50);
  const std::vector<float> frequency(1280, 1000.5f);
  Oscillator oscillator(48000);
  oscillator.setWave(wave.get());
  std::vector<float> output(1280);
  oscillator.render(output.data(), 1280, {frequency.data(), 0}, {nullptr, -50});
  for (size_t i = 0; i < output.size(); i++) CHECK_NEAR(output[i], expected[i], 2e-6);
}

TEST(sweep_to_the_nyquist_frequency_ends_in_silence) {
  std::vector<float> frequency(4096);
  for (size_t i = 0; i < frequency.size(); i++) frequency[i] = 10.0f * i;
  const auto saw = PeriodicWave::standard(OscillatorType::Sawtooth, 44100);
  for (const PeriodicWave* wave : {static_cast<const PeriodicWave*>(nullptr), saw.get()}) {
    Oscillator oscillator(44100);
    oscillator.setWave(wave);
    std::vector<float> output(frequency.size());
    oscillator.render(output.data(), output.size(), {frequency.data(), 0}, {nullptr, 0});
    for (size_t i = 2205; i < output.size(); i++) CHECK_EQUAL(output[i], 0.0f);
    float peak = 0;
    for (size_t i = 0; i < 2205; i++) peak = std::fmax(peak, std::fabs(output[i]));
    CHECK(peak > 0.5f && peak < 1.2f);
  }
}

TEST(start_between_frames) {
  Oscillator oscillator(48000);
  oscillator.start(0.75);
  std::vector<float> output(256);
  oscillator.render(output.data(), 128, {nullptr, 1000}, {nullptr, 0});
  oscillator.render(output.data() + 128, 128, {nullptr, 1000}, {nullptr, 0});
  for (size_t i = 0; i < output.size(); i++) CHECK_NEAR(output[i], std::sin(2 * kPi * (i + 0.75) / 48), 3e-7);
}

TEST(standard_waves_are_shared) {
  const auto first = PeriodicWave::standard(OscillatorType::Triangle, 44100);
  CHECK(first == PeriodicWave::standard(OscillatorType::Triangle, 44100));
  CHECK(first != PeriodicWave::standard(OscillatorType::Triangle, 48000));
  CHECK(PeriodicWave::standard(OscillatorType::Sine, 48000)->isSine());
  CHECK(PeriodicWave::standard(OscillatorType::Sawtooth, 48000)->memoryBytes() < 4 << 20);
}
