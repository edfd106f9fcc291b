#include "IirFilter.h"

#include <algorithm>
#include <cmath>

#include "FrequencyResponse.h"

namespace mediant::audio {

IirFilter::IirFilter(const double* feedforward, size_t feedforwardLength, const double* feedback,
                     size_t feedbackLength, size_t maxChannels)
    : feedforwardOrder_(feedforwardLength - 1), feedbackOrder_(feedbackLength - 1), histories_(maxChannels) {
  for (size_t i = 0; i < feedforwardLength; i++) feedforward_[i] = feedforward[i] / feedback[0];
  for (size_t i = 0; i < feedbackLength; i++) feedback_[i] = feedback[i] / feedback[0];
  recursion_.set(feedback_ + 1, feedbackOrder_);
}

void IirFilter::process(const float* const* input, float* const* output, size_t channels, size_t n) {
  const Kernels& k = kernels();
  for (size_t done = 0; done < n; done += kChunk) {
    const size_t count = std::min(n - done, kChunk);
    for (size_t channel = 0; channel < channels; channel += kTogether) {
      const size_t together = std::min(channels - channel, kTogether);
      double w[kTogether][kMaxOrder + kChunk];
      double* results[kTogether];
      for (size_t i = 0; i < together; i++) {
        History& history = histories_[channel + i];
        double x[kMaxOrder + kChunk];
        std::copy(history.x, history.x + kMaxOrder, x);
        k.toDouble(x + kMaxOrder, input[channel + i] + done, count);
        results[i] = w[i] + kMaxOrder;
        std::copy(history.y, history.y + kMaxOrder, w[i]);
        k.fir(results[i], x + kMaxOrder, feedforward_, feedforwardOrder_, count);
        std::copy(x + count, x + count + kMaxOrder, history.x);
      }
      k.recursion(results, together, recursion_.impulse, recursion_.responses[0], feedbackOrder_, count);
      for (size_t i = 0; i < together; i++) {
        k.toFloat(output[channel + i] + done, results[i], count);
        std::copy(w[i] + count, w[i] + count + kMaxOrder, histories_[channel + i].y);
      }
    }
  }
  for (size_t channel = channels; channel < channelsUsed_; channel++) histories_[channel] = {};
  channelsUsed_ = channels;
}

void IirFilter::frequencyResponse(double sampleRate, const float* frequencyHz, float* magResponse,
                                  float* phaseResponse, size_t n) const {
  audio::frequencyResponse(feedforward_, feedforwardOrder_ + 1, feedback_, feedbackOrder_ + 1, sampleRate,
                           frequencyHz, magResponse, phaseResponse, n);
}

bool IirFilter::settled() const {
  constexpr double kSilence = 1e-10;
  for (const History& history : histories_) {
    for (size_t i = 0; i < kMaxOrder; i++) {
      if (std::fabs(history.x[i]) > kSilence || std::fabs(history.y[i]) > kSilence) return false;
    }
  }
  return true;
}

void IirFilter::reset() {
  for (History& history : histories_) history = {};
}

}  // namespace mediant::audio
