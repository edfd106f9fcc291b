#include "RandomGraph.h"

#include <algorithm>

#include "audio/engine/Bus.h"
#include "test/hrtf_fixture.h"
#include "test/ring_memory.h"

namespace mediant::fuzz {

using namespace audio;

namespace {

constexpr size_t kMostNodes = 40;  // that script holds
constexpr double kAnyFrequency = 384000;
constexpr auto kKRate = AutomationRate::KRate;

std::atomic<long> lent{0};

}  // namespace

struct RandomGraph::Shape {
  NodeKind kind;
  int inputs, outputs;  // where a range, the most
  std::vector<Range> params;
  void (RandomGraph::*configure)(const Node& node) = nullptr;
  bool source = false;
  bool anyPorts = false;  // one to `inputs` inputs and one to `outputs` outputs
  int channelCount = 2;
  ChannelCountMode mode = ChannelCountMode::Max;
};

const RandomGraph::Shape RandomGraph::kShapes[] = {
    {NodeKind::Gain, 1, 1, {{-1, 1}}},
    {NodeKind::ConstantSource, 0, 1, {{-1, 1}}, nullptr, true},
    {NodeKind::Oscillator, 0, 1, {{-kAnyFrequency, kAnyFrequency}, {-9600, 9600}}, &RandomGraph::setOscillator, true},
    {NodeKind::BufferSource, 0, 1, {{-4, 4, kKRate}, {-4800, 4800, kKRate}}, &RandomGraph::setBuffer, true},
    {NodeKind::Analyser, 1, 1, {}, &RandomGraph::setAnalyser},
    {NodeKind::ChannelSplitter, 1, 8, {}, nullptr, false, true, 8, ChannelCountMode::Explicit},
    {NodeKind::ChannelMerger, 8, 1, {}, nullptr, false, true, 1, ChannelCountMode::Explicit},
    {NodeKind::Delay, 1, 1, {{0, 0.05}}},
    {NodeKind::Biquad, 1, 1, {{100, 1400}, {-100, 100}, {-20, 20}, {-20, 20}}, &RandomGraph::setBiquad},
    {NodeKind::IIRFilter, 1, 1, {}},
    {NodeKind::WaveShaper, 1, 1, {}, &RandomGraph::setCurve},
    {NodeKind::StereoPanner, 1, 1, {{-1, 1}}, nullptr, false, false, 2, ChannelCountMode::ClampedMax},
    {NodeKind::Panner, 1, 1, {{-10, 10}, {-10, 10}, {-10, 10}, {-1, 1}, {-1, 1}, {-1, 1}}, &RandomGraph::setPanner, false, false, 2,
     ChannelCountMode::ClampedMax},
    {NodeKind::Listener, 0, 0, {{-10, 10}, {-10, 10}, {-10, 10}, {-1, 1}, {-1, 1}, {-1, 1}, {-1, 1}, {-1, 1}, {-1, 1}}, &RandomGraph::setHrtf},
    {NodeKind::MediaStreamDestination, 1, 0, {}, &RandomGraph::setRing},
    {NodeKind::MediaStreamSource, 0, 1, {}, &RandomGraph::setRing},
    {NodeKind::Convolver, 1, 1, {}, &RandomGraph::setResponse, false, false, 2, ChannelCountMode::ClampedMax},
    {NodeKind::DynamicsCompressor, 1, 1, {{-100, 0, kKRate}, {0, 40, kKRate}, {1, 20, kKRate}, {0, 0.1, kKRate}, {0, 0.1, kKRate}}, nullptr,
     false, false, 2, ChannelCountMode::ClampedMax},
    {NodeKind::ScriptProcessor, 1, 1, {}, &RandomGraph::setScriptBlocks, false, false, 2, ChannelCountMode::Explicit},
    {NodeKind::AudioWorklet, 3, 3, {{0, 1}, {-1, 1, kKRate}}, nullptr, false, true},
};

long RandomGraph::lentArrays() { return lent; }

size_t RandomGraph::anyIndex() {
  // The newest most of the time.
  const int count = static_cast<int>(nodes_.size());
  return static_cast<size_t>(choices_.oneIn(2) ? choices_.below(count) : count - 1 - choices_.below(std::min(count, 8)));
}

void RandomGraph::step(double now) {
  static constexpr Operation kOperations[] = {
      &RandomGraph::create,     &RandomGraph::create,  &RandomGraph::connect,    &RandomGraph::connect,      &RandomGraph::connect,
      &RandomGraph::disconnect, &RandomGraph::start,   &RandomGraph::start,      &RandomGraph::stop,         &RandomGraph::automate,
      &RandomGraph::automate,   &RandomGraph::cancel,  &RandomGraph::configure,  &RandomGraph::connectParam, &RandomGraph::disconnectParam,
      &RandomGraph::setRate,    &RandomGraph::release, &RandomGraph::setChannels, &RandomGraph::nonsense,
  };
  now_ = now;
  ++operations;
  const Operation operation = choices_.of(kOperations);
  if (nodes_.empty() || nodes_.size() < 3) return create();
  if (nodes_.size() >= kMostNodes && operation == &RandomGraph::create) return release();
  (this->*operation)();
}

void RandomGraph::create() {
  const Shape& shape = choices_.of(kShapes);
  Node node{wild() && choices_.oneIn(32) && next_ > 2 ? 1 + choices_.below(next_) : next_++, &shape, shape.inputs, shape.outputs};
  if (shape.anyPorts) {
    node.inputs = std::max(1, choices_.below(shape.inputs + 1));
    node.outputs = std::max(1, choices_.below(shape.outputs + 1));
  }
  std::vector<CommandWriter::Param> params;
  for (const Range& range : shape.params) params.push_back({valueIn(range), range.least, range.most, range.rate});
  std::vector<double> arguments;
  if (shape.kind == NodeKind::Delay) {
    arguments = {0.05};
  } else if (shape.kind == NodeKind::Biquad) {
    arguments = {double(choices_.below(8))};
  } else if (shape.kind == NodeKind::IIRFilter) {
    arguments = choices_.oneIn(2) ? std::vector<double>{1, 2, 0.5, 1, -0.9} : std::vector<double>{3, 3, 0.2, 0.1, 0.3, 1, -1.2, 0.5};
  } else if (shape.kind == NodeKind::ScriptProcessor) {
    arguments = {256, 2, 2, 2};
  } else if (shape.kind == NodeKind::AudioWorklet) {
    arguments = {double(choices_.below(2))};
    for (int i = 0; i < node.outputs; ++i) arguments.push_back(1 + choices_.below(choices_.oneIn(8) ? kMaxChannels : 2));
  }
  if (wild() && choices_.oneIn(16)) {
    for (double& argument : arguments) argument = choices_.anything();
    node.inputs = choices_.below(4);
    node.outputs = choices_.below(4);
    params.resize(static_cast<size_t>(choices_.below(static_cast<int>(params.size()) + 1)), {0});
  }
  out_.create(node.id, shape.kind, node.inputs, node.outputs, params, arguments, shape.channelCount, shape.mode);
  if (shape.configure) (this->*shape.configure)(node);
  nodes_.push_back(node);
}

// The nodes of a connection. In a tame graph they lead from the older to the newer, so that there is no cycle.
const RandomGraph::Node* RandomGraph::ends(const Node** to) {
  size_t a = anyIndex(), b = anyIndex();
  if (!wild() && a > b) std::swap(a, b);
  *to = &nodes_[b];
  return !wild() && a == b ? nullptr : &nodes_[a];
}

void RandomGraph::connect() {
  const Node* to = nullptr;
  const Node* from = ends(&to);
  if (from == nullptr) return;
  const int output = choices_.below(std::max(1, from->outputs));
  choices_.oneIn(3) ? out_.connect(from->id, 1, output) : out_.connect(from->id, to->id, output, choices_.below(std::max(1, to->inputs)));
}

void RandomGraph::disconnect() {
  const Node* to = nullptr;
  const Node* from = ends(&to);
  if (from == nullptr) return;
  const int output = choices_.below(std::max(1, from->outputs));
  choices_.oneIn(3) ? out_.disconnect(from->id, 1, output)
                    : out_.disconnect(from->id, to->id, output, choices_.below(std::max(1, to->inputs)));
}

void RandomGraph::connectParam() {
  const Node* to = nullptr;
  const Node* from = ends(&to);
  if (from == nullptr || to->shape->params.empty()) return;
  // Filters that are moved as fast as their input may grow without bounds.
  if (!wild() && to->shape->kind == NodeKind::Biquad) return;
  out_.connectParam(from->id, to->id, choices_.below(static_cast<int>(to->shape->params.size())), choices_.below(std::max(1, from->outputs)));
}

void RandomGraph::disconnectParam() {
  const Node* to = nullptr;
  const Node* from = ends(&to);
  if (from == nullptr || to->shape->params.empty()) return;
  out_.disconnectParam(from->id, to->id, choices_.below(static_cast<int>(to->shape->params.size())), choices_.below(std::max(1, from->outputs)));
}

void RandomGraph::release() {
  const size_t index = anyIndex();
  out_.release(nodes_[index].id);
  // Nobody stops what nobody holds.
  if (nodes_[index].started) out_.stop(nodes_[index].id, soon());
  nodes_.erase(nodes_.begin() + static_cast<std::ptrdiff_t>(index));
}

void RandomGraph::start() {
  for (size_t i = nodes_.size(); i-- > 0;) {
    Node& node = nodes_[i];
    if (!node.shape->source || (node.started && !wild())) continue;
    node.started = true;
    out_.start(node.id, soon(), choices_.between(0, 0.02), choices_.oneIn(2) ? -1 : choices_.between(0, 0.05));
    return;
  }
}

void RandomGraph::stop() {
  const Node& node = nodes_[anyIndex()];
  if (node.started || wild()) out_.stop(node.id, soon());
}

void RandomGraph::automate() {
  const Node& node = nodes_[anyIndex()];
  if (node.shape->params.empty()) return;
  const int param = choices_.below(static_cast<int>(node.shape->params.size()));
  const auto type = static_cast<ParamEventType>(choices_.below(5));
  const double value = valueIn(node.shape->params[static_cast<size_t>(param)]);
  const double time = std::max(now_, soon());
  const int curve = type == ParamEventType::SetValueCurve ? attach(static_cast<size_t>(2 + choices_.below(20))) : -1;
  out_.paramEvent(node.id, param, type, value, time, choices_.oneIn(8) ? 0 : choices_.between(0, 0.03), curve);
}

void RandomGraph::cancel() {
  const Node& node = nodes_[anyIndex()];
  if (node.shape->params.empty()) return;
  const int param = choices_.below(static_cast<int>(node.shape->params.size()));
  out_.add(choices_.oneIn(2) ? Command::ParamCancel : Command::ParamCancelAndHold, {double(node.id), double(param), soon()});
}

void RandomGraph::setRate() {
  const Node& node = nodes_[anyIndex()];
  if (node.shape->params.empty()) return;
  const int param = choices_.below(static_cast<int>(node.shape->params.size()));
  if (node.shape->params[static_cast<size_t>(param)].rate == kKRate && !wild()) return;
  out_.add(Command::ParamSetRate, {double(node.id), double(param), double(choices_.below(2))});
}

void RandomGraph::setChannels() {
  const Node& node = nodes_[anyIndex()];
  const bool isStereo = node.shape->mode == ChannelCountMode::ClampedMax;
  if (node.shape->mode == ChannelCountMode::Explicit && !wild()) return;
  const int count = isStereo && !wild() ? 1 + choices_.below(2) : 1 + choices_.below(choices_.oneIn(8) ? kMaxChannels : 6);
  const int mode = isStereo && !wild() ? 1 + choices_.below(2) : choices_.below(3);
  out_.add(Command::SetChannels, {double(node.id), double(count), double(mode), double(choices_.below(2))});
}

void RandomGraph::configure() {
  const Node& node = nodes_[anyIndex()];
  if (node.shape->configure) (this->*node.shape->configure)(node);
}

void RandomGraph::nonsense() {
  if (!wild() || !choices_.oneIn(8)) return;
  for (int i = choices_.below(12); i >= 0; --i) out_.words.push_back(choices_.oneIn(2) ? choices_.below(16) : choices_.anything());
}

void RandomGraph::end() {
  for (const Node& node : nodes_) {
    if (node.started) out_.stop(node.id, 0);
    out_.release(node.id);
  }
  nodes_.clear();
}

template <typename Owner>
int RandomGraph::lend(Owner* owner, const float* data, size_t length) {
  ++lent;
  return out_.attach(data, length, owner, [](void* lentOwner) {
    --lent;
    delete static_cast<Owner*>(lentOwner);
  });
}

int RandomGraph::attach(size_t length) {
  auto* samples = new std::vector<float>(length);
  uint32_t state = static_cast<uint32_t>(choices_.below(65536));
  for (float& sample : *samples) sample = static_cast<float>((state = state * 1664525u + 1013904223u) >> 8) / 8388608.0f - 1;
  if (wild() && choices_.oneIn(4)) (*samples)[static_cast<size_t>(choices_.below(static_cast<int>(length)))] = static_cast<float>(choices_.anything());
  return lend(samples, samples->data(), length);
}

void RandomGraph::message(int node, NodeOp op, std::vector<double> arguments, int firstAttachment, int attachmentCount) {
  if (wild() && choices_.oneIn(16)) {
    for (double& argument : arguments) argument = choices_.anything();
  }
  out_.message(node, op, arguments, firstAttachment, attachmentCount);
}

void RandomGraph::setBuffer(const Node& node) {
  if (choices_.oneIn(2)) {
    const double end = choices_.between(0, 0.01);
    message(node.id, NodeOp::SetLoop, {double(choices_.below(2)), choices_.between(0, end), end});
  }
  if (choices_.oneIn(8)) return message(node.id, NodeOp::SetBuffer, {0});
  const int channels = choices_.oneIn(16) ? kMaxChannels : 1 + choices_.below(3);
  const size_t length = static_cast<size_t>(1 + choices_.below(60));
  const int first = attach(length);
  for (int i = 1; i < channels; ++i) attach(length);
  message(node.id, NodeOp::SetBuffer, {choices_.oneIn(2) ? sampleRate_ : choices_.between(3000, 768000)}, first, channels);
}

void RandomGraph::setOscillator(const Node& node) {
  if (choices_.oneIn(2)) return message(node.id, NodeOp::SetOscillatorType, {double(choices_.below(4))});
  const size_t length = static_cast<size_t>(2 + choices_.below(30));
  const int real = attach(length);
  attach(length);
  message(node.id, NodeOp::SetPeriodicWave, {double(choices_.below(2))}, real, 2);
}

void RandomGraph::setAnalyser(const Node& node) {
  message(node.id, NodeOp::SetFftSize, {double(32 << choices_.below(6))});
  message(node.id, NodeOp::SetSmoothing, {choices_.between(0, 1)});
}

void RandomGraph::setBiquad(const Node& node) { message(node.id, NodeOp::SetBiquadType, {double(choices_.below(8))}); }

void RandomGraph::setCurve(const Node& node) {
  if (choices_.oneIn(8)) return message(node.id, NodeOp::SetCurve, {double(choices_.below(3))});
  // Zero in the middle: another curve sounds for ever.
  static const float kCurves[][3] = {{-1, 0, 1}, {0.5f, 0, -0.25f}};
  const float* curve = choices_.of(kCurves);
  const int attachment = wild() ? attach(static_cast<size_t>(2 + choices_.below(20))) : out_.attach(curve, 3);
  message(node.id, NodeOp::SetCurve, {double(choices_.below(3))}, attachment, 1);
}

void RandomGraph::setPanner(const Node& node) {
  message(node.id, NodeOp::SetPanner,
          {double(choices_.below(2)), double(choices_.below(3)), choices_.between(0, 2), choices_.between(2, 100), choices_.between(0, 1),
           choices_.between(0, 360), choices_.between(0, 360), choices_.between(0, 1)});
}

void RandomGraph::setResponse(const Node& node) {
  message(node.id, NodeOp::SetNormalize, {double(choices_.below(2))});
  if (choices_.oneIn(8)) return message(node.id, NodeOp::SetBuffer, {sampleRate_});
  const int channels = 1 << choices_.below(3);
  const size_t length = static_cast<size_t>(1 + choices_.below(choices_.oneIn(8) ? 2000 : 40));
  const int first = attach(length);
  for (int i = 1; i < channels; ++i) attach(length);
  message(node.id, NodeOp::SetBuffer, {sampleRate_}, first, channels);
}

void RandomGraph::setScriptBlocks(const Node& node) {
  constexpr size_t kBlocks = 3, kChannels = 4;
  message(node.id, NodeOp::SetScriptBlocks, {}, attach(256 * kBlocks * kChannels), 1);
}

void RandomGraph::setHrtf(const Node& node) {
  if (!choices_.oneIn(16)) return;  // making a set of them takes long
  static const std::vector<float> responses = HrtfFixture().words();
  auto* words = new std::vector<float>(responses);
  if (wild() && choices_.oneIn(2)) {
    if (choices_.oneIn(2)) words->resize(static_cast<size_t>(1 + choices_.below(static_cast<int>(words->size()))));
    for (int i = choices_.below(3); i > 0; --i) {
      (*words)[static_cast<size_t>(choices_.below(choices_.oneIn(2) ? 20 : static_cast<int>(words->size())) % static_cast<int>(words->size()))] =
          static_cast<float>(choices_.anything());
    }
  }
  message(node.id, NodeOp::SetHrtf, {}, lend(words, words->data(), words->size()), 1);
}

void RandomGraph::setRing(const Node& node) {
  if (choices_.oneIn(4)) return message(node.id, NodeOp::SetRing, {});
  auto* memory = new RingMemory(1 + choices_.below(3), size_t{64} << choices_.below(5), choices_.oneIn(2) ? sampleRate_ : choices_.between(3000, 768000));
  if (wild() && choices_.oneIn(4)) memory->words[static_cast<size_t>(choices_.below(static_cast<int>(RingWord::Count)))] = choices_.anything();
  if (PcmRing ring = memory->ring()) {
    // As if somebody had written to it.
    std::vector<float> samples(50, 0.5f);
    const float* channels[kMaxChannels] = {samples.data()};
    ring.start(choices_.below(1000));
    ring.write(channels, samples.size(), now_, 1 / ring.sampleRate());
  }
  message(node.id, NodeOp::SetRing, {double(choices_.below(2)), choices_.between(0, 0.05)}, lend(memory, memory->data(), memory->length()), 1);
}

bool RandomScope::prepare(int node, const int* layout, int inputs, int params, int outputs, Exchange* exchange) {
  if (choices_.oneIn(64)) return false;
  if (memory_.size() <= static_cast<size_t>(node)) memory_.resize(static_cast<size_t>(node) + 1);
  Memory& memory = memory_[static_cast<size_t>(node)];
  size_t length = 0;
  for (int i = 0; i < inputs + params + outputs; ++i) {
    if (i == inputs + params) memory.firstOutput = length;
    const bool isParam = i >= inputs && i < inputs + params;
    length += static_cast<size_t>(layout[i]) * (isParam ? 1 : quantum_);
  }
  memory.samples.assign(length, 0);
  *exchange = {memory.samples.data(), node};
  return true;
}

AudioWorkletScope::Result RandomScope::process(const Exchange& exchange, int64_t) {
  Memory& memory = memory_[static_cast<size_t>(exchange.processor)];
  for (size_t i = memory.firstOutput; i < memory.samples.size(); ++i) memory.samples[i] = static_cast<float>(i % 7) / 7;
  if (ending_) return Result::Inactive;
  return choices_.oneIn(64) ? Result::Failed : choices_.oneIn(2) ? Result::Active : Result::Inactive;
}

void RandomScope::release(int node, Exchange* exchange) {
  if (static_cast<size_t>(node) < memory_.size()) memory_[static_cast<size_t>(node)] = {};
  *exchange = {};
}

}  // namespace mediant::fuzz
