// What nodes have in common that go on sounding for a while when their input has ended.
// https://webaudio.github.io/web-audio-api/#tail-time
#pragma once

#include "ChannelPointers.h"
#include "NodeTypes.h"

namespace mediant::audio {

class FilterRenderer : public NodeRenderer {
 public:
  using NodeRenderer::NodeRenderer;

  void process(Renderer& renderer) final {
    Signal signal = takeInput(renderer, 0);
    if (signal) {
      tailChannels_ = signal.channels();
      renderer.activate(*this);
    } else if (active) {
      signal = renderer.silence(tailChannels_);
    } else {
      return;
    }
    silentFrames_ = signal.silent() ? silentFrames_ + renderer.quantum() : 0;
    signal = filter(renderer, std::move(signal));
    renderer.push(*this, 0, std::move(signal));
    if (silentFrames_ > 0 && settled(silentFrames_)) {
      renderer.deactivate(*this);
      reset();
    }
  }

 protected:
  // Filters a quantum, in place or into another bus. The signal may be silent, shared, and have a pending gain.
  virtual Signal filter(Renderer& renderer, Signal signal) = 0;
  // Whether silence in, after so many frames of it, would give silence out.
  virtual bool settled(uint64_t silentFrames) const = 0;
  virtual void reset() = 0;

 private:
  int tailChannels_ = 1;
  uint64_t silentFrames_ = 0;
};

}  // namespace mediant::audio
