// What the two engine classes have in common: `RenderEngine` of src/host/Host.ts.
//
// The object made for script owns the engine. It refers weakly to nothing and nothing here refers strongly to it, so an
// engine that script has dropped is collected and closed, unless it is held: by keepAlive(), or by a request whose answer
// is still to come. A held engine also keeps the process.
#pragma once

#include <napi.h>

#include <algorithm>
#include <memory>
#include <vector>

#include "addon/Attachments.h"
#include "addon/EventChannel.h"
#include "addon/Instance.h"
#include "audio/driver/WorkletLink.h"
#include "audio/engine/Engine.h"

namespace mediant::addon {

template <typename Derived>
class EngineWrap : public Napi::ObjectWrap<Derived> {
 public:
  // sampleRate, renderQuantumSize, numberOfChannels, state: Float64Array, events: (words, count) => void
  //
  // Arguments are primitive where they can be: while a Worker is being terminated, whatever may run script fails, in the
  // middle of this constructor too, and reading a property may.
  EngineWrap(const Napi::CallbackInfo& info, bool isOffline) : Napi::ObjectWrap<Derived>(info) {
    if (!info[3].IsTypedArray()) return;
    auto state = info[3].As<Napi::Float64Array>();
    const audio::Engine::Config config{number(info[0]), static_cast<int>(number(info[1])), static_cast<int>(number(info[2])), isOffline};
    const bool isUsable = state.ElementLength() >= static_cast<size_t>(audio::StateWord::Count) && config.sampleRate > 0 &&
                          config.renderQuantumSize > 0 && config.numberOfChannels > 0;
    if (!isUsable) return;
    state_ = Napi::Persistent(state);
    Napi::Object self = info.This().As<Napi::Object>();
    self.DefineProperties({Napi::PropertyDescriptor::Value("state", state, napi_enumerable),
                           Napi::PropertyDescriptor::Value("events", info[4], napi_default)});
    stateBlock_ = state.Data();
    engine_ = std::make_unique<audio::Engine>(config, stateBlock_);
    if (engine_->isWhole()) {
      account(kEngineBytes);
    } else {
      engine_.reset();
    }
  }

  ~EngineWrap() override = default;

  void close(const Napi::CallbackInfo&) {
    hold(false);
    shutDown();
  }

 protected:
  static constexpr size_t kOwnArguments = 5;  // where those of the derived class begin
  // What an engine with a small graph takes. The collector is told, else thousands of finished renders would wait for it.
  static constexpr int64_t kEngineBytes = 160 << 10;

  // Zero for what isn't a number.
  static double number(const Napi::Value& value) {
    double result = 0;
    napi_get_value_double(value.Env(), value, &result);
    return result;
  }

  static std::vector<Napi::ClassPropertyDescriptor<Derived>> commonMethods() {
    using Wrap = Napi::ObjectWrap<Derived>;
    return {
        Wrap::InstanceMethod("submit", &Derived::submit),
        Wrap::InstanceMethod("paramValue", &Derived::paramValue),
        Wrap::InstanceMethod("analyserTimeDomain", &Derived::analyserTimeDomain),
        Wrap::InstanceMethod("analyserFrequency", &Derived::analyserFrequency),
        Wrap::InstanceMethod("reduction", &Derived::reduction),
        Wrap::InstanceMethod("lendDriver", &Derived::lendDriver),
        Wrap::InstanceMethod("takeBackDriver", &Derived::takeBackDriver),
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
    if (link_ != nullptr) link_->close();
    static_cast<Derived*>(this)->stopDriver();
    link_.reset();
    if (channel_ != nullptr) {
      napi_remove_env_cleanup_hook(this->Env(), shutDownHook, this);
      channel_->close();
      channel_ = nullptr;
    }
    engine_.reset();
    account(-kEngineBytes);
    state_.Reset();
  }

  double* stateBlock() const { return stateBlock_; }

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
    const size_t count = std::min(static_cast<size_t>(info[1].As<Napi::Number>().Uint32Value()), words.ElementLength());
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

  // endWorker: called when the Worker's script has used up its memory, and must be ended
  // → the number by which an AudioWorklet's Worker finds this engine
  Napi::Value lendDriver(const Napi::CallbackInfo& info) {
    if (engine_ == nullptr) return Napi::Number::New(info.Env(), 0);
    if (link_ == nullptr) {
      endWorker_ = Napi::Persistent(info[0].As<Napi::Function>());
      const auto notify = [](void* self) { static_cast<EngineWrap*>(self)->notify(); };
      link_ = audio::WorkletLink::create(*engine_, static_cast<Derived*>(this)->driver(), notify, this);
    }
    return Napi::Number::New(info.Env(), link_->number());
  }

  void takeBackDriver(const Napi::CallbackInfo&) {
    if (link_ != nullptr) link_->takeBack();
  }

  std::unique_ptr<audio::Engine> engine_;

 private:
  void account(int64_t bytes) {
    int64_t total = 0;
    napi_adjust_external_memory(this->Env(), bytes, &total);
  }

  static void shutDownHook(void* self) { static_cast<EngineWrap*>(self)->shutDown(); }

  // A task of its own. Uses the plain Node-API, as a failing call is ordinary here: environments deliver events while they end.
  void deliverEvents() {
    const Napi::Env env = this->Env();
    const Napi::HandleScope scope(env);
    const napi_value self = this->Value();
    napi_value events = nullptr;
    if (self == nullptr || napi_get_named_property(env, self, "events", &events) != napi_ok) return;
    auto* instance = env.GetInstanceData<Instance>();
    double* words = instance->eventWordsData;

    if (link_ != nullptr && link_->isEndAwaited()) {
      napi_call_function(env, self, endWorker_.Value(), 0, nullptr, nullptr);
      link_->setEnding();
    }
    engine_->collect();
    // The callback may close the engine.
    while (engine_ != nullptr) {
      const size_t count = engine_->takeEvents(words, Instance::kEventWords);
      if (count == 0) break;
      for (size_t i = 0; i < count; i += 4) {
        static_cast<Derived*>(this)->observe(static_cast<audio::EngineEvent>(words[i]), words[i + 1], words[i + 2]);
      }
      napi_value arguments[2] = {instance->eventWords.Value(), nullptr};
      napi_create_uint32(env, static_cast<uint32_t>(count), &arguments[1]);
      if (napi_call_function(env, self, events, 2, arguments, nullptr) == napi_ok) continue;
      napi_value error = nullptr;
      if (napi_get_and_clear_last_exception(env, &error) == napi_ok) napi_fatal_exception(env, error);
    }
  }

  EventChannel* channel_ = nullptr;
  Napi::Reference<Napi::Float64Array> state_;
  double* stateBlock_ = nullptr;
  std::vector<audio::Attachment> attachments_;
  bool isHeld_ = false;
  std::shared_ptr<audio::WorkletLink> link_;  // once an AudioWorklet has been asked for
  Napi::FunctionReference endWorker_;
};

}  // namespace mediant::addon
