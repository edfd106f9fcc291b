// Plays an engine in real time: one native thread that renders when the output device wants samples.
//
// The thread runs no JavaScript. While the context is suspended it waits; the device keeps what it has buffered. When a
// device is lost the silent clock takes over, so context time goes on.
#pragma once

#include <atomic>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "audio/driver/LendableDriver.h"
#include "audio/engine/Commands.h"
#include "base/ClockFilter.h"
#include "device/AudioBackend.h"
#include "device/OutputDevices.h"
#include "device/Scheduling.h"
#include "device/Thread.h"
#include "device/Waker.h"

namespace mediant::audio {
class Engine;
}

namespace mediant::device {

class RealtimeDriver final : public audio::LendableDriver {
 public:
  struct Config {
    double latencySeconds = 0;  // asked for; 0 for the least that is safe
    int channels = 2;
    Sink sink;
    std::string backend;         // forced backend, or empty
    double clockOffset = 0;      // milliseconds from the monotonic clock to the one that OutputTime is in
    void (*notify)(void*) = nullptr;  // called from the driver's thread, between renders, when the engine has events
    void* notifyContext = nullptr;
  };

  // `engine` and `stateBlock` (StateWord::Count doubles) outlive the driver. Suspended at first.
  RealtimeDriver(audio::Engine& engine, double* stateBlock, const Config& config);
  ~RealtimeDriver() override { close(); }
  RealtimeDriver(const RealtimeDriver&) = delete;
  RealtimeDriver& operator=(const RealtimeDriver&) = delete;

  // All of these belong to the control thread.

  // False when no thread can be made.
  bool start();
  // Answered by StateChanged with `serial`.
  void setState(audio::EngineState state, double serial);
  // Answered by StateChanged or DeviceFailed with `serial`. While running, the old device plays until the new one is open.
  void setSink(const Sink& sink, double serial);
  // A batch was submitted: a suspended driver takes it too.
  void submitted();
  // Ends and joins the thread. Idempotent. A borrower has been sent away before.
  void close();

  // LendableDriver
  void setBorrowerWake(void (*wake)(void* context), void* context) override;
  void lend() override;
  Turn turn(const Limits& limits) override;
  void interrupt() override { waker_.wake(); }
  void takeBack() override;

 private:
  struct Request {
    enum class Kind { SetState, SetSink } kind;
    audio::EngineState state;
    Sink sink;
    double serial;
  };

  // An attempt to open another sink, made on a thread of its own while the driver's thread goes on playing.
  struct SinkSwitch {
    RealtimeDriver* driver;
    Sink sink;
    double serial;
    OpenResult result;
    std::atomic<bool> done{false};
    Thread thread;
  };

  void post(Request request);
  void wake();
  void run();

  // Driver thread, or the borrower.
  Turn turnUntil(Nanoseconds waitLimit, Nanoseconds renderLimit);
  void leave();
  void handleRequests();
  void handleState(audio::EngineState state, double serial);
  void handleSink(const Sink& sink, double serial);
  void finishSinkSwitch();
  void abandonSinkSwitch();
  void openSink();
  void useStream(std::unique_ptr<OutputStream> stream);
  void useSilentClock(DeviceError error);
  void play(Nanoseconds waitLimit, Nanoseconds renderLimit);
  void beginPeriod(Nanoseconds deadline);
  void endPeriod();
  void fill(float* interleaved, int frames);
  void publish(const OutputTiming& timing, int frames, Nanoseconds renderTime);
  void trackLatency(double seconds);
  void countUnderruns();
  bool isRunaway() const;
  void setScheduling();
  OutputRequest outputRequest(const Sink& sink) const;
  std::int64_t nextFrame() const;

  audio::Engine& engine_;
  double* const stateBlock_;
  const Config config_;
  const double sampleRate_;
  const int quantum_;
  const int periodFrames_;

  // Shared with the control thread.
  Waker waker_;
  void (*borrowerWake_)(void*) = nullptr;
  void* borrowerWakeContext_ = nullptr;
  std::atomic<bool> isLent_{false};
  Waker cancel_;  // rung by close(), and when a closing context abandons a switch
  std::atomic<bool> requestsWaiting_{false};
  std::atomic<bool> closing_{false};
  std::atomic<bool> eventsWaiting_{false};
  std::atomic<bool> isRunning_{false};
  std::mutex mutex_;  // guards requests_; never held while rendering
  std::vector<Request> requests_;
  Thread thread_;

  // Driver thread only, or the borrower.
  audio::EngineState state_ = audio::EngineState::Suspended;
  Sink sink_;
  std::unique_ptr<OutputStream> stream_;
  bool isStandIn_ = false;  // stream_ is the silent clock in place of a device that failed
  std::unique_ptr<SinkSwitch> switch_;
  std::vector<Request> deferred_;      // sink requests that wait for the switch in progress
  std::vector<float> quantumSamples_;  // planar, one quantum
  std::vector<float*> quantumChannels_;
  int quantumPosition_;              // frames of it already handed over
  float* room_ = nullptr;            // what the stream has given for this period, from where it is not yet filled
  int roomFrames_ = 0;               // frames of it in all
  int roomLeft_ = 0;                 // frames of it not yet filled
  Nanoseconds renderTime_ = 0;       // spent on it
  Nanoseconds waitingSince_ = 0;     // when the stream was first asked in vain; 0 when it was not
  std::int64_t streamBase_ = 0;      // context frame of the stream's frame 0
  std::int64_t streamFrames_ = 0;    // frames handed to the stream
  Nanoseconds streamStart_ = 0;      // when it began or went on
  std::int64_t framesAtStart_ = 0;   // streamFrames_ then
  ClockFilter clock_;                // when frames are due
  double outputFrame_ = 0;
  double renderLoad_ = 0;
  Scheduling scheduling_;
};

}  // namespace mediant::device
