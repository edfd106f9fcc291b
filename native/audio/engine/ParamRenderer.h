// The render half of an AudioParam: its timeline, its inputs, its computed values and its published [[current value]].
// https://webaudio.github.io/web-audio-api/#computation-of-value
#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <vector>

#include "../dsp/ParamTimeline.h"
#include "../dsp/ParamView.h"
#include "Commands.h"
#include "Input.h"
#include "Message.h"
#include "Schedule.h"

namespace mediant::audio {

// An automation event; made on the control thread, freed there after the timeline has let go of it.
class OwnedParamEvent final : public ParamEvent, public Returned {
 public:
  void onReturned(Graph&) override { delete this; }

  std::vector<float> curveValues;
};

struct ParamSetup {
  float defaultValue;
  float minValue;
  float maxValue;
  AutomationRate rate;
  float initialValue;
};

// The computed values of one quantum; `storage` keeps the array alive.
struct ParamValues : ParamView {
  Signal storage;
};

// What compute() reads while nothing moves comes first, in one line of cache.
class alignas(64) ParamRenderer final : public Sleeper {
 public:
  ParamRenderer(const ParamSetup& setup, double sampleRate);
  ~ParamRenderer() override;

  // ---- control thread ----
  float currentValue() const { return currentValue_.load(std::memory_order_relaxed); }

  // ---- render thread ----

  // The computed values (timeline plus inputs, limited to the nominal range) of this quantum. To be called at most once
  // a quantum.
  ParamValues compute(Renderer& renderer);  // Renderer.h
  // The value at the first frame of the quantum only, whatever the automation rate.
  float computeFirst(Renderer& renderer) { return compute(renderer).value; }

  void setRate(AutomationRate rate) { rate_ = rate; }
  void insert(Renderer& renderer, ParamEvent* event);
  void cancelScheduledValues(Renderer& renderer, double cancelTime);
  void cancelAndHoldAtTime(Renderer& renderer, ParamEvent* event);  // event->time: the cancel time

  // Advances the published value of a parameter whose node did not run.
  void advance(Renderer& renderer);
  void wake(Renderer& renderer) override;
  void forget(Renderer& renderer);

 private:
  int64_t changeFrame_ = INT64_MAX;  // the first frame whose intrinsic value may differ from the value last computed
  float computedValue_;              // of the intrinsic value when nothing moves
  int automatingIndex_ = -1;         // in the renderer's list of moving parameters

 public:
  Input input;

 private:
  friend class Renderer;

  ParamValues computeMoving(Renderer& renderer);
  float limit(float value) const;
  void timelineChanged(Renderer& renderer);
  void afterBlock(Renderer& renderer, float lastValue);

  ParamTimeline timeline_;
  int64_t evaluatedFrame_ = -1;         // first frame of the newest quantum computed
  std::atomic<float> currentValue_;     // [[current value]]
  AutomationRate rate_;
  const float defaultValue_;
  const float minValue_;
  const float maxValue_;
};

}  // namespace mediant::audio
