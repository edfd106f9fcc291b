#include "addon/Doorbell.h"

#include "addon/Registry.h"

namespace mediant::addon {

namespace {

// Never destroyed: a thread may ring while the process exits.
Registry<DoorbellWire>& registry() {
  static auto* const doorbells = new Registry<DoorbellWire>;
  return *doorbells;
}

}  // namespace

void DoorbellWire::ring() {
  const std::lock_guard<std::mutex> lock(mutex);
  if (channel != nullptr) channel->notify();
}

Napi::Function Doorbell::define(Napi::Env env) {
  return DefineClass(env, "Doorbell",
                     {
                         InstanceAccessor<&Doorbell::number>("number"),
                         InstanceMethod<&Doorbell::hold>("hold"),
                         InstanceMethod<&Doorbell::close>("close"),
                     });
}

Doorbell::Doorbell(const Napi::CallbackInfo& info) : ObjectWrap(info), env_(info.Env()) {
  if (IsEmpty()) return;
  rung_ = Napi::Persistent(info[0].As<Napi::Function>());
  wire_->channel = EventChannel::open(info.Env(), answer, this);
  if (wire_->channel == nullptr) {
    Napi::Error::New(info.Env(), "the environment is going away").ThrowAsJavaScriptException();
    return;
  }
  number_ = registry().add(wire_);
  Ref();  // until it is closed: what calls it may be all that knows it
  napi_add_env_cleanup_hook(env_, closeHook, this);
}

Napi::Value Doorbell::number(const Napi::CallbackInfo& info) { return Napi::Number::New(info.Env(), number_); }

void Doorbell::hold(const Napi::CallbackInfo& info) {
  const bool hold = info[0].As<Napi::Boolean>();
  if (number_ == 0 || hold == isHeld_) return;
  isHeld_ = hold;
  wire_->channel->hold(hold);
}

void Doorbell::close(const Napi::CallbackInfo&) { shutDown(); }

void Doorbell::answer(void* context) {
  auto* self = static_cast<Doorbell*>(context);
  const Napi::Env env(self->env_);
  const Napi::HandleScope scope(env);
  // Microtasks and process.nextTick() run before this returns.
  self->rung_.MakeCallback(self->Value(), std::initializer_list<napi_value>{});
  if (env.IsExceptionPending()) {
    const Napi::Error error = env.GetAndClearPendingException();
    napi_fatal_exception(env, error.Value());
  }
}

void Doorbell::shutDown() {
  if (number_ == 0) return;
  registry().remove(std::exchange(number_, 0));
  napi_remove_env_cleanup_hook(env_, closeHook, this);
  Unref();
  EventChannel* channel;
  {
    const std::lock_guard<std::mutex> lock(wire_->mutex);
    channel = std::exchange(wire_->channel, nullptr);
  }
  channel->close();
}

Napi::Function DoorbellButton::define(Napi::Env env) {
  return DefineClass(env, "DoorbellButton", {InstanceMethod<&DoorbellButton::press>("press")});
}

DoorbellButton::DoorbellButton(const Napi::CallbackInfo& info)
    : ObjectWrap(info), wire_(registry().find(info[0].As<Napi::Number>().Int32Value())) {}

void DoorbellButton::press(const Napi::CallbackInfo&) {
  if (wire_ != nullptr) wire_->ring();
}

}  // namespace mediant::addon
