/* The numbers that system calls take. */
#pragma once

#include <stddef.h>
#include <stdint.h>

typedef int pid_t;
typedef unsigned int uid_t;
typedef unsigned int gid_t;
typedef unsigned long ino_t;
typedef long time_t;
typedef long suseconds_t;
typedef unsigned int useconds_t;
typedef int clockid_t;

#ifdef __LP64__
typedef unsigned int mode_t;
typedef unsigned long dev_t;
typedef long ssize_t;
typedef long off_t;
#define __as64(name)
#else
typedef unsigned short mode_t;
typedef unsigned int dev_t;
typedef int ssize_t;
/* File offsets have 64 bits here too, so the functions that take one are those with 64 in their names. */
typedef long long off_t;
#define __as64(name) __asm__(#name "64")
#endif
