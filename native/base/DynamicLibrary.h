// A shared library opened at run time, and its functions taken by name into a struct of pointers.
#pragma once

#include <dlfcn.h>

#include <cstddef>

namespace mediant {

struct Symbol {
  const char* name;
  void** target;
};

// Fills every symbol from what the process has loaded already. False when one is missing.
inline bool findInProcess(const Symbol* symbols, std::size_t count) {
  for (std::size_t i = 0; i < count; ++i) {
    *symbols[i].target = dlsym(RTLD_DEFAULT, symbols[i].name);
    if (*symbols[i].target == nullptr) return false;
  }
  return true;
}

// Opens the library and fills every symbol. False, with nothing opened, when the library or one
// of its symbols is missing. Libraries stay open: unloading one whose code may run at process exit isn't safe.
inline bool openLibrary(const char* name, const Symbol* symbols, std::size_t count) {
  void* library = dlopen(name, RTLD_NOW | RTLD_LOCAL | RTLD_NODELETE);
  if (library == nullptr) return false;
  for (std::size_t i = 0; i < count; ++i) {
    *symbols[i].target = dlsym(library, symbols[i].name);
    if (*symbols[i].target == nullptr) {
      dlclose(library);
      return false;
    }
  }
  return true;
}

}  // namespace mediant
