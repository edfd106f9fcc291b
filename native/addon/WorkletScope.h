// An AudioWorkletGlobalScope seen from the engine: the turns of the rendering loop, and the calls of process() within them.
// One a Worker. src/host/node/worklet has the script that makes it.
#pragma once

#include <napi.h>

#include <memory>
#include <vector>

#include "addon/EventChannel.h"
#include "addon/HeapGuard.h"
#include "audio/driver/WorkletLink.h"
#include "audio/engine/AudioWorkletScope.h"

namespace mediant::addon {

class WorkletScope final : public Napi::ObjectWrap<WorkletScope>, public audio::AudioWorkletScope {
 public:
  static Napi::Function define(Napi::Env env);

  // number of the link, clock: Float64Array(1), functions: { wake, prepare, process, release }
  explicit WorkletScope(const Napi::CallbackInfo& info);
  ~WorkletScope() override { leave(); }

  // → whether the engine could be taken over
  Napi::Value borrow(const Napi::CallbackInfo& info);
  // longest wait and longest render, milliseconds → 0: call again, 1: wait for wake(), 2: the engine is gone
  Napi::Value turn(const Napi::CallbackInfo& info);
  // Sets the clock to the context's current frame.
  void readClock(const Napi::CallbackInfo& info);

  bool prepare(int node, const int* layout, int inputs, int params, int outputs, Exchange* exchange) override;
  Result process(const Exchange& exchange, int64_t frame) override;
  void release(int node, Exchange* exchange) override;

 private:
  enum class Function { Wake, Prepare, Process, Release, Count };
  static constexpr int kFunctions = static_cast<int>(Function::Count);

  static void leaveHook(void* self) { static_cast<WorkletScope*>(self)->leave(); }
  void leave();
  void setClock();
  int allocateProcessor();
  // Calls one of script's functions; false when script can't run any more.
  bool call(Function function, const std::initializer_list<napi_value>& arguments, napi_value* result);
  napi_value number(int value);

  std::shared_ptr<audio::WorkletLink> link_;
  EventChannel* channel_ = nullptr;
  HeapGuard heapGuard_;
  bool isEnded_ = false;  // the Worker is being terminated
  Napi::Reference<Napi::Float64Array> clockReference_;
  double* clock_ = nullptr;
  Napi::FunctionReference functions_[kFunctions];
  napi_value functionsOfTurn_[kFunctions] = {};  // null outside of turns, in which one handle scope is enough for all calls
  std::vector<napi_ref> exchanges_;              // by number of the processor; null where the number is free
  std::vector<int> freeProcessors_;
};

}  // namespace mediant::addon
