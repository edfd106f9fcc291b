// The automation events of one AudioParam, and its intrinsic value over time.
// https://webaudio.github.io/web-audio-api/#AudioParam
// https://webaudio.github.io/web-audio-api/#computation-of-value
//
// Render thread. Nothing here allocates: events are nodes that the caller allocates, hands in, and gets back through a
// reclaim list once they can no longer matter. Values are those before the inputs of the parameter are added and before
// its nominal range is applied; Kernels::clamp does the latter.
#pragma once

#include <cstddef>
#include <cstdint>
#include <limits>

#include "../engine/Commands.h"

namespace mediant::audio {

struct ParamEvent {
  ParamEvent* next = nullptr;
  ParamEventType type = ParamEventType::SetValue;
  float value = 0;               // value, or the target of SetTarget; SetValueCurve: unused
  double time = 0;               // seconds: start, or the end of a ramp
  double extra = 0;              // seconds: time constant of SetTarget, duration of SetValueCurve
  const float* curve = nullptr;  // owned by the caller, valid until the event comes back
  size_t curveLength = 0;

  // Kept by ParamTimeline.
  double anchorTime = 0;   // ramps: where to start when no event, or an event of type SetTarget, precedes
  double anchorValue = 0;
  double startValue = 0;   // SetTarget: V0, once it has begun
  double holdTime = std::numeric_limits<double>::infinity();  // SetTarget, SetValueCurve: cut by cancelAndHoldAtTime()
};

// A list of events linked by `next`, to be freed by the control thread.
struct ParamEventList {
  ParamEvent* first = nullptr;

  void push(ParamEvent* event) {
    event->next = first;
    first = event;
  }
};

class ParamTimeline {
 public:
  static constexpr uint64_t kNever = std::numeric_limits<uint64_t>::max();

  // What fill() found. Where `constant`, the array given to fill() was not written.
  struct Block {
    float first = 0;  // value at the first frame
    float last = 0;   // value at the last frame
    bool constant = true;
  };

  ParamTimeline(float initialValue, double sampleRate) : value_(initialValue), sampleRate_(sampleRate) {}

  // Each of the methods of AudioParam. `currentFrame` is the first frame not rendered yet: times before it are taken
  // as that time. The value setter is a SetValue event at the current time.
  void insert(ParamEvent* event, uint64_t currentFrame);
  void cancelScheduledValues(double cancelTime, uint64_t currentFrame, ParamEventList& reclaim);
  void cancelAndHoldAtTime(double cancelTime, uint64_t currentFrame, ParamEventList& reclaim);

  // a-rate: the values at `frame` and the n − 1 frames that follow. Frames never go back; gaps are allowed.
  Block fill(uint64_t frame, float* values, size_t n, ParamEventList& reclaim);

  // k-rate: the value at `frame`.
  float sample(uint64_t frame, ParamEventList& reclaim);

  // The first frame at or after `frame` whose value may differ from the one at the frame before it, kNever when no
  // event is left. A caller may skip the frames in between: `frame` itself while a ramp, target or curve moves.
  uint64_t nextChangeFrame(uint64_t frame);

  // The value at the last frame computed.
  float value() const { return static_cast<float>(value_); }

  // Hands all events back, for the end of the parameter's life.
  void clear(ParamEventList& reclaim);

 private:
  struct Segment;

  double timeOf(uint64_t frame) const { return static_cast<double>(frame) / sampleRate_; }
  uint64_t firstFrameAtOrAfter(double time) const;
  void activate(double time, ParamEventList& reclaim);
  Segment segmentAt(double time) const;
  double evaluate(const Segment& segment, double time) const;
  double valueBefore(const ParamEvent* event) const;
  void anchorRamp(ParamEvent* ramp, const ParamEvent* previous, double currentTime);
  void removeFrom(ParamEvent** link, ParamEventList& reclaim);

  // The event in force, when it still moves by itself (SetTarget, SetValueCurve); `base*` is what came before it.
  ParamEvent* active_ = nullptr;
  ParamEvent* pending_ = nullptr;  // events whose time has not come, by time, then by order of insertion
  bool hasBase_ = false;           // whether any event has passed: a ramp starts at it
  double baseTime_ = 0;
  double value_;                   // at the last frame computed
  double baseValue_ = value_;
  double sampleRate_;
};

}  // namespace mediant::audio
