// What the two engine classes have in common: `RenderEngine` of src/host/Host.ts.
//
// The object made for script owns the engine. It refers weakly to nothing and nothing here refers strongly to it, so an
// engine that script has dropped is collected and closed, unless it is held: by keepAlive(), or by a request whose answer
// is still to come. A held engine also keeps the process.
#pragma once

#include <napi.h>

#include <memory>
#include <vector>

#include "addon/Attachments.h"
#include "addon/EventChannel.h"
#include "addon/Instance.h"
#include "audio/engine/Engine.h"

namespace mediant::addon {

template <typename Derived>
class EngineWrap : public Napi::ObjectWrap<Derived> {
 public:
  // options, state: Float64Array, events: (words, count) => void
  EngineWrap(const Napi::CallbackInfo& info, bool isOffline) : Napi::ObjectWrap<Derived>(info) {
    const auto options = info[0].As<Napi::Object>();
    auto state = info[1].As<Napi::Float64Array>();
    state_ = Napi::Persistent(state);
    Napi::Object self = info.This().As<Napi::Object>();
    self.DefineProperties({Napi::PropertyDescriptor::Value("state", state, napi_enumerable),
                           Napi::PropertyDescriptor::Value("events", info[2], napi_default)});
    const audio::Engine::Config config{number(options, "sampleRate"), static_cast<int>(number(options, "renderQuantumSize")),
                                       static_cast<int>(number(options, "numberOfChannels")), isOffline};
    engine_ = std::make_unique<audio::Engine>(config, state.Data());
  }

  ~EngineWrap() override = default;

 protected:
  static double number(const Napi::Object& options, const char* name) {
    return options.Get(name).ToNumber().DoubleValue();
  }

  static std::vector<Napi::ClassPropertyDescriptor<Derived>> commonMethods() {
    using Wrap = Napi::ObjectWrap<Derived>;
    return {
        Wrap::InstanceMethod("submit", &Derived::submit),
        Wrap::InstanceMethod("paramValue", &Derived::paramValue),
        Wrap::InstanceMethod("analyserTimeDomain", &Derived::analyserTimeDomain),
        Wrap::InstanceMethod("analyserFrequency", &Derived::analyserFrequency),
        Wrap::InstanceMethod("reduction", &Derived::reduction),
        Wrap::InstanceMethod("close", &Derived::close),
    };
  }

  bool openChannel(Napi::Env env) {
    channel_ = EventChannel::open(env, [](void* self) { static_cast<EngineWrap*>(self)->deliverEvents(); }, this);
    if (channel_ == nullptr) return false;
    // Runs before the channel's own clean-up, since hooks run last in, first out: no thread calls a channel that is gone.
    napi_add_env_cleanup_hook(env, shutDownHook, this);
    return true;
  }

  // Ends threads, frees the engine. Idempotent; also at environment teardown.
  void shutDown() {
    if (engine_ == nullptr) return;
    static_cast<Derived*>(this)->stopDriver();
    if (channel_ != nullptr) {
      napi_remove_env_cleanup_hook(this->Env(), shutDownHook, this);
      channel_->close();
      channel_ = nullptr;
    }
    engine_.reset();
    state_.Reset();
  }

  void notify() { channel_->notify(); }

  // A held engine is neither collected nor left behind by an exiting process.
  void hold(bool hold) {
    if (hold == isHeld_ || channel_ == nullptr) return;
    isHeld_ = hold;
    channel_->hold(hold);
    if (hold) {
      this->Ref();
    } else {
      this->Unref();
    }
  }

  void submit(const Napi::CallbackInfo& info, double* serial) {
    const auto words = info[0].As<Napi::Float64Array>();
    const auto count = static_cast<size_t>(info[1].As<Napi::Number>().DoubleValue());
    lend(info.Env(), info[2].As<Napi::Array>(), attachments_);
    *serial = static_cast<double>(engine_->submit(words.Data(), count, attachments_.data(), attachments_.size()));
    engine_->collect();
  }

  Napi::Value paramValue(const Napi::CallbackInfo& info) {
    if (engine_ == nullptr) return Napi::Number::New(info.Env(), 0);
    return Napi::Number::New(info.Env(), engine_->paramValue(info[0].As<Napi::Number>(), info[1].As<Napi::Number>()));
  }

  void analyserTimeDomain(const Napi::CallbackInfo& info) {
    if (engine_ == nullptr) return;
    auto out = info[1].As<Napi::Float32Array>();
    engine_->analyserTimeDomain(info[0].As<Napi::Number>(), out.Data(), out.ElementLength());
  }

  void analyserFrequency(const Napi::CallbackInfo& info) {
    if (engine_ == nullptr) return;
    auto out = info[1].As<Napi::Float32Array>();
    engine_->analyserFrequency(info[0].As<Napi::Number>(), out.Data(), out.ElementLength());
  }

  Napi::Value reduction(const Napi::CallbackInfo& info) {
    return Napi::Number::New(info.Env(), engine_ == nullptr ? 0 : engine_->reduction(info[0].As<Napi::Number>()));
  }

  void close(const Napi::CallbackInfo&) {
    hold(false);
    shutDown();
  }

  std::unique_ptr<audio::Engine> engine_;

 private:
  static void shutDownHook(void* self) { static_cast<EngineWrap*>(self)->shutDown(); }

  void deliverEvents() {
    const Napi::Env env = this->Env();
    const Napi::HandleScope scope(env);
    const Napi::Object self = this->Value();
    if (self.IsEmpty()) return;
    auto* instance = env.GetInstanceData<Instance>();
    Napi::Float64Array words = instance->eventWords.Value();
    const auto events = self.Get("events").As<Napi::Function>();

    engine_->collect();
    // The callback may close the engine.
    while (engine_ != nullptr) {
      const size_t count = engine_->takeEvents(words.Data(), Instance::kEventWords);
      if (count == 0) break;
      for (size_t i = 0; i < count; i += 4) {
        static_cast<Derived*>(this)->observe(static_cast<audio::EngineEvent>(words[i]), words[i + 1], words[i + 2]);
      }
      events.Call(self, {words, Napi::Number::New(env, static_cast<double>(count))});
      if (!env.IsExceptionPending()) continue;
      napi_value error;
      napi_get_and_clear_last_exception(env, &error);
      napi_fatal_exception(env, error);
    }
  }

  EventChannel* channel_ = nullptr;
  Napi::Reference<Napi::Float64Array> state_;
  std::vector<audio::Attachment> attachments_;
  bool isHeld_ = false;
};

}  // namespace mediant::addon
