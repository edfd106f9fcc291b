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

OfflineEngine::OfflineEngine(const Napi::CallbackInfo& info) : EngineWrap(info, true) {
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
  const Napi::Value failed = Napi::Boolean::New(info.Env(), false);
  if (engine_ == nullptr) return failed;
  const auto channels = info[0].As<Napi::Array>();
  std::vector<float*> samples;
  size_t frames = SIZE_MAX;
  Output output;
  for (uint32_t channel = 0; channel < channels.Length(); ++channel) {
    const Napi::Value value = channels.Get(channel);
    if (!value.IsTypedArray()) return failed;
    auto array = value.As<Napi::Float32Array>();
    samples.push_back(array.Data());
    frames = std::min(frames, array.ElementLength());
    output.push_back(Napi::Persistent(array));
  }
  if (!driver_->render(samples.data(), static_cast<int>(samples.size()), static_cast<int64_t>(frames))) return failed;
  outputs_.push_back(std::move(output));
  if (!isSuspended_) hold(true);
  return Napi::Boolean::New(info.Env(), true);
}

void OfflineEngine::suspendAt(const Napi::CallbackInfo& info) {
  if (engine_ != nullptr) driver_->suspendAt(info[0].As<Napi::Number>().Int64Value());
}

void OfflineEngine::resume(const Napi::CallbackInfo&) {
  if (engine_ == nullptr) return;
  isSuspended_ = false;
  if (!outputs_.empty()) hold(true);
  driver_->resume();
}

void OfflineEngine::stopDriver() {
  driver_.reset();
  outputs_.clear();
}

void OfflineEngine::observe(EngineEvent type, double, double) {
  // A suspended render goes on only when script asks for it, and script that can is alive by itself.
  if (type == EngineEvent::Suspended) {
    isSuspended_ = true;
    hold(false);
  }
  if (type != EngineEvent::Completed || outputs_.empty()) return;
  outputs_.pop_front();
  if (outputs_.empty()) hold(false);
}

}  // namespace mediant::addon
