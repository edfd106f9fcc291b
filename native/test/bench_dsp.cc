// How many times faster than real time the signal processors run, each without an engine around it: seconds of sound
// at 48 kHz per second of one core, in quanta of 128 frames.
#include <cstdio>
#include <cstring>
#include <ctime>
#include <functional>
#include <memory>
#include <vector>

#include "audio/dsp/Biquad.h"
#include "audio/dsp/BufferPlayer.h"
#include "audio/dsp/Convolver.h"
#include "audio/dsp/DynamicsCompressor.h"
#include "audio/dsp/Fft.h"
#include "audio/dsp/IirFilter.h"
#include "audio/dsp/Oscillator.h"
#include "audio/dsp/Panner.h"
#include "audio/dsp/ParamTimeline.h"
#include "audio/dsp/WaveShaper.h"

using namespace mediant::audio;

namespace {

constexpr size_t kQuantum = 128;
constexpr double kRate = 48000;

struct alignas(64) Bus {
  float samples[32][kQuantum] = {};
  float* channels[32];
  Bus() {
    for (size_t i = 0; i < 32; i++) channels[i] = samples[i];
  }
  void noise() {
    uint32_t state = 1;
    for (auto& channel : samples) {
      for (float& sample : channel) {
        state = state * 1664525 + 1013904223;
        sample = static_cast<float>(static_cast<int32_t>(state)) / 2147483648.0f * 0.5f;
      }
    }
  }
};

Bus input, output;
const char* filter = "";

// Runs quanta for a third of a second, thrice, and takes the best: the machine may be busy with something else, which
// takes caches and clock speed even where it takes no processor time.
void measure(const char* name, const std::function<void()>& quantum) {
  if (!std::strstr(name, filter)) return;
  double best = 0;
  for (int attempt = 0; attempt < 3; attempt++) {
    const std::clock_t begin = std::clock();
    size_t quanta = 0;
    double seconds = 0;
    while (seconds < 0.33) {
      for (int i = 0; i < 16; i++) quantum();
      quanta += 16;
      seconds = static_cast<double>(std::clock() - begin) / CLOCKS_PER_SEC;
    }
    const double factor = static_cast<double>(quanta * kQuantum) / kRate / seconds;
    best = factor > best ? factor : best;
  }
  std::printf("%-44s %9.1f × real time\n", name, best);
}

void oscillators() {
  for (auto [name, type] : {std::pair{"200 sine oscillators", OscillatorType::Sine},
                            {"200 sawtooth oscillators", OscillatorType::Sawtooth}}) {
    const auto wave = PeriodicWave::standard(type, kRate);
    std::vector<Oscillator> voices(200, Oscillator(kRate));
    for (Oscillator& voice : voices) voice.setWave(wave.get());
    measure(name, [&] {
      for (size_t i = 0; i < voices.size(); i++) {
        voices[i].render(output.channels[0], kQuantum, {nullptr, 55.0f + 7 * static_cast<float>(i)}, {nullptr, 0});
        kernels().addScaled(output.channels[1], output.channels[0], 0.005f, kQuantum);
      }
    });
  }
  std::vector<float> frequency(kQuantum);
  for (size_t i = 0; i < kQuantum; i++) frequency[i] = 440 + static_cast<float>(i);
  const auto wave = PeriodicWave::standard(OscillatorType::Sawtooth, kRate);
  std::vector<Oscillator> voices(200, Oscillator(kRate));
  for (Oscillator& voice : voices) voice.setWave(wave.get());
  measure("200 sawtooth oscillators, moving frequency", [&] {
    for (Oscillator& voice : voices) {
      voice.render(output.channels[0], kQuantum, {frequency.data(), 440}, {nullptr, 0});
    }
  });
}

void buffers() {
  std::vector<float> left(48000, 0.5f), right(48000, 0.25f);
  const float* channels[] = {left.data(), right.data()};
  for (auto [name, rate] : {std::pair{"100 stereo buffers, looping", kRate},
                            {"100 stereo buffers, looping, resampled", 44100.0}}) {
    std::vector<BufferPlayer> players(100, BufferPlayer(kRate));
    for (size_t i = 0; i < players.size(); i++) {
      players[i].setBuffer({channels, 2, left.size(), rate});
      players[i].setLoop(true, 0, 0);
      players[i].start(0, 0.01 * static_cast<double>(i), -1);
    }
    uint64_t frame = 0;
    measure(name, [&] {
      for (BufferPlayer& player : players) {
        player.render(output.channels, frame, kQuantum, 1, 0);
        kernels().add(output.channels[2], output.channels[0], kQuantum);
        kernels().add(output.channels[3], output.channels[1], kQuantum);
      }
      kernels().fill(output.channels[2], 0, kQuantum);
      kernels().fill(output.channels[3], 0, kQuantum);
      frame += kQuantum;
    });
  }
}

void filters() {
  std::vector<Biquad> biquads(30, Biquad(kRate, 2));
  measure("30 biquads in a row, stereo", [&] {
    for (size_t i = 0; i < biquads.size(); i++) {
      biquads[i].process(i ? output.channels : input.channels, output.channels, 2, kQuantum,
                         {{nullptr, 200 + 500.0f * static_cast<float>(i)}, {nullptr, 0}, {nullptr, 1}, {nullptr, 0}});
    }
  });
  std::vector<float> frequency(kQuantum);
  for (size_t i = 0; i < kQuantum; i++) frequency[i] = 440 + static_cast<float>(i);
  measure("30 biquads in a row, stereo, moving frequency", [&] {
    for (size_t i = 0; i < biquads.size(); i++) {
      biquads[i].process(i ? output.channels : input.channels, output.channels, 2, kQuantum,
                         {{frequency.data(), 0}, {nullptr, 0}, {nullptr, 1}, {nullptr, 0}});
    }
  });
  const double b[] = {0.1, 0.2, 0.3, 0.2, 0.1}, a[] = {1, -0.5, 0.3, -0.1, 0.05};
  std::vector<IirFilter> iirs(8, IirFilter(b, 5, a, 5, 2));
  measure("8 IIR filters of order 4 in a row, stereo", [&] {
    for (size_t i = 0; i < iirs.size(); i++) {
      iirs[i].process(i ? output.channels : input.channels, output.channels, 2, kQuantum);
    }
  });
}

void automation() {
  ParamTimeline timeline(0, kRate);
  ParamEvent events[2];
  events[0].type = ParamEventType::SetValue;
  events[1].type = ParamEventType::ExponentialRamp;
  events[0].value = events[1].value = 1;
  events[1].value = 2;
  events[1].time = 1e9;
  timeline.insert(&events[0], 0);
  timeline.insert(&events[1], 0);
  ParamEventList reclaim;
  uint64_t frame = 0;
  measure("1000 exponential ramps", [&] {
    for (int i = 0; i < 1000; i++) timeline.fill(frame, output.channels[0], kQuantum, reclaim);
    frame += kQuantum;
  });
}

void effects() {
  std::vector<float> response(96000);
  for (size_t i = 0; i < response.size(); i++) response[i] = input.samples[i % 32][i / 32 % kQuantum];
  const float* channels[] = {response.data(), response.data()};
  Convolver convolver({channels, 2, response.size(), kRate}, true);
  measure("convolver, 2 s stereo", [&] { convolver.process(input.channels, 2, output.channels, kQuantum); });

  std::vector<DynamicsCompressor> compressors(4, DynamicsCompressor(kRate, 2));
  measure("4 compressors in a row, stereo", [&] {
    for (size_t i = 0; i < compressors.size(); i++) {
      compressors[i].process(i ? output.channels : input.channels, output.channels, 2, kQuantum, {});
    }
  });

  std::vector<float> curve(1024);
  for (size_t i = 0; i < curve.size(); i++) curve[i] = static_cast<float>(i) / 512 - 1;
  for (auto [name, oversample] : {std::pair{"wave shaper, stereo", OverSample::None},
                                  {"wave shaper, stereo, 2x", OverSample::X2},
                                  {"wave shaper, stereo, 4x", OverSample::X4}}) {
    WaveShaper shaper(2);
    shaper.setCurve(curve.data(), curve.size());
    shaper.setOversample(oversample);
    measure(name, [&] { shaper.process(input.channels, output.channels, 2, kQuantum); });
  }

  std::vector<float> x(kQuantum), z(kQuantum);
  for (size_t i = 0; i < kQuantum; i++) x[i] = static_cast<float>(i) / 64 - 1, z[i] = 1;
  const auto fixed = [](float a, float b, float c) { return VectorView{{nullptr, a}, {nullptr, b}, {nullptr, c}}; };
  const ListenerView listener{fixed(0, 0, 0), fixed(0, 0, -1), fixed(0, 1, 0)};
  measure("100 moving equal-power panners", [&] {
    for (int i = 0; i < 100; i++) {
      const VectorView position{{x.data(), 0}, {nullptr, 0}, {z.data(), 0}};
      panEqualPower({}, input.channels, 1, output.channels, kQuantum, position, fixed(1, 0, 0), listener);
    }
  });
}

void transforms() {
  Fft fft(2048);
  std::vector<float> time(2048, 0.5f), real(1025), imag(1025);
  measure("FFT of 2048 points forth and back per quantum", [&] {
    fft.forward(time.data(), real.data(), imag.data());
    fft.inverse(real.data(), imag.data(), time.data());
  });
}

}  // namespace

int main(int argc, char** argv) {
  if (argc > 1) filter = argv[1];
  input.noise();
  std::printf("kernels: %s\n", kernels().name);
  oscillators();
  buffers();
  filters();
  automation();
  effects();
  transforms();
  return 0;
}
