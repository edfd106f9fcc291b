// Calls an engine's control thread from any thread: one pending call however often it is asked.
#pragma once

#include <napi.h>

#include <atomic>

namespace mediant::addon {

class EventChannel {
 public:
  // `handle` is called in a task of the environment's thread. Null when the environment is going away.
  static EventChannel* open(Napi::Env env, void (*handle)(void* owner), void* owner);

  // Any thread, until close().
  void notify();

  // The rest is the control thread's. While held the process does not exit by itself; a new channel isn't.
  void hold(bool hold);

  // No other thread may be in notify() or call it later. The channel frees itself.
  void close();

 private:
  EventChannel(void (*handle)(void*), void* owner) : handle_(handle), owner_(owner) {}
  ~EventChannel() = default;

  static void deliver(napi_env env, napi_value, void* context, void*);

  void (*const handle_)(void*);
  void* owner_;
  napi_env env_ = nullptr;
  napi_threadsafe_function function_ = nullptr;
  std::atomic<bool> isPending_{false};
};

}  // namespace mediant::addon
