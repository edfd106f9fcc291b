#include "addon/WorkletScope.h"

#include <algorithm>

#include "base/DenormalMode.h"

namespace mediant::addon {

using audio::LendableDriver;

namespace {

// What the script's `process` returns.
constexpr int kActive = 1;
constexpr int kFailed = 2;

int64_t nanoseconds(const Napi::Value& milliseconds) {
  return static_cast<int64_t>(milliseconds.As<Napi::Number>().DoubleValue() * 1e6);
}

}  // namespace

Napi::Function WorkletScope::define(Napi::Env env) {
  return DefineClass(env, "WorkletScope",
                     {InstanceMethod("borrow", &WorkletScope::borrow), InstanceMethod("turn", &WorkletScope::turn),
                      InstanceMethod("readClock", &WorkletScope::readClock)});
}

WorkletScope::WorkletScope(const Napi::CallbackInfo& info) : Napi::ObjectWrap<WorkletScope>(info) {
  link_ = audio::WorkletLink::find(info[0].As<Napi::Number>().Int32Value());
  auto clock = info[1].As<Napi::Float64Array>();
  clockReference_ = Napi::Persistent(clock);
  clock_ = clock.Data();
  const auto functions = info[2].As<Napi::Object>();
  const char* const names[kFunctions] = {"wake", "prepare", "process", "release"};
  for (int i = 0; i < kFunctions; ++i) functions_[i] = Napi::Persistent(functions.Get(names[i]).As<Napi::Function>());
  const auto wake = [](void* self) {
    auto* scope = static_cast<WorkletScope*>(self);
    const Napi::HandleScope handles(scope->Env());
    napi_value ignored;
    scope->call(Function::Wake, {}, &ignored);
  };
  channel_ = EventChannel::open(info.Env(), wake, this);
  if (channel_ == nullptr || link_ == nullptr) return;
  napi_add_env_cleanup_hook(info.Env(), leaveHook, this);
  heapGuard_.install([](void* link) { static_cast<audio::WorkletLink*>(link)->waitForEnd(); }, link_.get());
}

Napi::Value WorkletScope::borrow(const Napi::CallbackInfo& info) {
  const Napi::Env env = info.Env();
  if (link_ == nullptr || channel_ == nullptr) return Napi::Boolean::New(env, false);
  const auto notify = [](void* channel) { static_cast<EventChannel*>(channel)->notify(); };
  return Napi::Boolean::New(env, link_->borrow(notify, channel_));
}

// Also at the end of the environment.
void WorkletScope::leave() {
  if (channel_ == nullptr) return;
  napi_remove_env_cleanup_hook(Env(), leaveHook, this);
  heapGuard_.remove();
  if (link_ != nullptr) link_->leave();
  channel_->close();
  channel_ = nullptr;
}

Napi::Value WorkletScope::turn(const Napi::CallbackInfo& info) {
  const audio::AudioWorkletScope::Entry entry(*this);
  for (int i = 0; i < kFunctions; ++i) functionsOfTurn_[i] = functions_[i].Value();
  const LendableDriver::Turn turn = link_->turn({nanoseconds(info[0]), nanoseconds(info[1])});
  for (napi_value& function : functionsOfTurn_) function = nullptr;
  setClock();
  return Napi::Number::New(info.Env(), static_cast<int>(turn));
}

void WorkletScope::readClock(const Napi::CallbackInfo&) { setClock(); }

void WorkletScope::setClock() {
  if (link_ != nullptr) *clock_ = static_cast<double>(link_->currentFrame());
}

napi_value WorkletScope::number(int value) {
  napi_value result = nullptr;
  napi_create_int32(Env(), value, &result);
  return result;
}

bool WorkletScope::call(Function function, const std::initializer_list<napi_value>& arguments, napi_value* result) {
  if (isEnded_) return false;
  const napi_env env = Env();
  const int index = static_cast<int>(function);
  const napi_value callee = functionsOfTurn_[index] != nullptr ? functionsOfTurn_[index] : napi_value(functions_[index].Value());
  const KeepDenormals keep;
  // Script's functions do without `this`.
  if (napi_call_function(env, callee, callee, arguments.size(), arguments.begin(), result) == napi_ok) return true;
  // They throw nothing: the Worker is being terminated. What is pending ends it once the turn is over.
  isEnded_ = true;
  return false;
}

int WorkletScope::allocateProcessor() {
  if (freeProcessors_.empty()) {
    exchanges_.push_back(nullptr);
    return static_cast<int>(exchanges_.size()) - 1;
  }
  const int processor = freeProcessors_.back();
  freeProcessors_.pop_back();
  return processor;
}

// Script makes arrays of this layout, and the memory of the exchange beside them.
bool WorkletScope::prepare(int node, const int* layout, int inputs, int params, int outputs, Exchange* exchange) {
  const Napi::Env env = Env();
  const Napi::HandleScope handles(env);
  if (exchange->processor == Exchange::kNone) exchange->processor = allocateProcessor();
  const size_t count = static_cast<size_t>(inputs + params + outputs);
  void* numbers = nullptr;
  napi_value buffer = nullptr, list = nullptr, samples = nullptr;
  const bool isListed = napi_create_arraybuffer(env, count * sizeof(int32_t), &numbers, &buffer) == napi_ok &&
                        napi_create_typedarray(env, napi_int32_array, count, buffer, 0, &list) == napi_ok;
  if (!isListed) return false;
  std::copy(layout, layout + count, static_cast<int32_t*>(numbers));
  void* data = nullptr;
  const bool isPrepared =
      call(Function::Prepare, {number(exchange->processor), number(node), list, number(inputs), number(params)}, &samples) &&
      napi_get_typedarray_info(env, samples, nullptr, nullptr, &data, nullptr, nullptr) == napi_ok;
  if (!isPrepared) return false;
  exchange->samples = static_cast<float*>(data);
  napi_ref& reference = exchanges_[static_cast<size_t>(exchange->processor)];
  if (reference != nullptr) napi_delete_reference(env, reference);
  reference = nullptr;
  return napi_create_reference(env, samples, 1, &reference) == napi_ok;
}

WorkletScope::Result WorkletScope::process(const Exchange& exchange, int64_t frame) {
  *clock_ = static_cast<double>(frame);
  napi_value returned = nullptr;
  int32_t bits = kFailed;
  if (call(Function::Process, {number(exchange.processor)}, &returned)) napi_get_value_int32(Env(), returned, &bits);
  if (bits & kFailed) return Result::Failed;
  return bits & kActive ? Result::Active : Result::Inactive;
}

void WorkletScope::release(int node, Exchange* exchange) {
  const Napi::HandleScope handles(Env());
  napi_value ignored = nullptr;
  call(Function::Release, {number(exchange->processor), number(node)}, &ignored);
  if (exchange->processor == Exchange::kNone) return;
  napi_ref& reference = exchanges_[static_cast<size_t>(exchange->processor)];
  if (reference != nullptr) napi_delete_reference(Env(), reference);
  reference = nullptr;
  freeProcessors_.push_back(exchange->processor);
  *exchange = {};
}

}  // namespace mediant::addon
