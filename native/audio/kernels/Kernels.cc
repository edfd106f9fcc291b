#include "Kernels.h"

#include <cstdlib>
#include <cstring>

namespace mediant::audio {

namespace {

const Kernels* portableKernels() { return &kPortableKernels; }
bool always() { return true; }

#if defined(__x86_64__)
bool runsSse4() {
  __builtin_cpu_init();
  return __builtin_cpu_supports("sse4.1");
}
bool runsAvx2() { return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma"); }
bool runsAvx512() {
  return runsAvx2() && __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") &&
         __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("avx512vl");
}
#endif

// From the plainest to the best.
struct Variant {
  const char* name;
  const Kernels* (*table)();
  bool (*runs)();
};
constexpr Variant kVariants[] = {
    {"portable", portableKernels, always},
#if defined(__x86_64__)
    {"sse4", sse4Kernels, runsSse4},
    {"avx2", avx2Kernels, runsAvx2},
    {"avx512", avx512Kernels, runsAvx512},
#elif defined(__aarch64__) || defined(_M_ARM64)
    {"neon", neonKernels, always},
#endif
};

const Kernels* available(const Variant& variant) {
  const Kernels* table = variant.table();
  return table && variant.runs() ? table : nullptr;
}

const Kernels& choose() {
  const char* mask = std::getenv("MEDIANT_ISA");
  const Kernels* best = &kPortableKernels;
  for (const Variant& variant : kVariants) {
    if (const Kernels* table = available(variant)) best = table;
    if (mask && std::strcmp(mask, variant.name) == 0) break;
  }
  return *best;
}

}  // namespace

const Kernels* chosenKernels = &kPortableKernels;

// Before anything runs, so that asking for a kernel is no more than a load.
static const bool isChosen = (chosenKernels = &choose()) != nullptr;

size_t availableKernels(const Kernels** tables, size_t capacity) {
  size_t count = 0;
  for (const Variant& variant : kVariants) {
    const Kernels* table = available(variant);
    if (table && count < capacity) tables[count++] = table;
  }
  return count;
}

}  // namespace mediant::audio
