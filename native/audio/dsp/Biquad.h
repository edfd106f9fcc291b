// The filter of a BiquadFilterNode.
// https://webaudio.github.io/web-audio-api/#BiquadFilterNode
#pragma once

#include <cstddef>
#include <vector>

#include "../engine/Commands.h"
#include "ParamView.h"
#include "Recursion.h"

namespace mediant::audio {

// Normalised: a0 = 1.
struct BiquadCoefficients {
  double b0 = 1, b1 = 0, b2 = 0, a1 = 0, a2 = 0;
};

// https://webaudio.github.io/web-audio-api/#filters-characteristics
// computedFrequency in Hz, limited to [0, sampleRate / 2] here; Q and gain as the parameters have them.
BiquadCoefficients biquadCoefficients(BiquadType type, double computedFrequency, double q, double gain,
                                      double sampleRate);

// The arguments of getFrequencyResponse(), for parameter values at one moment.
void biquadFrequencyResponse(const BiquadCoefficients& coefficients, double sampleRate, const float* frequencyHz,
                             float* magResponse, float* phaseResponse, size_t n);

class Biquad {
 public:
  struct Params {
    ParamView frequency;  // Hz
    ParamView detune;     // cents
    ParamView q;
    ParamView gain;       // dB
  };

  // Control thread. At most `maxChannels` channels can be processed.
  Biquad(double sampleRate, size_t maxChannels);

  void setType(BiquadType type) { type_ = type; }

  // Filters n frames of each channel; an output may be its input. Channels beyond `channels` forget their past.
  void process(const float* const* input, float* const* output, size_t channels, size_t n, const Params& params);

  // Whether silence in would now give silence out: what is still inside is below −200 dB.
  bool settled() const;
  void reset();

 private:
  static constexpr size_t kChunk = 128;

  struct History {
    double x1 = 0, x2 = 0, y1 = 0, y2 = 0;
  };

  BiquadCoefficients coefficientsAt(size_t frame, const Params& params) const;
  void coefficientsOf(BiquadCoefficients* coefficients, size_t n, const Params& params) const;
  void processConstant(const float* input, float* output, size_t n, History& history);
  void processVarying(const float* input, float* output, size_t n, History& history,
                      const BiquadCoefficients* coefficients);

  double sampleRate_;
  BiquadType type_ = BiquadType::Lowpass;
  BiquadCoefficients coefficients_;  // those that recursion_ is made for
  Recursion<2> recursion_;
  std::vector<History> histories_;
};

}  // namespace mediant::audio
