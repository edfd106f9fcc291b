// `OfflineEngine` of src/host/Host.ts.
#pragma once

#include "addon/EngineWrap.h"
#include "audio/driver/OfflineDriver.h"

namespace mediant::addon {

class OfflineEngine final : public EngineWrap<OfflineEngine> {
 public:
  static Napi::Function define(Napi::Env env);

  // EngineWrap's arguments, then length (frames)
  explicit OfflineEngine(const Napi::CallbackInfo& info);
  ~OfflineEngine() override { shutDown(); }

  bool isOpen() const { return isOpen_; }

  Napi::Value submit(const Napi::CallbackInfo& info);
  // output, suspendFrames → whether a thread could be started
  Napi::Value render(const Napi::CallbackInfo& info);
  void suspendAt(const Napi::CallbackInfo& info);
  void resume(const Napi::CallbackInfo& info);

  audio::LendableDriver& driver() { return *driver_; }
  void stopDriver();
  void observe(audio::EngineEvent type, double a, double b);

 private:
  const int64_t length_;
  bool isOpen_ = false;
  std::unique_ptr<audio::OfflineDriver> driver_;
  std::vector<Napi::Reference<Napi::Float32Array>> output_;  // rendered into until Completed or close()
};

}  // namespace mediant::addon
