/* Memory of files. */
#pragma once

#include <sys/cdefs.h>
#include <sys/types.h>

#define PROT_READ 1
#define PROT_WRITE 2
#define MAP_SHARED 1
#define MAP_PRIVATE 2
#define MAP_FAILED ((void *)-1)
#define MREMAP_MAYMOVE 1

__BEGIN_DECLS
void *mmap(void *, size_t, int, int, int, off_t) __as64(mmap);
void *mremap(void *, size_t, size_t, int, ...);
int munmap(void *, size_t);
__END_DECLS
