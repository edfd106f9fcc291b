// getFrequencyResponse() of BiquadFilterNode and IIRFilterNode.
// https://webaudio.github.io/web-audio-api/#dom-biquadfilternode-getfrequencyresponse
// https://webaudio.github.io/web-audio-api/#dom-iirfilternode-getfrequencyresponse
#pragma once

#include <cstddef>

namespace mediant::audio {

// H(z) = Σ feedforward[k] z^−k / Σ feedback[k] z^−k. Frequencies outside [0, sampleRate / 2] give NaN.
void frequencyResponse(const double* feedforward, size_t feedforwardLength, const double* feedback,
                       size_t feedbackLength, double sampleRate, const float* frequencyHz, float* magResponse,
                       float* phaseResponse, size_t n);

}  // namespace mediant::audio
