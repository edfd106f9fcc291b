// Replaces the allocation functions of a program by ones that tell of each call. Include it once, in the file that defines
// onAllocation() and onFree().
#pragma once

#include <cstdlib>
#include <new>

void onAllocation();
void onFree();

void* operator new(size_t size) {
  onAllocation();
  if (void* memory = std::malloc(size)) return memory;
  std::abort();
}
void* operator new(size_t size, std::align_val_t alignment, const std::nothrow_t&) noexcept {
  onAllocation();
  const size_t unit = static_cast<size_t>(alignment);
  return std::aligned_alloc(unit, (size + unit - 1) / unit * unit);
}
void* operator new(size_t size, std::align_val_t alignment) {
  if (void* memory = operator new(size, alignment, std::nothrow)) return memory;
  std::abort();
}
void operator delete(void* memory) noexcept {
  if (memory != nullptr) onFree();
  std::free(memory);
}
void operator delete(void* memory, size_t) noexcept { operator delete(memory); }
void operator delete(void* memory, std::align_val_t) noexcept { operator delete(memory); }
void operator delete(void* memory, size_t, std::align_val_t) noexcept { operator delete(memory); }
