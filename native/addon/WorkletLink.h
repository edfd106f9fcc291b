// What a context's own environment and the Worker of its AudioWorklet share: the engine, lent from the one to the other.
//
// The link belongs to the engine's object; the Worker finds it by number and keeps it, so it outlives both.
#pragma once

#include <condition_variable>
#include <cstdint>
#include <memory>
#include <mutex>

#include "audio/driver/LendableDriver.h"
#include "audio/engine/Engine.h"

namespace mediant::addon {

class EventChannel;

class WorkletLink {
 public:
  using Turn = audio::LendableDriver::Turn;

  // ---- control thread ----

  static std::shared_ptr<WorkletLink> create(audio::Engine& engine, audio::LendableDriver& driver);
  int number() const { return number_; }
  // The Worker is gone: the driver goes on by itself, and calls no processor any more.
  void takeBack();
  // Before engine and driver are freed: waits until the Worker is out of them, and lets it in no more.
  void close();

  // ---- Worker ----

  static std::shared_ptr<WorkletLink> find(int number);
  // Takes the driver over at a quantum boundary. False when it is gone. `channel` is notified when an idle loop has something to do.
  bool borrow(EventChannel& channel);
  // `clock` is set to the first frame of the quantum that is rendered, then to that of the next one.
  Turn turn(int64_t nanoseconds, double* clock);
  // The environment ends.
  void leave();

 private:
  WorkletLink(audio::Engine& engine, audio::LendableDriver& driver, int number)
      : engine_(engine), driver_(driver), number_(number) {}

  static void wake(void* self);

  audio::Engine& engine_;
  audio::LendableDriver& driver_;
  const int number_;
  std::mutex mutex_;
  std::condition_variable left_;
  EventChannel* channel_ = nullptr;  // of the Worker, while it has borrowed the driver
  bool isInside_ = false;            // the Worker is using the driver
  bool isClosed_ = false;
};

}  // namespace mediant::addon
