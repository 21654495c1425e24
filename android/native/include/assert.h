/* Assertions are compiled out: no C code in the app is built for debugging. */
#undef assert
#define assert(condition) ((void)0)
