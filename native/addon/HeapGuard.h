// Holds script whose heap has come to its limit, so that the Worker can be ended.
//
// Node ends such a Worker by itself, but lets its heap grow by a few megabytes only until then: where one object needs more, as an
// array that doubles does, V8 ends the process. With this guard any object finds room.
#pragma once

#include <cstddef>

namespace mediant::addon {

class HeapGuard {
 public:
  HeapGuard() = default;
  ~HeapGuard() { remove(); }
  HeapGuard(const HeapGuard&) = delete;
  HeapGuard& operator=(const HeapGuard&) = delete;

  // Guards the isolate of this thread. `exceeded` is called on that thread amid an allocation: it can't run script, and is to return
  // when the Worker has been told to end. Without effect where V8's functions are not to be found.
  void install(void (*exceeded)(void* context), void* context);
  void remove();

 private:
  static size_t nearLimit(void* self, size_t limit, size_t initialLimit);

  void* isolate_ = nullptr;
  void (*exceeded_)(void*) = nullptr;
  void* context_ = nullptr;
};

}  // namespace mediant::addon
