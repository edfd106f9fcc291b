#include "ScheduledSource.h"

#include <algorithm>
#include <cmath>

#include "../kernels/Kernels.h"

namespace mediant::audio {

int64_t firstFrameAtOrAfter(double seconds, double sampleRate) {
  const double product = seconds * sampleRate;
  if (!(product > 0)) return 0;
  if (product >= 9.0e15) return INT64_MAX;
  // The product may be off by a rounding either way: what counts is frame / sampleRate, the time that script is shown.
  int64_t frame = static_cast<int64_t>(std::ceil(product));
  if (static_cast<double>(frame - 1) / sampleRate >= seconds) --frame;
  if (static_cast<double>(frame) / sampleRate < seconds) ++frame;
  return frame;
}

ScheduledSource::ScheduledSource(const NodeSetup& setup) : NodeRenderer(setup), ended_(new EventRecord()) {
  ended_->words[0] = static_cast<double>(EngineEvent::Ended);
  ended_->words[1] = setup.id;
}

void ScheduledSource::leave(Renderer& renderer) {
  renderer.stopSleeping(*this);
  NodeRenderer::leave(renderer);
}

void ScheduledSource::runFrom(Renderer& renderer, int64_t frame) {
  if (frame < renderer.endFrame()) {
    renderer.stopSleeping(*this);
    renderer.activate(*this);
  } else if (frame != INT64_MAX) {
    renderer.deactivate(*this);
    renderer.sleepUntil(*this, frame);
  }
}

void ScheduledSource::finish(Renderer& renderer, int64_t frame) {
  if (finished()) return;
  renderer.stopSleeping(*this);
  renderer.deactivate(*this);
  ended_->words[2] = static_cast<double>(frame);
  ended_->words[3] = 0;
  renderer.giveBack(ended_.release());
}

void SpanSource::handleStart(const NodeMessage& message) {
  message.node.scheduled = true;
  message.batch.post([source = rendererOf<SpanSource>(message), when = message.argument(0)](Renderer& renderer) {
    source->start(renderer, when);
  });
}

void SpanSource::handleStop(const NodeMessage& message) {
  message.batch.post([source = rendererOf<SpanSource>(message), when = message.argument(0)](Renderer& renderer) {
    source->stop(renderer, when);
  });
}

// A start in the past is a start now.
void SpanSource::start(Renderer& renderer, double when) {
  if (startFrame_ != INT64_MAX || finished()) return;
  startTime_ = std::max(when, static_cast<double>(renderer.frame()) / renderer.sampleRate());
  startFrame_ = firstFrameAtOrAfter(startTime_, renderer.sampleRate());
  runFrom(renderer, std::min(startFrame_, stopFrame_));
}

void SpanSource::stop(Renderer& renderer, double when) {
  if (finished()) return;
  stopFrame_ = std::max(renderer.frame(), firstFrameAtOrAfter(when, renderer.sampleRate()));
  if (startFrame_ != INT64_MAX && !active) runFrom(renderer, std::min(startFrame_, stopFrame_));
}

void SpanSource::process(Renderer& renderer) {
  if (!active) return;
  const int64_t frame = renderer.frame();
  const int64_t end = renderer.endFrame();
  const int64_t from = std::max(startFrame_, frame);
  const int64_t to = std::min(stopFrame_, end);
  if (from < to) {
    const size_t first = static_cast<size_t>(from - frame);
    const size_t last = static_cast<size_t>(to - frame);
    Signal signal = renderer.allocate(1);
    float* y = signal.channel(0);
    kernels().fill(y, 0, first);
    produce(renderer, y, first, last);
    kernels().fill(y + last, 0, renderer.quantum() - last);
    renderer.push(*this, 0, std::move(signal));
  }
  // A stop that comes before the start: nothing is ever heard, and it has ended when the stop time is reached.
  if (stopFrame_ <= end) finish(renderer, stopFrame_);
}

}  // namespace mediant::audio
