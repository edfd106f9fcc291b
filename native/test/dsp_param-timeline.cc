// ParamTimeline against the formulas of https://webaudio.github.io/web-audio-api/#AudioParam, in double precision.
#include "audio/dsp/ParamTimeline.h"

#include <cmath>
#include <deque>
#include <functional>
#include <vector>

#include "test/check.h"

using namespace mediant::audio;

namespace {

using Type = ParamEventType;

// A parameter, its events, and what has been rendered so far.
struct Fixture {
  explicit Fixture(double sampleRate = 1000, float value = 0, size_t quantum = 128)
      : timeline(value, sampleRate), sampleRate(sampleRate), quantum(quantum) {}

  ParamEvent* make(Type type, float value, double time, double extra = 0) {
    events.emplace_back();
    ParamEvent* event = &events.back();
    event->type = type;
    event->value = value;
    event->time = time;
    event->extra = extra;
    return event;
  }
  void set(float value, double time) { timeline.insert(make(Type::SetValue, value, time), frame); }
  void linear(float value, double time) { timeline.insert(make(Type::LinearRamp, value, time), frame); }
  void exponential(float value, double time) { timeline.insert(make(Type::ExponentialRamp, value, time), frame); }
  void target(float value, double time, double constant) {
    timeline.insert(make(Type::SetTarget, value, time, constant), frame);
  }
  void curve(std::vector<float> values, double time, double duration) {
    curves.push_back(std::move(values));
    ParamEvent* event = make(Type::SetValueCurve, 0, time, duration);
    event->curve = curves.back().data();
    event->curveLength = curves.back().size();
    timeline.insert(event, frame);
  }
  void cancel(double time) { timeline.cancelScheduledValues(time, frame, reclaim); }
  void cancelAndHold(double time) { timeline.cancelAndHoldAtTime(make(Type::SetValue, 0, time), frame, reclaim); }

  // Renders up to, not including, `end`, which is rounded up to whole quanta.
  void render(size_t end) {
    while (frame < end) {
      std::vector<float> values(quantum, NAN);
      const ParamTimeline::Block block = timeline.fill(frame, values.data(), quantum, reclaim);
      if (block.constant) {
        CHECK_EQUAL(block.first, block.last);
        values.assign(quantum, block.first);
      } else {
        moving++;
      }
      CHECK_EQUAL(block.first, values.front());
      CHECK_EQUAL(block.last, values.back());
      CHECK_EQUAL(timeline.value(), values.back());
      output.insert(output.end(), values.begin(), values.end());
      frame += quantum;
    }
  }

  size_t reclaimed() const {
    size_t count = 0;
    for (const ParamEvent* event = reclaim.first; event; event = event->next) count++;
    return count;
  }

  // Checks frames [begin, end) against a formula of time. 6e-8 of a value is half a unit of the float it becomes; a ramp may be
  // off by as much of its range besides, and the double arithmetic behind it adds nothing visible.
  void expect(size_t begin, size_t end, const std::function<double(double)>& formula, double tolerance = 6.1e-8) {
    if (output.size() < end) render(end);
    double range = 0;
    for (size_t i = begin; i < end; i++) range = std::fmax(range, std::fabs(formula(static_cast<double>(i) / sampleRate)));
    for (size_t i = begin; i < end; i++) {
      const double expected = formula(static_cast<double>(i) / sampleRate);
      CHECK_NEAR(output[i], expected, (std::fabs(expected) + 2 * range) * tolerance + 1e-12);
    }
  }
  void expect(size_t begin, size_t end, double constant) {
    if (output.size() < end) render(end);
    for (size_t i = begin; i < end; i++) CHECK_EQUAL(output[i], static_cast<float>(constant));
  }

  ParamTimeline timeline;
  double sampleRate;
  size_t quantum;
  uint64_t frame = 0;
  size_t moving = 0;  // quanta that were not reported constant
  std::vector<float> output;
  ParamEventList reclaim;
  std::deque<ParamEvent> events;
  std::deque<std::vector<float>> curves;
};

auto line(double v0, double t0, double v1, double t1) {
  return [=](double t) { return v0 + (v1 - v0) * (t - t0) / (t1 - t0); };
}
auto power(double v0, double t0, double v1, double t1) {
  return [=](double t) { return v0 * std::pow(v1 / v0, (t - t0) / (t1 - t0)); };
}
auto approach(double v0, double t0, double v1, double constant) {
  return [=](double t) { return v1 + (v0 - v1) * std::exp(-(t - t0) / constant); };
}

}  // namespace

