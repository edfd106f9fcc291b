#include "Renderer.h"

#include <algorithm>

#include "../../base/DenormalMode.h"
#include "../../base/RenderThreadScope.h"
#include "../../base/SharedDouble.h"
#include "../kernels/Kernels.h"

namespace mediant::audio {

namespace {

void setWord(double* state, StateWord word, double value) { storeShared(&state[static_cast<int>(word)], value); }

}  // namespace

Renderer::Renderer(const Config& config, double* stateBlock)
    : sampleRate_(config.sampleRate), quantum_(config.renderQuantumSize), state_(stateBlock), buses_(config.renderQuantumSize) {
}

Renderer::~Renderer() {
  auto deleteAll = [](auto* item) {
    while (item) {
      auto* next = static_cast<decltype(item)>(item->nextInHandoff);
      delete item;
      item = next;
    }
  };
  deleteAll(batches_.takeAll());
  deleteAll(freeEvents_.takeAll());
  deleteAll(eventRecords_);
}

void Renderer::setWake(void (*wake)(void*), void* context) {
  wakeContext_ = context;
  wake_ = wake;
}

// https://webaudio.github.io/web-audio-api/#rendering-loop
void Renderer::render(float* const* output, int channels, bool isZero) {
  FlushDenormals flushDenormals;
  RenderThreadScope scope;
  output_ = output;
  outputChannels_ = channels;
  outputWritten_ = false;

  // Step 2: process the control message queue.
  takeBatches();
  // Step 4: render the quantum. The order of the nodes, and which of them are muted, has come with the batches.
  while (Sleeper* sleeper = heap_.takeBefore(endFrame())) sleeper->wake(*this);
  runNodes();
  advanceParams();
  // The destination has not run: nothing is actively processing.
  if (!outputWritten_ && !isZero) {
    for (int i = 0; i < channels; ++i) kernels().fill(output[i], 0, quantum());
  }

  // Step 4.5: atomically increment [[current frame]].
  frame_ += quantum_;
  setWord(state_, StateWord::CurrentFrame, static_cast<double>(frame_));
  setWord(state_, StateWord::AppliedBatch, static_cast<double>(appliedSerial_));
  returnSpentEvents();
  returnSilentGroups();
}

void Renderer::applyBatches() {
  RenderThreadScope scope;
  takeBatches();
  returnSpentEvents();
  returnSilentGroups();
}

void Renderer::takeBatches() {
  for (Batch* batch = batches_.takeAll(); batch;) {
    Batch* next = static_cast<Batch*>(batch->nextInHandoff);
    batch->apply(*this);
    if (batch->serial > 0) appliedSerial_ = batch->serial;
    giveBack(batch);
    batch = next;
  }
}

void Renderer::runNodes() {
  for (int position = schedule_.next(0); position >= 0; position = schedule_.next(position + 1)) {
    schedule_.clearMark(position);
    schedule_.nodeAt(position)->run(*this);
  }
}

// Backwards, since a parameter that has come to rest takes itself out.
void Renderer::advanceParams() {
  for (int i = automatingCount_ - 1; i >= 0; --i) automating_[i]->advance(*this);
}

void Renderer::returnSpentEvents() {
  while (spentEvents_.first) {
    OwnedParamEvent* event = static_cast<OwnedParamEvent*>(spentEvents_.first);
    spentEvents_.first = event->next;
    giveBack(event);
  }
}

// At the end of a quantum only: within one, sound may pass from one member to another.
void Renderer::returnSilentGroups() {
  for (RetireGroup** link = &retiring_; *link;) {
    RetireGroup* group = *link;
    if (group->sounding > 0) {
      link = &group->nextRetiring;
      continue;
    }
    *link = group->nextRetiring;
    giveBack(group);
  }
}

void Renderer::giveBack(Returned* object) {
  if (returned_.push(object) && wake_) wake_(wakeContext_);
}

void Renderer::postEvent(EngineEvent type, double a, double b, double c) {
  scriptDue_ = scriptDue_ || type == EngineEvent::ScriptProcess;
  if (!eventRecords_) eventRecords_ = freeEvents_.takeAll();
  EventRecord* record = eventRecords_;
  if (record) {
    eventRecords_ = static_cast<EventRecord*>(record->nextInHandoff);
  } else {
    record = new EventRecord();  // a driver did not reserve it: late is better than lost
  }
  record->words[0] = static_cast<double>(type);
  record->words[1] = a;
  record->words[2] = b;
  record->words[3] = c;
  giveBack(record);
}

void Renderer::place(NodeRenderer& node, int position) {
  node.position = position;
  schedule_.place(position, &node);
  if (node.active) schedule_.setActive(position);
}

void Renderer::unplace(NodeRenderer& node) {
  if (node.position < 0) return;
  if (node.active) schedule_.clearActive(node.position);
  schedule_.place(node.position, nullptr);
  node.position = -1;
}

void Renderer::remove(NodeRenderer& node) {
  deactivate(node);
  node.leave(*this);
  unplace(node);
}

void Renderer::activate(NodeRenderer& node) {
  if (node.active) return;
  node.active = true;
  if (node.position >= 0) schedule_.setActive(node.position);
  if (node.retiring) ++node.retiring->sounding;
}

void Renderer::deactivate(NodeRenderer& node) {
  if (!node.active) return;
  node.active = false;
  if (node.position >= 0) schedule_.clearActive(node.position);
  if (node.retiring) --node.retiring->sounding;
}

void Renderer::retire(RetireGroup& group, NodeRenderer* const* nodes, size_t count) {
  for (size_t i = 0; i < count; ++i) {
    nodes[i]->retiring = &group;
    if (nodes[i]->active) ++group.sounding;
  }
  group.nextRetiring = retiring_;
  retiring_ = &group;
}

void Renderer::exchangeAutomating(std::unique_ptr<ParamRenderer*[]>& storage) {
  std::copy(automating_.get(), automating_.get() + automatingCount_, storage.get());
  automating_.swap(storage);
}

void Renderer::startAutomating(ParamRenderer& param) {
  if (param.automatingIndex_ >= 0) return;
  param.automatingIndex_ = automatingCount_;
  automating_[automatingCount_++] = &param;
}

void Renderer::stopAutomating(ParamRenderer& param) {
  if (param.automatingIndex_ < 0) return;
  ParamRenderer* last = automating_[--automatingCount_];
  automating_[param.automatingIndex_] = last;
  last->automatingIndex_ = param.automatingIndex_;
  param.automatingIndex_ = -1;
}

}  // namespace mediant::audio
