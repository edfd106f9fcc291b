// Ends a driver thread's wait from another thread.
#pragma once

#include "device/Clock.h"

namespace mediant::device {

class Waker {
 public:
  Waker();
  ~Waker();
  Waker(const Waker&) = delete;
  Waker& operator=(const Waker&) = delete;

  // Any thread. Makes the current wait, or the next one, return.
  void wake();

  // Driver thread. Waits until wake() or `deadline`, whichever is first; true if woken.
  bool waitUntil(Nanoseconds deadline);

  // For a device that polls descriptors of its own: readable once wake() was called, until drain().
  int descriptor() const { return readEnd_; }
  void drain();

 private:
  int readEnd_ = -1;
  int writeEnd_ = -1;
};

}  // namespace mediant::device