TEST(no_events_is_constant) {
  Fixture f(1000, 0.25f);
  f.expect(0, 512, 0.25);
  CHECK_EQUAL(f.moving, 0u);
  CHECK_EQUAL(f.timeline.nextChangeFrame(512), ParamTimeline::kNever);
}

TEST(set_value_steps_at_its_sample) {
  Fixture f;
  f.set(1, 0.2);
  f.set(2, 0.3001);  // between frames 300 and 301
  CHECK_EQUAL(f.timeline.nextChangeFrame(0), 200u);
  f.expect(0, 200, 0);
  f.expect(200, 301, 1);
  f.expect(301, 1000, 2);
  CHECK_EQUAL(f.moving, 2u);
  CHECK_EQUAL(f.reclaimed(), 2u);
}

// https://webaudio.github.io/web-audio-api/#dfn-automation-method: times are exact, not quantized to frames.
TEST(times_are_exact) {
  for (double sampleRate : {8000.0, 44100.0, 48000.0, 96000.0, 44099.7}) {
    for (size_t frame = 1; frame < 40; frame++) {
      const double time = static_cast<double>(frame) / sampleRate;
      Fixture f(sampleRate);
      f.set(1, time);
      f.expect(0, frame, 0);
      f.expect(frame, 128, 1);
      Fixture g(sampleRate);
      g.set(1, std::nextafter(time, 1));
      g.expect(0, frame + 1, 0);
      g.expect(frame + 1, 128, 1);
    }
  }
}

TEST(ramps_from_a_set_value) {
  for (size_t quantum : {128, 64, 100, 1, 1000}) {
    Fixture f(44100, 9, quantum);
    f.set(0.5f, 0.001);
    f.linear(-2, 0.0123);
    f.linear(3, 0.02);
    f.set(1, 0.03);
    f.exponential(0.001f, 0.05);
    f.expect(0, 45, 9);
    f.expect(45, 543, line(0.5, 0.001, -2, 0.0123));
    f.expect(543, 882, line(-2, 0.0123, 3, 0.02));
    f.expect(882, 1323, 3);
    f.expect(1323, 2205, power(1, 0.03, 0.001f, 0.05));
    f.expect(2205, 3000, 0.001f);
  }
}

TEST(exponential_ramp_that_cannot_be_holds) {
  Fixture f;
  f.set(1, 0.1);
  f.exponential(-1, 0.2);  // opposite signs
  f.set(0, 0.3);
  f.exponential(5, 0.4);  // from zero
  f.set(-1, 0.5);
  f.exponential(-4, 0.6);
  f.expect(100, 200, 1);
  f.expect(200, 300, -1);
  f.expect(300, 400, 0);
  f.expect(400, 500, 5);
  f.expect(500, 600, power(-1, 0.5, -4, 0.6));
  f.expect(600, 700, -4);
}

TEST(ramp_without_predecessor_starts_when_it_was_scheduled) {
  Fixture f(1000, 0.5f);
  f.render(256);
  f.linear(1.5f, 0.456);
  f.expect(0, 256, 0.5);
  f.expect(256, 456, line(0.5, 0.256, 1.5, 0.456));
  f.expect(456, 600, 1.5);
}

TEST(ramp_long_after_a_set_value_starts_there) {
  // As adding-events.html: the part of the ramp before the call is lost, not its slope.
  Fixture f(1000, 0);
  f.set(1, 0.064);
  f.render(512);
  f.linear(2, 1.088);
  f.expect(64, 512, 1);
  f.expect(512, 1088, line(1, 0.064, 2, 1.088));
}

TEST(set_target_approaches_and_arrives) {
  Fixture f(1000, 1);
  f.target(0.25f, 0.1, 0.02);
  f.expect(0, 100, 1);
  f.expect(100, 400, approach(1, 0.1, 0.25, 0.02));
  f.render(4096);
  CHECK(f.moving < 8);
  CHECK_EQUAL(f.output.back(), 0.25f);
  CHECK_EQUAL(f.timeline.nextChangeFrame(4096), ParamTimeline::kNever);
}

