// Renders a fixed number of frames as fast as possible on a thread of its own.
#pragma once

#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <chrono>
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

  // Renders `length` frames into `output` (`channels` arrays that stay valid until Completed or close()), posting
  // Suspended and waiting for resume() at each of `suspendFrames`, Progress a few times a second, Completed at the end.
  // Once per driver; false when it has been started before or no thread can be made.
  bool start(float* const* output, int channels, int64_t length, const double* suspendFrames, size_t suspendCount);
  // Adds a pause. Meant for use before start() or while suspended; frames already rendered are ignored.
  void suspendAt(int64_t frame);
  // Goes on after Suspended.
  void resume();
  // Stops at the next quantum boundary and joins the thread. Idempotent. A borrower has been sent away before.
  void close();

  // LendableDriver
  void setBorrowerWake(void (*wake)(void* context), void* context) override;
  void lend() override;
  Turn turn(int64_t nanoseconds) override;
  void interrupt() override {}
  void takeBack() override;

 private:
  bool startThread();
  void run();
  bool pauseIfDue();
  bool step();
  void renderQuantum();

  Engine& engine_;
  device::Thread thread_;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::set<int64_t> suspendFrames_;
  bool suspended_ = false;
  bool lent_ = false;
  bool isFinished_ = false;
  bool closing_ = false;
  bool started_ = false;
  float* output_[32] = {};
  int channels_ = 0;
  int64_t length_ = 0;
  int64_t frame_ = 0;
  std::unique_ptr<float[]> last_;  // the last quantum may reach past the end of the output
  std::chrono::steady_clock::time_point lastProgress_;
  void (*borrowerWake_)(void*) = nullptr;
  void* borrowerWakeContext_ = nullptr;
};

}  // namespace mediant::audio
