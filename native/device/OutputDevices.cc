#include "device/OutputDevices.h"

#include <mutex>

#include "device/Waker.h"

namespace mediant::device {

namespace {

constexpr Nanoseconds kKeptFor = 2 * kNanosecondsPerSecond;

const AudioBackend* const kBackends[] = {&pulseBackend, &alsaBackend, &silentBackend};

bool isAllowed(const AudioBackend& backend, const std::string& forced) {
  return forced.empty() || forced == backend.name;
}

struct Kept {
  std::mutex mutex;
  bool isValid = false;
  Nanoseconds at = 0;
  std::string forced;
  OutputList list{nullptr, {}};
};

// Never destroyed: a driver's thread may still ask while the process exits.
Kept& kept() {
  static Kept& instance = *new Kept;
  return instance;
}

OutputList probe(const std::string& forced) {
  for (const AudioBackend* backend : kBackends) {
    if (!isAllowed(*backend, forced)) continue;
    std::vector<OutputInfo> outputs = backend->outputs();
    if (!outputs.empty()) return {backend, std::move(outputs)};
  }
  return {&silentBackend, silentBackend.outputs()};
}

}  // namespace

OutputList outputDevices(const std::string& forced) {
  Kept& cache = kept();
  const std::lock_guard<std::mutex> lock(cache.mutex);
  if (!cache.isValid || cache.forced != forced || monotonicNow() - cache.at > kKeptFor) {
    cache.list = probe(forced);
    cache.forced = forced;
    cache.at = monotonicNow();
    cache.isValid = true;
  }
  return cache.list;
}

FoundOutput outputInfo(const Sink& sink, const std::string& forced) {
  if (sink.isNone) return {&silentBackend, silentBackend.outputs().front()};
  const OutputList list = outputDevices(forced);
  for (const OutputInfo& output : list.outputs) {
    if (output.id == sink.device) return {list.backend, output};
  }
  return {list.backend, list.outputs.front()};
}

OpenResult openOutput(const Sink& sink, const OutputRequest& request, const std::string& forced, Waker& cancel) {
  if (sink.isNone || sink.device == silentBackend.outputs().front().id) return silentBackend.open(request, cancel);
  DeviceError error = DeviceError::NotFound;
  for (const AudioBackend* backend : kBackends) {
    if (backend == &silentBackend || !isAllowed(*backend, forced)) continue;
    OpenResult result = backend->open(request, cancel);
    if (result.stream != nullptr) return result;
    if (result.error != DeviceError::NotFound) error = result.error;
  }
  const bool mayBeSilent = sink.device.empty() && (forced.empty() || forced == silentBackend.name);
  if (error == DeviceError::NotFound && mayBeSilent) return silentBackend.open(request, cancel);
  return {nullptr, error};
}

void forgetOutputs() {
  Kept& cache = kept();
  const std::lock_guard<std::mutex> lock(cache.mutex);
  cache.isValid = false;
}

}  // namespace mediant::device