TEST(set_target_between_frames_counts_from_its_time) {
  Fixture f(1000, 0);
  f.target(1, 0.1003, 0.01);
  f.target(-1, 0.1507, 0.03);
  const double middle = approach(0, 0.1003, 1, 0.01)(0.1507);
  f.expect(0, 101, 0);
  f.expect(101, 151, approach(0, 0.1003, 1, 0.01));
  f.expect(151, 500, approach(middle, 0.1507, -1, 0.03));
}

TEST(set_target_with_time_constant_zero_jumps) {
  Fixture f(1000, 1);
  f.target(3, 0.1, 0);
  f.target(4, 0.2, 0);
  f.linear(5, 0.3);
  f.expect(0, 100, 1);
  f.expect(100, 200, 3);
  f.expect(200, 300, line(3, 0.2, 5, 0.3));  // the ramp replaces the second target
}

TEST(set_target_decaying_to_zero_ends) {
  Fixture f(1000, 1);
  f.target(0, 0, 0.01);
  f.render(2048);
  CHECK_EQUAL(f.output.back(), 0.0f);
  CHECK_EQUAL(f.timeline.nextChangeFrame(2048), ParamTimeline::kNever);
}

TEST(ramp_replaces_a_target_that_has_not_begun) {
  Fixture f(1000, 0);
  f.set(1, 0.05);
  f.target(9, 0.1, 0.1);
  f.linear(2, 0.3);
  f.expect(0, 50, 0);
  f.expect(50, 100, 1);
  f.expect(100, 300, line(1, 0.1, 2, 0.3));
  f.expect(300, 400, 2);
}

TEST(ramp_cuts_a_running_target) {
  Fixture f(1000, 0);
  f.target(1, 0, 0.1);
  f.render(128);
  f.linear(0, 0.4);
  f.expect(0, 128, approach(0, 0, 1, 0.1));
  f.expect(128, 400, line(approach(0, 0, 1, 0.1)(0.128), 0.128, 0, 0.4));

  Fixture g(1000, 0);
  g.target(1, 0, 0.1);
  g.render(128);
  g.exponential(0.1f, 0.4);
  g.expect(128, 400, power(approach(0, 0, 1, 0.1)(0.128), 0.128, 0.1f, 0.4));
}

TEST(event_between_a_running_target_and_a_ramp_ends_the_target) {
  Fixture f(1000, 0);
  f.target(1, 0, 0.1);
  f.render(128);
  f.linear(0, 0.4);
  f.set(5, 0.2);
  f.expect(128, 200, approach(0, 0, 1, 0.1));
  f.expect(200, 400, line(5, 0.2, 0, 0.4));
}

TEST(curve_interpolates_and_holds_its_end) {
  Fixture f(44100, 0.5f);
  const std::vector<float> values{0, 1, -1, 0.25f, 7};
  f.curve(values, 0.01, 0.0371);
  f.expect(0, 441, 0.5);
  f.expect(441, 2077, [&](double t) {
    const double position = (values.size() - 1) / 0.0371 * (t - 0.01);
    const size_t k = static_cast<size_t>(std::floor(position));
    return values[k] + (static_cast<double>(values[k + 1]) - values[k]) * (position - k);
  });
  f.expect(2078, 3000, 7);
  f.linear(0, 0.1);  // starts where the curve ended, the implicit setValueAtTime()
  f.expect(3072, 4410, line(7, 0.01 + 0.0371, 0, 0.1));
  CHECK_EQUAL(f.reclaimed(), 2u);
}

TEST(curve_shorter_than_a_frame_only_leaves_its_end) {
  Fixture f(1000, 0);
  f.curve({1, 2, 3}, 0.1001, 0.0005);
  f.expect(0, 101, 0);
  f.expect(101, 300, 3);
}

