// What a DelayNode remembers of its input: a ring of render quanta, each with the number of channels it had. A quantum
// without input is not written at all; it reads as one channel of silence.
#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "../../base/ZeroedMemory.h"
#include "../dsp/ParamView.h"
#include "../engine/Bus.h"
#include "../engine/Commands.h"
#include "../engine/Renderer.h"

namespace mediant::audio {

class DelayHistory {
 public:
  DelayHistory(double maxDelayTime, double sampleRate, int renderQuantumSize, int channels);

  double maxDelayFrames() const { return maxDelayFrames_; }

  // ---- control thread ----
  // Memory for channels beyond those there are, to be given to addChannels().
  std::vector<ZeroedFloats> makeChannels(int channels);

  // ---- render thread ----
  void addChannels(std::vector<ZeroedFloats>& channels);

  // Remembers the input of the quantum that begins at `frame`. Returns whether any of it is not zero.
  bool write(int64_t frame, const Signal& input);

  // The quantum that begins at `frame`, delayed by `delayFrames`: empty when all that is read is silence.
  // The output has as many channels as any quantum that is read.
  Signal read(Renderer& renderer, ParamView delayTime, double leastDelayFrames, ChannelInterpretation interpretation);

  // The frame after the newest input, and after the newest that is not zero.
  int64_t inputEnd() const { return inputEnd_; }
  int64_t soundEnd() const { return soundEnd_; }

 private:
  struct Quantum {
    int64_t frame = -1;  // which quantum is stored here; any other reads as silence
    int channels = 0;    // 0: silence
  };

  Quantum& quantumOf(int64_t frame) { return quanta_[static_cast<size_t>(frame / quantum_) % quanta_.size()]; }
  size_t indexOf(int64_t frame) const { return static_cast<size_t>(frame) % frames_; }
  int channelsBetween(int64_t first, int64_t last);
  void fillIn(Renderer& renderer, int64_t first, int64_t last, int channels, ChannelInterpretation interpretation);
  void copyFrom(float* y, const float* ring, int64_t first, size_t n) const;

  double sampleRate_;
  int quantum_;
  double maxDelayFrames_;
  size_t frames_;  // length of the ring, a multiple of the quantum
  std::vector<Quantum> quanta_;
  std::vector<ZeroedFloats> channels_;
  int channelsMade_ = 0;  // control thread
  int64_t inputEnd_ = 0;
  int64_t soundEnd_ = 0;
};

}  // namespace mediant::audio
