// The only file that knows how the addon looks to JavaScript: two engine classes behind functions that open them, and
// the output devices. src/host/node/addon.ts has the types.
#include <napi.h>

#include "addon/Instance.h"
#include "addon/OfflineEngine.h"
#include "addon/RealtimeEngine.h"
#include "device/OutputDevices.h"

namespace mediant::addon {

namespace {

Napi::Object hostError(Napi::Env env, const char* code, const char* message) {
  Napi::Object error = Napi::Object::New(env);
  error.Set("code", code);
  error.Set("message", message);
  return error;
}

Napi::Object outputObject(Napi::Env env, const device::AudioBackend& backend, const device::OutputInfo& info) {
  Napi::Object object = Napi::Object::New(env);
  object.Set("id", info.id);
  object.Set("label", info.label);
  object.Set("channels", info.channels);
  object.Set("sampleRate", info.sampleRate);
  object.Set("backend", backend.name);
  object.Set("isDefault", info.isDefault);
  return object;
}

// options, state, events → RealtimeEngine | HostError
Napi::Value openRealtime(const Napi::CallbackInfo& info) {
  const Napi::Env env = info.Env();
  const Napi::Object engine = env.GetInstanceData<Instance>()->realtimeEngine.New({info[0], info[1], info[2]});
  if (env.IsExceptionPending()) return {};
  if (RealtimeEngine::Unwrap(engine)->isStarted()) return engine;
  engine.Get("close").As<Napi::Function>().Call(engine, {});
  return hostError(env, "no-thread", "The system has no thread to give to the audio device.");
}

// options, state, events → OfflineEngine | HostError
Napi::Value openOffline(const Napi::CallbackInfo& info) {
  const Napi::Env env = info.Env();
  const Napi::Object engine = env.GetInstanceData<Instance>()->offlineEngine.New({info[0], info[1], info[2]});
  if (env.IsExceptionPending()) return {};
  if (OfflineEngine::Unwrap(engine)->isOpen()) return engine;
  return hostError(env, "closing", "The JavaScript environment is going away.");
}

// sinkId, forced backend → AudioDevice
Napi::Value outputInfo(const Napi::CallbackInfo& info) {
  const device::FoundOutput found = device::outputInfo(sinkOf(info[0]), info[1].ToString().Utf8Value());
  return outputObject(info.Env(), *found.backend, found.info);
}

// forced backend → AudioDevice[]
Napi::Value outputDevices(const Napi::CallbackInfo& info) {
  const device::OutputList list = device::outputDevices(info[0].ToString().Utf8Value());
  Napi::Array devices = Napi::Array::New(info.Env(), list.outputs.size());
  uint32_t index = 0;
  for (const device::OutputInfo& output : list.outputs) {
    devices.Set(index++, outputObject(info.Env(), *list.backend, output));
  }
  return devices;
}

// → milliseconds on the clock that drivers read
Napi::Value monotonicNow(const Napi::CallbackInfo& info) {
  return Napi::Number::New(info.Env(), static_cast<double>(device::monotonicNow()) * 1e-6);
}

Napi::Object init(Napi::Env env, Napi::Object exports) {
  auto* instance = new Instance;
  env.SetInstanceData(instance);  // deleted with the environment
  instance->realtimeEngine = Napi::Persistent(RealtimeEngine::define(env));
  instance->offlineEngine = Napi::Persistent(OfflineEngine::define(env));
  instance->eventWords = Napi::Persistent(Napi::Float64Array::New(env, Instance::kEventWords));
  exports.Set("stateWords", static_cast<int>(audio::StateWord::Count));
  exports.Set("openRealtime", Napi::Function::New<openRealtime>(env));
  exports.Set("openOffline", Napi::Function::New<openOffline>(env));
  exports.Set("outputInfo", Napi::Function::New<outputInfo>(env));
  exports.Set("outputDevices", Napi::Function::New<outputDevices>(env));
  exports.Set("monotonicNow", Napi::Function::New<monotonicNow>(env));
  return exports;
}

}  // namespace

}  // namespace mediant::addon

static Napi::Object initMediant(Napi::Env env, Napi::Object exports) { return mediant::addon::init(env, exports); }

NODE_API_MODULE(mediant, initMediant)