TEST(events_at_one_time_keep_their_order) {
  Fixture f(1000, 0);
  f.set(1, 0);
  f.linear(2, 0.2);
  f.set(100, 0.2);
  f.target(0, 0.2, 0.05);
  f.expect(0, 200, line(1, 0, 2, 0.2));
  f.expect(200, 400, approach(100, 0.2, 0, 0.05));

  Fixture g(1000, 0);
  g.set(1, 0);
  g.exponential(3, 0.2);
  g.set(99, 0.2);
  g.linear(2, 0.2);
  g.expect(0, 200, power(1, 0, 3, 0.2));
  g.expect(200, 300, 2);
}

TEST(events_may_be_inserted_between) {
  Fixture f(1000, 0);
  f.set(1, 0.5);
  f.linear(0, 0.6);
  f.set(2, 0.2);
  f.linear(4, 0.3);
  f.expect(0, 200, 0);
  f.expect(200, 300, line(2, 0.2, 4, 0.3));
  f.expect(300, 500, 4);
  f.expect(500, 600, line(1, 0.5, 0, 0.6));
}

TEST(times_in_the_past_are_now) {
  Fixture f(16384, 1);
  Fixture g(16384, 1);
  f.render(128);
  g.render(128);
  const double now = 128 / 16384.0;
  f.exponential(0.1f, now / 2);
  f.exponential(0.9f, 1);
  g.exponential(0.1f, now);
  g.exponential(0.9f, 1);
  f.render(16384);
  g.render(16384);
  CHECK(f.output == g.output);

  Fixture h(16384, 1);
  h.render(128);
  h.target(0.1f, now / 2, 0.1);
  h.expect(128, 2000, approach(1, now, 0.1f, 0.1));

  Fixture c(16384, 1);
  c.render(128);
  c.curve({2, 3}, 0, 0.1);
  c.expect(128, 1600, line(2, now, 3, now + 0.1));
}

TEST(cancel_removes_what_is_later) {
  Fixture f(1000, 0.5f);
  f.set(1, 0.1);
  f.linear(2, 0.3);
  f.set(7, 0.4);
  f.cancel(0.3);
  f.expect(0, 100, 0.5);
  f.expect(100, 600, 1);
  CHECK_EQUAL(f.timeline.nextChangeFrame(640), ParamTimeline::kNever);
  CHECK_EQUAL(f.reclaimed(), 3u);
}

TEST(cancelling_a_running_ramp_restores_its_origin) {
  Fixture f(1000, 0);
  f.set(1, 0.1);
  f.linear(2, 0.5);
  f.render(256);
  f.cancel(0.3);
  f.expect(256, 600, 1);
}

TEST(cancelling_within_a_curve_removes_it) {
  // As cancel-scheduled-values.html: a value set at the same time as the curve remains.
  Fixture f(8000, 0);
  f.set(0.5f, 0);
  f.set(1.5f, 0.25);
  f.curve({1, -1}, 0.25, 0.25);
  f.set(99, 0.5);
  f.cancel(0.3);
  f.set(3, 0.375);
  f.expect(0, 2000, 0.5);
  f.expect(2000, 3000, 1.5);
  f.expect(3000, 6000, 3);

  // A running curve, too, gives way to the value before it.
  Fixture g(8000, 0);
  g.target(1, 0, 0.05);
  g.curve({4, 5}, 0.1, 0.5);
  g.render(1024);
  g.cancel(0.15);
  g.expect(1024, 4000, approach(0, 0, 1, 0.05)(0.1));

  // After its end it can't be cancelled any more.
  Fixture h(8000, 0);
  h.curve({4, 5}, 0.1, 0.1);
  h.cancel(0.21);
  h.expect(1600, 4000, 5);
}

TEST(cancel_forgets_the_start_implied_by_a_ramp) {
  Fixture f(1000, 1);
  f.linear(2, 1);
  f.cancel(0);
  f.render(512);
  f.linear(2, 1);
  f.expect(0, 512, 1);
  f.expect(512, 1000, line(1, 0.512, 2, 1));
}

