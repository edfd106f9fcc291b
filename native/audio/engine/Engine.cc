#include "Engine.h"

#include <algorithm>

#include "../../base/SharedDouble.h"
#include "../nodes/Analyser.h"
#include "Graph.h"
#include "Renderer.h"

namespace mediant::audio {

Engine::Engine(const Config& config, double* stateBlock)
    : config_(config),
      state_(stateBlock),
      renderer_(new Renderer({config.sampleRate, config.renderQuantumSize}, stateBlock)),
      graph_(new Graph(config, *renderer_)) {}

// The graph goes first: the renderer holds what is still on its way.
Engine::~Engine() { graph_.reset(); }

uint64_t Engine::submit(const double* words, size_t count, const Attachment* attachments, size_t attachmentCount) {
  return graph_->submit(words, count, attachments, attachmentCount);
}

void Engine::collect() { graph_->collect(); }

size_t Engine::takeEvents(double* words, size_t capacityWords) { return graph_->takeEvents(words, capacityWords); }

float Engine::paramValue(int node, int param) const {
  const NodeRenderer* renderer = graph_->rendererOf(node);
  return renderer && param >= 0 && param < renderer->paramCount() ? renderer->param(param).currentValue() : 0;
}

void Engine::analyserTimeDomain(int node, float* out, size_t n) {
  NodeRenderer* renderer = graph_->rendererOf(node);
  AnalyserRenderer* analyser = renderer ? renderer->analyser() : nullptr;
  analyser ? analyser->readTimeDomain(out, n) : static_cast<void>(std::fill(out, out + n, 0.0f));
}

void Engine::analyserFrequency(int node, float* out, size_t n) {
  NodeRenderer* renderer = graph_->rendererOf(node);
  AnalyserRenderer* analyser = renderer ? renderer->analyser() : nullptr;
  analyser ? analyser->readFrequency(out, n, publishedFrame()) : static_cast<void>(std::fill(out, out + n, 0.0f));
}

float Engine::reduction(int node) const {
  const NodeRenderer* renderer = graph_->rendererOf(node);
  return renderer ? renderer->reduction() : 0;
}

void Engine::setWake(void (*wake)(void* context), void* context) { renderer_->setWake(wake, context); }
void Engine::reserveEvent() { renderer_->giveEventRecord(new EventRecord()); }
int64_t Engine::publishedFrame() const {
  return static_cast<int64_t>(loadShared(&state_[static_cast<int>(StateWord::CurrentFrame)]));
}
bool Engine::isWhole() const { return graph_->isWhole(); }
size_t Engine::nodeCount() const { return graph_->nodeCount(); }
void Engine::render(float* const* output, int channels, bool isZero) { renderer_->render(output, channels, isZero); }
void Engine::setTime(int64_t frame, double seconds, double framePeriod) { renderer_->setTime(frame, {seconds, framePeriod}); }
bool Engine::isScriptDue() const { return renderer_->isScriptDue(); }
bool Engine::takeScriptDue() { return renderer_->takeScriptDue(); }
void Engine::applyBatches() { renderer_->applyBatches(); }
void Engine::postEvent(EngineEvent type, double a, double b, double c) { renderer_->postEvent(type, a, b, c); }
int64_t Engine::currentFrame() const { return renderer_->frame(); }

}  // namespace mediant::audio
