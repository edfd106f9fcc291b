#include "ParamTimeline.h"

#include <cmath>

#include "../kernels/Kernels.h"

namespace mediant::audio {

namespace {

constexpr double kForever = std::numeric_limits<double>::infinity();

bool isRamp(const ParamEvent* event) {
  return event && (event->type == ParamEventType::LinearRamp || event->type == ParamEventType::ExponentialRamp);
}

// https://webaudio.github.io/web-audio-api/#dom-audioparam-setvaluecurveattime
double curveAt(const ParamEvent& event, double time) {
  const size_t last = event.curveLength - 1;
  if (time >= event.time + event.extra) return event.curve[last];
  const double position = static_cast<double>(last) / event.extra * (time - event.time);
  if (!(position > 0)) return event.curve[0];
  const size_t k = static_cast<size_t>(position);
  if (k >= last) return event.curve[last];
  const double before = event.curve[k], after = event.curve[k + 1];
  return before + (after - before) * (position - static_cast<double>(k));
}

}  // namespace

// A stretch of time governed by one formula.
struct ParamTimeline::Segment {
  enum class Shape { Constant, Linear, Exponential, Target, Curve };
  Shape shape = Shape::Constant;
  double v0 = 0;
  double v1 = 0;
  double t0 = 0;
  double duration = 0;  // T1 − T0 of a ramp, time constant of a target
  const ParamEvent* curve = nullptr;
  double end = kForever;  // when another segment takes over

  double at(double time) const {
    switch (shape) {
      case Shape::Constant:
        return v0;
      case Shape::Linear:
        return v0 + (v1 - v0) * ((time - t0) / duration);
      case Shape::Exponential:
        return v0 * std::pow(v1 / v0, (time - t0) / duration);
      case Shape::Target:
        return v1 + (v0 - v1) * std::exp((t0 - time) / duration);
      case Shape::Curve:
        return curveAt(*curve, time);
    }
    return v0;
  }

