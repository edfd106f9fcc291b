#include "Analyser.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "../engine/Mix.h"
#include "../kernels/Kernels.h"

namespace mediant::audio {

namespace {

// https://webaudio.github.io/web-audio-api/#blackman-window
std::vector<float> blackmanWindow(size_t size) {
  constexpr double kAlpha = 0.16, kTwoPi = 6.283185307179586476925;
  std::vector<float> window(size);
  for (size_t n = 0; n < size; ++n) {
    const double phase = kTwoPi * static_cast<double>(n) / static_cast<double>(size);
    window[n] = static_cast<float>((1 - kAlpha) / 2 - 0.5 * std::cos(phase) + kAlpha / 2 * std::cos(2 * phase));
  }
  return window;
}

}  // namespace

AnalyserRenderer::AnalyserRenderer(const NodeSetup& setup)
    : NodeRenderer(setup), ring_(new std::atomic<float>[kCapacity]()) {}

void AnalyserRenderer::process(Renderer& renderer) {
  Signal input = takeInput(renderer, 0);
  const size_t n = renderer.quantum();
  if (input && !input.silent()) {
    // https://webaudio.github.io/web-audio-api/#current-time-domain-data: down-mixed as if channelCount were 1.
    if (input.channels() == 1) {
      write(input.channel(0), input.gain(), n);
    } else {
      Signal mono = renderer.allocate(1);
      mix(mono, input, ChannelInterpretation::Speakers, false);
      write(mono.channel(0), 1, n);
    }
    silentFrames_ = 0;
    renderer.activate(*this);
  } else if (active) {
    // Writes silence until nothing else is left, then sleeps.
    write(nullptr, 0, n);
    silentFrames_ += n;
    if (silentFrames_ >= kCapacity) renderer.deactivate(*this);
  }
  if (input) renderer.push(*this, 0, std::move(input));
}

void AnalyserRenderer::write(const float* samples, float gain, size_t n) {
  const uint64_t begin = written_.load(std::memory_order_relaxed);
  // Whoever reads while this is written over sees it by `writing_`.
  writing_.store(begin + n, std::memory_order_relaxed);
  for (size_t i = 0; i < n; ++i) {
    ring_[(begin + i) % kCapacity].store(samples ? samples[i] * gain : 0.0f, std::memory_order_release);
  }
  written_.store(begin + n, std::memory_order_release);
}

void AnalyserRenderer::readTimeDomain(float* out, size_t n) const {
  n = std::min<size_t>(n, kFrames);
  for (;;) {
    const uint64_t end = written_.load(std::memory_order_acquire);
    // Frames before the first one written are zero, as the ring was made.
    const uint64_t begin = end + kCapacity - n;
    for (size_t i = 0; i < n; ++i) out[i] = ring_[(begin + i) % kCapacity].load(std::memory_order_acquire);
    // Again, should the render thread have come round meanwhile: it has to render half the ring for that.
    if (writing_.load(std::memory_order_relaxed) - end <= kCapacity - n) return;
  }
}

void AnalyserRenderer::setFftSize(size_t fftSize) {
  fftSize_ = fftSize;
  fft_.reset();
}

// https://webaudio.github.io/web-audio-api/#dom-analysernode-getfloatfrequencydata
void AnalyserRenderer::readFrequency(float* out, size_t n, int64_t currentFrame) {
  if (!fft_) {
    fft_ = std::make_unique<Fft>(fftSize_);
    smoothed_.assign(fftSize_ / 2, 0);
    window_ = blackmanWindow(fftSize_);
    computedFrame_ = -1;
  }
  // Within one render quantum the data is that of the first call.
  if (computedFrame_ != currentFrame) {
    computedFrame_ = currentFrame;
    computeFrequencyData();
  }
  const size_t bins = std::min(n, smoothed_.size());
  for (size_t k = 0; k < bins; ++k) out[k] = 20 * std::log10(smoothed_[k]);
  std::fill(out + bins, out + n, -std::numeric_limits<float>::infinity());
}

// https://webaudio.github.io/web-audio-api/#current-frequency-data
void AnalyserRenderer::computeFrequencyData() {
  // Steps 1 and 2: the current time-domain data, through a Blackman window.
  std::vector<float> time(fftSize_);
  readTimeDomain(time.data(), fftSize_);
  kernels().multiply(time.data(), time.data(), window_.data(), fftSize_);
  // Step 3: Fourier transform, divided by the size.
  std::vector<float> real(fft_->bins()), imag(fft_->bins());
  fft_->forward(time.data(), real.data(), imag.data());
  // Step 4: smooth over time. What is not finite counts as 0.
  const double share = smoothingTimeConstant_;
  const double scale = 1 / static_cast<double>(fftSize_);
  for (size_t k = 0; k < smoothed_.size(); ++k) {
    const double magnitude = std::hypot(static_cast<double>(real[k]), static_cast<double>(imag[k])) * scale;
    const float value = static_cast<float>(share * smoothed_[k] + (1 - share) * magnitude);
    smoothed_[k] = std::isfinite(value) ? value : 0;
  }
}

namespace {

void setFftSize(const NodeMessage& message) {
  const double size = message.argument(0);
  if (size >= 32 && size <= 32768 && std::exp2(std::round(std::log2(size))) == size) {
    rendererOf<AnalyserRenderer>(message)->setFftSize(static_cast<size_t>(size));
  }
}

void setSmoothing(const NodeMessage& message) {
  const double smoothing = message.argument(0);
  if (smoothing >= 0 && smoothing <= 1) rendererOf<AnalyserRenderer>(message)->setSmoothingTimeConstant(smoothing);
}

const NodeMessageHandler kHandlers[] = {
    {NodeOp::SetFftSize, setFftSize},
    {NodeOp::SetSmoothing, setSmoothing},
};

}  // namespace

const NodeType kAnalyserType = {NodeKind::Analyser, 1, 1, 0, makeNode<AnalyserRenderer>, kHandlers, 2};

}  // namespace mediant::audio
