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
  const float* curve = nullptr;  // two values or more, owned by the caller, valid until the event comes back
  size_t curveLength = 0;

  // Kept by ParamTimeline.
  double anchorTime = 0;   // ramps that cut a running SetTarget: T0 and V0
  double anchorValue = 0;
  double endTime = 0;      // SetValueCurve: when it ends, possibly cut by cancelAndHoldAtTime()
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

  ParamTimeline(float initialValue, double sampleRate);

  // Each of the methods of AudioParam. `currentFrame` is the first frame not rendered yet: times before it are taken
  // as that time. The value setter is a SetValue event at the current time. cancelAndHoldAtTime() takes an event whose
  // `time` is the cancel time, because there is a case in which it adds one.
  void insert(ParamEvent* event, uint64_t currentFrame);
  void cancelScheduledValues(double cancelTime, uint64_t currentFrame, ParamEventList& reclaim);
  void cancelAndHoldAtTime(ParamEvent* event, uint64_t currentFrame, ParamEventList& reclaim);

  // a-rate: the values at `frame` and the n − 1 frames that follow. Frames never go back; gaps are allowed.
  Block fill(uint64_t frame, float* values, size_t n, ParamEventList& reclaim);

  // k-rate: the value at `frame`.
  float sample(uint64_t frame, ParamEventList& reclaim);

  // The first frame at or after `frame` whose value may differ from the one at the frame before it, kNever when no
  // event is left. A caller may skip the frames in between: `frame` itself while a ramp, target or curve moves.
  uint64_t nextChangeFrame(uint64_t frame) const;

  // The value at the last frame computed.
  float value() const { return value_; }

  // Hands all events back, for the end of the parameter's life.
  void clear(ParamEventList& reclaim);

 private:
  struct Segment;

  // Where in the list of events a moment stands. Copies look ahead without disturbing anything.
  struct State {
    ParamEvent* next = nullptr;    // the events whose time has not come, by time, then by order of insertion
    ParamEvent* active = nullptr;  // a SetTarget or SetValueCurve event under way
    double startValue = 0;         // V0 of an active SetTarget
    bool hasBase = false;          // whether any other event has passed, at which a ramp starts
    double baseTime = 0;
    double baseValue = 0;          // in force while nothing is active

    void advance(double time);
    Segment segmentAt(double time) const;
    void finishCurve();
  };

  double timeOf(uint64_t frame) const { return static_cast<double>(frame) / sampleRate_; }
  uint64_t firstFrameAtOrAfter(double time) const;
  uint64_t endFrameOf(const Segment& segment) const;
  double valueAt(double time) const;
  void advance(double time, ParamEventList& reclaim);
  void write(const Segment& segment, uint64_t frame, float* values, size_t n) const;

  State state_;
  ParamEvent* inserted_ = nullptr;  // the event inserted last, while it waits: the place of the next is seldom far behind it
  float value_;
  double sampleRate_;
  // The end of the segment under way, which every quantum asks for.
  mutable double knownEnd_ = std::numeric_limits<double>::infinity();
  mutable uint64_t knownEndFrame_ = kNever;
};

}  // namespace mediant::audio
