#include "addon/HeapGuard.h"

#include "base/DynamicLibrary.h"

namespace mediant::addon {

namespace {

// More than the largest object there can be.
constexpr size_t kHeadroom = size_t{4} << 30;

// Met before the largest array there can be is to grow, since that ends the process.
constexpr size_t kMostBytes = size_t{512} << 20;

using NearHeapLimitCallback = size_t (*)(void* data, size_t limit, size_t initialLimit);

// Methods of v8::Isolate. Node-API has nothing of the kind, and V8's headers would tie the addon to one version of Node.
struct IsolateFunctions {
  void* (*current)();
  void (*addNearHeapLimitCallback)(void* isolate, NearHeapLimitCallback callback, void* data);
  void (*removeNearHeapLimitCallback)(void* isolate, NearHeapLimitCallback callback, size_t limit);
};

// Null where they are not to be found.
const IsolateFunctions* isolateFunctions() {
  static IsolateFunctions functions;
  const Symbol symbols[] = {
      {"_ZN2v87Isolate10GetCurrentEv", reinterpret_cast<void**>(&functions.current)},
      {"_ZN2v87Isolate24AddNearHeapLimitCallbackEPFmPvmmES1_", reinterpret_cast<void**>(&functions.addNearHeapLimitCallback)},
      {"_ZN2v87Isolate27RemoveNearHeapLimitCallbackEPFmPvmmEm", reinterpret_cast<void**>(&functions.removeNearHeapLimitCallback)},
  };
  static const bool areFound = findInProcess(symbols, 3);
  return areFound ? &functions : nullptr;
}

}  // namespace

void HeapGuard::install(void (*exceeded)(void* context), void* context) {
  const IsolateFunctions* functions = isolateFunctions();
  if (isolate_ != nullptr || functions == nullptr) return;
  exceeded_ = exceeded;
  context_ = context;
  isolate_ = functions->current();
  functions->addNearHeapLimitCallback(isolate_, nearLimit, this);
  // The way to lower a limit. From a lower one at the start V8 concludes that it must collect sooner.
  functions->removeNearHeapLimitCallback(isolate_, nearLimit, kMostBytes);
  functions->addNearHeapLimitCallback(isolate_, nearLimit, this);
}

void HeapGuard::remove() {
  if (isolate_ == nullptr) return;
  isolateFunctions()->removeNearHeapLimitCallback(isolate_, nearLimit, 0);
  isolate_ = nullptr;
}

size_t HeapGuard::nearLimit(void* self, size_t limit, size_t) {
  auto* guard = static_cast<HeapGuard*>(self);
  guard->exceeded_(guard->context_);
  return limit + kHeadroom;
}

}  // namespace mediant::addon
