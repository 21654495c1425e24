/* The one system call that the unwinder makes itself, on arm64. */
#pragma once

#define SYS_rt_sigprocmask 135
