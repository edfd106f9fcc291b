#include "Mix.h"

#include <algorithm>

#include "../kernels/Kernels.h"

namespace mediant::audio {

namespace {

struct Term {
  int8_t output;
  int8_t input;
  float coefficient;
};

struct Matrix {
  int inputs;
  int outputs;
  int terms;
  Term term[8];
};

constexpr float kHalfPower = 0.7071067811865476f;  // sqrt(1/2)

// https://webaudio.github.io/web-audio-api/#UpMix-sub and #down-mix.
// Quad is L R SL SR; 5.1 is L R C LFE SL SR. A layout that is not listed is mixed as "discrete".
constexpr Matrix kSpeakers[] = {
    {1, 2, 2, {{0, 0, 1}, {1, 0, 1}}},
    {1, 4, 2, {{0, 0, 1}, {1, 0, 1}}},
    {1, 6, 1, {{2, 0, 1}}},
    {2, 4, 2, {{0, 0, 1}, {1, 1, 1}}},
    {2, 6, 2, {{0, 0, 1}, {1, 1, 1}}},
    {4, 6, 4, {{0, 0, 1}, {1, 1, 1}, {4, 2, 1}, {5, 3, 1}}},
    {2, 1, 2, {{0, 0, 0.5f}, {0, 1, 0.5f}}},
    {4, 1, 4, {{0, 0, 0.25f}, {0, 1, 0.25f}, {0, 2, 0.25f}, {0, 3, 0.25f}}},
    {6, 1, 5, {{0, 0, kHalfPower}, {0, 1, kHalfPower}, {0, 2, 1}, {0, 4, 0.5f}, {0, 5, 0.5f}}},
    {4, 2, 4, {{0, 0, 0.5f}, {0, 2, 0.5f}, {1, 1, 0.5f}, {1, 3, 0.5f}}},
    {6, 2, 6, {{0, 0, 1}, {0, 2, kHalfPower}, {0, 4, kHalfPower}, {1, 1, 1}, {1, 2, kHalfPower}, {1, 5, kHalfPower}}},
    {6, 4, 6, {{0, 0, 1}, {0, 2, kHalfPower}, {1, 1, 1}, {1, 2, kHalfPower}, {2, 4, 1}, {3, 5, 1}}},
};

const Matrix* speakersMatrix(int inputs, int outputs) {
  for (const Matrix& matrix : kSpeakers) {
    if (matrix.inputs == inputs && matrix.outputs == outputs) return &matrix;
  }
  return nullptr;
}

class Mixer {
 public:
  Mixer(float* const* destination, int channels, const Signal& source, bool accumulate)
      : destination_(destination), channels_(channels), source_(source), written_(accumulate ? ~0u : 0u) {}
  ~Mixer() {
    for (int i = 0; i < channels_; ++i) {
      if (!(written_ & (1u << i))) kernels().fill(destination_[i], 0, source_.quantum());
    }
  }

  void term(int output, int input, float coefficient) {
    const float gain = coefficient * source_.gain();
    const size_t n = source_.quantum();
    float* y = destination_[output];
    const float* x = source_.channel(input);
    if (written_ & (1u << output)) {
      gain == 1 ? kernels().add(y, x, n) : kernels().addScaled(y, x, gain, n);
    } else {
      gain == 1 ? kernels().copy(y, x, n) : kernels().scale(y, x, gain, n);
      written_ |= 1u << output;
    }
  }

 private:
  float* const* destination_;
  int channels_;
  const Signal& source_;
  uint32_t written_;
};

}  // namespace

void mix(float* const* destination, int channels, const Signal& source, ChannelInterpretation interpretation, bool accumulate) {
  if (source.silent() && accumulate) return;
  Mixer mixer(destination, channels, source, accumulate);
  if (source.silent()) return;
  const Matrix* matrix =
      interpretation == ChannelInterpretation::Speakers ? speakersMatrix(source.channels(), channels) : nullptr;
  if (matrix) {
    for (int i = 0; i < matrix->terms; ++i) {
      mixer.term(matrix->term[i].output, matrix->term[i].input, matrix->term[i].coefficient);
    }
  } else {
    for (int i = 0; i < std::min(source.channels(), channels); ++i) mixer.term(i, i, 1);
  }
}

void mix(Signal& destination, const Signal& source, ChannelInterpretation interpretation, bool accumulate) {
  float* channels[kMaxChannels];
  for (int i = 0; i < destination.channels(); ++i) channels[i] = destination.channel(i);
  mix(channels, destination.channels(), source, interpretation, accumulate);
}

}  // namespace mediant::audio
