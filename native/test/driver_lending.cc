// Drivers lent to a thread that stands in for an AudioWorklet's Worker, and taken back from it, at any time.
#include <algorithm>
#include <atomic>
#include <memory>
#include <thread>
#include <vector>

#include "audio/driver/OfflineDriver.h"
#include "audio/driver/WorkletLink.h"
#include "audio/engine/AudioWorkletScope.h"
#include "check.h"
#include "device/RealtimeDriver.h"
#include "device/Waker.h"
#include "engine_harness.h"

using namespace mediant;
using namespace mediant::audio;
using device::RealtimeDriver;

namespace {

constexpr double kSampleRate = 48000;
constexpr int kQuantum = 128;
constexpr int kWorkletNode = 2;

// One processor, which writes the number of its frame into its output.
class CountingScope final : public AudioWorkletScope {
 public:
  bool prepare(int, const int*, int, int, int, Exchange* exchange) override {
    *exchange = {samples_, 0};
    return true;
  }
  Result process(const Exchange& exchange, int64_t frame) override {
    if (firstFrame < 0) firstFrame = frame;
    isWhole = isWhole && (nextFrame < 0 || frame == nextFrame);
    nextFrame = frame + kQuantum;
    for (int i = 0; i < kQuantum; ++i) exchange.samples[i] = static_cast<float>(frame + i);
    return Result::Active;
  }
  void release(int, Exchange* exchange) override { *exchange = {}; }

  int64_t firstFrame = -1;
  int64_t nextFrame = -1;
  bool isWhole = true;  // no quantum was left out

