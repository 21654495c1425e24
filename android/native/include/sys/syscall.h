/* The one system call that the unwinder makes itself, on arm64. */
#pragma once

#ifdef __aarch64__
#define SYS_rt_sigprocmask 135
#endif
