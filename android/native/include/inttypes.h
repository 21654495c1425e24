/* Formats of numbers, for the unwinder's messages. */
#pragma once

#include <stdint.h>

#define PRIu8 "u"

#ifdef __LP64__
#define PRIdPTR "ld"
#define PRIuPTR "lu"
#define PRIxPTR "lx"
#define PRIx64 "lx"
#define PRIu64 "lu"
#define PRId64 "ld"
#else
#define PRIdPTR "d"
#define PRIuPTR "u"
#define PRIxPTR "x"
#define PRIx64 "llx"
#define PRIu64 "llu"
#define PRId64 "lld"
#endif
