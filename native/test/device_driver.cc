// The realtime driver on the silent clock.
#include <memory>
#include <string>
#include <vector>

#include "audio/engine/Engine.h"
#include "check.h"
#include "device/RealtimeDriver.h"

using namespace mediant;
using audio::EngineEvent;
using audio::EngineState;
using audio::StateWord;
using device::DeviceError;
using device::RealtimeDriver;

namespace {

struct Event {
  EngineEvent type;
  double a, b;
};

// An engine on the silent clock, with the control thread's part played by the test.
class Context {
 public:
  explicit Context(const std::string& backend = "silent", device::Sink sink = {}) : engine_({48000, 128, 2, false}, state_) {
    RealtimeDriver::Config config;
    config.backend = backend;
    config.sink = std::move(sink);
    config.notify = [](void* self) { static_cast<Context*>(self)->events_.wake(); };
    config.notifyContext = this;
    driver_ = std::make_unique<RealtimeDriver>(engine_, state_, config);
    CHECK(driver_->start());
  }

  ~Context() { driver_.reset(); }

  RealtimeDriver& driver() { return *driver_; }
  audio::Engine& engine() { return engine_; }

  double word(StateWord word) const {
    double value;
    __atomic_load(&state_[static_cast<int>(word)], &value, __ATOMIC_RELAXED);
    return value;
  }

  double frame() const { return word(StateWord::CurrentFrame); }

  Event next() {
    while (received_.empty()) {
      CHECK(events_.waitUntil(device::monotonicNow() + device::fromSeconds(10)));
      engine_.collect();
      double words[64];
      const size_t count = engine_.takeEvents(words, 64);
      for (size_t i = 0; i < count; i += 4) {
        const Event event{static_cast<EngineEvent>(words[i]), words[i + 1], words[i + 2]};
        if (event.type != EngineEvent::BatchApplied) received_.push_back(event);
      }
    }
    const Event event = received_.front();
    received_.erase(received_.begin());
    return event;
  }

  void checkNext(EngineEvent type, double a, double b) {
    const Event event = next();
    CHECK_EQUAL(static_cast<int>(event.type), static_cast<int>(type));
    CHECK_EQUAL(event.a, a);
    CHECK_EQUAL(event.b, b);
  }

  void request(EngineState state, double serial) {
    driver_->setState(state, serial);
    checkNext(EngineEvent::StateChanged, static_cast<double>(state), serial);
  }

  void waitForFrame(double frame) {
    device::Waker timer;
    while (this->frame() < frame) timer.waitUntil(device::monotonicNow() + device::fromSeconds(0.001));
  }

 private:
  double state_[static_cast<int>(StateWord::Count)] = {};
  device::Waker events_;
  audio::Engine engine_;
  std::unique_ptr<RealtimeDriver> driver_;
  std::vector<Event> received_;
};

}  // namespace

TEST(rendersOnlyWhileRunning) {
  Context context;
  CHECK_EQUAL(context.frame(), 0.0);
  context.request(EngineState::Running, 1);
  context.waitForFrame(2048);
  context.request(EngineState::Suspended, 2);
  const double stopped = context.frame();
  device::Waker timer;
  timer.waitUntil(device::monotonicNow() + device::fromSeconds(0.03));
  CHECK_EQUAL(context.frame(), stopped);
  context.request(EngineState::Running, 3);
  context.waitForFrame(stopped + 1024);
  context.request(EngineState::Closed, 4);
}

TEST(fillsTheStateBlock) {
  Context context;
  CHECK_EQUAL(context.word(StateWord::BaseLatency), 512.0 / 48000);
  context.request(EngineState::Running, 1);
  context.waitForFrame(4096);
  // In this order, since all of them go on.
  const double heard = context.word(StateWord::OutputFrame), rendered = context.frame();
  const double time = context.word(StateWord::OutputTime), now = static_cast<double>(device::monotonicNow()) * 1e-6;
  CHECK(heard > 0);
  CHECK(heard < rendered);
  CHECK(time <= now);
  CHECK(context.word(StateWord::RenderLoad) > 0);
}

TEST(closesFromAnyState) {
  for (int round = 0; round < 50; ++round) {
    Context context;
    if (round % 5 >= 1) context.driver().setState(EngineState::Running, 1);
    if (round % 5 >= 2) context.driver().setState(EngineState::Suspended, 2);
    if (round % 5 >= 3) context.driver().setSink({true, ""}, 3);
    if (round % 5 >= 4) context.driver().setState(EngineState::Closed, 4);
    context.driver().close();
    context.driver().close();
  }
}

// Else what script drops in a suspended context would pile up.
TEST(takesBatchesWhileSuspended) {
  Context context;
  const double create[] = {static_cast<double>(audio::Command::CreateNode), 2, static_cast<double>(audio::NodeKind::Gain), 1, 1, 2, 0, 0, 0, 0};
  const double release[] = {static_cast<double>(audio::Command::ReleaseNode), 2};
  context.engine().submit(create, 10, nullptr, 0);
  CHECK_EQUAL(context.engine().nodeCount(), 2u);
  context.engine().submit(release, 2, nullptr, 0);
  context.driver().submitted();
  device::Waker timer;
  const device::Nanoseconds limit = device::monotonicNow() + device::fromSeconds(10);
  while (context.engine().nodeCount() > 1 && device::monotonicNow() < limit) {
    context.engine().collect();
    timer.waitUntil(device::monotonicNow() + device::fromSeconds(0.001));
  }
  CHECK_EQUAL(context.engine().nodeCount(), 1u);
  CHECK_EQUAL(context.frame(), 0.0);
}

TEST(changesItsSinkWhileItPlays) {
  Context context;
  context.request(EngineState::Running, 1);
  context.waitForFrame(1024);
  context.driver().setSink({true, ""}, 2);
  context.driver().setSink({false, ""}, 3);
  context.checkNext(EngineEvent::StateChanged, static_cast<double>(EngineState::Running), 2);
  context.checkNext(EngineEvent::StateChanged, static_cast<double>(EngineState::Running), 3);
  context.waitForFrame(context.frame() + 1024);
}

TEST(answersASinkItCannotOpen) {
  Context context;
  context.request(EngineState::Running, 1);
  context.driver().setSink({false, "nowhere"}, 2);
  context.checkNext(EngineEvent::DeviceFailed, static_cast<double>(DeviceError::NotFound), 2);
  context.waitForFrame(context.frame() + 1024);
}

TEST(answersWhatAClosingContextLeavesBehind) {
  Context context;
  context.request(EngineState::Running, 1);
  context.driver().setSink({true, ""}, 2);
  context.driver().setSink({true, ""}, 3);
  context.driver().setState(EngineState::Closed, 4);
  CHECK_EQUAL(context.next().b, 2.0);
  CHECK_EQUAL(context.next().b, 3.0);
  context.checkNext(EngineEvent::StateChanged, static_cast<double>(EngineState::Closed), 4);
}

TEST(theSilentClockStandsInForADeviceThatIsNotThere) {
  Context context("alsa", {false, "nowhere"});
  context.driver().setState(EngineState::Running, 1);
  context.checkNext(EngineEvent::DeviceFailed, static_cast<double>(DeviceError::NotFound), 0);
  context.checkNext(EngineEvent::StateChanged, static_cast<double>(EngineState::Running), 1);
  context.waitForFrame(4096);
}
