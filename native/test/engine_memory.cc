// Memory in use: what has ended leaves nothing behind.
#include <atomic>

#include "allocation_hooks.h"
#include "engine_harness.h"

namespace {

std::atomic<long> allocations{0};  // that are in use

}  // namespace

void onAllocation() { ++allocations; }
void onFree() { --allocations; }

using namespace mediant::audio;

namespace {

// Voices that begin and end within a few quanta, as script makes and drops them.
void play(TestEngine& t, int& id, int voices) {
  std::vector<float> data(256, 0.5f);
  for (int i = 0; i < voices; ++i) {
    const double now = t.word(StateWord::CurrentFrame) / 48000;
    const int source = id++, gain = id++;
    if (i % 3 == 0) {
      t.constant(source);
    } else if (i % 3 == 1) {
      t.oscillator(source);
    } else {
      t.bufferSource(source);
      t.message(source, NodeOp::SetBuffer, {48000}, t.attach(data.data(), data.size()), 1);
    }
    t.gain(gain, 0);
    t.setValue(gain, 0, 0.5, now + 0.001);
    t.paramEvent(gain, 0, ParamEventType::LinearRamp, 1, now + 0.003);
    t.connect(source, gain); t.connect(gain, 1);
    t.start(source, now + 0.001);
    t.stop(source, now + 0.004);
    t.release(source); t.release(gain);
    if (i % 8 == 7) {
      t.render(3);
      t.events();
    }
  }
  t.render(10);
  t.events();
  t.render(1);
  t.events();
}

}  // namespace

TEST(sources_that_have_ended_leave_nothing_behind) {
  TestEngine t(2);
  int id = 2;
  play(t, id, 400);
  CHECK_EQUAL(t.engine->nodeCount(), size_t{1});
  const long before = allocations;
  play(t, id, 4000);
  CHECK_EQUAL(t.engine->nodeCount(), size_t{1});
  CHECK_NEAR(allocations - before, 0, 8);
}

TEST(requests_that_were_answered_leave_nothing_behind) {
  TestEngine t;
  const auto request = [&](int count) {
    for (int i = 0; i < count; ++i) {
      t.engine->reserveEvent();
      t.engine->postEvent(EngineEvent::StateChanged, 1, i);
      CHECK_EQUAL(t.events().size(), size_t{1});
    }
  };
  request(100);
  const long before = allocations;
  request(1000);
  CHECK_NEAR(allocations - before, 0, 8);
}
