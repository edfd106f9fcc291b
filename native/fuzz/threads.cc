// Random graphs that change while a driver renders them, on its own thread or lent to another; whatever is asked of the
// driver at any time. For the thread sanitizer.
#include <memory>
#include <thread>

#include "RandomGraph.h"
#include "audio/driver/OfflineDriver.h"
#include "audio/driver/WorkletLink.h"
#include "device/RealtimeDriver.h"
#include "device/Waker.h"

using namespace mediant;
using namespace mediant::audio;
using namespace mediant::fuzz;

namespace {

constexpr double kSampleRate = 48000;
constexpr int kQuantum = 128;
constexpr int kChannels = 2;

// What a Worker does with a driver it has been lent.
class Borrower {
 public:
  Borrower(int link, const uint8_t* data, size_t size)
      : link_(WorkletLink::find(link)), choices_(data, size), scope_(choices_, kQuantum), thread_([this] { run(); }) {}
  ~Borrower() {
    isEnding_.store(true);
    waker_.wake();
    thread_.join();
  }

 private:
  void run() {
    const auto wake = [](void* self) { static_cast<Borrower*>(self)->waker_.wake(); };
    if (link_ == nullptr || !link_->borrow(wake, this)) return;
    while (!isEnding_.load()) {
      const AudioWorkletScope::Entry entry(scope_);
      const auto turn = link_->turn({1'000'000, 100'000});
      if (turn == LendableDriver::Turn::Ended) break;
      if (turn == LendableDriver::Turn::Idle && !isEnding_.load()) waker_.waitUntil(device::kNever);
    }
    link_->leave();
  }

  std::shared_ptr<WorkletLink> link_;
  Choices choices_;
  RandomScope scope_;
  device::Waker waker_;
  std::atomic<bool> isEnding_{false};
  std::thread thread_;
};

// The control thread's part.
class Context {
 public:
  Context(Choices& choices, bool offline)
      : choices_(choices), engine_({kSampleRate, kQuantum, kChannels, offline}, state_),
        graph_(commands_, choices, Manner::Wild, kSampleRate) {}
  virtual ~Context() = default;

  void run(const uint8_t* data, size_t size) {
    while (!choices_.empty() && !isClosed_) {
      graph_.step(loadShared(&state_[static_cast<int>(StateWord::CurrentFrame)]) / kSampleRate);
      if (choices_.oneIn(4)) submit();
      if (choices_.oneIn(4)) receive();
      if (choices_.oneIn(6)) drive();
      if (choices_.oneIn(8)) read();
      if (choices_.oneIn(100)) lend(data, size);
      if (choices_.oneIn(100)) takeBack();
      if (choices_.oneIn(400)) isClosed_ = true;
    }
    submit();
    close();
  }

 protected:
  // Something that is asked of the driver.
  virtual void drive() = 0;
  virtual void submitted() {}
  virtual void suspended() {}
  virtual LendableDriver& driver() = 0;
  virtual void closeDriver() = 0;

  // Not in the destructor: the driver calls what is gone by then.
  void close() {
    if (link_ != nullptr) link_->close();
    borrower_.reset();
    closeDriver();
    engine_.collect();
  }

  Choices& choices_;
  double state_[static_cast<int>(StateWord::Count)] = {};
  Engine engine_;

 private:
  void submit() {
    engine_.submit(commands_.words.data(), commands_.words.size(), commands_.attachments.data(), commands_.attachments.size());
    commands_.words.clear();
    commands_.attachments.clear();
    submitted();
  }

  void receive() {
    engine_.collect();
    double words[64];
    while (const size_t count = engine_.takeEvents(words, 64)) {
      for (size_t i = 0; i < count; i += 4) {
        if (static_cast<EngineEvent>(static_cast<int>(words[i])) == EngineEvent::Suspended) suspended();
      }
    }
  }

  void read() {
    const int node = graph_.anyNode();
    float samples[64];
    engine_.paramValue(node, choices_.below(4));
    engine_.reduction(node);
    engine_.analyserTimeDomain(node, samples, 64);
    engine_.analyserFrequency(node, samples, 64);
  }

  // Once: a context has one Worker.
  void lend(const uint8_t* data, size_t size) {
    if (link_ != nullptr) return;
    link_ = WorkletLink::create(engine_, driver(), [](void*) {}, nullptr);
    borrower_ = std::make_unique<Borrower>(link_->number(), data, size);
  }

  void takeBack() {
    if (borrower_ == nullptr) return;
    borrower_.reset();
    link_->takeBack();
  }

  CommandWriter commands_;
  RandomGraph graph_;
  std::shared_ptr<WorkletLink> link_;
  std::unique_ptr<Borrower> borrower_;
  bool isClosed_ = false;
};

class OfflineContext final : public Context {
 public:
  explicit OfflineContext(Choices& choices) : Context(choices, true), driver_(engine_) {}

 private:
  void drive() override {
    const int64_t frame = static_cast<int64_t>(loadShared(&state_[static_cast<int>(StateWord::CurrentFrame)]));
    if (choices_.oneIn(2)) {
      const size_t frames = static_cast<size_t>(kQuantum * (1 + choices_.below(20)));
      outputs_.push_back(std::make_unique<float[]>(frames * kChannels));
      float* channels[kChannels] = {outputs_.back().get(), outputs_.back().get() + frames};
      driver_.render(channels, kChannels, static_cast<int64_t>(frames));
    } else {
      driver_.suspendAt(frame / kQuantum * kQuantum + kQuantum * choices_.below(8));
    }
  }
  void suspended() override { driver_.resume(); }
  LendableDriver& driver() override { return driver_; }
  void closeDriver() override { driver_.close(); }

  std::vector<std::unique_ptr<float[]>> outputs_;
  OfflineDriver driver_;
};

class RealtimeContext final : public Context {
 public:
  explicit RealtimeContext(Choices& choices) : Context(choices, false) {
    device::RealtimeDriver::Config config;
    config.backend = "silent";
    config.notify = [](void*) {};
    driver_ = std::make_unique<device::RealtimeDriver>(engine_, state_, config);
    FUZZ_CHECK(driver_->start());
    driver_->setState(EngineState::Running, ++serial_);
  }

 private:
  void drive() override {
    if (choices_.oneIn(3)) {
      driver_->setSink({choices_.oneIn(2), choices_.oneIn(3) ? "nowhere" : ""}, ++serial_);
    } else {
      driver_->setState(choices_.oneIn(40) ? EngineState::Closed : choices_.oneIn(3) ? EngineState::Suspended : EngineState::Running, ++serial_);
    }
    storeShared(&state_[static_cast<int>(StateWord::LatencyReset)], serial_);
  }
  void submitted() override { driver_->submitted(); }
  LendableDriver& driver() override { return *driver_; }
  void closeDriver() override { driver_->close(); }

  std::unique_ptr<device::RealtimeDriver> driver_;
  double serial_ = 0;
};

template <typename Kind>
void play(Choices& choices, const uint8_t* data, size_t size) {
  Kind context(choices);
  context.run(data, size);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  Choices choices(data, size);
  choices.oneIn(2) ? play<OfflineContext>(choices, data, size) : play<RealtimeContext>(choices, data, size);
  FUZZ_CHECK(RandomGraph::lentArrays() == 0);
  return 0;
}
