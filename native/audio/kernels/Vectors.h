// Vectors as wide as the instruction set has them, for what compilers don't make of plain loops: looking up in arrays.
//
// Gather instructions load one element after the other, and on many processors slower than plain loads do; two neighbours
// loaded at once cost no more than one of them. MEDIANT_VECTORS is 0 in the portable kernels and with other compilers:
// there loops over arrays take their place.
#pragma once

#include <cstddef>
#include <cstdint>

#if defined(MEDIANT_PORTABLE) || !(defined(__GNUC__) || defined(__clang__))
#define MEDIANT_VECTORS 0
#elif defined(__SSE4_1__)
#define MEDIANT_VECTORS 1
#include <immintrin.h>
#elif defined(__aarch64__)
#define MEDIANT_VECTORS 1
#include <arm_neon.h>
#else
#define MEDIANT_VECTORS 0
#endif

#if MEDIANT_VECTORS
namespace mediant::audio {
namespace {

#if defined(__AVX512F__)
constexpr int kWidth = 16;
#elif defined(__AVX2__)
constexpr int kWidth = 8;
#else
constexpr int kWidth = 4;
#endif

typedef float Floats __attribute__((vector_size(kWidth * 4)));
typedef int32_t Integers __attribute__((vector_size(kWidth * 4)));
typedef uint32_t Naturals __attribute__((vector_size(kWidth * 4)));

inline Floats load(const float* x) {
  Floats vector;
  __builtin_memcpy(&vector, x, sizeof vector);
  return vector;
}
inline void store(float* y, Floats vector) { __builtin_memcpy(y, &vector, sizeof vector); }

inline Floats toFloats(Integers x) { return __builtin_convertvector(x, Floats); }

// 0, 1, 2, …
inline Naturals counting() {
  Naturals vector;
  for (int i = 0; i < kWidth; i++) vector[i] = static_cast<uint32_t>(i);
  return vector;
}

// Neighbours in an array: x[index] and x[index + 1].
struct Pairs {
  Floats value, next;
};

#if defined(__SSE4_1__)

inline __m128 loadTwoPairs(const float* x, const uint32_t* index) {
  double first, second;  // two floats each, at any address
  __builtin_memcpy(&first, x + index[0], sizeof first);
  __builtin_memcpy(&second, x + index[1], sizeof second);
  return _mm_castpd_ps(_mm_set_pd(second, first));
}

inline Pairs pairsAt(const float* x, Integers indices) {
  // Through memory: a load of an index costs less than taking it out of a vector, which compilers prefer.
  alignas(sizeof(Integers)) uint32_t index[kWidth];
  __builtin_memcpy(index, &indices, sizeof index);
  __asm__("" : "+m"(index));
  // Shuffles stay within 128 bits, each of which takes pairs 4k, 4k + 1 from `a` and 4k + 2, 4k + 3 from `b`.
  constexpr int kEven = _MM_SHUFFLE(2, 0, 2, 0), kOdd = _MM_SHUFFLE(3, 1, 3, 1);
#if defined(__AVX512F__)
  const auto join = [&](int from) {
    const __m256 low = _mm256_insertf128_ps(_mm256_castps128_ps256(loadTwoPairs(x, index + from)), loadTwoPairs(x, index + from + 4), 1);
    const __m256 high =
        _mm256_insertf128_ps(_mm256_castps128_ps256(loadTwoPairs(x, index + from + 8)), loadTwoPairs(x, index + from + 12), 1);
    return _mm512_insertf32x8(_mm512_castps256_ps512(low), high, 1);
  };
  const __m512 a = join(0), b = join(2);
  return {_mm512_shuffle_ps(a, b, kEven), _mm512_shuffle_ps(a, b, kOdd)};
#elif defined(__AVX2__)
  const auto join = [&](int from) {
    return _mm256_insertf128_ps(_mm256_castps128_ps256(loadTwoPairs(x, index + from)), loadTwoPairs(x, index + from + 4), 1);
  };
  const __m256 a = join(0), b = join(2);
  return {_mm256_shuffle_ps(a, b, kEven), _mm256_shuffle_ps(a, b, kOdd)};
#else
  const __m128 a = loadTwoPairs(x, index), b = loadTwoPairs(x, index + 2);
  return {_mm_shuffle_ps(a, b, kEven), _mm_shuffle_ps(a, b, kOdd)};
#endif
}

#else

inline Pairs pairsAt(const float* x, Integers index) {
  const float32x4_t a = vcombine_f32(vld1_f32(x + index[0]), vld1_f32(x + index[1]));
  const float32x4_t b = vcombine_f32(vld1_f32(x + index[2]), vld1_f32(x + index[3]));
  return {vuzp1q_f32(a, b), vuzp2q_f32(a, b)};
}

#endif

// A stretch of an array held in registers, to look up in without loads. Of its kFrames only the first `count` are read.
#if defined(__AVX512F__)
#define MEDIANT_WINDOW 1
class Window {
 public:
  static constexpr int kFrames = 32;

  Window(const float* x, uint32_t count) {
    low_ = _mm512_maskz_loadu_ps(static_cast<__mmask16>(below(count)), x);
    high_ = _mm512_maskz_loadu_ps(static_cast<__mmask16>(below(count) >> 16), x + 16);
  }
  Floats at(Naturals index) const { return _mm512_permutex2var_ps(low_, reinterpret_cast<__m512i>(index), high_); }

 private:
  static uint32_t below(uint32_t count) { return static_cast<uint32_t>((uint64_t{1} << count) - 1); }

  __m512 low_, high_;
};
#elif defined(__AVX2__)
#define MEDIANT_WINDOW 1
class Window {
 public:
  static constexpr int kFrames = 16;

  Window(const float* x, uint32_t count) {
    low_ = _mm256_maskload_ps(x, below(count));
    high_ = _mm256_maskload_ps(x + 8, below(static_cast<int32_t>(count) - 8));
  }
  Floats at(Naturals index) const {
    const __m256i i = reinterpret_cast<__m256i>(index);
    const __m256 fromLow = _mm256_permutevar8x32_ps(low_, i), fromHigh = _mm256_permutevar8x32_ps(high_, i);
    // The sign bit decides: that of index − 8 is set where the index belongs to the lower half.
    return _mm256_blendv_ps(fromHigh, fromLow, _mm256_castsi256_ps(_mm256_sub_epi32(i, _mm256_set1_epi32(8))));
  }

 private:
  static __m256i below(int32_t count) {
    return _mm256_cmpgt_epi32(_mm256_set1_epi32(count), _mm256_setr_epi32(0, 1, 2, 3, 4, 5, 6, 7));
  }

  __m256 low_, high_;
};
#else
#define MEDIANT_WINDOW 0
#endif

}  // namespace
}  // namespace mediant::audio
#endif
