#include "FrequencyResponse.h"

#include <cmath>
#include <complex>
#include <limits>

namespace mediant::audio {

namespace {

constexpr double kTwoPi = 6.283185307179586476925286766559;

std::complex<double> polynomial(const double* coefficients, size_t length, std::complex<double> x) {
  std::complex<double> sum = 0;
  for (size_t k = length; k > 0; k--) sum = sum * x + coefficients[k - 1];
  return sum;
}

}  // namespace

void frequencyResponse(const double* feedforward, size_t feedforwardLength, const double* feedback,
                       size_t feedbackLength, double sampleRate, const float* frequencyHz, float* magResponse,
                       float* phaseResponse, size_t n) {
  for (size_t i = 0; i < n; i++) {
    const double frequency = frequencyHz[i];
    if (!(frequency >= 0 && frequency <= sampleRate / 2)) {
      magResponse[i] = phaseResponse[i] = std::numeric_limits<float>::quiet_NaN();
      continue;
    }
    const std::complex<double> delay = std::polar(1.0, -kTwoPi * frequency / sampleRate);
    const std::complex<double> response =
        polynomial(feedforward, feedforwardLength, delay) / polynomial(feedback, feedbackLength, delay);
    magResponse[i] = static_cast<float>(std::abs(response));
    phaseResponse[i] = static_cast<float>(std::arg(response));
  }
}

}  // namespace mediant::audio
