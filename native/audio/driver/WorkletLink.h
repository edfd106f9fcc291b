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

  // `needsEnd` is called from the Worker when its script must be ended.
  static std::shared_ptr<WorkletLink> create(Engine& engine, LendableDriver& driver, void (*needsEnd)(void* context), void* context);
  int number() const { return number_; }
  // Whether waitForEnd() waits.
  bool isEndAwaited() const;
  // The Worker's script will be ended as soon as it goes on.
  void setEnding();
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
  // Waits until the Worker has been told to end: its script has used up its memory.
  void waitForEnd();
  // The environment ends: `wake` is not called any more.
  void leave();

 private:
  WorkletLink(Engine& engine, LendableDriver& driver, int number, void (*needsEnd)(void*), void* needsEndContext)
      : engine_(engine), driver_(driver), number_(number), needsEnd_(needsEnd), needsEndContext_(needsEndContext) {}

  static void wake(void* self);

  Engine& engine_;
  LendableDriver& driver_;
  const int number_;
  void (*const needsEnd_)(void*);
  void* const needsEndContext_;
  mutable std::mutex mutex_;
  std::condition_variable changed_;
  void (*wakeBorrower_)(void*) = nullptr;  // null unless the driver is lent
  void* wakeContext_ = nullptr;
  bool isInside_ = false;  // the Worker is using the driver
  bool isEndAwaited_ = false;
  bool isEnding_ = false;
  bool isClosed_ = false;
};

}  // namespace mediant::audio
