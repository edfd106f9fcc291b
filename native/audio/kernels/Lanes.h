// A few doubles, or floats, that stay in vector registers, where a loop over an array would go through memory.
#pragma once

#include <cstddef>

namespace mediant::audio {
namespace {

#if defined(__AVX512F__)
constexpr int kRegisterDoubles = 8, kRegisters = 1;
#elif defined(__AVX__)
constexpr int kRegisterDoubles = 4, kRegisters = 1;
#else
constexpr int kRegisterDoubles = 2, kRegisters = 2;
#endif

struct Lanes {
  static constexpr int kCount = kRegisterDoubles * kRegisters;

#if defined(__GNUC__) || defined(__clang__)
  typedef double Register __attribute__((vector_size(kRegisterDoubles * sizeof(double))));
  typedef double Unaligned __attribute__((vector_size(kRegisterDoubles * sizeof(double)), aligned(sizeof(double)), may_alias));
#else
  struct Register {
    double values[kRegisterDoubles];
    double operator[](int i) const { return values[i]; }
    friend Register operator*(Register a, double b) {
      for (double& value : a.values) value *= b;
      return a;
    }
    friend Register operator+(Register a, const Register& b) {
      for (int i = 0; i < kRegisterDoubles; i++) a.values[i] += b.values[i];
      return a;
    }
  };
  typedef Register Unaligned;
#endif
  Register registers[kRegisters];

  // One by one, and not by a copy of the memory, which compilers would take through the stack.
  void load(const double* x) {
    for (int i = 0; i < kRegisters; i++) registers[i] = *reinterpret_cast<const Unaligned*>(x + i * kRegisterDoubles);
  }
  void store(double* x) const {
    for (int i = 0; i < kRegisters; i++) *reinterpret_cast<Unaligned*>(x + i * kRegisterDoubles) = registers[i];
  }
  void storeAsFloats(float* y) const {
    double values[kCount];
    store(values);
    for (int i = 0; i < kCount; i++) y[i] = static_cast<float>(values[i]);
  }
  double last() const { return registers[kRegisters - 1][kRegisterDoubles - 1]; }
  double lastButOne() const { return registers[kRegisters - 1][kRegisterDoubles - 2]; }

  void add(const Lanes& other) {
    for (int i = 0; i < kRegisters; i++) registers[i] = registers[i] + other.registers[i];
  }
  void addScaled(const Lanes& other, double factor) {
    for (int i = 0; i < kRegisters; i++) registers[i] = registers[i] + other.registers[i] * factor;
  }
};

// The floats of kCount registers.
template <int kCount>
struct FloatLanes {
  static constexpr int kRegisterFloats = 2 * kRegisterDoubles;
  static constexpr int kFloats = kRegisterFloats * kCount;

#if defined(__GNUC__) || defined(__clang__)
  typedef float Register __attribute__((vector_size(kRegisterFloats * sizeof(float))));
  typedef float Unaligned __attribute__((vector_size(kRegisterFloats * sizeof(float)), aligned(sizeof(float)), may_alias));
#else
  struct Register {
    float values[kRegisterFloats];
    friend Register operator*(Register a, float b) {
      for (float& value : a.values) value *= b;
      return a;
    }
    friend Register operator*(Register a, const Register& b) {
      for (int i = 0; i < kRegisterFloats; i++) a.values[i] *= b.values[i];
      return a;
    }
    friend Register operator+(Register a, const Register& b) {
      for (int i = 0; i < kRegisterFloats; i++) a.values[i] += b.values[i];
      return a;
    }
    friend Register operator-(Register a, const Register& b) {
      for (int i = 0; i < kRegisterFloats; i++) a.values[i] -= b.values[i];
      return a;
    }
  };
  typedef Register Unaligned;
#endif
  Register registers[kCount];

  // One by one, and not by a copy of the memory, which compilers would take through the stack.
  void load(const float* x) {
    for (int i = 0; i < kCount; i++) registers[i] = *reinterpret_cast<const Unaligned*>(x + i * kRegisterFloats);
  }
  void store(float* x) const {
    for (int i = 0; i < kCount; i++) *reinterpret_cast<Unaligned*>(x + i * kRegisterFloats) = registers[i];
  }
  void addScaled(const FloatLanes& other, float factor) {
    for (int i = 0; i < kCount; i++) registers[i] = registers[i] + other.registers[i] * factor;
  }
  void addProduct(const FloatLanes& a, const FloatLanes& b) {
    for (int i = 0; i < kCount; i++) registers[i] = registers[i] + a.registers[i] * b.registers[i];
  }
  void subtractProduct(const FloatLanes& a, const FloatLanes& b) {
    for (int i = 0; i < kCount; i++) registers[i] = registers[i] - a.registers[i] * b.registers[i];
  }
};

}  // namespace
}  // namespace mediant::audio
