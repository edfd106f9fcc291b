#include "StereoPanner.h"

#include <algorithm>

#include "../kernels/Kernels.h"

namespace mediant::audio {

namespace {

float clampPan(float pan) { return pan < -1 ? -1 : pan > 1 ? 1 : pan; }

// Step 3: x, from pan in [−1, 1].
float positionOf(float pan, size_t channels) {
  if (channels == 1) return (pan + 1) / 2;
  return pan <= 0 ? pan + 1 : pan;
}

void panConstant(const float* const* input, size_t channels, float* const* output, size_t n, float pan) {
  const Kernels& k = kernels();
  // By the same kernel as values that change, at its full width, so that equal values have equal gains to the last bit.
  constexpr size_t kWidth = 16;
  float x[kWidth], gainsL[kWidth], gainsR[kWidth];
  std::fill(x, x + kWidth, positionOf(pan, channels));
  k.equalPower(gainsL, gainsR, x, kWidth);
  const float gainL = gainsL[0], gainR = gainsR[0];
  // In an order that lets the output be the input.
  if (channels == 1) {
    k.scale(output[1], input[0], gainR, n);
    k.scale(output[0], input[0], gainL, n);
  } else if (pan <= 0) {
    k.addScaledPair(output[0], input[0], 1, input[1], gainL, n);
    k.scale(output[1], input[1], gainR, n);
  } else {
    k.addScaledPair(output[1], input[1], 1, input[0], gainR, n);
    k.scale(output[0], input[0], gainL, n);
  }
}

}  // namespace

void panStereo(const float* const* input, size_t channels, float* const* output, size_t n, ParamView pan) {
  if (!pan.values) {
    panConstant(input, channels, output, n, clampPan(pan.value));
    return;
  }
  constexpr size_t kChunk = 128;
  float x[kChunk], gainL[kChunk], gainR[kChunk];
  for (size_t done = 0; done < n; done += kChunk) {
    const size_t count = n - done < kChunk ? n - done : kChunk;
    const float* pans = pan.values + done;
    for (size_t i = 0; i < count; i++) x[i] = positionOf(clampPan(pans[i]), channels);
    kernels().equalPower(gainL, gainR, x, count);
    const float* left = input[0] + done;
    const float* right = channels == 1 ? left : input[1] + done;
    for (size_t i = 0; i < count; i++) {
      const float l = left[i], r = right[i];
      if (channels == 1) {
        output[0][done + i] = l * gainL[i];
        output[1][done + i] = l * gainR[i];
      } else if (pans[i] <= 0) {
        output[0][done + i] = l + r * gainL[i];
        output[1][done + i] = r * gainR[i];
      } else {
        output[0][done + i] = l * gainL[i];
        output[1][done + i] = r + l * gainR[i];
      }
    }
  }
}

}  // namespace mediant::audio
