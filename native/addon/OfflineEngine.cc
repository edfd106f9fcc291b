#include "addon/OfflineEngine.h"

namespace mediant::addon {

using audio::EngineEvent;

Napi::Function OfflineEngine::define(Napi::Env env) {
  std::vector<Napi::ClassPropertyDescriptor<OfflineEngine>> members = commonMethods();
  members.push_back(InstanceMethod("render", &OfflineEngine::render));
  members.push_back(InstanceMethod("suspendAt", &OfflineEngine::suspendAt));
  members.push_back(InstanceMethod("resume", &OfflineEngine::resume));
  return DefineClass(env, "OfflineEngine", members);
}

OfflineEngine::OfflineEngine(const Napi::CallbackInfo& info)
    : EngineWrap(info, true), length_(static_cast<int64_t>(number(info[kOwnArguments]))) {
  if (engine_ == nullptr) return;
  // An offline render has no deadline, so its thread may as well call the channel itself.
  engine_->setWake([](void* self) { static_cast<OfflineEngine*>(self)->notify(); }, this);
  driver_ = std::make_unique<audio::OfflineDriver>(*engine_);
  isOpen_ = openChannel(info.Env());
}

Napi::Value OfflineEngine::submit(const Napi::CallbackInfo& info) {
  double serial = 0;
  if (engine_ != nullptr) EngineWrap::submit(info, &serial);
  return Napi::Number::New(info.Env(), serial);
}

Napi::Value OfflineEngine::render(const Napi::CallbackInfo& info) {
  if (engine_ == nullptr || !output_.empty()) return Napi::Boolean::New(info.Env(), false);
  const auto channels = info[0].As<Napi::Array>();
  const auto suspendFrames = info[1].As<Napi::Float64Array>();
  std::vector<float*> samples;
  for (uint32_t channel = 0; channel < channels.Length(); ++channel) {
    const Napi::Value value = channels.Get(channel);
    if (!value.IsTypedArray()) return Napi::Boolean::New(info.Env(), false);
    auto array = value.As<Napi::Float32Array>();
    samples.push_back(array.Data());
    output_.push_back(Napi::Persistent(array));
  }
  hold(true);
  const bool isStarted = driver_->start(samples.data(), static_cast<int>(samples.size()), length_, suspendFrames.Data(),
                                        suspendFrames.ElementLength());
  if (!isStarted) {
    hold(false);
    output_.clear();
  }
  return Napi::Boolean::New(info.Env(), isStarted);
}

void OfflineEngine::suspendAt(const Napi::CallbackInfo& info) {
  if (engine_ != nullptr) driver_->suspendAt(info[0].As<Napi::Number>().Int64Value());
}

void OfflineEngine::resume(const Napi::CallbackInfo&) {
  if (engine_ == nullptr) return;
  hold(true);
  driver_->resume();
}

void OfflineEngine::stopDriver() {
  driver_.reset();
  output_.clear();
}

void OfflineEngine::observe(EngineEvent type, double, double) {
  // A suspended render goes on only when script asks for it, and script that can is alive by itself.
  if (type == EngineEvent::Suspended) hold(false);
  if (type != EngineEvent::Completed) return;
  hold(false);
  driver_->close();
  output_.clear();
}

}  // namespace mediant::addon
