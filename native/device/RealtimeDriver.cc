#include "device/RealtimeDriver.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include "audio/engine/Engine.h"
#include "base/SharedDouble.h"

namespace mediant::device {

using audio::EngineEvent;
using audio::EngineState;
using audio::LendableDriver;
using audio::StateWord;

namespace {

// The least latency that survives an ordinary machine's scheduling, and the most that is of use.
constexpr double kLeastLatencySeconds = 0.01;
constexpr double kMostLatencySeconds = 0.5;

// What a device buffers beyond a period, so that a thread that comes late is in time still.
constexpr double kReserveSeconds = 0.02;

// A device that asks for nothing for this long, or takes this much more than time allows, isn't one. An idle null sink of
// PulseAudio may have two seconds of silence to finish first.
constexpr double kStallSeconds = 5;

// Time constant of the load shown to script.
constexpr double kLoadSeconds = 0.2;

int periodFrames(double latencySeconds, double sampleRate, int quantum) {
  const double seconds = std::clamp(latencySeconds, kLeastLatencySeconds, kMostLatencySeconds);
  // The small allowance keeps a latency that was a whole number of quanta from becoming one more.
  const double quanta = std::ceil(seconds * sampleRate / quantum - 1e-6);
  return quantum * std::max(1, static_cast<int>(quanta));
}

}  // namespace

RealtimeDriver::RealtimeDriver(audio::Engine& engine, double* stateBlock, const Config& config)
    : engine_(engine),
      stateBlock_(stateBlock),
      config_(config),
      sampleRate_(engine.config().sampleRate),
      quantum_(engine.config().renderQuantumSize),
      periodFrames_(periodFrames(config.latencySeconds, sampleRate_, quantum_)),
      sink_(config.sink),
      quantumSamples_(static_cast<std::size_t>(quantum_) * static_cast<std::size_t>(config.channels)),
      quantumPosition_(quantum_),
      clock_(sampleRate_) {
  for (int channel = 0; channel < config.channels; ++channel) {
    quantumChannels_.push_back(quantumSamples_.data() + static_cast<std::size_t>(channel) * static_cast<std::size_t>(quantum_));
  }
  stateBlock_[static_cast<int>(StateWord::BaseLatency)] = periodFrames_ / sampleRate_;
  engine_.setWake([](void* self) { static_cast<RealtimeDriver*>(self)->eventsWaiting_.store(true, std::memory_order_release); },
                  this);
}

bool RealtimeDriver::start() {
  return thread_.start("mediant-audio", [](void* self) { static_cast<RealtimeDriver*>(self)->run(); }, this);
}

void RealtimeDriver::setState(EngineState state, double serial) {
  post({Request::Kind::SetState, state, {}, serial});
}

void RealtimeDriver::setSink(const Sink& sink, double serial) {
  post({Request::Kind::SetSink, EngineState::Suspended, sink, serial});
}

void RealtimeDriver::post(Request request) {
  engine_.reserveEvent();
  {
    const std::lock_guard<std::mutex> lock(mutex_);
    requests_.push_back(std::move(request));
  }
  requestsWaiting_.store(true, std::memory_order_release);
  wake();
}

void RealtimeDriver::wake() {
  waker_.wake();
  if (borrowerWake_ != nullptr) borrowerWake_(borrowerWakeContext_);
}

void RealtimeDriver::submitted() {
  if (!isRunning_.load(std::memory_order_acquire)) wake();
}

void RealtimeDriver::close() {
  closing_.store(true, std::memory_order_release);
  cancel_.wake();
  waker_.wake();
  if (thread_.isJoinable()) {
    thread_.join();
  } else {
    scheduling_.end();
    leave();
  }
}

void RealtimeDriver::setBorrowerWake(void (*wake)(void* context), void* context) {
  borrowerWake_ = wake;
  borrowerWakeContext_ = context;
}

void RealtimeDriver::takeBack() {
  if (!isLent_.exchange(false)) return;
  scheduling_.end();
  start();
}

// ---- borrower ----

void RealtimeDriver::lend() {
  isLent_.store(true, std::memory_order_release);
  waker_.wake();
  thread_.join();
  scheduling_.end();
}

LendableDriver::Turn RealtimeDriver::turn(const Limits& limits) {
  const Nanoseconds now = monotonicNow();
  return turnUntil(now + limits.wait, now + limits.render);
}

// ---- driver thread ----

void RealtimeDriver::run() {
  for (Turn turn = Turn::Again; !isLent_.load(std::memory_order_acquire);) {
    turn = turnUntil(kNever, kNever);
    if (turn == Turn::Ended) return;
    if (turn == Turn::Again) continue;
    if (stream_ == nullptr) {
      waker_.waitUntil(kNever);
    } else if (stream_->wait(kNever) == OutputStream::kLost) {
      stream_.reset();  // reopened, or reported, when the context runs again
      forgetOutputs();
    }
  }
}

// One turn of the loop: waits for the stream, or renders what it wants.
LendableDriver::Turn RealtimeDriver::turnUntil(Nanoseconds waitLimit, Nanoseconds renderLimit) {
  // A period that was begun is finished first.
  if (roomLeft_ == 0) {
    if (requestsWaiting_.exchange(false, std::memory_order_acq_rel)) handleRequests();
    if (switch_ != nullptr && switch_->done.load(std::memory_order_acquire)) finishSinkSwitch();
  }
  setScheduling();
  if (!closing_.load(std::memory_order_acquire)) {
    if (state_ == EngineState::Running) {
      play(waitLimit, renderLimit);
    } else if (state_ == EngineState::Suspended) {
      engine_.applyBatches();
    }
  }
  if (eventsWaiting_.exchange(false, std::memory_order_acq_rel)) config_.notify(config_.notifyContext);
  if (closing_.load(std::memory_order_acquire) || state_ == EngineState::Closed) {
    leave();
    setScheduling();
    return Turn::Ended;
  }
  return state_ != EngineState::Suspended || requestsWaiting_.load(std::memory_order_acquire) ? Turn::Again : Turn::Idle;
}

void RealtimeDriver::leave() {
  switch_.reset();  // joins; close() has rung cancel_
  stream_.reset();
}

void RealtimeDriver::handleRequests() {
  std::vector<Request> requests;
  {
    const std::lock_guard<std::mutex> lock(mutex_);
    requests.swap(requests_);
  }
  for (const Request& request : requests) {
    if (request.kind == Request::Kind::SetState) {
      handleState(request.state, request.serial);
    } else if (switch_ != nullptr) {
      deferred_.push_back(request);
    } else {
      handleSink(request.sink, request.serial);
    }
  }
}

void RealtimeDriver::handleState(EngineState state, double serial) {
  if (state_ == EngineState::Closed) return;
  if (state != state_) {
    state_ = state;
    isRunning_.store(state == EngineState::Running, std::memory_order_release);
    switch (state) {
      case EngineState::Running:
        if (isStandIn_) stream_.reset();  // the device may be back
        if (stream_ == nullptr) {
          openSink();
        } else {
          stream_->pause(false);
          waitingSince_ = 0;
          streamStart_ = monotonicNow();
          clock_.restart();
          framesAtStart_ = streamFrames_;
        }
        break;
      case EngineState::Suspended:
        if (stream_ != nullptr) stream_->pause(true);
        break;
      case EngineState::Closed:
        abandonSinkSwitch();
        stream_.reset();
        break;
    }
  }
  engine_.postEvent(EngineEvent::StateChanged, static_cast<double>(state), serial);
}

void RealtimeDriver::handleSink(const Sink& sink, double serial) {
  if (state_ != EngineState::Running) {
    stream_.reset();
    sink_ = sink;
    engine_.postEvent(EngineEvent::StateChanged, static_cast<double>(state_), serial);
    return;
  }
  switch_ = std::make_unique<SinkSwitch>();
  switch_->driver = this;
  switch_->sink = sink;
  switch_->serial = serial;
  const auto open = [](void* argument) {
    auto& attempt = *static_cast<SinkSwitch*>(argument);
    RealtimeDriver& driver = *attempt.driver;
    attempt.result = openOutput(attempt.sink, driver.outputRequest(attempt.sink), driver.config_.backend, driver.cancel_);
    attempt.done.store(true, std::memory_order_release);
    driver.waker_.wake();
  };
  if (switch_->thread.start("mediant-sink", open, switch_.get())) return;
  switch_.reset();
  engine_.postEvent(EngineEvent::DeviceFailed, static_cast<double>(DeviceError::Unsupported), serial);
}

void RealtimeDriver::finishSinkSwitch() {
  const std::unique_ptr<SinkSwitch> attempt = std::move(switch_);
  attempt->thread.join();
  if (attempt->result.stream == nullptr) {
    engine_.postEvent(EngineEvent::DeviceFailed, static_cast<double>(attempt->result.error), attempt->serial);
  } else {
    sink_ = attempt->sink;
    useStream(std::move(attempt->result.stream));
    if (state_ == EngineState::Suspended) stream_->pause(true);
    engine_.postEvent(EngineEvent::StateChanged, static_cast<double>(state_), attempt->serial);
  }
  while (switch_ == nullptr && !deferred_.empty()) {
    const Request request = deferred_.front();
    deferred_.erase(deferred_.begin());
    handleSink(request.sink, request.serial);
  }
}

// Answers the sink requests that a closing context leaves behind.
void RealtimeDriver::abandonSinkSwitch() {
  const auto abandon = [this](double serial) {
    engine_.postEvent(EngineEvent::DeviceFailed, static_cast<double>(DeviceError::Abandoned), serial);
  };
  if (switch_ != nullptr) {
    cancel_.wake();
    switch_->thread.join();
    abandon(switch_->serial);
    switch_.reset();
  }
  for (const Request& request : deferred_) abandon(request.serial);
  deferred_.clear();
}

OutputRequest RealtimeDriver::outputRequest(const Sink& sink) const {
  return {sink.device, sampleRate_, config_.channels, periodFrames_, periodFrames_ + static_cast<int>(kReserveSeconds * sampleRate_)};
}

void RealtimeDriver::openSink() {
  OpenResult result = openOutput(sink_, outputRequest(sink_), config_.backend, cancel_);
  if (result.stream == nullptr) {
    useSilentClock(result.error);
  } else {
    useStream(std::move(result.stream));
  }
}

void RealtimeDriver::useStream(std::unique_ptr<OutputStream> stream) {
  stream_ = std::move(stream);
  stream_->attach(waker_);
  waitingSince_ = 0;
  isStandIn_ = false;
  streamBase_ = nextFrame();
  streamFrames_ = 0;
  framesAtStart_ = 0;
  streamStart_ = monotonicNow();
  clock_.restart();
}

void RealtimeDriver::useSilentClock(DeviceError error) {
  forgetOutputs();
  useStream(silentBackend.open(outputRequest(sink_), cancel_).stream);
  isStandIn_ = true;
  engine_.postEvent(EngineEvent::DeviceFailed, static_cast<double>(error), 0);
}

void RealtimeDriver::setScheduling() {
  // A clock nobody hears isn't worth taking the processor from anybody.
  const bool isWorthIt = state_ == EngineState::Running && stream_ != nullptr && stream_->isAudible();
  scheduling_.want(isWorthIt, isLent_.load(std::memory_order_relaxed));
  scheduling_.beat();
}

// Context frame of the next sample that a stream will get.
std::int64_t RealtimeDriver::nextFrame() const { return engine_.currentFrame() - quantum_ + quantumPosition_; }

// A long period takes many turns of a borrowed loop, since script has its turn in between.
void RealtimeDriver::play(Nanoseconds waitLimit, Nanoseconds renderLimit) {
  if (roomLeft_ == 0) return beginPeriod(waitLimit);
  Nanoseconds now = monotonicNow();
  const Nanoseconds started = now;
  do {
    const int frames = std::min(roomLeft_, 2 * quantum_ - quantumPosition_);
    fill(room_, frames);
    if (room_ != nullptr) room_ += frames * config_.channels;
    roomLeft_ -= frames;
    now = monotonicNow();
  } while (roomLeft_ > 0 && now < renderLimit);
  renderTime_ += now - started;
  if (roomLeft_ == 0) endPeriod();
}

// Waits until the stream wants samples and takes room for them.
void RealtimeDriver::beginPeriod(Nanoseconds deadline) {
  const bool isTimed = stream_->isAudible();
  if (waitingSince_ == 0) waitingSince_ = monotonicNow();
  int frames = stream_->wait(isTimed ? std::min(deadline, waitingSince_ + fromSeconds(kStallSeconds)) : deadline);
  if (frames == OutputStream::kLost) return useSilentClock(DeviceError::Lost);
  if (frames == 0) {
    if (isTimed && monotonicNow() - waitingSince_ >= fromSeconds(kStallSeconds)) useSilentClock(DeviceError::Stalled);
    return;
  }
  waitingSince_ = 0;
  const std::int64_t frame = nextFrame();
  clock_.update(frame, toSeconds(monotonicNow()));
  engine_.setTime(frame, clock_.secondsAt(frame), clock_.framePeriod());
  room_ = stream_->begin(frames);
  roomFrames_ = roomLeft_ = frames;
  renderTime_ = 0;
}

void RealtimeDriver::endPeriod() {
  const bool isTimed = stream_->isAudible();
  if (!stream_->end(roomFrames_)) return useSilentClock(DeviceError::Lost);
  streamFrames_ += roomFrames_;
  publish(stream_->timing(), roomFrames_, renderTime_);
  if (isTimed && isRunaway()) useSilentClock(DeviceError::Stalled);
}

// Hands over `frames` frames, rendering a quantum whenever the last one is used up. A null `interleaved` discards them.
void RealtimeDriver::fill(float* interleaved, int frames) {
  const int channels = config_.channels;
  while (frames > 0) {
    if (quantumPosition_ == quantum_) {
      engine_.render(quantumChannels_.data(), channels);
      quantumPosition_ = 0;
    }
    const int count = std::min(frames, quantum_ - quantumPosition_);
    if (interleaved != nullptr) {
      for (int channel = 0; channel < channels; ++channel) {
        const float* from = quantumChannels_[static_cast<std::size_t>(channel)] + quantumPosition_;
        for (int i = 0; i < count; ++i) interleaved[i * channels + channel] = from[i];
      }
      interleaved += count * channels;
    }
    quantumPosition_ += count;
    frames -= count;
  }
}

void RealtimeDriver::publish(const OutputTiming& timing, int frames, Nanoseconds renderTime) {
  const auto store = [this](StateWord word, double value) { storeShared(&stateBlock_[static_cast<int>(word)], value); };
  // https://webaudio.github.io/web-audio-api/#dom-audiocontext-getoutputtimestamp
  // An estimate may go back a little between two answers of the device; the time shown to script must not.
  outputFrame_ = std::max(outputFrame_, static_cast<double>(streamBase_) + timing.frame);
  store(StateWord::OutputFrame, outputFrame_);
  store(StateWord::OutputTime, static_cast<double>(timing.at) * 1e-6 + config_.clockOffset);
  store(StateWord::OutputLatency, timing.latencySeconds);
  trackLatency(timing.latencySeconds);

  const double duration = frames / sampleRate_;
  const double share = std::min(1.0, duration / kLoadSeconds);
  renderLoad_ += share * (toSeconds(renderTime) / duration - renderLoad_);
  store(StateWord::RenderLoad, renderLoad_);
  scheduling_.rendered(renderTime, fromSeconds(duration), renderLoad_);
  countUnderruns();
}

// https://webaudio.github.io/web-audio-api/#currently-tracked-interval
void RealtimeDriver::trackLatency(double seconds) {
  const auto word = [this](StateWord word) { return &stateBlock_[static_cast<int>(word)]; };
  const double interval = loadShared(word(StateWord::LatencyReset));
  const bool isNew = interval != *word(StateWord::LatencyInterval);
  const bool isFirst = isNew || *word(StateWord::LatencyPeriods) == 0;
  storeShared(word(StateWord::LatencyLeast), isFirst ? seconds : std::min(seconds, *word(StateWord::LatencyLeast)));
  storeShared(word(StateWord::LatencyMost), isFirst ? seconds : std::max(seconds, *word(StateWord::LatencyMost)));
  storeShared(word(StateWord::LatencySum), isFirst ? seconds : seconds + *word(StateWord::LatencySum));
  storeShared(word(StateWord::LatencyPeriods), isFirst ? 1 : 1 + *word(StateWord::LatencyPeriods));
  storeShared(word(StateWord::LatencyInterval), interval);
}

void RealtimeDriver::countUnderruns() {
  const OutputStream::Underruns underruns = stream_->takeUnderruns();
  if (underruns.events == 0) return;
  const auto add = [this](StateWord word, double value) {
    double* slot = &stateBlock_[static_cast<int>(word)];
    storeShared(slot, *slot + value);
  };
  add(StateWord::UnderrunEvents, underruns.events);
  add(StateWord::UnderrunFrames, underruns.frames);
}

bool RealtimeDriver::isRunaway() const {
  const double played = toSeconds(monotonicNow() - streamStart_) * sampleRate_;
  return static_cast<double>(streamFrames_ - framesAtStart_) > 2 * played + kStallSeconds * sampleRate_ + 4.0 * periodFrames_;
}

}  // namespace mediant::device
