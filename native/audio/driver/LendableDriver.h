// A driver whose loop can be lent to another thread: the one that runs a context's AudioWorkletProcessors renders its
// graph too, so that process() is called without a hop.
#pragma once

#include <cstdint>

namespace mediant::audio {

class LendableDriver {
 public:
  enum class Turn {
    Again,
    Idle,   // nothing to do until the borrower is woken
    Ended,
  };

  // Of one turn, in nanoseconds.
  struct Limits {
    int64_t wait;    // for the device
    int64_t render;  // after which no further quantum is begun; 0 for one quantum
  };

  virtual ~LendableDriver() = default;

  // Names what is called, from any thread, when an idle borrower has something to do. Before anything is lent.
  virtual void setBorrowerWake(void (*wake)(void* context), void* context) = 0;

  // Borrower: ends the driver's own thread at a quantum boundary and returns when it has ended.
  virtual void lend() = 0;
  // Borrower: one turn of the loop. A turn that has waited does not render, so that what came meanwhile is heard first.
  virtual Turn turn(const Limits& limits) = 0;
  // Any thread: ends the wait of a turn.
  virtual void interrupt() = 0;
  // Control thread, when no turn is under way nor will be: the driver goes on by a thread of its own.
  virtual void takeBack() = 0;
};

}  // namespace mediant::audio
