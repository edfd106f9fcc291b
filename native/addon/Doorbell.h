// Wakes a thread that runs script, from another one: rings become one call each time the thread is free.
#pragma once

#include <napi.h>

#include <memory>
#include <mutex>

#include "addon/EventChannel.h"

namespace mediant::addon {

// Where a doorbell and those who ring it meet.
struct DoorbellWire {
  std::mutex mutex;
  EventChannel* channel = nullptr;  // null once the doorbell is gone

  void ring();
};

// The thread that is woken.
class Doorbell final : public Napi::ObjectWrap<Doorbell> {
 public:
  static Napi::Function define(Napi::Env env);

  // rung: () => void
  explicit Doorbell(const Napi::CallbackInfo& info);
  ~Doorbell() override { shutDown(); }

  // → the number by which a DoorbellButton finds it
  Napi::Value number(const Napi::CallbackInfo& info);
  // boolean: while true the process does not exit by itself
  void hold(const Napi::CallbackInfo& info);
  void close(const Napi::CallbackInfo& info);

 private:
  static void answer(void* self);
  static void closeHook(void* self) { static_cast<Doorbell*>(self)->shutDown(); }
  void shutDown();

  const napi_env env_;
  const std::shared_ptr<DoorbellWire> wire_ = std::make_shared<DoorbellWire>();
  int number_ = 0;
  bool isHeld_ = false;
  Napi::FunctionReference rung_;
};

// The threads that ring.
class DoorbellButton final : public Napi::ObjectWrap<DoorbellButton> {
 public:
  static Napi::Function define(Napi::Env env);

  // number of the doorbell; pressing one that is gone does nothing
  explicit DoorbellButton(const Napi::CallbackInfo& info);

  void press(const Napi::CallbackInfo& info);

 private:
  std::shared_ptr<DoorbellWire> wire_;
};

}  // namespace mediant::addon
