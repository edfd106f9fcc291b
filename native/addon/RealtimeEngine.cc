#include "addon/RealtimeEngine.h"

#include <algorithm>

namespace mediant::addon {

using audio::EngineEvent;
using audio::EngineState;

namespace {

constexpr int kMaxChannels = 32;

}  // namespace

device::Sink sinkOf(const Napi::Value& sinkId) {
  if (sinkId.IsNull()) return {true, {}};
  return {false, textOf(sinkId)};
}

std::string textOf(const Napi::Value& value) {
  return value.IsString() ? value.As<Napi::String>().Utf8Value() : std::string();
}

Napi::Function RealtimeEngine::define(Napi::Env env) {
  std::vector<Napi::ClassPropertyDescriptor<RealtimeEngine>> members = commonMethods();
  members.push_back(InstanceMethod("setState", &RealtimeEngine::setState));
  members.push_back(InstanceMethod("setSink", &RealtimeEngine::setSink));
  members.push_back(InstanceMethod("keepAlive", &RealtimeEngine::keepAlive));
  return DefineClass(env, "RealtimeEngine", members);
}

RealtimeEngine::RealtimeEngine(const Napi::CallbackInfo& info) : EngineWrap(info, false) {
  if (engine_ == nullptr) return;
  device::RealtimeDriver::Config config;
  config.latencySeconds = number(info[kOwnArguments]);
  config.sink = sinkOf(info[kOwnArguments + 1]);
  config.backend = textOf(info[kOwnArguments + 2]);
  config.clockOffset = number(info[kOwnArguments + 3]);
  // As many as the device has, since the destination may use them all at any time.
  config.channels = std::clamp(device::outputInfo(config.sink, config.backend).info.channels, 1, kMaxChannels);
  config.notify = [](void* self) { static_cast<RealtimeEngine*>(self)->notify(); };
  config.notifyContext = this;
  driver_ = std::make_unique<device::RealtimeDriver>(*engine_, stateBlock(), config);
  isOpen_ = openChannel(info.Env()) && driver_->start();
}

Napi::Value RealtimeEngine::submit(const Napi::CallbackInfo& info) {
  double serial = 0;
  if (engine_ != nullptr) {
    EngineWrap::submit(info, &serial);
    driver_->submitted();
  }
  return Napi::Number::New(info.Env(), serial);
}

void RealtimeEngine::setState(const Napi::CallbackInfo& info) {
  if (engine_ == nullptr || isClosing_) return;
  const auto state = static_cast<EngineState>(info[0].As<Napi::Number>().Int32Value());
  isClosing_ = state == EngineState::Closed;
  ++unanswered_;
  updateHold();
  driver_->setState(state, info[1].As<Napi::Number>());
}

void RealtimeEngine::setSink(const Napi::CallbackInfo& info) {
  if (engine_ == nullptr || isClosing_) return;
  ++unanswered_;
  updateHold();
  driver_->setSink(sinkOf(info[0]), info[1].As<Napi::Number>());
}

void RealtimeEngine::keepAlive(const Napi::CallbackInfo& info) {
  keepAlive_ = info[0].As<Napi::Boolean>();
  updateHold();
}

void RealtimeEngine::observe(EngineEvent type, double, double serial) {
  // A device that failed by itself, not for a request, has serial 0.
  const bool isAnswer = type == EngineEvent::StateChanged || (type == EngineEvent::DeviceFailed && serial != 0);
  if (!isAnswer || unanswered_ == 0) return;
  --unanswered_;
  updateHold();
}

}  // namespace mediant::addon
