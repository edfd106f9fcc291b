#include "ParamRenderer.h"

#include "../kernels/Kernels.h"
#include "Renderer.h"

namespace mediant::audio {

namespace {

// An AudioParam down-mixes its inputs to mono: https://webaudio.github.io/web-audio-api/#AudioParam
constexpr ChannelConfig kMono{1, ChannelCountMode::Explicit, ChannelInterpretation::Speakers};

int64_t toFrame(uint64_t frame) { return frame > INT64_MAX ? INT64_MAX : static_cast<int64_t>(frame); }

}  // namespace

ParamRenderer::ParamRenderer(const ParamSetup& setup, double sampleRate)
    : computedValue_(0),
      timeline_(setup.initialValue, sampleRate),
      currentValue_(setup.initialValue),
      rate_(setup.rate),
      defaultValue_(setup.defaultValue),
      minValue_(setup.minValue),
      maxValue_(setup.maxValue) {
  computedValue_ = limit(setup.initialValue);
}

ParamRenderer::~ParamRenderer() {
  ParamEventList events;
  timeline_.clear(events);
  while (events.first) {
    OwnedParamEvent* event = static_cast<OwnedParamEvent*>(events.first);
    events.first = event->next;
    delete event;
  }
}

float ParamRenderer::limit(float value) const {
  float limited;
  kernels().clamp(&limited, &value, minValue_, maxValue_, defaultValue_, 1);
  return limited;
}

// https://webaudio.github.io/web-audio-api/#computation-of-value
ParamValues ParamRenderer::computeMoving(Renderer& renderer) {
  const uint64_t frame = static_cast<uint64_t>(renderer.frame());
  const size_t n = renderer.quantum();
  const bool moving = changeFrame_ < renderer.endFrame();
  ParamValues result;
  Signal added = input.take(renderer.contributions(), kMono);
  if (added && added.silent()) added.reset();

  // Step 1 and 2: paramIntrinsicValue, from the timeline; [[current value]] is set to it.
  if (rate_ == AutomationRate::KRate) {
    const float intrinsic = moving ? timeline_.sample(frame, renderer.spentEvents()) : timeline_.value();
    // Step 3: paramComputedValue is the sum with the input, sampled at the first frame.
    result.value = limit(added ? intrinsic + added.channel(0)[0] * added.gain() : intrinsic);
    if (moving) afterBlock(renderer, intrinsic);
    return result;
  }

  Signal values;
  ParamTimeline::Block block;
  if (moving) {
    values = renderer.allocate(1);
    block = timeline_.fill(frame, values.channel(0), n, renderer.spentEvents());
  } else {
    block.first = block.last = timeline_.value();
  }
  if (block.constant) {
    if (!added) {
      result.value = limit(block.last);
      if (moving) afterBlock(renderer, block.last);
      return result;
    }
    added.makeWritable();
    values = std::move(added);
    kernels().addConstant(values.channel(0), values.channel(0), block.last, n);
  } else if (added) {
    added.gain() == 1 ? kernels().add(values.channel(0), added.channel(0), n)
                      : kernels().addScaled(values.channel(0), added.channel(0), added.gain(), n);
  }
  kernels().clamp(values.channel(0), values.channel(0), minValue_, maxValue_, defaultValue_, n);
  if (moving) afterBlock(renderer, block.last);
  result.values = values.channel(0);
  result.value = result.values[0];
  result.storage = std::move(values);
  return result;
}

void ParamRenderer::insert(Renderer& renderer, ParamEvent* event) {
  timeline_.insert(event, static_cast<uint64_t>(renderer.frame()));
  timelineChanged(renderer);
}

void ParamRenderer::cancelScheduledValues(Renderer& renderer, double cancelTime) {
  timeline_.cancelScheduledValues(cancelTime, static_cast<uint64_t>(renderer.frame()), renderer.spentEvents());
  timelineChanged(renderer);
}

void ParamRenderer::cancelAndHoldAtTime(Renderer& renderer, ParamEvent* event) {
  timeline_.cancelAndHoldAtTime(event, static_cast<uint64_t>(renderer.frame()), renderer.spentEvents());
  timelineChanged(renderer);
}

// Looks again at the timeline in the coming quantum.
void ParamRenderer::timelineChanged(Renderer& renderer) {
  changeFrame_ = renderer.frame();
  renderer.stopSleeping(*this);
  renderer.startAutomating(*this);
}

// Decides when the timeline has to be looked at next.
void ParamRenderer::afterBlock(Renderer& renderer, float lastValue) {
  evaluatedFrame_ = renderer.frame();
  computedValue_ = limit(lastValue);
  currentValue_.store(lastValue, std::memory_order_relaxed);
  const int64_t computedTo = rate_ == AutomationRate::KRate ? renderer.frame() + 1 : renderer.endFrame();
  changeFrame_ = toFrame(timeline_.nextChangeFrame(static_cast<uint64_t>(computedTo)));
  if (changeFrame_ < renderer.endFrame() + static_cast<int64_t>(renderer.quantum())) {
    renderer.startAutomating(*this);
    return;
  }
  renderer.stopAutomating(*this);
  if (changeFrame_ != INT64_MAX) renderer.sleepUntil(*this, changeFrame_);
}

void ParamRenderer::advance(Renderer& renderer) {
  if (evaluatedFrame_ == renderer.frame()) return;
  const int64_t frame = rate_ == AutomationRate::KRate ? renderer.frame() : renderer.endFrame() - 1;
  afterBlock(renderer, timeline_.sample(static_cast<uint64_t>(frame), renderer.spentEvents()));
}

void ParamRenderer::wake(Renderer& renderer) { renderer.startAutomating(*this); }

void ParamRenderer::forget(Renderer& renderer) {
  renderer.stopSleeping(*this);
  renderer.stopAutomating(*this);
}

}  // namespace mediant::audio
