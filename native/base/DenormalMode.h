// Flush-to-zero for the length of a scope. Decaying filters and feedback loops end in denormal numbers, which cost many
// times an ordinary operation.
#pragma once

#include <cstdint>

#if defined(__SSE__) || defined(_M_X64)
#include <xmmintrin.h>
#endif

namespace mediant {

class FlushDenormals {
 public:
  FlushDenormals() : saved_(read()) { write(saved_ | kFlush); }
  ~FlushDenormals() { write(saved_); }
  FlushDenormals(const FlushDenormals&) = delete;
  FlushDenormals& operator=(const FlushDenormals&) = delete;

  static bool active() { return kFlush != 0 && (read() & kFlush) == kFlush; }

 protected:
  // For KeepDenormals.
  explicit FlushDenormals(bool) : saved_(read()) { write(saved_ & ~kFlush); }

 private:
#if defined(__SSE__) || defined(_M_X64)
  using Word = uint32_t;
  static constexpr Word kFlush = 0x8040;  // MXCSR: flush-to-zero (results) and denormals-are-zero (operands)
  static Word read() { return _mm_getcsr(); }
  static void write(Word word) { _mm_setcsr(word); }
#elif defined(__aarch64__)
  using Word = uint64_t;
  static constexpr Word kFlush = Word{1} << 24;  // FPCR.FZ
  static Word read() {
    Word word;
    asm volatile("mrs %0, fpcr" : "=r"(word));
    return word;
  }
  static void write(Word word) { asm volatile("msr fpcr, %0" : : "r"(word)); }
#else
  using Word = uint32_t;
  static constexpr Word kFlush = 0;
  static Word read() { return 0; }
  static void write(Word) {}
#endif

  Word saved_;
};

// Ordinary arithmetic for the length of a scope within such a scope: script must see denormal numbers.
class KeepDenormals final : private FlushDenormals {
 public:
  KeepDenormals() : FlushDenormals(false) {}
};

}  // namespace mediant