TEST(cancel_and_hold_in_a_ramp) {
  for (double time : {0.25, 0.2503}) {
    const double held = line(1, 0.01, 0, 0.5)(time);
    Fixture f(48000, 0);
    f.set(1, 0.01);
    f.linear(0, 0.5);
    f.set(9, 0.7);
    f.cancelAndHold(time);
    const size_t frame = static_cast<size_t>(std::ceil(time * 48000 - 1e-6));
    // The ramp now ends at a float, half a unit away from the line it was on.
    f.expect(480, frame, line(1, 0.01, 0, 0.5), 1.3e-7);
    f.expect(frame, 48000, held);

    Fixture g(48000, 0);
    g.set(1, 0.01);
    g.exponential(0.001f, 0.5);
    g.cancelAndHold(time);
    g.expect(frame, 40000, power(1, 0.01, 0.001f, 0.5)(time));
  }
}

TEST(cancel_and_hold_then_ramp_on) {
  Fixture f(48000, 0);
  f.set(0, 0);
  f.linear(1, 0.5);
  f.cancelAndHold(0.25);
  f.linear(2, 0.5);
  f.cancelAndHold(0.375);
  f.linear(0, 0.5);
  f.expect(0, 12000, line(0, 0, 1, 0.5));
  f.expect(12000, 18000, line(0.5, 0.25, 2, 0.5));
  f.expect(18000, 24000, line(1.25, 0.375, 0, 0.5));
}

TEST(cancel_and_hold_in_a_target) {
  for (bool running : {false, true}) {
    Fixture f(48000, 1);
    f.target(0, 0.01, 0.05);
    f.set(5, 0.4);
    if (running) f.render(4800);
    f.cancelAndHold(0.25);
    const double held = static_cast<float>(approach(1, 0.01, 0, 0.05)(0.25));
    f.expect(480, 12000, approach(1, 0.01, 0, 0.05));
    f.expect(12000, 16000, held);
    f.linear(1, 0.5);
    f.expect(16000, 24000, line(held, 0.25, 1, 0.5));
  }
}

TEST(cancel_and_hold_in_a_target_that_is_superseded) {
  // The held value is an event of its own, and outlives the target.
  Fixture f(1000, 1);
  f.target(0, 0.1, 0.1);
  f.cancelAndHold(0.4);
  f.set(3, 0.2);
  f.expect(100, 200, approach(1, 0.1, 0, 0.1));
  f.expect(200, 400, 3);
  f.expect(400, 600, approach(1, 0.1, 0, 0.1)(0.4));
}

TEST(cancel_removes_held_values) {
  Fixture f(1000, 1);
  f.target(0, 0.1, 0.1);
  f.cancelAndHold(0.4);
  f.cancel(0.3);
  f.expect(100, 600, approach(1, 0.1, 0, 0.1));
}

TEST(cancel_and_hold_at_the_start_of_a_curve_leaves_nothing_of_it) {
  Fixture f(1000);
  f.set(0.5f, 0);
  f.curve({-1, 1}, 0.05, 0.02);
  f.cancelAndHold(0.05);
  f.expect(0, 128, 0.5);
}

TEST(cancel_and_hold_in_a_curve) {
  for (bool running : {false, true}) {
    Fixture f(48000, 0);
    const auto shape = line(1, 0.01, 0, 0.5);
    f.curve({1, 0}, 0.01, 0.49);
    if (running) f.render(4800);
    f.cancelAndHold(0.25);
    f.expect(480, 12000, shape);
    f.expect(12000, 20000, shape(0.25));
    f.linear(1, 0.5);
    f.expect(20096, 24000, line(shape(0.25), 0.25, 1, 0.5));
  }
  Fixture g(48000, 0);
  g.curve({1, 0.5f}, 0.01, 0.1);
  g.set(3, 0.3);
  g.cancelAndHold(0.25);  // after the curve's end
  g.expect(5280, 24000, 0.5);
}

TEST(cancel_and_hold_where_nothing_moves) {
  Fixture f(1000, 1);
  f.cancelAndHold(0.1);
  f.expect(0, 200, 1);
  f.set(2, 0.3);
  f.set(3, 0.5);
  f.cancelAndHold(0.4);
  f.expect(300, 700, 2);
}

TEST(k_rate_is_the_first_frame) {
  Fixture f(1000, 0);
  f.set(0, 0.1);
  f.linear(1, 0.5);
  for (uint64_t frame = 0; frame < 640; frame += 128) {
    const double t = frame / 1000.0;
    const double expected = t < 0.1 ? 0 : t < 0.5 ? line(0, 0.1, 1, 0.5)(t) : 1;
    CHECK_NEAR(f.timeline.sample(frame, f.reclaim), expected, 6e-8);
  }
}

