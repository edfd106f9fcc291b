// https://webaudio.github.io/web-audio-api/#AudioWorkletNode
#include <algorithm>
#include <cstring>
#include <vector>

#include "../engine/AudioWorkletScope.h"
#include "../kernels/Kernels.h"
#include "NodeTypes.h"

namespace mediant::audio {

namespace {

// Arguments: whether the output has as many channels as the input, then the number of channels of each output.
class AudioWorkletRenderer final : public NodeRenderer {
 public:
  explicit AudioWorkletRenderer(const NodeSetup& setup)
      : NodeRenderer(setup),
        followsInput_(setup.argument(0, 0) != 0 && setup.inputs == 1 && setup.outputs == 1),
        layout_(static_cast<size_t>(setup.inputs + setup.paramCount + setup.outputs)),
        preparedLayout_(layout_.size(), -1),
        inputs_(static_cast<size_t>(setup.inputs)),
        params_(static_cast<size_t>(setup.paramCount)) {
    for (int i = 0; i < setup.outputs; ++i) {
      outputChannels_.push_back(std::clamp(static_cast<int>(setup.argument(1 + i, 1)), 1, kMaxChannels));
    }
    active = true;  // The active source flag is true at first.
  }

  void process(Renderer& renderer) override {
    AudioWorkletScope* scope = AudioWorkletScope::current();
    if (hasFailed_) return;
    if (scope == nullptr) return fail(renderer);
    collect(renderer);
    if (prepare(*scope)) {
      exchange(renderer, *scope);
    } else {
      fail(renderer);
    }
    for (Signal& input : inputs_) input.reset();
    for (ParamValues& param : params_) param.storage.reset();
  }

  void leave(Renderer& renderer) override {
    if (AudioWorkletScope* scope = AudioWorkletScope::current()) scope->release(id, &exchange_);
    NodeRenderer::leave(renderer);
  }

 private:
  // Takes what the node is fed with, and lays down how many channels there are.
  void collect(Renderer& renderer) {
    int* layout = layout_.data();
    for (int i = 0; i < inputCount(); ++i) {
      inputs_[static_cast<size_t>(i)] = takeInput(renderer, i);
      const Signal& input = inputs_[static_cast<size_t>(i)];
      *layout++ = input ? input.channels() : 0;
    }
    for (int i = 0; i < paramCount(); ++i) {
      ParamValues values = param(i).compute(renderer);
      *layout++ = values.values ? static_cast<int>(renderer.quantum()) : 1;
      params_[static_cast<size_t>(i)] = std::move(values);
    }
    for (int i = 0; i < outputCount(); ++i) {
      *layout++ = followsInput_ ? std::max(1, layout_[0]) : outputChannels_[static_cast<size_t>(i)];
    }
  }

  bool prepare(AudioWorkletScope& scope) {
    if (exchange_.processor != AudioWorkletScope::Exchange::kNone && layout_ == preparedLayout_) return true;
    preparedLayout_ = layout_;
    return scope.prepare(id, layout_.data(), inputCount(), paramCount(), outputCount(), &exchange_);
  }

  void exchange(Renderer& renderer, AudioWorkletScope& scope) {
    const size_t quantum = renderer.quantum();
    float* to = exchange_.samples;
    for (const Signal& input : inputs_) {
      if (!input) continue;
      for (int channel = 0; channel < input.channels(); ++channel, to += quantum) {
        input.silent() ? kernels().fill(to, 0, quantum) : kernels().scale(to, input.channel(channel), input.gain(), quantum);
      }
    }
    for (const ParamValues& param : params_) {
      if (param.values) {
        std::memcpy(to, param.values, quantum * sizeof(float));
        to += quantum;
      } else {
        *to++ = param.value;
      }
    }
    const AudioWorkletScope::Result result = scope.process(exchange_, renderer.frame());
    if (result == AudioWorkletScope::Result::Failed) return fail(renderer);
    send(renderer, to);
    setActiveSource(renderer, result == AudioWorkletScope::Result::Active);
  }

  void send(Renderer& renderer, const float* samples) {
    const size_t quantum = renderer.quantum();
    const int* const channels = layout_.data() + inputCount() + paramCount();
    for (int i = 0; i < outputCount(); samples += static_cast<size_t>(channels[i++]) * quantum) {
      if (output(i).count == 0) continue;
      Signal signal = renderer.allocate(channels[i]);
      for (int channel = 0; channel < channels[i]; ++channel) {
        std::memcpy(signal.channel(channel), samples + static_cast<size_t>(channel) * quantum, quantum * sizeof(float));
      }
      renderer.push(*this, i, std::move(signal));
    }
  }

  // An active source runs in every quantum; any other only when it has input.
  void setActiveSource(Renderer& renderer, bool isActiveSource) {
    isActiveSource ? renderer.activate(*this) : renderer.deactivate(*this);
    if (isActiveSource == isActiveSource_) return;
    isActiveSource_ = isActiveSource;
    renderer.postEvent(EngineEvent::ActiveSource, id, isActiveSource, 0);
  }

  // Silence for the rest of its life.
  void fail(Renderer& renderer) {
    hasFailed_ = true;
    setActiveSource(renderer, false);
  }

  const bool followsInput_;
  bool hasFailed_ = false;      // [[callable process]] is false
  bool isActiveSource_ = true;  // what the control thread has been told
  std::vector<int> outputChannels_;
  std::vector<int> layout_;          // of this quantum: channels of the inputs, lengths of the parameters, channels of the outputs
  std::vector<int> preparedLayout_;  // that the exchange fits
  AudioWorkletScope::Exchange exchange_;
  std::vector<Signal> inputs_;
  std::vector<ParamValues> params_;
};

int mostOutputChannels(const NodeSetup& setup) {
  int most = 1;
  for (int i = 0; i < setup.outputs; ++i) most = std::max(most, static_cast<int>(setup.argument(1 + i, 1)));
  return std::min(most, kMaxChannels);
}

}  // namespace

const NodeType kAudioWorkletType = {NodeKind::AudioWorklet, 0, 0, 0, makeNode<AudioWorkletRenderer>, nullptr, 0,
                                    false, true, false, mostOutputChannels};

}  // namespace mediant::audio
