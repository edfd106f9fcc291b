// Decodes the command stream. Commands come from a typed array that script cannot reach, but nothing here relies on
// that: a command with an operand out of range is ignored, and the rest of a batch whose commands cannot be told apart
// any more.
#include <algorithm>
#include <cmath>

#include "Graph.h"

namespace mediant::audio {

namespace {

constexpr int kMaxPorts = 1024;     // inputs, outputs and params of a node
constexpr int kMaxArguments = 4096;

}  // namespace

class Graph::Reader {
 public:
  Reader(const double* words, size_t count) : words_(words), end_(words + count) {}

  bool atEnd() const { return words_ == end_; }
  bool lost() const { return lost_; }  // the stream makes no sense from here on

  // Starts a command.
  int opcode() {
    valid_ = true;
    return integer(0, 255);
  }
  bool valid() const { return valid_ && !lost_; }

  double number() {
    if (words_ == end_) {
      lost_ = true;
      return 0;
    }
    return *words_++;
  }
  // A finite number; NaN and infinities make the command invalid.
  double finite() {
    const double value = number();
    if (!std::isfinite(value)) valid_ = false;
    return value;
  }
  // The same, as a float.
  float single() {
    const float value = static_cast<float>(number());
    if (!std::isfinite(value)) valid_ = false;
    return value;
  }
  int integer(int low, int high) {
    const double value = number();
    if (!(value >= low && value <= high)) {
      valid_ = false;
      return low;
    }
    return static_cast<int>(value);
  }
  // A count of words that follow; a wrong one loses the stream.
  int count(int high) {
    const int value = integer(0, high);
    if (!valid_) lost_ = true;
    return value;
  }
  const double* take(int n) {
    if (end_ - words_ < n) {
      lost_ = true;
      return nullptr;
    }
    words_ += n;
    return words_ - n;
  }
  int node() { return integer(1, INT32_MAX); }
  int port() { return integer(0, kMaxPorts - 1); }
  template <typename Enum>
  Enum choice(Enum last) {
    return static_cast<Enum>(integer(0, static_cast<int>(last)));
  }

