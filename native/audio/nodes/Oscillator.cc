// https://webaudio.github.io/web-audio-api/#OscillatorNode
#include "../dsp/Oscillator.h"

#include "../dsp/PeriodicWave.h"
#include "../kernels/Kernels.h"
#include "ScheduledSource.h"

namespace mediant::audio {

namespace {

class OscillatorRenderer final : public SpanSource {
 public:
  explicit OscillatorRenderer(const NodeSetup& setup) : SpanSource(setup), oscillator_(setup.sampleRate) {}

  // The wave so far is left in `wave`, to be let go on the control thread.
  void exchangeWave(std::shared_ptr<const PeriodicWave>& wave) {
    wave_.swap(wave);
    oscillator_.setWave(wave_.get());
  }

 protected:
  void produce(Renderer& renderer, float* output, size_t from, size_t to) override {
    if (!started_) {
      started_ = true;
      oscillator_.start(static_cast<double>(startFrame()) - startTime() * renderer.sampleRate());
    }
    const ParamValues frequency = param(0).compute(renderer);
    const ParamValues detune = param(1).compute(renderer);
    oscillator_.render(output + from, to - from, frequency.from(from), detune.from(from));
  }

 private:
  Oscillator oscillator_;
  std::shared_ptr<const PeriodicWave> wave_;
  bool started_ = false;
};

void postWave(const NodeMessage& message, std::shared_ptr<const PeriodicWave> wave) {
  message.batch.post([node = rendererOf<OscillatorRenderer>(message), wave = std::move(wave)]() mutable {
    node->exchangeWave(wave);
  });
}

void setOscillatorType(const NodeMessage& message) {
  const OscillatorType type = message.choice<OscillatorType>(0, static_cast<int>(OscillatorType::Custom));
  postWave(message, PeriodicWave::standard(type, message.sampleRate));
}

void setPeriodicWave(const NodeMessage& message) {
  if (message.attachmentCount != 2) return;
  const Lease& real = *message.attachments[0];
  const Lease& imag = *message.attachments[1];
  if (real.length() < 2 || real.length() != imag.length()) return;
  postWave(message, std::make_shared<const PeriodicWave>(message.sampleRate, real.data(), imag.data(), real.length(), message.flag(0)));
}

const NodeMessageHandler kHandlers[] = {
    {NodeOp::Start, SpanSource::handleStart},
    {NodeOp::Stop, SpanSource::handleStop},
    {NodeOp::SetOscillatorType, setOscillatorType},
    {NodeOp::SetPeriodicWave, setPeriodicWave},
};

}  // namespace

const NodeType kOscillatorType = {NodeKind::Oscillator, 0, 1, 2, makeNode<OscillatorRenderer>, kHandlers, 4, true};

}  // namespace mediant::audio
