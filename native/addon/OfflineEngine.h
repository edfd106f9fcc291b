// `OfflineEngine` of src/host/Host.ts.
#pragma once

#include <deque>

#include "addon/EngineWrap.h"
#include "audio/driver/OfflineDriver.h"

namespace mediant::addon {

class OfflineEngine final : public EngineWrap<OfflineEngine> {
 public:
  static Napi::Function define(Napi::Env env);

  explicit OfflineEngine(const Napi::CallbackInfo& info);
  ~OfflineEngine() override { shutDown(); }

  bool isOpen() const { return isOpen_; }

  Napi::Value submit(const Napi::CallbackInfo& info);
  // output: one array a channel → whether a thread could be started
  Napi::Value render(const Napi::CallbackInfo& info);
  void suspendAt(const Napi::CallbackInfo& info);
  void resume(const Napi::CallbackInfo& info);

  audio::LendableDriver& driver() { return *driver_; }
  void stopDriver();
  void observe(audio::EngineEvent type, double a, double b);

 private:
  using Output = std::vector<Napi::Reference<Napi::Float32Array>>;

  bool isOpen_ = false;
  bool isSuspended_ = false;
  std::unique_ptr<audio::OfflineDriver> driver_;
  std::deque<Output> outputs_;  // rendered into until Completed or close()
};

}  // namespace mediant::addon
