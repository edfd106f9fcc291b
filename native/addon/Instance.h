// What the addon keeps for each JavaScript environment (the main thread, each Worker).
#pragma once

#include <napi.h>

namespace mediant::addon {

struct Instance {
  static constexpr size_t kEventWords = 4 * 256;

  Napi::FunctionReference realtimeEngine;
  Napi::FunctionReference offlineEngine;
  Napi::Reference<Napi::Float64Array> eventWords;  // where events are put on their way to a callback
};

}  // namespace mediant::addon
