#include "addon/WorkletScope.h"

#include <algorithm>

#include "base/DenormalMode.h"

namespace mediant::addon {

namespace {

// What the script's `process` returns.
constexpr int kActive = 1;
constexpr int kFailed = 2;
constexpr int kArraysLost = 4;

}  // namespace

Napi::Function WorkletScope::define(Napi::Env env) {
  return DefineClass(env, "WorkletScope",
                     {InstanceMethod("borrow", &WorkletScope::borrow), InstanceMethod("turn", &WorkletScope::turn)});
}

WorkletScope::WorkletScope(const Napi::CallbackInfo& info) : Napi::ObjectWrap<WorkletScope>(info) {
  link_ = WorkletLink::find(info[0].As<Napi::Number>().Int32Value());
  auto clock = info[1].As<Napi::Float64Array>();
  auto layout = info[2].As<Napi::Int32Array>();
  clockReference_ = Napi::Persistent(clock);
  layoutReference_ = Napi::Persistent(layout);
  clock_ = clock.Data();
  layout_ = layout.Data();
  layoutCapacity_ = layout.ElementLength();
  const auto functions = info[3].As<Napi::Object>();
  wake_ = Napi::Persistent(functions.Get("wake").As<Napi::Function>());
  arrays_ = Napi::Persistent(functions.Get("arrays").As<Napi::Function>());
  process_ = Napi::Persistent(functions.Get("process").As<Napi::Function>());
  release_ = Napi::Persistent(functions.Get("release").As<Napi::Function>());
}

Napi::Value WorkletScope::borrow(const Napi::CallbackInfo& info) {
  const Napi::Env env = info.Env();
  if (link_ == nullptr || channel_ != nullptr) return Napi::Boolean::New(env, false);
  const auto wake = [](void* self) {
    auto* scope = static_cast<WorkletScope*>(self);
    const Napi::HandleScope handles(scope->Env());
    napi_value ignored;
    scope->call(scope->wake_, {}, &ignored);
  };
  channel_ = EventChannel::open(env, wake, this);
  if (channel_ == nullptr) return Napi::Boolean::New(env, false);
  napi_add_env_cleanup_hook(env, leaveHook, this);
  return Napi::Boolean::New(env, link_->borrow(*channel_));
}

// Also at the end of the environment.
void WorkletScope::leave() {
  if (channel_ == nullptr) return;
  napi_remove_env_cleanup_hook(Env(), leaveHook, this);
  link_->leave();
  channel_->close();
  channel_ = nullptr;
}

Napi::Value WorkletScope::turn(const Napi::CallbackInfo& info) {
  const audio::AudioWorkletScope::Entry entry(*this);
  const double milliseconds = info[0].As<Napi::Number>().DoubleValue();
  const WorkletLink::Turn turn = link_->turn(static_cast<int64_t>(milliseconds * 1e6), clock_);
  return Napi::Number::New(info.Env(), static_cast<int>(turn));
}

napi_value WorkletScope::number(int value) {
  napi_value result = nullptr;
  napi_create_int32(Env(), value, &result);
  return result;
}

bool WorkletScope::call(const Napi::FunctionReference& function, const std::initializer_list<napi_value>& arguments,
                        napi_value* result) {
  if (isEnded_) return false;
  const napi_env env = Env();
  napi_value undefined = nullptr;
  napi_get_undefined(env, &undefined);
  const KeepDenormals keep;
  if (napi_call_function(env, undefined, function.Value(), arguments.size(), arguments.begin(), result) == napi_ok) return true;
  // The script's functions throw nothing: the Worker is being terminated. What is pending ends it once the turn is over.
  isEnded_ = true;
  return false;
}

float* const* WorkletScope::arrays(int node, const int* layout, int inputs, int outputs, int params) {
  Processor& processor = processors_[node];
  const size_t count = static_cast<size_t>(inputs + outputs + params);
  const bool isSame = processor.isCurrent && std::equal(layout, layout + count, processor.layout.begin(), processor.layout.end());
  if (!isSame && !renew(node, processor, layout, inputs, outputs, params)) return nullptr;
  return processor.arrays.data();
}

// Asks script for arrays that fit.
bool WorkletScope::renew(int node, Processor& processor, const int* layout, int inputs, int outputs, int params) {
  const Napi::Env env = Env();
  const Napi::HandleScope handles(env);
  const size_t count = static_cast<size_t>(inputs + outputs + params);
  processor.isCurrent = false;
  if (count > layoutCapacity_) return false;
  std::copy(layout, layout + count, layout_);
  napi_value list = nullptr;
  if (!call(arrays_, {number(node), number(inputs), number(outputs), number(params)}, &list)) return false;
  bool isArray = false;
  uint32_t length = 0;
  if (napi_is_array(env, list, &isArray) != napi_ok || !isArray) return false;
  napi_get_array_length(env, list, &length);
  processor.arrays.clear();
  for (uint32_t i = 0; i < length; ++i) {
    napi_value array = nullptr;
    void* data = nullptr;
    if (napi_get_element(env, list, i, &array) != napi_ok ||
        napi_get_typedarray_info(env, array, nullptr, nullptr, &data, nullptr, nullptr) != napi_ok || data == nullptr) {
      return false;
    }
    processor.arrays.push_back(static_cast<float*>(data));
  }
  processor.layout.assign(layout, layout + count);
  processor.isCurrent = true;
  return true;
}

WorkletScope::Result WorkletScope::process(int node, bool* hasOutputs) {
  const Napi::HandleScope handles(Env());
  napi_value returned = nullptr;
  int32_t bits = kFailed;
  if (call(process_, {number(node)}, &returned)) napi_get_value_int32(Env(), returned, &bits);
  if (bits & kFailed) return Result::Failed;
  *hasOutputs = (bits & kArraysLost) == 0;
  if (bits & kArraysLost) processors_[node].isCurrent = false;
  return bits & kActive ? Result::Active : Result::Inactive;
}

void WorkletScope::release(int node) {
  processors_.erase(node);
  const Napi::HandleScope handles(Env());
  napi_value ignored = nullptr;
  call(release_, {number(node)}, &ignored);
}

}  // namespace mediant::addon
