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
        layout_(static_cast<size_t>(setup.inputs + setup.outputs + setup.paramCount)),
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
    if (float* const* arrays = scope->arrays(id, layout_.data(), inputCount(), outputCount(), paramCount())) {
      exchange(renderer, *scope, arrays);
    } else {
      fail(renderer);
    }
    for (Signal& input : inputs_) input.reset();
    for (ParamValues& param : params_) param.storage.reset();
  }

  void leave(Renderer& renderer) override {
    if (AudioWorkletScope* scope = AudioWorkletScope::current()) scope->release(id);
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
    for (int i = 0; i < outputCount(); ++i) {
      *layout++ = followsInput_ ? std::max(1, layout_[0]) : outputChannels_[static_cast<size_t>(i)];
    }
    for (int i = 0; i < paramCount(); ++i) {
      ParamValues values = param(i).compute(renderer);
      *layout++ = values.values ? static_cast<int>(renderer.quantum()) : 1;
      params_[static_cast<size_t>(i)] = std::move(values);
    }
  }

  void exchange(Renderer& renderer, AudioWorkletScope& scope, float* const* arrays) {
    const size_t quantum = renderer.quantum();
    for (const Signal& input : inputs_) {
      for (int channel = 0; input && channel < input.channels(); ++channel) {
        float* to = *arrays++;
        input.silent() ? kernels().fill(to, 0, quantum) : kernels().scale(to, input.channel(channel), input.gain(), quantum);
      }
    }
    float* const* const outputs = arrays;
    const int* const outputLayout = layout_.data() + inputCount();
    for (int i = 0; i < outputCount(); ++i) {
      for (int channel = 0; channel < outputLayout[i]; ++channel) kernels().fill(*arrays++, 0, quantum);
    }
    for (const ParamValues& param : params_) {
      float* to = *arrays++;
      if (param.values) {
        std::memcpy(to, param.values, quantum * sizeof(float));
      } else {
        to[0] = param.value;
      }
    }

    bool hasOutputs = false;
    const AudioWorkletScope::Result result = scope.process(id, &hasOutputs);
    if (result == AudioWorkletScope::Result::Failed) return fail(renderer);
    if (hasOutputs) send(renderer, outputs, outputLayout);
    setActiveSource(renderer, result == AudioWorkletScope::Result::Active);
  }

  void send(Renderer& renderer, float* const* samples, const int* layout) {
    for (int i = 0; i < outputCount(); samples += layout[i++]) {
      if (output(i).count == 0) continue;
      Signal signal = renderer.allocate(layout[i]);
      for (int channel = 0; channel < layout[i]; ++channel) {
        std::memcpy(signal.channel(channel), samples[channel], renderer.quantum() * sizeof(float));
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
  std::vector<int> layout_;  // of this quantum: channels of the inputs and of the outputs, lengths of the parameters
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
