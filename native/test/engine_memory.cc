// Memory in use: what has ended leaves nothing behind.
#include <atomic>
#include <cstdlib>
#include <new>

#include "engine_harness.h"

namespace {

std::atomic<long> allocations{0};  // that are in use

}  // namespace

void* operator new(size_t size) {
  ++allocations;
  if (void* memory = std::malloc(size)) return memory;
  std::abort();
}
void* operator new(size_t size, std::align_val_t alignment) {
  ++allocations;
  const size_t unit = static_cast<size_t>(alignment);
  if (void* memory = std::aligned_alloc(unit, (size + unit - 1) / unit * unit)) return memory;
  std::abort();
}
void operator delete(void* memory) noexcept {
  if (memory) --allocations;
  std::free(memory);
}
void operator delete(void* memory, size_t) noexcept { operator delete(memory); }
void operator delete(void* memory, std::align_val_t) noexcept { operator delete(memory); }
void operator delete(void* memory, size_t, std::align_val_t) noexcept { operator delete(memory); }

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
