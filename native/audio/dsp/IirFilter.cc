#include "IirFilter.h"

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
  for (size_t channel = 0; channel < channels; channel++) {
    for (size_t done = 0; done < n; done += kChunk) {
      const size_t count = n - done < kChunk ? n - done : kChunk;
      processChannel(input[channel] + done, output[channel] + done, count, histories_[channel]);
    }
  }
  for (size_t channel = channels; channel < histories_.size(); channel++) histories_[channel] = {};
}

void IirFilter::processChannel(const float* input, float* output, size_t n, History& history) const {
  const Kernels& k = kernels();
  float x[kMaxOrder + kChunk];
  double y[kMaxOrder + kChunk];
  for (size_t i = 0; i < kMaxOrder; i++) {
    x[i] = history.x[i];
    y[i] = history.y[i];
  }
  k.copy(x + kMaxOrder, input, n);
  k.fir(y + kMaxOrder, x + kMaxOrder, feedforward_, feedforwardOrder_, n);
  k.recursion(y + kMaxOrder, y + kMaxOrder, recursion_.impulse, recursion_.responses[0], feedbackOrder_, n);
  k.toFloat(output, y + kMaxOrder, n);
  for (size_t i = 0; i < kMaxOrder; i++) {
    history.x[i] = x[n + i];
    history.y[i] = y[n + i];
  }
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
