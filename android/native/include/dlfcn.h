/* Dynamic loading; the values of RTLD_* differ between 32 and 64 bit. */
#pragma once

#include <sys/cdefs.h>

#ifdef __LP64__
#define RTLD_NOW 0x2
#define RTLD_GLOBAL 0x100
#else
#define RTLD_NOW 0x0
#define RTLD_GLOBAL 0x2
#endif

#define RTLD_LAZY 0x1

typedef struct {
    const char *dli_fname;
    void *dli_fbase;
    const char *dli_sname;
    void *dli_saddr;
} Dl_info;

__BEGIN_DECLS
int dladdr(const void *, Dl_info *);
int dlclose(void *);
char *dlerror(void);
void *dlopen(const char *, int);
void *dlsym(void *, const char *);
__END_DECLS
