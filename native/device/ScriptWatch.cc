#include "device/ScriptWatch.h"

namespace mediant::device {

namespace {

// How often it looks. A thread is put back after one to two of these without a sign of life.
constexpr double kIntervalSeconds = 0.1;

}  // namespace

bool ScriptWatch::begin() {
  watched_ = currentThreadId();
  if (!thread_.start("mediant-watch", [](void* self) { static_cast<ScriptWatch*>(self)->run(); }, this)) return false;
  while (state_.load(std::memory_order_acquire) == State::Starting) started_.waitUntil(kNever);
  if (state_.load(std::memory_order_acquire) == State::Watching) return true;
  end();
  return false;
}

void ScriptWatch::end() {
  if (!thread_.isJoinable()) return;
  waker_.wake();
  thread_.join();
}

void ScriptWatch::run() {
  const bool canWatch = isRealtimeUnlimited() && takeRealtimeScheduling(kRealtimePriority);
  state_.store(canWatch ? State::Watching : State::Refused, std::memory_order_release);
  started_.wake();
  if (!canWatch) return;
  std::uint32_t seen = beats_.load(std::memory_order_relaxed);
  while (!waker_.waitUntil(monotonicNow() + fromSeconds(kIntervalSeconds))) {
    const std::uint32_t beats = beats_.load(std::memory_order_relaxed);
    // A limit may come later: libraries that ask another process for real-time scheduling set one.
    if (beats != seen && isRealtimeUnlimited()) {
      seen = beats;
      continue;
    }
    demoteThread(watched_);
    hasDemoted_.store(true, std::memory_order_relaxed);
    return;
  }
}

}  // namespace mediant::device
