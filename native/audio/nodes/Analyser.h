// https://webaudio.github.io/web-audio-api/#AnalyserNode
#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <vector>

#include "../dsp/Fft.h"
#include "NodeTypes.h"

namespace mediant::audio {

// Keeps the newest 32768 frames of its down-mixed input where the control thread reads them without a lock.
class AnalyserRenderer final : public NodeRenderer {
 public:
  explicit AnalyserRenderer(const NodeSetup& setup);

  // ---- render thread ----
  void process(Renderer& renderer) override;
  AnalyserRenderer* analyser() override { return this; }

  // ---- control thread ----
  void readTimeDomain(float* out, size_t n) const;
  // Computes anew when `currentFrame` is another than that of the call before.
  void readFrequency(float* out, size_t n, int64_t currentFrame);
  void setFftSize(size_t fftSize);
  void setSmoothingTimeConstant(double smoothing) { smoothingTimeConstant_ = smoothing; }

 private:
  static constexpr uint64_t kFrames = 32768;            // the largest fftSize
  static constexpr uint64_t kCapacity = 2 * kFrames;  

  void computeFrequencyData();
  void write(const float* samples, float gain, size_t n);  // null: silence

  std::unique_ptr<std::atomic<float>[]> ring_;
  std::atomic<uint64_t> written_{0};  // frames
  std::atomic<uint64_t> writing_{0};  // ahead of `written_` while frames are being written
  uint64_t silentFrames_ = 0;

  // Control thread.
  size_t fftSize_ = 2048;
  double smoothingTimeConstant_ = 0.8;
  int64_t computedFrame_ = -1;
  std::unique_ptr<Fft> fft_;  // made when frequency data is asked for
  std::vector<float> window_;
  std::vector<float> smoothed_;  // X̂[k]
};

}  // namespace mediant::audio