 private:
  float samples_[kQuantum];
};

// What a Worker does: turns until the engine is gone, with a wait where there is nothing to do.
class Borrower {
 public:
  explicit Borrower(int link, LendableDriver::Limits limits = {1'000'000, 200'000})
      : link_(WorkletLink::find(link)), limits_(limits), thread_([this] { run(); }) {}
  ~Borrower() { end(); }

  // As a Worker that is terminated.
  void end() {
    isEnding_.store(true);
    waker_.wake();
    if (thread_.joinable()) thread_.join();
  }
  void waitUntilBorrowed() const {
    while (!hasBorrowed_.load()) std::this_thread::yield();
  }
  CountingScope scope;  // once the thread has ended

 private:
  void run() {
    const auto wake = [](void* self) { static_cast<Borrower*>(self)->waker_.wake(); };
    if (link_ == nullptr || !link_->borrow(wake, this)) return;
    hasBorrowed_.store(true);
    while (!isEnding_.load()) {
      const AudioWorkletScope::Entry entry(scope);
      const auto turn = link_->turn(limits_);
      if (turn == LendableDriver::Turn::Ended) break;
      if (turn == LendableDriver::Turn::Idle && !isEnding_.load()) waker_.waitUntil(device::kNever);
    }
    link_->leave();
  }

  std::shared_ptr<WorkletLink> link_;
  const LendableDriver::Limits limits_;
  device::Waker waker_;
  std::atomic<bool> isEnding_{false};
  std::atomic<bool> hasBorrowed_{false};
  std::thread thread_;
};

std::vector<double> workletGraph() {
  CommandWriter t;
  t.create(kWorkletNode, NodeKind::AudioWorklet, 0, 1, {}, {0, 1});
  t.connect(kWorkletNode, 1);
  return t.words;
}

// The control thread's part, for either kind of driver.
class Context {
 public:
  explicit Context(bool offline) : engine_({kSampleRate, kQuantum, 1, offline}, state_) {}

  void submit(const std::vector<double>& words) { engine_.submit(words.data(), words.size(), nullptr, 0); }

  double word(StateWord word) const { return loadShared(&state_[static_cast<int>(word)]); }
  double frame() const { return word(StateWord::CurrentFrame); }

  // Waits for an event of this type; returns its operands.
  std::pair<double, double> next(EngineEvent type) {
    for (;;) {
      while (!received_.empty()) {
        const auto [t, a, b] = received_.front();
        received_.erase(received_.begin());
        if (t == type) return {a, b};
      }
      CHECK(events_.waitUntil(device::monotonicNow() + device::fromSeconds(10)));
      engine_.collect();
      double words[64];
      const size_t count = engine_.takeEvents(words, 64);
      for (size_t i = 0; i < count; i += 4) received_.push_back({static_cast<EngineEvent>(words[i]), words[i + 1], words[i + 2]});
    }
  }

 protected:
  double state_[static_cast<int>(StateWord::Count)] = {};
  device::Waker events_;
  Engine engine_;

 private:
  struct Event {
    EngineEvent type;
    double a, b;
  };
  std::vector<Event> received_;
};

class Realtime : public Context {
 public:
  Realtime() : Context(false) {
    RealtimeDriver::Config config;
    config.backend = "silent";
    config.channels = 1;
    config.notify = [](void* self) { static_cast<Realtime*>(self)->events_.wake(); };
    config.notifyContext = this;
    driver_ = std::make_unique<RealtimeDriver>(engine_, state_, config);
    CHECK(driver_->start());
    link_ = WorkletLink::create(engine_, *driver_, [](void*) {}, nullptr);
  }
  ~Realtime() { close(); }

  void close() {
    if (driver_ == nullptr) return;
    link_->close();
    driver_.reset();
  }

  RealtimeDriver& driver() { return *driver_; }
  WorkletLink& link() { return *link_; }

  void request(EngineState state, double serial) {
    driver_->setState(state, serial);
    CHECK_EQUAL(next(EngineEvent::StateChanged).second, serial);
  }

  void waitForFrame(double frame) {
    device::Waker timer;
    while (this->frame() < frame) timer.waitUntil(device::monotonicNow() + device::fromSeconds(0.001));
  }

 private:
  std::unique_ptr<RealtimeDriver> driver_;
  std::shared_ptr<WorkletLink> link_;
};

class Offline : public Context {
 public:
  explicit Offline(int64_t length) : Context(true), output_(static_cast<size_t>(length)), driver_(engine_) {
    engine_.setWake([](void* self) { static_cast<Offline*>(self)->events_.wake(); }, this);
    link_ = WorkletLink::create(engine_, driver_, [](void* self) { static_cast<Offline*>(self)->events_.wake(); }, this);
  }
  ~Offline() { close(); }

  void close() {
    link_->close();
    driver_.close();
  }

  void start(std::vector<double> suspendFrames = {}) {
    float* channels[] = {output_.data()};
    for (double frame : suspendFrames) driver_.suspendAt(static_cast<int64_t>(frame));
    CHECK(driver_.render(channels, 1, static_cast<int64_t>(output_.size())));
  }

  void waitUntilNotified() { CHECK(events_.waitUntil(device::monotonicNow() + device::fromSeconds(10))); }

  OfflineDriver& driver() { return driver_; }
  WorkletLink& link() { return *link_; }
  const std::vector<float>& output() const { return output_; }

  // Whether the processor was heard in [begin, end), and nowhere else.
  bool isHeardIn(int64_t begin, int64_t end) const {
    for (size_t i = 0; i < output_.size(); ++i) {
      const bool isIn = static_cast<int64_t>(i) >= begin && static_cast<int64_t>(i) < end;
      if (output_[i] != (isIn ? static_cast<float>(i) : 0.0f)) return false;
    }
    return true;
  }

 private:
  std::vector<float> output_;
  OfflineDriver driver_;
  std::shared_ptr<WorkletLink> link_;
};

// How long a thread that wants to wake every millisecond is kept from it at most.
class Stalls {
 public:
  Stalls() : thread_([this] { run(); }) {}
  ~Stalls() { end(); }

  double longestSeconds() {
    end();
    return device::toSeconds(longest_);
  }

 private:
  void run() {
    device::Nanoseconds last = device::monotonicNow();
    while (!isEnding_.load()) {
      timer_.waitUntil(last + 1'000'000);
      const device::Nanoseconds now = device::monotonicNow();
      longest_ = std::max(longest_, now - last);
      last = now;
    }
  }
  void end() {
    isEnding_.store(true);
    if (thread_.joinable()) thread_.join();
  }

  device::Waker timer_;
  device::Nanoseconds longest_ = 0;
  std::atomic<bool> isEnding_{false};
  std::thread thread_;
};

// `play` gives the underruns of a context. There must be none, unless the machine stands still: then it's tried again.
template <typename Play>
void playsWithoutUnderruns(Play play) {
  for (int attempt = 0; attempt < 5; ++attempt) {
    Stalls stalls;
    const double underruns = play();
    if (underruns == 0) return;
    if (stalls.longestSeconds() < 0.05) return CHECK_EQUAL(underruns, 0.0);
  }
  std::printf("not judged: the machine is too busy for real time\n");
}

}  // namespace

TEST(a_render_is_the_borrowers_from_its_first_quantum_on) {
  Offline context(100'000);
  Borrower borrower(context.link().number());
  borrower.waitUntilBorrowed();
  context.submit(workletGraph());
  context.start();
  context.next(EngineEvent::Completed);
  borrower.end();
  CHECK(borrower.scope.isWhole);
  CHECK(context.isHeardIn(0, 100'000));
}

TEST(a_render_may_be_borrowed_while_it_is_suspended) {
  Offline context(kQuantum * 64);
  context.start({kQuantum * 16.0, kQuantum * 32.0});
  context.next(EngineEvent::Suspended);
  Borrower borrower(context.link().number());
  borrower.waitUntilBorrowed();
  context.submit(workletGraph());
  context.driver().resume();
  context.next(EngineEvent::Suspended);
  context.driver().resume();
  context.next(EngineEvent::Completed);
  borrower.end();
  CHECK(context.isHeardIn(kQuantum * 16, kQuantum * 64));
}

TEST(a_render_goes_on_without_processors_when_the_borrower_is_gone) {
  for (int64_t renderNanoseconds : {0, 50'000, 200'000}) {
    Offline context(kQuantum * 4096);
    context.start({kQuantum * 8.0, kQuantum * 9.0});
    context.next(EngineEvent::Suspended);
    Borrower borrower(context.link().number(), {1'000'000, renderNanoseconds});
    borrower.waitUntilBorrowed();
    context.submit(workletGraph());
    context.driver().resume();
    context.next(EngineEvent::Suspended);
    context.driver().resume();
    borrower.end();
    context.link().takeBack();
    context.next(EngineEvent::Completed);
    CHECK(borrower.scope.isWhole);
    CHECK(context.isHeardIn(kQuantum * 8, borrower.scope.nextFrame));
  }
}

TEST(a_render_is_closed_while_it_is_lent) {
  for (int round = 0; round < 24; ++round) {
    Offline context(kQuantum * 100'000);
    Borrower borrower(context.link().number());
    if (round % 2 == 0) borrower.waitUntilBorrowed();
    if (round % 4 != 0) context.start();
    while (round % 4 == 2 && context.frame() == 0) std::this_thread::yield();
    if (round % 8 >= 6) borrower.end();
    if (round % 8 == 7) context.link().takeBack();
    context.close();
  }
}

TEST(a_context_that_plays_is_taken_over_without_a_gap) {
  playsWithoutUnderruns([] {
    Realtime context;
    context.request(EngineState::Running, 1);
    context.waitForFrame(1024);
    Borrower borrower(context.link().number());
    borrower.waitUntilBorrowed();
    const double before = context.frame();
    context.submit(workletGraph());
    context.waitForFrame(before + 8192);
    borrower.end();
    CHECK(borrower.scope.firstFrame >= static_cast<int64_t>(before));
    CHECK(borrower.scope.isWhole);
    return context.word(StateWord::UnderrunEvents);
  });
}

TEST(a_context_plays_on_when_the_borrower_is_gone) {
  playsWithoutUnderruns([] {
    Realtime context;
    context.request(EngineState::Running, 1);
    for (int round = 0; round < 5; ++round) {
      Borrower borrower(context.link().number());
      borrower.waitUntilBorrowed();
      const double before = context.frame();
      context.waitForFrame(before + 1024);
      borrower.end();
      context.link().takeBack();
      context.waitForFrame(context.frame() + 1024);
    }
    return context.word(StateWord::UnderrunEvents);
  });
}

// Such a borrower is a Worker whose processor does not return, until it is terminated.
TEST(requests_that_a_borrower_left_behind_are_answered_once_it_is_gone) {
  Realtime context;
  context.request(EngineState::Running, 1);
  Borrower borrower(context.link().number());
  borrower.waitUntilBorrowed();
  borrower.end();
  context.driver().setState(EngineState::Suspended, 2);
  context.driver().setState(EngineState::Closed, 3);
  context.link().takeBack();
  CHECK_EQUAL(context.next(EngineEvent::StateChanged).second, 2.0);
  CHECK_EQUAL(context.next(EngineEvent::StateChanged).second, 3.0);
}

TEST(an_idle_borrower_is_woken_by_requests_and_batches) {
  Realtime context;
  Borrower borrower(context.link().number());
  borrower.waitUntilBorrowed();
  context.request(EngineState::Running, 1);
  context.request(EngineState::Suspended, 2);
  context.submit(workletGraph());
  context.driver().submitted();
  context.request(EngineState::Running, 3);
  context.waitForFrame(context.frame() + 512);
  context.request(EngineState::Closed, 4);
}

TEST(a_context_is_closed_while_it_is_lent) {
  for (int round = 0; round < 24; ++round) {
    Realtime context;
    if (round % 2 == 0) context.driver().setState(EngineState::Running, 1);
    Borrower borrower(context.link().number());
    if (round % 3 == 0) borrower.waitUntilBorrowed();
    if (round % 3 == 1) context.waitForFrame(round % 2 == 0 ? 128 : 0);
    if (round % 4 == 3) borrower.end();
    if (round % 8 == 7) context.link().takeBack();
    context.close();
  }
}

// As when a Worker's script has used up its memory.
TEST(script_is_held_until_its_end_has_been_asked_for) {
  Offline context(kQuantum);
  std::atomic<bool> isOut{false};
  std::thread worker([link = WorkletLink::find(context.link().number()), &isOut] {
    link->waitForEnd();
    isOut.store(true);
  });
  context.waitUntilNotified();
  CHECK(context.link().isEndAwaited());
  CHECK(!isOut.load());
  context.link().setEnding();
  worker.join();
}

TEST(script_is_held_no_longer_than_its_context_lives) {
  Offline context(kQuantum);
  std::thread worker([link = WorkletLink::find(context.link().number())] { link->waitForEnd(); });
  context.waitUntilNotified();
  context.close();
  worker.join();
}

TEST(nothing_is_lent_of_a_context_that_is_closed) {
  Realtime context;
  const int number = context.link().number();
  context.close();
  Borrower borrower(number);
  borrower.end();
  CHECK_EQUAL(borrower.scope.firstFrame, int64_t{-1});
}
