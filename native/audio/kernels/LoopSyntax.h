// How each compiler is told that pointers don't alias and that the turns of a loop don't depend on one another; and
// that a product is rounded before it is added to something (UNFUSED before the function, ROUNDED first in its body).
#pragma once

#if defined(_MSC_VER) && !defined(__clang__)
#define MEDIANT_RESTRICT __restrict
#define MEDIANT_INDEPENDENT __pragma(loop(ivdep))
#define MEDIANT_UNFUSED
#define MEDIANT_ROUNDED __pragma(fp_contract(off))
#elif defined(__clang__)
#define MEDIANT_RESTRICT __restrict__
#define MEDIANT_INDEPENDENT _Pragma("clang loop vectorize(assume_safety)")
#define MEDIANT_UNFUSED
#define MEDIANT_ROUNDED _Pragma("clang fp contract(off)")
#else
#define MEDIANT_RESTRICT __restrict__
#define MEDIANT_INDEPENDENT _Pragma("GCC ivdep")
#define MEDIANT_UNFUSED __attribute__((optimize("fp-contract=off")))
#define MEDIANT_ROUNDED
#endif
