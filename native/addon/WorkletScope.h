// An AudioWorkletGlobalScope seen from the engine: the turns of the rendering loop, and the calls of process() within them.
// One a Worker. src/host/node/worklet has the script that makes it.
#pragma once

#include <napi.h>

#include <memory>
#include <unordered_map>
#include <vector>

#include "addon/EventChannel.h"
#include "addon/WorkletLink.h"
#include "audio/engine/AudioWorkletScope.h"

namespace mediant::addon {

class WorkletScope final : public Napi::ObjectWrap<WorkletScope>, public audio::AudioWorkletScope {
 public:
  static Napi::Function define(Napi::Env env);

  // number of the link, clock: Float64Array(1), layout: Int32Array, functions: { wake, arrays, process, release }
  explicit WorkletScope(const Napi::CallbackInfo& info);
  ~WorkletScope() override { leave(); }

  // → whether the engine could be taken over
  Napi::Value borrow(const Napi::CallbackInfo& info);
  // milliseconds → 0: call again, 1: wait for wake(), 2: the engine is gone
  Napi::Value turn(const Napi::CallbackInfo& info);

  float* const* arrays(int node, const int* layout, int inputs, int outputs, int params) override;
  Result process(int node, bool* hasOutputs) override;
  void release(int node) override;

 private:
  struct Processor {
    std::vector<int> layout;
    std::vector<float*> arrays;
    bool isCurrent = false;
  };

  static void leaveHook(void* self) { static_cast<WorkletScope*>(self)->leave(); }
  void leave();
  bool renew(int node, Processor& processor, const int* layout, int inputs, int outputs, int params);
  // Calls one of script's functions; false when script can't run any more.
  bool call(const Napi::FunctionReference& function, const std::initializer_list<napi_value>& arguments, napi_value* result);
  napi_value number(int value);

  std::shared_ptr<WorkletLink> link_;
  EventChannel* channel_ = nullptr;
  bool isEnded_ = false;  // the Worker is being terminated
  std::unordered_map<int, Processor> processors_;
  Napi::Reference<Napi::Float64Array> clockReference_;
  Napi::Reference<Napi::Int32Array> layoutReference_;
  double* clock_ = nullptr;
  int32_t* layout_ = nullptr;
  size_t layoutCapacity_ = 0;
  Napi::FunctionReference wake_;
  Napi::FunctionReference arrays_;
  Napi::FunctionReference process_;
  Napi::FunctionReference release_;
};

}  // namespace mediant::addon
