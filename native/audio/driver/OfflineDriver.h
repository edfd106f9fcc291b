// Renders as fast as possible on a thread of its own, into one output after the other.
#pragma once

#include <atomic>
#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <memory>
#include <mutex>
#include <set>

#include "../../device/Thread.h"
#include "LendableDriver.h"

namespace mediant::audio {

class Engine;

class OfflineDriver final : public LendableDriver {
 public:
  // `engine` outlives the driver.
  explicit OfflineDriver(Engine& engine) : engine_(engine) {}
  ~OfflineDriver() override { close(); }
  OfflineDriver(const OfflineDriver&) = delete;
  OfflineDriver& operator=(const OfflineDriver&) = delete;

  // All of these belong to the control thread.

  // Renders the next `frames` frames into `output` (`channels` arrays of zeros that stay valid until Completed or close()), once
  // the outputs before it are complete. Pauses as suspendAt() says. Unless it is the last one, `frames` is a multiple of
  // the render quantum size. The thread ends when no output is left. False when no thread can be made.
  bool render(float* const* output, int channels, int64_t frames);
  // Adds a pause: Suspended is posted, and resume() awaited, before the quantum at `frame` is rendered. A frame that is
  // rendered already is ignored. The same happens after a quantum that has given scripts something to process.
  void suspendAt(int64_t frame);
  // Goes on after Suspended.
  void resume();
  // Stops at the next quantum boundary and joins the thread. Idempotent. A borrower has been sent away before.
  void close();

  // LendableDriver
  void setBorrowerWake(void (*wake)(void* context), void* context) override;
  void lend() override;
  Turn turn(const Limits& limits) override;
  void interrupt() override {}
  void takeBack() override;

 private:
  static constexpr int kMaxOutputChannels = 32;

  struct Output {
    float* channels[kMaxOutputChannels];
    int channelCount;
    int64_t frames;
    int64_t rendered = 0;
  };

  bool startThread();
  void run();
  bool pauseIfDue();
  bool renderQuantum(Output& output);

  Engine& engine_;
  device::Thread thread_;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::set<int64_t> suspendFrames_;
  std::deque<Output> outputs_;  // the first is being rendered
  bool running_ = false;        // the thread has not decided to end
  bool suspended_ = false;
  bool lent_ = false;
  bool closing_ = false;
  std::atomic<bool> isAsked_{false};  // whether the thread has to look at what the lock guards
  std::unique_ptr<float[]> last_;  // the last quantum may reach past the end of its output
  void (*borrowerWake_)(void*) = nullptr;
  void* borrowerWakeContext_ = nullptr;
};

}  // namespace mediant::audio
