/* How the unwinder on arm64 asks, by the kernel's answer, whether an address can be read. */
#pragma once

#define NSIG 65

typedef struct { unsigned long set[1]; } sigset_t;
