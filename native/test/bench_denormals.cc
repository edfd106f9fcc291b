// What a decaying sound costs beside a steady one: processor time a quantum while noise comes in, and the most that any
// stretch of the tail costs on its way to silence. Arithmetic on denormal numbers would make that many times as much.
// `bench_denormals NAME` runs one scene.
#include <time.h>

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <cstring>

#include "engine_commands.h"

using namespace mediant::audio;

namespace {

constexpr double kSampleRate = 48000;
constexpr int kSource = 2, kFirst = 3;
std::vector<float> gNoise;

struct Scene {
  const char* name;
  double seconds;  // of the tail
  void (*build)(TestEngine&);
  bool ends = true;  // the noise, after a second
};

void chain(TestEngine& t, int nodes) {
  for (int i = 0; i < nodes; ++i) t.connect(kSource + i, kFirst + i);
  t.connect(kFirst + nodes - 1, 1);
}

void iir(TestEngine& t) {
  // Poles near the unit circle: it takes a minute to fade.
  for (int i = 0; i < 20; ++i) t.create(kFirst + i, NodeKind::IIRFilter, 1, 1, {}, {1, 3, 0.01, 1, -1.9995, 0.99951});
  chain(t, 20);
}

void biquad(TestEngine& t) {
  for (int i = 0; i < 20; ++i) {
    t.create(kFirst + i, NodeKind::Biquad, 1, 1, {{200.0 * (i + 1)}, {0}, {500}, {0}}, {double(BiquadType::Bandpass)});
  }
  chain(t, 20);
}

void delayLoops(TestEngine& t) {
  for (int i = 0; i < 20; ++i) {
    const int delay = kFirst + 2 * i, gain = delay + 1;
    t.delay(delay, 0.003 + 0.0001 * i);
    t.gain(gain, 0.8);
    t.connect(kSource, delay); t.connect(delay, gain); t.connect(gain, delay); t.connect(delay, 1);
  }
}

// The response itself decays into denormal numbers.
void convolver(TestEngine& t) {
  static std::vector<float> response;
  response = gNoise;
  for (size_t i = 0; i < response.size(); ++i) response[i] *= std::exp(-static_cast<float>(i) / 500);
  t.create(kFirst, NodeKind::Convolver, 1, 1, {}, {}, 2, ChannelCountMode::ClampedMax);
  t.message(kFirst, NodeOp::SetBuffer, {kSampleRate}, t.attach(response.data(), response.size()), 1);
  chain(t, 1);
}

void compressor(TestEngine& t) {
  for (int i = 0; i < 10; ++i) {
    t.create(kFirst + i, NodeKind::DynamicsCompressor, 1, 1, {{-24}, {30}, {12}, {0.003}, {1}}, {}, 2, ChannelCountMode::ClampedMax);
  }
  chain(t, 10);
}

void panner(TestEngine& t) {
  for (int i = 0; i < 20; ++i) {
    t.create(kFirst + i, NodeKind::Panner, 1, 1, {{1}, {0}, {0}, {1}, {0}, {0}}, {}, 2, ChannelCountMode::ClampedMax);
    t.message(kFirst + i, NodeOp::SetPanner, {double(PanningModel::HRTF), 1, 1, 10000, 1, 360, 360, 0});
    t.connect(kSource, kFirst + i); t.connect(kFirst + i, 1);
  }
}

void shaper(TestEngine& t) {
  static const float curve[] = {-1, 0, 1};
  for (int i = 0; i < 20; ++i) {
    t.create(kFirst + i, NodeKind::WaveShaper, 1, 1);
    t.message(kFirst + i, NodeOp::SetCurve, {double(OverSample::X4)}, t.attach(curve, 3), 1);
  }
  chain(t, 20);
}

// An envelope that approaches zero for ever.
void envelope(TestEngine& t) {
  for (int i = 0; i < 20; ++i) {
    t.gain(kFirst + i);
    t.paramEvent(kFirst + i, 0, ParamEventType::SetTarget, 0, 0, 0.2);
    t.connect(kSource, kFirst + i); t.connect(kFirst + i, 1);
  }
}

const Scene kScenes[] = {
    {"iir-20", 60, iir},           {"biquad-20", 30, biquad}, {"delay-loop-20", 5, delayLoops}, {"convolver-2s", 3, convolver},
    {"compressor-10", 8, compressor}, {"hrtf-20", 2, panner},    {"shaper-4x-20", 1, shaper},      {"envelope-20", 30, envelope, false},
};

double processorSeconds() {
  timespec now;
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
  return static_cast<double>(now.tv_sec) + static_cast<double>(now.tv_nsec) * 1e-9;
}

constexpr int kStretch = 100;  // quanta

// The least of a few, since the machine does other things too.
struct Costs {
  double steady = 1e9;
  std::vector<double> tail;
};

void measure(const Scene& scene, Costs& costs) {
  TestEngine t(2, 128, kSampleRate);
  t.bufferSource(kSource);
  t.message(kSource, NodeOp::SetBuffer, {kSampleRate}, t.attach(gNoise.data(), gNoise.size()), 1);
  t.message(kSource, NodeOp::SetLoop, {1, 0, 0});
  t.start(kSource);
  if (scene.ends) t.stop(kSource, 1);
  scene.build(t);
  t.submit();
  float left[128], right[128];
  float* output[2] = {left, right};
  const auto stretch = [&] {
    const double begin = processorSeconds();
    for (int i = 0; i < kStretch; ++i) t.engine->render(output, 2);
    const double seconds = processorSeconds() - begin;
    t.events();
    return seconds / kStretch;
  };
  for (int i = 0; i < static_cast<int>(kSampleRate / 128 / kStretch); ++i) costs.steady = std::min(costs.steady, stretch());
  const size_t stretches = static_cast<size_t>(scene.seconds * kSampleRate / 128 / kStretch);
  costs.tail.resize(stretches, 1e9);
  for (double& cost : costs.tail) cost = std::min(cost, stretch());
}

}  // namespace

int main(int argc, char** argv) {
  uint32_t state = 1;
  for (int i = 0; i < 96000; ++i) {
    state = state * 1664525u + 1013904223u;
    gNoise.push_back(static_cast<float>(state) / 2147483648.0f - 1);
  }
  for (const Scene& scene : kScenes) {
    if (argc > 1 && !std::strstr(scene.name, argv[1])) continue;
    Costs costs;
    for (int repeat = 0; repeat < 5; ++repeat) measure(scene, costs);
    const auto most = std::max_element(costs.tail.begin(), costs.tail.end());
    std::printf("%-16s steady %8.2f us, tail at most %8.2f us (x %.2f, %.1f s after its end), at its end %8.2f us\n", scene.name,
                costs.steady * 1e6, *most * 1e6, *most / costs.steady,
                static_cast<double>(most - costs.tail.begin()) * kStretch * 128 / kSampleRate, costs.tail.back() * 1e6);
  }
  return 0;
}