TEST(gaps_do_not_matter) {
  const auto schedule = [](Fixture& f) {
    f.set(1, 0.1);
    f.linear(2, 0.3);
    f.target(0, 0.4, 0.1);
    f.curve({1, 5, 2}, 0.7, 0.2);
    f.target(3, 1.2, 0.3);
    f.exponential(1, 3);
    f.target(-1, 3.5, 0.2);
  };
  Fixture whole(1000, 0);
  schedule(whole);
  whole.render(8192);
  // A caller that sleeps while nothing changes sees the same values.
  Fixture lazy(1000, 0);
  schedule(lazy);
  size_t evaluated = 0;
  float current = 0;
  uint64_t change = 0;
  std::vector<float> values(128);
  for (uint64_t frame = 0; frame < 8192; frame += 128) {
    std::fill(values.begin(), values.end(), current);
    if (change < frame + 128) {
      evaluated++;
      const ParamTimeline::Block block = lazy.timeline.fill(frame, values.data(), 128, lazy.reclaim);
      if (block.constant) std::fill(values.begin(), values.end(), block.first);
      current = block.last;
      change = lazy.timeline.nextChangeFrame(frame + 128);
    }
    for (size_t i = 0; i < 128; i++) CHECK_EQUAL(values[i], whole.output[frame + i]);
  }
  CHECK(evaluated < 56);
}

TEST(every_event_comes_back) {
  Fixture f(1000, 0);
  f.set(1, 0.1);
  f.target(2, 0.2, 0.1);
  f.curve({1, 2}, 0.4, 0.1);
  f.linear(2, 0.8);
  f.exponential(1, 0.9);
  f.target(2, 1, 0.1);
  f.target(2, 9, 0.1);
  f.cancelAndHold(8.5);
  f.render(1100);
  f.timeline.clear(f.reclaim);
  CHECK_EQUAL(f.reclaimed(), f.events.size());
}

TEST(far_and_extreme_times) {
  Fixture f(44100, 1);
  f.linear(2, 1e300);
  f.render(1024);
  CHECK_EQUAL(f.output.back(), 1.0f);
  Fixture g(44100, 1);
  g.set(2, 1e300);
  g.target(2, 1e301, 1e-300);
  CHECK_EQUAL(g.timeline.nextChangeFrame(0), ParamTimeline::kNever);
  g.expect(0, 1024, 1);
  Fixture h(44100, 1);
  h.target(0, 0, 1e-300);
  h.expect(0, 1, 1);
  h.expect(1, 1024, 0);
}

TEST(events_take_their_places_in_any_order) {
  Fixture sorted;
  Fixture shuffled;
  constexpr int kEvents = 500;
  const auto time = [](int i) { return i * 0.002; };
  const auto value = [](int i) { return static_cast<float>((i * 7919) % 101); };
  for (int i = 0; i < kEvents; i++) sorted.set(value(i), time(i));
  const auto half = [&](int first) {
    for (int i = 0; i < kEvents; i++) {
      const int k = (i * 263) % kEvents;  // every one, since 263 is prime
      if ((k < 250) == (first == 0)) shuffled.set(value(k), time(k));
    }
  };
  half(0);
  shuffled.render(128);  // the events that have passed are gone
  shuffled.cancel(0.3);
  for (int i = 150; i < 250; i++) shuffled.set(value(i), time(i));
  half(1);
  sorted.render(1024);
  shuffled.render(1024);
  for (size_t i = 0; i < 1024; i++) CHECK_EQUAL(shuffled.output[i], sorted.output[i]);
}

// With a walk over all events for each this would take minutes.
TEST(many_events_in_order) {
  Fixture f(44100);
  constexpr int kEvents = 400000;
  for (int i = 0; i < kEvents; i++) f.set(static_cast<float>(i), i / 44100.0);
  f.render(1024);
  for (size_t i = 0; i < 1024; i++) CHECK_EQUAL(f.output[i], static_cast<float>(i));
}
