// A test program is one file: TEST(name) { … } blocks with CHECK lines, no main(). Running it prints each failure and, last,
// `N passed, N failed`; an argument selects tests whose name contains it.
#pragma once

#include <cmath>
#include <cstdio>
#include <cstring>
#include <sstream>
#include <string>
#include <vector>

namespace check {

struct Case {
  const char* name;
  void (*run)();
};

inline std::vector<Case>& cases() {
  static std::vector<Case> list;
  return list;
}

inline int& failuresOfCase() {
  static int count = 0;
  return count;
}

struct Registration {
  Registration(const char* name, void (*run)()) { cases().push_back({name, run}); }
};

inline void fail(const char* file, int line, const std::string& text) {
  constexpr int kPrinted = 10;  // per test; a loop over samples should not flood the terminal
  if (++failuresOfCase() <= kPrinted) std::printf("%s:%d: %s\n", file, line, text.c_str());
}

template <typename A, typename B>
void equal(const char* file, int line, const char* text, const A& actual, const B& expected) {
  if (actual == expected) return;
  std::ostringstream out;
  out.precision(17);
  out << text << ": " << actual << " is not " << expected;
  fail(file, line, out.str());
}

inline void near(const char* file, int line, const char* text, double actual, double expected, double tolerance) {
  if (std::fabs(actual - expected) <= tolerance) return;
  std::ostringstream out;
  out.precision(17);
  out << text << ": " << actual << " is not within " << tolerance << " of " << expected;
  fail(file, line, out.str());
}

}  // namespace check

#define TEST(name)                                              \
  static void name();                                           \
  static const check::Registration registration_##name(#name, name); \
  static void name()
#define CHECK(condition) ((condition) ? (void)0 : check::fail(__FILE__, __LINE__, #condition))
#define CHECK_EQUAL(actual, expected) check::equal(__FILE__, __LINE__, #actual, actual, expected)
#define CHECK_NEAR(actual, expected, tolerance) check::near(__FILE__, __LINE__, #actual, actual, expected, tolerance)

int main(int argc, char** argv) {
  int passed = 0, failed = 0;
  for (const check::Case& test : check::cases()) {
    if (argc > 1 && !std::strstr(test.name, argv[1])) continue;
    check::failuresOfCase() = 0;
    test.run();
    if (check::failuresOfCase() == 0) {
      ++passed;
    } else {
      ++failed;
      std::printf("FAILED %s (%d)\n", test.name, check::failuresOfCase());
    }
  }
  std::printf("%d passed, %d failed\n", passed, failed);
  return failed == 0 ? 0 : 1;
}
