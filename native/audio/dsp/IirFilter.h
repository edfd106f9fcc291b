// The filter of an IIRFilterNode.
// https://webaudio.github.io/web-audio-api/#IIRFilterNode
#pragma once

#include <cstddef>
#include <vector>

#include "Recursion.h"

namespace mediant::audio {

class IirFilter {
 public:
  static constexpr size_t kMaxLength = 20;

  // Control thread. Coefficients as createIIRFilter() takes them: 1 to 20 each, feedback[0] not 0.
  IirFilter(const double* feedforward, size_t feedforwardLength, const double* feedback, size_t feedbackLength,
            size_t maxChannels);

  // Filters n frames of each channel; an output may be its input. Channels beyond `channels` forget their past.
  void process(const float* const* input, float* const* output, size_t channels, size_t n);

  void frequencyResponse(double sampleRate, const float* frequencyHz, float* magResponse, float* phaseResponse,
                         size_t n) const;

  // Whether silence in would now give silence out: what is still inside is below −200 dB.
  bool settled() const;
  void reset();

 private:
  static constexpr size_t kChunk = 128;
  static constexpr size_t kTogether = 2;  // channels
  static constexpr size_t kMaxOrder = kMaxLength - 1;

  // Oldest first, the newest just before the end.
  struct History {
    double x[kMaxOrder] = {};
    double y[kMaxOrder] = {};
  };

  size_t feedforwardOrder_;
  size_t feedbackOrder_;
  double feedforward_[kMaxLength] = {};  // divided by feedback[0]
  double feedback_[kMaxLength] = {};
  Recursion<kMaxOrder> recursion_;
  size_t channelsUsed_ = 0;  // all others remember nothing
  std::vector<History> histories_;
};

}  // namespace mediant::audio
