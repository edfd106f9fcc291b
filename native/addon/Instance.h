// What the addon keeps for each JavaScript environment (the main thread, each Worker).
#pragma once

#include <napi.h>

namespace mediant::addon {

struct Instance {
  static constexpr size_t kEventWords = 4 * 256;

  Napi::FunctionReference realtimeEngine;
  Napi::FunctionReference offlineEngine;
  // Where events are put on their way to a callback.
  Napi::Reference<Napi::Float64Array> eventWords;
  double* eventWordsData = nullptr;
};

}  // namespace mediant::addon