  // What a render quantum begins with. The way a ramp has gone is rounded to a float, so that the ramp is, to the last bit, what
  // its first value and a connected ramp of the difference add up to.
  double startAt(double time) const {
    if (shape != Shape::Linear) return at(time);
    return v0 + static_cast<float>((v1 - v0) * ((time - t0) / duration));
  }
};

ParamTimeline::ParamTimeline(float initialValue, double sampleRate)
    : value_(initialValue), sampleRate_(sampleRate) {
  state_.baseValue = initialValue;
}

// A curve that is over counts as an event that set its last value:
// https://webaudio.github.io/web-audio-api/#dom-audioparam-setvaluecurveattime
void ParamTimeline::State::finishCurve() {
  baseValue = curveAt(*active, active->endTime);
  baseTime = active->endTime;
  hasBase = true;
  active = nullptr;
}

// Takes all events at or before `time` into account. Values are computed at the exact times of the events.
void ParamTimeline::State::advance(double time) {
  const auto curveEndsBy = [this](double moment) {
    return active && active->type == ParamEventType::SetValueCurve && active->endTime <= moment;
  };
  while (next && next->time <= time) {
    ParamEvent* event = next;
    if (curveEndsBy(event->time)) finishCurve();
    switch (event->type) {
      case ParamEventType::SetValue:
      case ParamEventType::LinearRamp:
      case ParamEventType::ExponentialRamp:
        baseValue = event->value;
        baseTime = event->time;
        hasBase = true;
        active = nullptr;
        break;
      case ParamEventType::SetTarget:
        startValue = segmentAt(event->time).at(event->time);
        // A ramp that was scheduled before this event began replaces it, and starts where it would have.
        if (isRamp(event->next)) {
          baseValue = startValue;
          baseTime = event->time;
          hasBase = true;
          active = nullptr;
        } else {
          active = event;
        }
        break;
      case ParamEventType::SetValueCurve:
        // Kept as the value to return to should the curve be cancelled.
        baseValue = segmentAt(event->time).at(event->time);
        baseTime = event->time;
        hasBase = hasBase || active;
        active = event;
        break;
    }
    next = event->next;
  }
  if (curveEndsBy(time)) finishCurve();
}

// The formula in force at `time`, for a state advanced to that time.
ParamTimeline::Segment ParamTimeline::State::segmentAt(double time) const {
  Segment segment;
  if (next) segment.end = next->time;

  if (active && active->type == ParamEventType::SetValueCurve) {
    segment.shape = Segment::Shape::Curve;
    segment.curve = active;
    if (active->endTime < segment.end) segment.end = active->endTime;
    return segment;
  }

  if (isRamp(next)) {
    // https://webaudio.github.io/web-audio-api/#dom-audioparam-linearramptovalueattime
    // https://webaudio.github.io/web-audio-api/#dom-audioparam-exponentialramptovalueattime
    segment.t0 = active ? next->anchorTime : baseTime;
    segment.v0 = active ? next->anchorValue : baseValue;
    segment.v1 = next->value;
    segment.duration = next->time - segment.t0;
    const bool exponential = next->type == ParamEventType::ExponentialRamp;
    const bool holds = exponential && segment.v0 * segment.v1 <= 0;
    if (segment.duration > 0 && segment.v0 != segment.v1 && !holds) {
      segment.shape = exponential ? Segment::Shape::Exponential : Segment::Shape::Linear;
    }
    return segment;
  }

  if (active) {
    // https://webaudio.github.io/web-audio-api/#dom-audioparam-settargetattime
    segment.shape = Segment::Shape::Target;
    segment.t0 = active->time;
    segment.v0 = startValue;
    segment.v1 = active->value;
    segment.duration = active->extra;
    // Close enough to the target that no float can tell, the value has arrived; with a time constant of 0 at once.
    const double distance =
        segment.duration > 0 ? std::fabs(startValue - segment.v1) * std::exp((segment.t0 - time) / segment.duration) : 0;
    constexpr double kHalfUnit = 1.0 / (1 << 25);
    if (distance <= std::fabs(segment.v1) * kHalfUnit || distance < std::numeric_limits<float>::min()) {
      segment.shape = Segment::Shape::Constant;
      segment.v0 = segment.v1;
    }
    return segment;
  }

  segment.v0 = baseValue;
  return segment;
}

uint64_t ParamTimeline::firstFrameAtOrAfter(double time) const {
  const double frames = std::ceil(time * sampleRate_);
  if (!(frames < 9007199254740992.0)) return kNever;
  uint64_t frame = frames > 0 ? static_cast<uint64_t>(frames) : 0;
  // Rounding may have put it one off; what counts is the comparison that advance() makes.
  while (frame > 0 && timeOf(frame - 1) >= time) frame--;
  while (timeOf(frame) < time) frame++;
  return frame;
}

uint64_t ParamTimeline::endFrameOf(const Segment& segment) const {
  if (segment.end != knownEnd_) {
    knownEnd_ = segment.end;
    knownEndFrame_ = firstFrameAtOrAfter(segment.end);
  }
  return knownEndFrame_;
}

double ParamTimeline::valueAt(double time) const {
  State state = state_;
  state.advance(time);
  return state.segmentAt(time).at(time);
}

void ParamTimeline::insert(ParamEvent* event, uint64_t currentFrame) {
  const double currentTime = timeOf(currentFrame);
  if (!(event->time >= currentTime)) event->time = currentTime;
  event->endTime = event->time + event->extra;

  // Events at the same time stay in the order in which they were inserted.
  ParamEvent* previous = inserted_ && inserted_->time <= event->time ? inserted_ : nullptr;
  ParamEvent** link = previous ? &previous->next : &state_.next;
  while (*link && (*link)->time <= event->time) {
    previous = *link;
    link = &previous->next;
  }

  if (isRamp(event) && !previous) {
    if (state_.active && state_.active->type == ParamEventType::SetTarget) {
      // The target is under way: the ramp starts here and now.
      event->anchorTime = currentTime;
      event->anchorValue = valueAt(currentTime);
    } else if (!state_.active && !state_.hasBase) {
      // No event precedes: as if setValueAtTime(value, currentTime) had been called.
      state_.hasBase = true;
      state_.baseTime = currentTime;
    }
  }
  event->next = *link;
  *link = inserted_ = event;
}

// https://webaudio.github.io/web-audio-api/#dom-audioparam-cancelscheduledvalues
void ParamTimeline::cancelScheduledValues(double cancelTime, uint64_t currentFrame, ParamEventList& reclaim) {
  inserted_ = nullptr;
  const double currentTime = timeOf(currentFrame);
  if (cancelTime < currentTime) cancelTime = currentTime;

  // A curve is removed when the time lies within it, its end included.
  const auto cancelled = [cancelTime](const ParamEvent* event) {
    return event->time >= cancelTime ||
           (event->type == ParamEventType::SetValueCurve && event->endTime >= cancelTime);
  };
  ParamEvent** link = &state_.next;
  while (ParamEvent* event = *link) {
    if (cancelled(event)) {
      *link = event->next;
      reclaim.push(event);
    } else {
      link = &event->next;
    }
  }
  if (state_.active && cancelled(state_.active)) {
    reclaim.push(state_.active);
    state_.active = nullptr;
  }
  // The event that a ramp without predecessor implied, made in this same quantum.
  if (state_.hasBase && !state_.active && state_.baseTime >= cancelTime) state_.hasBase = false;
}

// https://webaudio.github.io/web-audio-api/#dom-audioparam-cancelandholdattime
void ParamTimeline::cancelAndHoldAtTime(ParamEvent* event, uint64_t currentFrame, ParamEventList& reclaim) {
  inserted_ = nullptr;
  const double currentTime = timeOf(currentFrame);
  const double cancelTime = event->time < currentTime ? currentTime : event->time;
  // A curve that would begin here ends before it has begun: step 4.2 leaves it a duration of 0.
  for (ParamEvent** link = &state_.next; *link && (*link)->time <= cancelTime;) {
    ParamEvent* each = *link;
    if (each->type == ParamEventType::SetValueCurve && each->time == cancelTime) {
      *link = each->next;
      reclaim.push(each);
    } else {
      link = &each->next;
    }
  }
  const double held = valueAt(cancelTime);

  // Steps 1 and 2: the events around the time.
  ParamEvent* event1 = state_.active;
  ParamEvent** link = &state_.next;
  while (*link && (*link)->time <= cancelTime) {
    event1 = *link;
    link = &event1->next;
  }
  ParamEvent* event2 = *link;

  bool added = false;
  if (isRamp(event2)) {
    // Step 3.1: the ramp ends here, with the value it would have had.
    event2->time = cancelTime;
    event2->value = static_cast<float>(held);
    link = &event2->next;
  } else if (event1 && event1->type == ParamEventType::SetTarget) {
    // Step 4.1: setValueAtTime() with the value that the target would have had.
    event->type = ParamEventType::SetValue;
    event->value = static_cast<float>(held);
    event->time = cancelTime;
    event->next = *link;
    *link = event;
    link = &event->next;
    added = true;
  } else if (event1 && event1->type == ParamEventType::SetValueCurve && cancelTime <= event1->endTime) {
    // Step 4.2: the curve ends here, its values being those of the whole curve.
    event1->endTime = cancelTime;
  }

  // Step 5.
  while (ParamEvent* removed = *link) {
    *link = removed->next;
    reclaim.push(removed);
  }
  if (!added) reclaim.push(event);
}

void ParamTimeline::advance(double time, ParamEventList& reclaim) {
  const bool due = (state_.next && state_.next->time <= time) ||
                   (state_.active && state_.active->type == ParamEventType::SetValueCurve);
  if (!due) return;
  if (inserted_ && inserted_->time <= time) inserted_ = nullptr;
  ParamEvent* event = state_.next;
  ParamEvent* wasActive = state_.active;
  state_.advance(time);
  while (event != state_.next) {
    ParamEvent* next = event->next;
    if (event != state_.active) reclaim.push(event);
    event = next;
  }
  if (wasActive && wasActive != state_.active) reclaim.push(wasActive);
}

void ParamTimeline::write(const Segment& segment, uint64_t frame, float* values, size_t n) const {
  const Kernels& k = kernels();
  const double time = timeOf(frame);
  const double step = 1 / sampleRate_;
  switch (segment.shape) {
    case Segment::Shape::Constant:
      k.fill(values, static_cast<float>(segment.v0), n);
      break;
    case Segment::Shape::Linear:
      k.ramp(values, segment.startAt(time), (segment.v1 - segment.v0) * (step / segment.duration), n);
      break;
    case Segment::Shape::Exponential:
      k.geometric(values, 0, segment.at(time), std::pow(segment.v1 / segment.v0, step / segment.duration), n);
      break;
    case Segment::Shape::Target:
      k.geometric(values, segment.v1, segment.at(time) - segment.v1, std::exp(-step / segment.duration), n);
      break;
    case Segment::Shape::Curve:
      for (size_t i = 0; i < n; i++) values[i] = static_cast<float>(curveAt(*segment.curve, timeOf(frame + i)));
      break;
  }
}

ParamTimeline::Block ParamTimeline::fill(uint64_t frame, float* values, size_t n, ParamEventList& reclaim) {
  Block block;
  size_t done = 0;
  do {
    const double time = timeOf(frame + done);
    advance(time, reclaim);
    const Segment segment = state_.segmentAt(time);
    const uint64_t end = endFrameOf(segment);
    const size_t count = end - (frame + done) < n - done ? static_cast<size_t>(end - (frame + done)) : n - done;

    if (done == 0) {
      block.first = static_cast<float>(segment.startAt(time));
      if (count == n && segment.shape == Segment::Shape::Constant) {
        block.last = value_ = block.first;
        return block;
      }
      block.constant = false;
    }
    write(segment, frame + done, values + done, count);
    done += count;
  } while (done < n);
  block.last = value_ = values[n - 1];
  return block;
}

float ParamTimeline::sample(uint64_t frame, ParamEventList& reclaim) {
  const double time = timeOf(frame);
  advance(time, reclaim);
  value_ = static_cast<float>(state_.segmentAt(time).startAt(time));
  return value_;
}

uint64_t ParamTimeline::nextChangeFrame(uint64_t frame) const {
  const double time = timeOf(frame);
  State state = state_;
  state.advance(time);
  if (state.next != state_.next || state.active != state_.active) return frame;
  const Segment segment = state.segmentAt(time);
  if (segment.shape != Segment::Shape::Constant) return frame;
  return endFrameOf(segment);
}

void ParamTimeline::clear(ParamEventList& reclaim) {
  inserted_ = nullptr;
  while (ParamEvent* event = state_.next) {
    state_.next = event->next;
    reclaim.push(event);
  }
  if (state_.active) reclaim.push(state_.active);
  state_.active = nullptr;
}

}  // namespace mediant::audio
