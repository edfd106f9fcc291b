// Realtime factors of whole graphs: seconds of sound that a second of processor time renders. `bench_engine NAME` runs
// one scene.
#include <time.h>

#include <cmath>
#include <cstdio>
#include <cstring>
#include <memory>

#include "engine_commands.h"
#include "hrtf_fixture.h"

using namespace mediant::audio;

namespace {

constexpr double kSampleRate = 48000;
std::vector<float> gNoise;

struct Scene {
  const char* name;
  double seconds;
  void (*build)(TestEngine&);
};

// A looping source of noise of one or two channels.
void noise(TestEngine& t, int node, int channels, double rate = 1, double offset = 0) {
  t.bufferSource(node);
  const int first = t.attach(gNoise.data(), gNoise.size() - 1);
  for (int i = 1; i < channels; ++i) t.attach(gNoise.data() + 1, gNoise.size() - 1);
  t.message(node, NodeOp::SetBuffer, {kSampleRate}, first, channels);
  t.message(node, NodeOp::SetLoop, {1, 0, 0});
  if (rate != 1) t.setValue(node, 0, rate);
  t.start(node, 0, offset);
}

void osc1(TestEngine& t) {
  t.oscillator(2, 440);
  t.message(2, NodeOp::SetOscillatorType, {double(OscillatorType::Sawtooth)});
  t.start(2);
  t.connect(2, 1);
}

void osc200(TestEngine& t) {
  t.gain(2, 1 / 20.0); t.connect(2, 1);
  for (int i = 0; i < 200; ++i) {
    t.oscillator(3 + i, 55 * std::exp2(i / 40.0));
    t.message(3 + i, NodeOp::SetOscillatorType, {double(OscillatorType::Sawtooth)});
    t.start(3 + i);
    t.connect(3 + i, 2);
  }
}

template <int kResampled>
void buffers100(TestEngine& t) {
  t.gain(2, 0.05); t.connect(2, 1);
  for (int i = 0; i < 100; ++i) {
    noise(t, 3 + i, 1, kResampled ? 0.5 + (i % 50) / 50.0 : 1, kResampled ? (i % 20) / 20.0 : 0);
    t.connect(3 + i, 2);
  }
}

void gains500(TestEngine& t) {
  noise(t, 2, 2);
  for (int i = 0; i < 500; ++i) {
    t.gain(3 + i, 0.0005 * (1 + i % 7));
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

int biquad(TestEngine& t, int node, BiquadType type, double frequency, double q, double gain) {
  return t.create(node, NodeKind::Biquad, 1, 1, {{frequency}, {0}, {q}, {gain}}, {double(type)});
}

void subtractive(TestEngine& t) {
  t.gain(2, 0.1); t.connect(2, 1);
  for (int i = 0; i < 16; ++i) {
    const int voice = 3 + 3 * i, filter = 4 + 3 * i, envelope = 5 + 3 * i;
    t.oscillator(voice, 55);
    t.message(voice, NodeOp::SetOscillatorType, {double(OscillatorType::Sawtooth)});
    biquad(t, filter, BiquadType::Lowpass, 350, 6, 0);
    t.gain(envelope, 0);
    for (double when = i / 32.0; when < 10; when += 0.5) {
      t.setValue(voice, 0, 55 * std::exp2(std::fmod(i * 7 + when * 10, 36) / 12), when);
      t.setValue(filter, 0, 200, when);
      t.paramEvent(filter, 0, ParamEventType::ExponentialRamp, 5000, when + 0.05);
      t.paramEvent(filter, 0, ParamEventType::SetTarget, 300, when + 0.05, 0.1);
      t.setValue(envelope, 0, 0, when);
      t.paramEvent(envelope, 0, ParamEventType::LinearRamp, 1, when + 0.01);
      t.paramEvent(envelope, 0, ParamEventType::SetTarget, 0, when + 0.05, 0.12);
    }
    t.start(voice);
    t.connect(voice, filter); t.connect(filter, envelope); t.connect(envelope, 2);
  }
}

// 30 stereo filters in a row, as an equaliser has them.
void biquad30(TestEngine& t) {
  noise(t, 2, 2);
  for (int i = 0; i < 30; ++i) {
    biquad(t, 3 + i, BiquadType::Peaking, 100.0 * (i + 1), 1, i % 2 ? 3 : -3);
    t.connect(2 + i, 3 + i);
  }
  t.connect(32, 1);
}

void convolver2s(TestEngine& t) {
  noise(t, 2, 2);
  t.create(3, NodeKind::Convolver, 1, 1, {}, {}, 2, ChannelCountMode::ClampedMax);
  const int left = t.attach(gNoise.data(), gNoise.size());
  t.attach(gNoise.data(), gNoise.size());
  t.message(3, NodeOp::SetBuffer, {kSampleRate}, left, 2);
  t.connect(2, 3); t.connect(3, 1);
}

void delayFeedback(TestEngine& t) {
  noise(t, 2, 2);
  t.delay(3, 0.25); t.gain(4, 0.6); t.gain(5, 0.1);
  t.connect(2, 5); t.connect(5, 3); t.connect(3, 4); t.connect(4, 3); t.connect(3, 1);
}

void compressor4(TestEngine& t) {
  for (int i = 0; i < 4; ++i) {
    noise(t, 2 + 2 * i, 2, 1, i / 10.0);
    t.create(3 + 2 * i, NodeKind::DynamicsCompressor, 1, 1, {{-40.0 + 5 * i}, {30}, {4.0 + i}, {0.003}, {0.25}}, {}, 2,
             ChannelCountMode::ClampedMax);
    t.connect(2 + 2 * i, 3 + 2 * i); t.connect(3 + 2 * i, 1);
  }
}

// Sources that go around the listener.
void panners(TestEngine& t, int count, PanningModel model) {
  static const std::vector<float> responses = HrtfFixture().words();
  t.create(2, NodeKind::Listener, 0, 0, {{0}, {0}, {0}, {0}, {0}, {-1}, {0}, {1}, {0}}, {}, 1);
  t.message(2, NodeOp::SetHrtf, {}, t.attach(responses.data(), responses.size()), 1);
  t.gain(3, 1.0 / count); t.connect(3, 1);
  for (int i = 0; i < count; ++i) {
    const int source = 4 + 2 * i, panner = 5 + 2 * i;
    noise(t, source, 1, 1, (i % 10) / 10.0);
    t.create(panner, NodeKind::Panner, 1, 1, {{0}, {0}, {0}, {1}, {0}, {0}}, {}, 2, ChannelCountMode::ClampedMax);
    t.message(panner, NodeOp::SetPanner, {double(model), double(DistanceModel::Inverse), 1, 10000, 1, 360, 360, 0});
    for (int quarter = 0; quarter <= 4; ++quarter) {
      const double angle = 6.283185307 * i / count + quarter * 1.5707963268;
      const ParamEventType type = quarter == 0 ? ParamEventType::SetValue : ParamEventType::LinearRamp;
      t.paramEvent(panner, 0, type, 2 * std::cos(angle), 2 * quarter);
      t.paramEvent(panner, 2, type, 2 * std::sin(angle), 2 * quarter);
    }
    t.connect(source, panner); t.connect(panner, 3);
  }
}

void panners100(TestEngine& t) { panners(t, 100, PanningModel::EqualPower); }
void pannersHrtf8(TestEngine& t) { panners(t, 8, PanningModel::HRTF); }

std::vector<float> gCurve;

void waveShaper4x(TestEngine& t) {
  noise(t, 2, 2);
  t.gain(3, 0.8);
  t.create(4, NodeKind::WaveShaper, 1, 1);
  t.message(4, NodeOp::SetCurve, {double(OverSample::X4)}, t.attach(gCurve.data(), gCurve.size()), 1);
  t.connect(2, 3); t.connect(3, 4); t.connect(4, 1);
}

// Eight filters of the eighth order in a row.
void iir8(TestEngine& t) {
  noise(t, 2, 2);
  for (int i = 0; i < 8; ++i) {
    std::vector<double> feedback = {1};
    for (double radius : {0.5, 0.6, 0.7, 0.8}) {
      const double section[3] = {1, -2 * radius * std::cos(0.2 + 0.3 * i), radius * radius};
      std::vector<double> product(feedback.size() + 2);
      for (size_t n = 0; n < feedback.size(); ++n) {
        for (size_t k = 0; k < 3; ++k) product[n + k] += section[k] * feedback[n];
      }
      feedback = product;
    }
    std::vector<double> arguments = {9, 9, 0.3, 0.06, 0.03, 0.015, 0.006, 0.003, 0, 0, 0.0015};
    arguments.insert(arguments.end(), feedback.begin(), feedback.end());
    t.create(3 + i, NodeKind::IIRFilter, 1, 1, {}, arguments);
    t.connect(2 + i, 3 + i);
  }
  t.connect(10, 1);
}

void updownMix(TestEngine& t) {
  for (int i = 0; i < 4; ++i) {
    const int source = 2 + 4 * i;
    noise(t, source, 6, 1, i / 5.0);
    for (int k = 0; k < 3; ++k) {
      static constexpr int kCounts[] = {2, 1, 6};
      t.create(source + 1 + k, NodeKind::Gain, 1, 1, {{0.1}}, {}, kCounts[k], ChannelCountMode::Explicit);
      t.connect(source + 1 + k, 1);
    }
    t.connect(source, source + 1); t.connect(source + 1, source + 3); t.connect(source, source + 2);
  }
}

// Voices that have been built and wait, nothing sounds.
void silentNodes(TestEngine& t) {
  for (int i = 0; i < 5000; ++i) {
    t.gain(2 + 2 * i); t.oscillator(3 + 2 * i);
    t.connect(3 + 2 * i, 2 + 2 * i); t.connect(2 + 2 * i, 1);
    t.start(3 + 2 * i, 1e6);
  }
}

// Those of bench/webaudio where there is one of the same name.
const Scene kScenes[] = {
    {"silence", 600, [](TestEngine&) {}},
    {"osc-1", 300, osc1},
    {"osc-200", 10, osc200},
    {"buffers-100", 20, buffers100<0>},
    {"buffers-100-resampled", 10, buffers100<1>},
    {"granular", 10, granular},
    {"subtractive", 10, subtractive},
    {"biquad-30", 10, biquad30},
    {"convolver-2s", 10, convolver2s},
    {"delay-feedback", 60, delayFeedback},
    {"compressor-4", 10, compressor4},
    {"panner-equalpower-100", 8, panners100},
    {"panner-hrtf-8", 8, pannersHrtf8},
    {"waveshaper-4x", 10, waveShaper4x},
    {"gains-500", 20, gains500},
    {"iir-8", 10, iir8},
    {"updown-mix-6ch", 20, updownMix},
    {"gain-chain-500", 60, gainChain500},
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
      for (float sample : left) sum += sample * sample;
      if (i % 100 == 0) t.events();
    }
    const double end = processorSeconds();
    best = std::max(best, scene.seconds / (end - built));
    build = built - begin;
  }
  std::printf("%-22s %10.1f x realtime   (built in %.2f ms, level %.4f)\n", scene.name, best, build * 1e3,
              std::sqrt(sum / (scene.seconds * kSampleRate)));
}

}  // namespace

int main(int argc, char** argv) {
  uint32_t state = 1;
  for (int i = 0; i < 96000; ++i) {
    state = state * 1664525u + 1013904223u;
    gNoise.push_back(static_cast<float>(state) / 2147483648.0f - 1);
  }
  for (int i = 0; i < 1025; ++i) gCurve.push_back(std::tanh(4 * (static_cast<float>(i) / 512 - 1)));
  for (const Scene& scene : kScenes) {
    if (argc < 2 || std::strstr(scene.name, argv[1])) run(scene);
  }
}
