/* Android's libc over glibc, for x86_64: the few functions in which they differ. Types, flags and layouts that the
   library uses are the kernel's, or of the same size in both. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <string.h>
#include <unistd.h>

int *__errno(void) { return __errno_location(); }

/* Android's is POSIX's. */
int __xpg_strerror_r(int, char *, size_t);
int bionic_strerror_r(int number, char *text, size_t size) __asm__("strerror_r");
int bionic_strerror_r(int number, char *text, size_t size) { return __xpg_strerror_r(number, text, size); }

/* Android numbers these differently. */
long sysconf(int name) {
    long (*theirs)(int) = (long (*)(int))dlsym(RTLD_NEXT, "sysconf");
    switch (name) {
    case 39: return theirs(_SC_PAGESIZE);
    case 97: return theirs(_SC_NPROCESSORS_ONLN);
    default: errno = EINVAL; return -1;
    }
}

int __android_log_write(int level, const char *tag, const char *text) { return 0; }
int __android_log_buf_write(int buffer, int level, const char *tag, const char *text) { return 0; }
int __android_log_print(int level, const char *tag, const char *format, ...) { return 0; }
