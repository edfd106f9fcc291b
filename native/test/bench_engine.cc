// Realtime factors of whole graphs: seconds of sound that a second of processor time renders. `bench_engine NAME` runs
// one scene.
#include <time.h>

#include <cmath>
#include <cstdio>
#include <cstring>
#include <memory>

// The harness brings check.h, whose main() would be in the way.
#define main checkMain
#include "engine_harness.h"
#undef main

using namespace mediant::audio;

namespace {

constexpr double kSampleRate = 48000;
std::vector<float> gNoise;

struct Scene {
  const char* name;
  double seconds;
  void (*build)(TestEngine&);
};

void osc1(TestEngine& t) {
  t.oscillator(2, 440); t.start(2); t.connect(2, 1);
}

void osc200(TestEngine& t) {
  t.gain(2, 1 / 200.0); t.connect(2, 1);
  for (int i = 0; i < 200; ++i) {
    t.oscillator(3 + i, 100 + 17.3 * i);
    t.message(3 + i, NodeOp::SetOscillatorType, {double(OscillatorType::Sawtooth)});
    t.start(3 + i);
    t.connect(3 + i, 2);
  }
}

void gains500(TestEngine& t) {
  t.bufferSource(2);
  const int left = t.attach(gNoise.data(), gNoise.size());
  t.attach(gNoise.data() + 1, gNoise.size() - 1);
  t.message(2, NodeOp::SetBuffer, {kSampleRate}, left, 2);
  t.message(2, NodeOp::SetLoop, {1, 0, 0});
  t.start(2);
  for (int i = 0; i < 500; ++i) {
    t.gain(3 + i, 0.002 * (1 + i % 7));
    t.connect(2, 3 + i);
    t.connect(3 + i, 1);
  }
}

void gainChain500(TestEngine& t) {
  t.oscillator(2, 440); t.start(2);
  for (int i = 0; i < 500; ++i) {
    t.gain(3 + i, i % 2 ? 2 : 0.5);
    t.connect(2 + i, 3 + i);
  }
  t.connect(502, 1);
}

void granular(TestEngine& t) {
  t.gain(2, 0.2); t.connect(2, 1);
  for (int i = 0; i < 5000; ++i) {
    const int source = 3 + 2 * i, envelope = 4 + 2 * i;
    const double when = i * 10.0 / 5000;
    t.bufferSource(source);
    t.message(source, NodeOp::SetBuffer, {kSampleRate}, t.attach(gNoise.data(), gNoise.size()), 1);
    t.setValue(source, 0, 0.5 + (i % 100) / 100.0);
    t.gain(envelope, 0);
    t.setValue(envelope, 0, 0, when);
    t.paramEvent(envelope, 0, ParamEventType::LinearRamp, 1, when + 0.025);
    t.paramEvent(envelope, 0, ParamEventType::LinearRamp, 0, when + 0.1);
    t.connect(source, envelope); t.connect(envelope, 2);
    t.start(source, when, (i % 50) / 100.0, 0.1);
    t.release(source); t.release(envelope);
  }
}

// 30 stereo filters in a row, as an equaliser has them.
void biquad30(TestEngine& t) {
  t.bufferSource(2);
  const int left = t.attach(gNoise.data(), gNoise.size());
  t.attach(gNoise.data() + 1, gNoise.size() - 1);
  t.message(2, NodeOp::SetBuffer, {kSampleRate}, left, 2);
  t.message(2, NodeOp::SetLoop, {1, 0, 0});
  t.start(2);
  for (int i = 0; i < 30; ++i) {
    t.create(3 + i, NodeKind::Biquad, 1, 1, {{100.0 * (i + 1)}, {0}, {1}, {i % 2 ? 3.0 : -3.0}}, {double(BiquadType::Peaking)});
    t.connect(2 + i, 3 + i);
  }
  t.connect(32, 1);
}

void delayFeedback(TestEngine& t) {
  t.oscillator(2, 440); t.start(2);
  t.delay(3, 0.25); t.gain(4, 0.6);
  t.connect(2, 3); t.connect(3, 4); t.connect(4, 3); t.connect(3, 1);
}

void convolver2s(TestEngine& t) {
  t.bufferSource(2);
  t.message(2, NodeOp::SetBuffer, {kSampleRate}, t.attach(gNoise.data(), gNoise.size()), 1);
  t.message(2, NodeOp::SetLoop, {1, 0, 0});
  t.start(2);
  t.create(3, NodeKind::Convolver, 1, 1, {}, {}, 2, ChannelCountMode::ClampedMax);
  const int left = t.attach(gNoise.data(), gNoise.size());
  t.attach(gNoise.data(), gNoise.size());
  t.message(3, NodeOp::SetBuffer, {kSampleRate}, left, 2);
  t.connect(2, 3); t.connect(3, 1);
}

// Voices that have been built and wait, nothing sounds.
void silentNodes(TestEngine& t) {
  for (int i = 0; i < 5000; ++i) {
    t.gain(2 + 2 * i); t.oscillator(3 + 2 * i);
    t.connect(3 + 2 * i, 2 + 2 * i); t.connect(2 + 2 * i, 1);
    t.start(3 + 2 * i, 1e6);
  }
}

const Scene kScenes[] = {
    {"silence", 600, [](TestEngine&) {}},
    {"osc-1", 300, osc1},
    {"osc-200", 10, osc200},
    {"gains-500", 60, gains500},
    {"gain-chain-500", 60, gainChain500},
    {"granular", 10, granular},
    {"biquad-30", 10, biquad30},
    {"delay-feedback", 60, delayFeedback},
    {"convolver-2s", 10, convolver2s},
    {"silent-10000", 60, silentNodes},
};

// Of this thread, so that what else the machine does counts less.
double processorSeconds() {
  timespec now;
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
  return static_cast<double>(now.tv_sec) + static_cast<double>(now.tv_nsec) * 1e-9;
}

void run(const Scene& scene) {
  double best = 0, build = 0;
  double sum = 0;
  for (int repeat = 0; repeat < 3; ++repeat) {
    const double begin = processorSeconds();
    TestEngine t(2, 128, kSampleRate);
    scene.build(t);
    t.submit();
    float left[128], right[128];
    float* output[2] = {left, right};
    const double built = processorSeconds();
    const int quanta = static_cast<int>(scene.seconds * kSampleRate / 128);
    sum = 0;
    for (int i = 0; i < quanta; ++i) {
      t.engine->render(output, 2);
      sum += left[64] * left[64];
      if (i % 100 == 0) t.events();
    }
    const double end = processorSeconds();
    best = std::max(best, scene.seconds / (end - built));
    build = built - begin;
  }
  std::printf("%-16s %10.1f x realtime   (built in %.2f ms, level %.4f)\n", scene.name, best, build * 1e3,
              std::sqrt(sum / (scene.seconds * kSampleRate / 128)));
}

}  // namespace

int main(int argc, char** argv) {
  uint32_t state = 1;
  for (int i = 0; i < 96000; ++i) {
    state = state * 1664525u + 1013904223u;
    gNoise.push_back(static_cast<float>(state) / 2147483648.0f - 1);
  }
  for (const Scene& scene : kScenes) {
    if (argc < 2 || std::strstr(scene.name, argv[1])) run(scene);
  }
}
