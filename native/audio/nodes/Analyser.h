// https://webaudio.github.io/web-audio-api/#AnalyserNode
#pragma once

#include <atomic>
#include <cstdint>
#include <memory>

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

 private:
  static constexpr uint64_t kFrames = 32768;            // the largest fftSize
  static constexpr uint64_t kCapacity = 2 * kFrames;  

  void write(const float* samples, float gain, size_t n);  // null: silence

  std::unique_ptr<std::atomic<float>[]> ring_;
  std::atomic<uint64_t> written_{0};  // frames
  std::atomic<uint64_t> writing_{0};  // ahead of `written_` while frames are being written
  uint64_t silentFrames_ = 0;
};

}  // namespace mediant::audio
