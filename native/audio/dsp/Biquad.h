// The filter of a BiquadFilterNode.
// https://webaudio.github.io/web-audio-api/#BiquadFilterNode
#pragma once

#include <cmath>
#include <cstddef>
#include <vector>

#include "../engine/Commands.h"
#include "../kernels/Kernels.h"
#include "BiquadTables.h"
#include "ParamView.h"

namespace mediant::audio {

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

  void setType(BiquadType type);

  // Filters n frames of each channel; an output may be its input. Channels beyond `channels` forget their past.
  void process(const float* const* input, float* const* output, size_t channels, size_t n, const Params& params);

  // Whether silence in would now give silence out: what is still inside is below −200 dB.
  bool settled() const;
  void reset();

 private:
  static constexpr size_t kChunk = 128;

  static constexpr size_t kMaxChannels = 32;

  // Values of parameters that don't move; NaN at first, which no value equals.
  struct Constant {
    float frequency = NAN, detune = NAN, q = NAN, gain = NAN;
    bool operator==(const Constant& other) const {
      return frequency == other.frequency && detune == other.detune && q == other.q && gain == other.gain;
    }
  };

  const BiquadTables& tablesOf(const Params& params);
  void coefficientsOf(const BiquadArrays& coefficients, size_t n, const Params& params) const;
  void processVarying(const float* const* input, float* const* output, size_t channels, size_t n, const Params& params);

  double sampleRate_;
  BiquadType type_ = BiquadType::Lowpass;
  Constant constant_;    // what tables_ are made for
  BiquadTables tables_;
  size_t channelsUsed_ = 0;  // all others remember nothing
  std::vector<BiquadHistory> histories_;
};

}  // namespace mediant::audio
