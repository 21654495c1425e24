/* Standard error, for the last words of the unwinder. */
#pragma once

#include <stdarg.h>
#include <stddef.h>
#include <sys/cdefs.h>

#define FILENAME_MAX 4096

typedef struct __sFILE FILE;
extern FILE *stderr;

__BEGIN_DECLS
int fflush(FILE *);
int fprintf(FILE *, const char *, ...);
int rename(const char *, const char *);
int snprintf(char *, size_t, const char *, ...);
int vfprintf(FILE *, const char *, va_list);
__END_DECLS
