// Times every entry of every table of kernels: nanoseconds per thousand elements, on blocks of one render quantum.
#include "audio/kernels/Kernels.h"

#include <cstdio>
#include <ctime>
#include <vector>

#include "audio/dsp/BiquadTables.h"
#include "audio/dsp/FftTables.h"

using namespace mediant::audio;

namespace {

constexpr size_t kQuantum = 128, n = kQuantum;

// The best of several runs: the machine may be busy with something else.
template <typename Run>
double nanoseconds(Run run) {
  double best = 1e18;
  for (int attempt = 0; attempt < 7; attempt++) {
    constexpr int kTurns = 20000;
    const std::clock_t begin = std::clock();
    for (int i = 0; i < kTurns; i++) run();
    const double taken = 1e9 / CLOCKS_PER_SEC * static_cast<double>(std::clock() - begin) / kTurns;
    best = taken < best ? taken : best;
  }
  return best;
}

// Aligned as the engine's buses are.
struct Samples {
  alignas(64) float values[kQuantum * 8] = {};
  explicit Samples(float value) {
    for (float& sample : values) sample = value;
  }
  float* data() { return values; }
};
Samples a(0.5f), b(0.25f), c(0), d(0);
std::vector<double> wide(kQuantum + 8);
alignas(64) double longer[8 + kQuantum], recursedRight[8 + kQuantum];
double* const recursed[2] = {longer + 8, recursedRight + 8};
const double taps[9] = {1, -0.5, 0.25}, impulse[2 * kRecursionLanes] = {};
double responses[8 * kRecursionLanes];
std::vector<float> waveform(4097, 0.1f);
std::vector<uint32_t> phases(kQuantum);
const float* const surround[6] = {a.data(), b.data(), a.data(), b.data(), a.data(), b.data()};
volatile float sink;
BiquadTables filter;
BiquadHistory history, histories[2];
float* const channels[2] = {c.data(), d.data() + n};
const float* const inputs[2] = {a.data(), b.data()};
double columns[5][kQuantum];
const BiquadArrays coefficients{columns[0], columns[1], columns[2], columns[3], columns[4]};
double halves[kQuantum] = {0.5};
const BiquadArguments arguments{halves, halves, halves, halves, halves};
const ListenerFrame listener = {{0, 0, 0}, {1, 0, 0}, {0, 0, -1}};

struct Entry {
  const char* name;
  void (*run)(const Kernels& k);
};

const Entry kEntries[] = {
    {"copy", [](const Kernels& k) { k.copy(c.data(), a.data(), n); }},
    {"fill", [](const Kernels& k) { k.fill(c.data(), 1, n); }},
    {"add", [](const Kernels& k) { k.add(c.data(), a.data(), n); }},
    {"addScaled", [](const Kernels& k) { k.addScaled(c.data(), a.data(), 1e-9f, n); }},
    {"addMultiplied", [](const Kernels& k) { k.addMultiplied(c.data(), a.data(), b.data(), n); }},
    {"scale", [](const Kernels& k) { k.scale(c.data(), a.data(), 0.5f, n); }},
    {"multiply", [](const Kernels& k) { k.multiply(c.data(), a.data(), b.data(), n); }},
    {"clamp", [](const Kernels& k) { k.clamp(c.data(), a.data(), -1, 1, 0, n); }},
    {"ramp", [](const Kernels& k) { k.ramp(c.data(), 0, 0.1, n); }},
    {"sum", [](const Kernels& k) { sink = k.sum(a.data(), n); }},
    {"maxAbs", [](const Kernels& k) { sink = k.maxAbs(a.data(), n); }},
    {"isZero", [](const Kernels& k) { sink = k.isZero(d.data(), n); }},
    {"mixSurroundToStereo", [](const Kernels& k) { k.mixSurroundToStereo(c.data(), d.data() + n, surround, n); }},
    {"interleave", [](const Kernels& k) { k.interleave(c.data(), a.data(), b.data(), n); }},
    {"deinterleave", [](const Kernels& k) { k.deinterleave(c.data(), d.data() + n, a.data(), n); }},
    {"convolve, 64 taps", [](const Kernels& k) { k.convolve(c.data(), a.data() + 64, b.data(), 64, n); }},
    {"shape", [](const Kernels& k) { k.shape(c.data(), a.data(), waveform.data(), waveform.size(), n); }},
    {"compressionGain", [](const Kernels& k) { k.compressionGain(c.data(), d.data(), a.data(), {0.063f, 2.0f, 3.0f, -2.0f, 0.083f}, 120, n); }},
    {"equalPower", [](const Kernels& k) { k.equalPower(c.data(), d.data(), a.data(), n); }},
    {"bearings", [](const Kernels& k) { k.bearings(c.data(), c.data() + n, c.data() + 2 * n, listener, a.data(), b.data(), a.data(), n); }},
    {"inverseDistance", [](const Kernels& k) { k.inverseDistance(c.data(), a.data(), 0.25, 1, n); }},
    {"exponentialDistance", [](const Kernels& k) { k.exponentialDistance(c.data(), a.data(), 0.25, 1, n); }},
    {"panMono", [](const Kernels& k) { k.panMono(c.data(), c.data() + n, a.data(), b.data(), b.data(), n); }},
    {"geometric", [](const Kernels& k) { k.geometric(c.data(), 0.1, 0.9, 0.999, n); }},
    {"addProducts, 2 of 64", [](const Kernels& k) { k.addProducts(c.data(), d.data() + n, a.data(), b.data(), 1, 2, 4); }},
    {"sineConstant", [](const Kernels& k) { k.sineConstant(c.data(), 0.1, 0.01, n); }},
    {"sine", [](const Kernels& k) { k.sine(c.data(), phases.data(), n); }},
    {"wavetableConstant", [](const Kernels& k) { k.wavetableConstant(c.data(), waveform.data(), 12, 0.1, 0.01, n); }},
    {"wavetable", [](const Kernels& k) { k.wavetable(c.data(), waveform.data(), 12, phases.data(), n); }},
    {"exp2", [](const Kernels& k) { k.exp2(wide.data(), a.data(), 0.1, n); }},
    {"fir, order 8", [](const Kernels& k) { k.fir(wide.data() + 8, longer + 8, taps, 8, n); }},
    {"recursion, order 8", [](const Kernels& k) { k.recursion(recursed, 1, impulse, responses, 8, n); }},
    {"the same, 2 channels", [](const Kernels& k) { k.recursion(recursed, 2, impulse, responses, 8, n / 2); }},
    {"biquad", [](const Kernels& k) { k.biquad(c.data(), a.data(), filter, history, n); }},
    {"biquadVarying, 2 channels", [](const Kernels& k) { k.biquadVarying(channels, inputs, 2, coefficients, histories, n / 2); }},
    {"lowpass coefficients", [](const Kernels& k) { k.biquadCoefficients[0](coefficients, arguments, n); }},
    {"biquadAngles", [](const Kernels& k) { k.biquadAngles(wide.data(), a.data(), wide.data() + 8, 0.001, 24000, n); }},
    {"toFloat", [](const Kernels& k) { k.toFloat(c.data(), wide.data() + 8, n); }},
    {"convolve, 128 taps", [](const Kernels& k) { k.convolve(c.data(), a.data() + n, b.data(), n, n); }},
    {"convolveFading, 128 taps",
     [](const Kernels& k) { k.convolveFading(c.data(), a.data() + n, b.data(), d.data(), n, 0.25f, 0.001f, n); }},
    {"resampleLinear", [](const Kernels& k) { k.resampleLinear(c.data(), a.data(), 0.3, 1.0884, n); }},
};

}  // namespace

int main() {
  const Kernels* tables[8];
  const size_t count = availableKernels(tables, 8);
  for (size_t i = 0; i < kQuantum; i++) phases[i] = static_cast<uint32_t>(i * 12345678);
  std::printf("%-26s", "ns per 1000 elements");
  for (size_t t = 0; t < count; t++) std::printf("%10s", tables[t]->name);
  std::printf("\n");
  for (const Entry& entry : kEntries) {
    std::printf("%-26s", entry.name);
    for (size_t t = 0; t < count; t++) {
      std::printf("%10.1f", nanoseconds([&] { entry.run(*tables[t]); }) * 1000 / kQuantum);
    }
    std::printf("\n");
  }
  return 0;
}
