// The only file that knows how the addon looks to JavaScript: two engine classes behind functions that open them, the output
// devices, and the network's classes. src/host/node/addon.ts has the types.
//
// While a Worker is being terminated, every call of Node-API that may run script fails, and node-addon-api ends the process when the
// empty value that it leaves is used. So arguments are primitive and read as what they are (`As`, not `ToNumber` or `Get`), new
// arrays are looked at before they are filled, and a constructor that keeps its object first sees whether it is bound to it.
#include <napi.h>

#include "addon/AudioFeed.h"
#include "addon/DtlsConnection.h"
#include "addon/Hmac.h"
#include "addon/Doorbell.h"
#include "addon/Instance.h"
#include "addon/OfflineEngine.h"
#include "addon/RealtimeEngine.h"
#include "addon/UdpSocket.h"
#include "addon/WorkletScope.h"
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

// The arguments of the class's constructor → the engine | HostError
template <typename Engine>
Napi::Value open(const Napi::CallbackInfo& info, const Napi::FunctionReference& constructor) {
  const Napi::Env env = info.Env();
  std::vector<napi_value> arguments;
  for (size_t i = 0; i < info.Length(); ++i) arguments.push_back(info[i]);
  const Napi::Object engine = constructor.New(arguments);
  Engine* wrap = engine.IsEmpty() || env.IsExceptionPending() ? nullptr : Engine::Unwrap(engine);
  if (wrap != nullptr && wrap->isOpen()) return engine;
  if (wrap != nullptr) wrap->close(info);
  return hostError(env, "no-resources", "The system has no thread or no memory to give to a render engine.");
}

Napi::Value openRealtime(const Napi::CallbackInfo& info) {
  return open<RealtimeEngine>(info, info.Env().GetInstanceData<Instance>()->realtimeEngine);
}

Napi::Value openOffline(const Napi::CallbackInfo& info) {
  return open<OfflineEngine>(info, info.Env().GetInstanceData<Instance>()->offlineEngine);
}

// sinkId, forced backend → AudioDevice
Napi::Value outputInfo(const Napi::CallbackInfo& info) {
  const device::FoundOutput found = device::outputInfo(sinkOf(info[0]), textOf(info[1]));
  return outputObject(info.Env(), *found.backend, found.info);
}

// forced backend → AudioDevice[]
Napi::Value outputDevices(const Napi::CallbackInfo& info) {
  const device::OutputList list = device::outputDevices(textOf(info[0]));
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

// What was thrown: as if it had been where no script could catch it.
void reportException(const Napi::CallbackInfo& info) { napi_fatal_exception(info.Env(), info[0]); }

Napi::Object init(Napi::Env env, Napi::Object exports) {
  auto* instance = new Instance;
  env.SetInstanceData(instance);  // deleted with the environment
  instance->realtimeEngine = Napi::Persistent(RealtimeEngine::define(env));
  instance->offlineEngine = Napi::Persistent(OfflineEngine::define(env));
  exports.Set("WorkletScope", WorkletScope::define(env));
  exports.Set("AudioFeed", AudioFeed::define(env));
  exports.Set("Doorbell", Doorbell::define(env));
  exports.Set("DoorbellButton", DoorbellButton::define(env));
  exports.Set("UdpSocket", UdpSocket::define(env));
  exports.Set("DtlsConnection", DtlsConnection::define(env));
  exports.Set("generateCertificate", Napi::Function::New<generateCertificate>(env));
  exports.Set("hmac", Napi::Function::New<hmac>(env));
  Napi::Float64Array words = Napi::Float64Array::New(env, Instance::kEventWords);
  instance->eventWords = Napi::Persistent(words);
  instance->eventWordsData = words.Data();
  exports.Set("stateWords", static_cast<int>(audio::StateWord::Count));
  exports.Set("openRealtime", Napi::Function::New<openRealtime>(env));
  exports.Set("openOffline", Napi::Function::New<openOffline>(env));
  exports.Set("outputInfo", Napi::Function::New<outputInfo>(env));
  exports.Set("outputDevices", Napi::Function::New<outputDevices>(env));
  exports.Set("monotonicNow", Napi::Function::New<monotonicNow>(env));
  exports.Set("reportException", Napi::Function::New<reportException>(env));
  return exports;
}

}  // namespace

}  // namespace mediant::addon

static Napi::Object initMediant(Napi::Env env, Napi::Object exports) { return mediant::addon::init(env, exports); }

NODE_API_MODULE(mediant, initMediant)
