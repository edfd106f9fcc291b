// `RealtimeEngine` of src/host/Host.ts.
#pragma once

#include "addon/EngineWrap.h"
#include "device/RealtimeDriver.h"

namespace mediant::addon {

class RealtimeEngine final : public EngineWrap<RealtimeEngine> {
 public:
  static Napi::Function define(Napi::Env env);

  // EngineWrap's arguments, then latency (seconds), sinkId, backend (a forced one or ''), clockOffset (milliseconds)
  explicit RealtimeEngine(const Napi::CallbackInfo& info);
  ~RealtimeEngine() override { shutDown(); }

  // False when the system has no thread to give, or the environment is going away.
  bool isOpen() const { return isOpen_; }

  Napi::Value submit(const Napi::CallbackInfo& info);
  void setState(const Napi::CallbackInfo& info);
  void setSink(const Napi::CallbackInfo& info);
  void keepAlive(const Napi::CallbackInfo& info);

  audio::LendableDriver& driver() { return *driver_; }
  void stopDriver() { driver_.reset(); }
  void observe(audio::EngineEvent type, double a, double b);

 private:
  void updateHold() { hold(keepAlive_ || unanswered_ > 0); }

  std::unique_ptr<device::RealtimeDriver> driver_;
  bool isOpen_ = false;
  bool isClosing_ = false;
  bool keepAlive_ = false;
  int unanswered_ = 0;  // requests whose event is still to come
};

// '' and device ids as they are, null as the silent clock.
device::Sink sinkOf(const Napi::Value& sinkId);

// Empty for what isn't a string.
std::string textOf(const Napi::Value& value);

}  // namespace mediant::addon
