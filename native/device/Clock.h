// The monotonic clock that every device and driver reads: the one behind `performance.now()`.
#pragma once

#include <chrono>
#include <cstdint>

namespace mediant::device {

using Nanoseconds = std::int64_t;

constexpr Nanoseconds kNanosecondsPerSecond = 1'000'000'000;
constexpr Nanoseconds kNever = INT64_MAX;

inline Nanoseconds monotonicNow() {
  return std::chrono::duration_cast<std::chrono::nanoseconds>(std::chrono::steady_clock::now().time_since_epoch())
      .count();
}

inline double toSeconds(Nanoseconds duration) { return static_cast<double>(duration) / kNanosecondsPerSecond; }
inline Nanoseconds fromSeconds(double seconds) { return static_cast<Nanoseconds>(seconds * kNanosecondsPerSecond); }

}  // namespace mediant::device
