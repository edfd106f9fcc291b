// What a context's own environment and the Worker of its AudioWorklet share: the engine, lent from the one to the other.
//
// The link belongs to the engine's object; the Worker finds it by number and keeps it, so it outlives both.
#pragma once

#include <condition_variable>
#include <cstdint>
#include <memory>
#include <mutex>

#include "LendableDriver.h"

namespace mediant::audio {

class Engine;

class WorkletLink {
 public:
  using Turn = LendableDriver::Turn;

  // ---- control thread ----

  static std::shared_ptr<WorkletLink> create(Engine& engine, LendableDriver& driver);
  int number() const { return number_; }
  // The Worker is gone: the driver goes on by itself, and calls no processor any more.
  void takeBack();
  // Before engine and driver are freed: waits until the Worker is out of them, and lets it in no more.
  void close();

  // ---- Worker ----

  static std::shared_ptr<WorkletLink> find(int number);
  // Takes the driver over at a quantum boundary. False when it is gone. `wake` is called, from any thread, when an idle loop has
  // something to do.
  bool borrow(void (*wake)(void* context), void* context);
  Turn turn(const LendableDriver::Limits& limits);
  // The first frame of the next quantum, as far as it is known to all.
  int64_t currentFrame() const;
  // The environment ends: `wake` is not called any more.
  void leave();

 private:
  WorkletLink(Engine& engine, LendableDriver& driver, int number) : engine_(engine), driver_(driver), number_(number) {}

  static void wake(void* self);

  Engine& engine_;
  LendableDriver& driver_;
  const int number_;
  mutable std::mutex mutex_;
  std::condition_variable left_;
  void (*wakeBorrower_)(void*) = nullptr;  // null unless the driver is lent
  void* wakeContext_ = nullptr;
  bool isInside_ = false;  // the Worker is using the driver
  bool isClosed_ = false;
};

}  // namespace mediant::audio
