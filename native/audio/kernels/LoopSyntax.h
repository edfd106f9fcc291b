// How each compiler is told that pointers don't alias and that the turns of a loop don't depend on one another.
#pragma once

#if defined(_MSC_VER) && !defined(__clang__)
#define MEDIANT_RESTRICT __restrict
#define MEDIANT_INDEPENDENT __pragma(loop(ivdep))
#elif defined(__clang__)
#define MEDIANT_RESTRICT __restrict__
#define MEDIANT_INDEPENDENT _Pragma("clang loop vectorize(assume_safety)")
#else
#define MEDIANT_RESTRICT __restrict__
#define MEDIANT_INDEPENDENT _Pragma("GCC ivdep")
#endif