 private:
  const double* words_;
  const double* end_;
  bool valid_ = true;
  bool lost_ = false;
};

const Graph::CommandHandler Graph::kCommandHandlers[] = {
    {Command::CreateNode, &Graph::createNode},
    {Command::ReleaseNode, &Graph::releaseNode},
    {Command::SetChannels, &Graph::setChannels},
    {Command::Connect, &Graph::connect},
    {Command::ConnectParam, &Graph::connectParam},
    {Command::Disconnect, &Graph::disconnect},
    {Command::DisconnectParam, &Graph::disconnectParam},
    {Command::ParamSetRate, &Graph::setParamRate},
    {Command::ParamEvent, &Graph::paramEvent},
    {Command::ParamCancel, &Graph::cancelScheduledValues},
    {Command::ParamCancelAndHold, &Graph::cancelAndHoldAtTime},
    {Command::Message, &Graph::message},
};

uint64_t Graph::submit(const double* words, size_t count, const Attachment* attachments, size_t attachmentCount) {
  collect();
  const uint64_t serial = ++serial_;
  batch_ = std::make_unique<Batch>(serial);
  for (size_t i = 0; i < attachmentCount; ++i) attachments_.push_back(std::make_shared<Lease>(attachments[i]));

  Reader reader(words, count);
  constexpr int kCommands = static_cast<int>(sizeof kCommandHandlers / sizeof kCommandHandlers[0]);
  while (!reader.atEnd() && !reader.lost()) {
    // The table lists the commands by their opcodes, from 1.
    const int index = reader.opcode() - 1;
    if (index < 0 || index >= kCommands) break;
    (this->*kCommandHandlers[index].handle)(reader);
  }

  attachments_.clear();
  commit();
  return serial;
}

bool Graph::readChannels(Reader& reader, ChannelConfig* config) {
  config->count = reader.integer(1, kMaxChannels);
  config->mode = reader.choice(ChannelCountMode::Explicit);
  config->interpretation = reader.choice(ChannelInterpretation::Discrete);
  return reader.valid();
}

void Graph::createNode(Reader& reader) {
  NodeSetup setup{};
  setup.id = reader.node();
  setup.kind = static_cast<NodeKind>(reader.integer(0, 255));
  setup.inputs = reader.integer(0, kMaxPorts);
  setup.outputs = reader.integer(0, kMaxPorts);
  readChannels(reader, &setup.channels);
  setup.paramCount = reader.count(kMaxPorts);
  std::vector<ParamSetup> params;
  for (int i = 0; i < setup.paramCount && !reader.lost(); ++i) {
    ParamSetup param;
    param.defaultValue = reader.single();
    param.minValue = reader.single();
    param.maxValue = reader.single();
    param.rate = reader.choice(AutomationRate::KRate);
    param.initialValue = reader.single();
    params.push_back(param);
  }
  setup.params = params.data();
  setup.argumentCount = reader.count(kMaxArguments);
  setup.arguments = reader.take(setup.argumentCount);
  setup.sampleRate = config_.sampleRate;
  setup.renderQuantumSize = config_.renderQuantumSize;
  if (!reader.valid()) return;

  expectChannels(std::max(setup.channels.count, std::clamp(setup.inputs, 2, kMaxChannels)));
  if (GraphNode* node = find(setup.id)) {
    // The destination has been there from the start.
    if (node->kind == NodeKind::Destination && setup.kind == NodeKind::Destination) applyChannels(*node, setup.channels);
    return;
  }
  if (setup.kind == NodeKind::Destination) return;
  const NodeType& type = nodeTypeFor(setup);
  if (type.outputChannels) expectChannels(type.outputChannels(setup));
  addNode(setup);
}

void Graph::releaseNode(Reader& reader) {
  GraphNode* node = find(reader.node());
  if (!reader.valid() || !node || node->kind == NodeKind::Destination) return;
  node->released = true;
  examine(*node);
}

void Graph::setChannels(Reader& reader) {
  GraphNode* node = find(reader.node());
  ChannelConfig channels;
  if (!readChannels(reader, &channels) || !node) return;
  expectChannels(channels.count);
  applyChannels(*node, channels);
}

void Graph::applyChannels(GraphNode& node, const ChannelConfig& channels) {
  for (NodeRenderer* renderer : {node.renderer.get(), node.writer.get()}) {
    if (renderer) batch().post([renderer, channels] { renderer->channels = channels; });
  }
}

// The connections that one of the connect and disconnect commands is about, if they make sense.
bool Graph::readEndpoints(Reader& reader, Edge::Kind kind, Endpoints* ends) {
  GraphNode* source = find(reader.node());
  ends->output = reader.port();
  GraphNode* destination = find(reader.node());
  ends->port = reader.port();
  if (!reader.valid() || !source || !destination) return false;
  ends->from = &source->exit;
  ends->to = kind == Edge::Kind::Audio ? &destination->entry() : &destination->exit;
  const NodeRenderer& to = *ends->to->renderer;
  return ends->output < source->renderer->outputCount() &&
         ends->port < (kind == Edge::Kind::Audio ? to.inputCount() : to.paramCount());
}

void Graph::connectEndpoints(Reader& reader, Edge::Kind kind) {
  Endpoints ends;
  if (!readEndpoints(reader, kind, &ends)) return;
  // A second connection between the same ends is the same connection; a finished source has nothing to say.
  if (findEdge(ends, kind) || ends.from->node->finished) return;
  addEdge(*ends.from, ends.output, *ends.to, ends.port, kind);
}

void Graph::disconnectEndpoints(Reader& reader, Edge::Kind kind) {
  Endpoints ends;
  if (!readEndpoints(reader, kind, &ends)) return;
  if (Edge* edge = findEdge(ends, kind)) removeEdge(edge);
}

void Graph::connect(Reader& reader) { connectEndpoints(reader, Edge::Kind::Audio); }
void Graph::connectParam(Reader& reader) { connectEndpoints(reader, Edge::Kind::Param); }
void Graph::disconnect(Reader& reader) { disconnectEndpoints(reader, Edge::Kind::Audio); }
void Graph::disconnectParam(Reader& reader) { disconnectEndpoints(reader, Edge::Kind::Param); }

ParamRenderer* Graph::readParam(Reader& reader) {
  GraphNode* node = find(reader.node());
  const int index = reader.port();
  return reader.valid() && node && index < node->renderer->paramCount() ? &node->renderer->param(index) : nullptr;
}

void Graph::setParamRate(Reader& reader) {
  ParamRenderer* param = readParam(reader);
  const AutomationRate rate = reader.choice(AutomationRate::KRate);
  if (param && reader.valid()) batch().post([param, rate] { param->setRate(rate); });
}

void Graph::paramEvent(Reader& reader) {
  ParamRenderer* param = readParam(reader);
  auto event = std::make_unique<OwnedParamEvent>();
  event->type = reader.choice(ParamEventType::SetValueCurve);
  event->value = reader.single();
  event->time = reader.finite();
  event->extra = reader.finite();
  const int attachment = reader.integer(-1, INT32_MAX);
  if (!param || !reader.valid()) return;
  if (event->type == ParamEventType::SetValueCurve) {
    if (attachment < 0 || static_cast<size_t>(attachment) >= attachments_.size()) return;
    const Lease& curve = *attachments_[static_cast<size_t>(attachment)];
    if (curve.length() < 2 || !(event->extra > 0)) return;
    event->curveValues.assign(curve.data(), curve.data() + curve.length());
    event->curve = event->curveValues.data();
    event->curveLength = event->curveValues.size();
  }
  batch().post([param, event = std::move(event)](Renderer& renderer) mutable { param->insert(renderer, event.release()); });
}

void Graph::cancelScheduledValues(Reader& reader) {
  ParamRenderer* param = readParam(reader);
  const double cancelTime = reader.finite();
  if (!param || !reader.valid()) return;
  batch().post([param, cancelTime](Renderer& renderer) { param->cancelScheduledValues(renderer, cancelTime); });
}

void Graph::cancelAndHoldAtTime(Reader& reader) {
  ParamRenderer* param = readParam(reader);
  auto event = std::make_unique<OwnedParamEvent>();
  event->time = reader.finite();
  if (!param || !reader.valid()) return;
  batch().post([param, event = std::move(event)](Renderer& renderer) mutable {
    param->cancelAndHoldAtTime(renderer, event.release());
  });
}

void Graph::message(Reader& reader) {
  GraphNode* node = find(reader.node());
  const int op = reader.integer(0, 255);
  const int firstAttachment = reader.integer(-1, INT32_MAX);
  const int attachmentCount = reader.integer(0, INT32_MAX);
  const int argumentCount = reader.count(kMaxArguments);
  const double* arguments = reader.take(argumentCount);
  if (!reader.valid() || !node) return;
  const size_t first = static_cast<size_t>(std::max(0, firstAttachment));
  if (first + static_cast<size_t>(attachmentCount) > attachments_.size()) return;

  const NodeMessage message{*this,     *node, batch(), arguments, argumentCount, attachments_.data() + first, attachmentCount,
                            config_.sampleRate};
  for (size_t i = 0; i < node->type->handlerCount; ++i) {
    if (static_cast<int>(node->type->handlers[i].op) == op) node->type->handlers[i].handle(message);
  }
}

}  // namespace mediant::audio
