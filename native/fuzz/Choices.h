// What a fuzzer's bytes decide. When they are used up every choice is the first one.
#pragma once

#include <atomic>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>

namespace mediant::fuzz {

class Choices {
 public:
  Choices(const uint8_t* data, size_t size) : data_(data), end_(data + size) {}

  bool empty() const { return data_ == end_; }

  // 0 … count − 1
  int below(int count) {
    uint32_t value = byte();
    if (count > 256) value = value << 8 | byte();
    if (count > 65536) value = value << 8 | byte();
    return static_cast<int>(value % static_cast<uint32_t>(count));
  }
  bool oneIn(int count) { return below(count) == 0; }
  double between(double low, double high) { return low + (high - low) * below(65536) / 65535.0; }
  template <typename T, size_t n>
  const T& of(const T (&list)[n]) {
    return list[below(static_cast<int>(n))];
  }
  // Any double at all, the odd ones often.
  double anything() {
    static const double odd[] = {-1, 0, -0.0, 0.5, 1, 5e-324, 1e-40, 1e300, -1e300, 2147483647, 2147483648.0, 4294967296.0, 9007199254740992.0,
                                 HUGE_VAL, -HUGE_VAL, static_cast<double>(NAN), 31, 32, 33};
    if (!oneIn(4)) return of(odd);
    uint64_t bits = 0;
    for (int i = 0; i < 8; ++i) bits = bits << 8 | byte();
    double value;
    std::memcpy(&value, &bits, sizeof value);
    return value;
  }

 private:
  uint8_t byte() { return data_ == end_ ? 0 : *data_++; }

  const uint8_t* data_;
  const uint8_t* end_;
};

// Done so far, over all inputs.
inline std::atomic<long> operations{0};

}  // namespace mediant::fuzz

#define FUZZ_CHECK(condition)                                                        \
  do {                                                                               \
    if (!(condition)) {                                                              \
      std::fprintf(stderr, "%s:%d: %s does not hold\n", __FILE__, __LINE__, #condition); \
      std::abort();                                                                  \
    }                                                                                \
  } while (false)
