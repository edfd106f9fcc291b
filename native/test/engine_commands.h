// Builds graphs by commands, as the control thread's API objects do, and renders them without a thread.
#pragma once

#include <cstdint>
#include <functional>
#include <initializer_list>
#include <limits>
#include <memory>
#include <vector>

#include "audio/engine/Engine.h"
#include "base/SharedDouble.h"

namespace mediant::audio {

// Writes commands. Nodes are made with what their interfaces have by default.
class CommandWriter {
 public:
  std::vector<double> words;
  std::vector<Attachment> attachments;

  void add(Command command, std::initializer_list<double> operands) {
    words.push_back(static_cast<double>(command));
    words.insert(words.end(), operands);
  }
  struct Param {
    double value;
    double least = -std::numeric_limits<float>::max();
    double most = std::numeric_limits<float>::max();
    AutomationRate rate = AutomationRate::ARate;
  };
  int create(int node, NodeKind kind, int inputs, int outputs, std::vector<Param> params = {}, std::vector<double> arguments = {},
             int channelCount = 2, ChannelCountMode mode = ChannelCountMode::Max,
             ChannelInterpretation interpretation = ChannelInterpretation::Speakers) {
    add(Command::CreateNode, {double(node), double(kind), double(inputs), double(outputs), double(channelCount), double(mode),
                              double(interpretation), double(params.size())});
    for (const Param& p : params) words.insert(words.end(), {p.value, p.least, p.most, double(p.rate), p.value});
    words.push_back(double(arguments.size()));
    words.insert(words.end(), arguments.begin(), arguments.end());
    return node;
  }
  int gain(int node, double value = 1) { return create(node, NodeKind::Gain, 1, 1, {{value}}); }
  int constant(int node, double value = 1) { return create(node, NodeKind::ConstantSource, 0, 1, {{value}}); }
  int oscillator(int node, double frequency = 440) { return create(node, NodeKind::Oscillator, 0, 1, {{frequency}, {0}}); }
  int bufferSource(int node) {
    return create(node, NodeKind::BufferSource, 0, 1, {{1, -3.4e38, 3.4e38, AutomationRate::KRate}, {0, -3.4e38, 3.4e38, AutomationRate::KRate}});
  }
  int analyser(int node) { return create(node, NodeKind::Analyser, 1, 1); }
  int splitter(int node, int outputs) {
    return create(node, NodeKind::ChannelSplitter, 1, outputs, {}, {}, outputs, ChannelCountMode::Explicit, ChannelInterpretation::Discrete);
  }
  int merger(int node, int inputs) { return create(node, NodeKind::ChannelMerger, inputs, 1, {}, {}, 1, ChannelCountMode::Explicit); }
  int delay(int node, double seconds, double maxDelay = 1) { return create(node, NodeKind::Delay, 1, 1, {{seconds, 0, maxDelay}}, {maxDelay}); }

  void connect(int source, int destination, int output = 0, int input = 0) {
    add(Command::Connect, {double(source), double(output), double(destination), double(input)});
  }
  void disconnect(int source, int destination, int output = 0, int input = 0) {
    add(Command::Disconnect, {double(source), double(output), double(destination), double(input)});
  }
  void connectParam(int source, int destination, int param, int output = 0) {
    add(Command::ConnectParam, {double(source), double(output), double(destination), double(param)});
  }
  void disconnectParam(int source, int destination, int param, int output = 0) {
    add(Command::DisconnectParam, {double(source), double(output), double(destination), double(param)});
  }
  void release(int node) { add(Command::ReleaseNode, {double(node)}); }
  void start(int node, double when = 0, double offset = 0, double duration = -1) {
    message(node, NodeOp::Start, {when, offset, duration});
  }
  void stop(int node, double when = 0) { message(node, NodeOp::Stop, {when}); }
  void message(int node, NodeOp op, std::vector<double> arguments, int firstAttachment = -1, int attachmentCount = 0) {
    add(Command::Message, {double(node), double(op), double(firstAttachment), double(attachmentCount), double(arguments.size())});
    words.insert(words.end(), arguments.begin(), arguments.end());
  }
  void paramEvent(int node, int param, ParamEventType type, double value, double time, double extra = 0, int attachment = -1) {
    add(Command::ParamEvent, {double(node), double(param), double(type), value, time, extra, double(attachment)});
  }
  void setValue(int node, int param, double value, double time = 0) { paramEvent(node, param, ParamEventType::SetValue, value, time); }
  int attach(const float* data, size_t length, void* owner = nullptr, void (*release)(void*) = nullptr) {
    attachments.push_back({data, length, owner, release});
    return static_cast<int>(attachments.size()) - 1;
  }
};

class TestEngine : public CommandWriter {
 public:
  explicit TestEngine(int channels = 1, int quantum = 128, double sampleRate = 48000)
      : channels(channels), quantum(quantum), engine(new Engine({sampleRate, quantum, channels, true}, state)) {}

  uint64_t submit() {
    const uint64_t serial = engine->submit(words.data(), words.size(), attachments.data(), attachments.size());
    words.clear();
    attachments.clear();
    return serial;
  }
  // Submits what has been written and renders whole quanta; the output of all channels, one after the other.
  std::vector<std::vector<float>> render(int quanta) {
    if (!words.empty()) submit();
    std::vector<std::vector<float>> output(static_cast<size_t>(channels), std::vector<float>(static_cast<size_t>(quanta * quantum)));
    std::vector<float*> pointers(static_cast<size_t>(channels));
    for (int i = 0; i < quanta; ++i) {
      for (int c = 0; c < channels; ++c) pointers[static_cast<size_t>(c)] = output[static_cast<size_t>(c)].data() + i * quantum;
      engine->render(pointers.data(), channels);
    }
    return output;
  }
  struct Event {
    EngineEvent type;
    double a, b, c;
  };
  std::vector<Event> events() {
    std::vector<Event> list;
    double words[64];
    while (size_t count = engine->takeEvents(words, 64)) {
      for (size_t i = 0; i < count; i += 4) list.push_back({static_cast<EngineEvent>(static_cast<int>(words[i])), words[i + 1], words[i + 2], words[i + 3]});
    }
    return list;
  }
  double word(StateWord word) const { return loadShared(&state[static_cast<int>(word)]); }

  const int channels;
  const int quantum;
  double state[static_cast<int>(StateWord::Count)] = {};
  std::unique_ptr<Engine> engine;
};

}  // namespace mediant::audio
