/* Files and processes. */
#pragma once

#include <sys/cdefs.h>
#include <sys/types.h>

#define F_OK 0
#define W_OK 2
#define R_OK 4
#define SEEK_SET 0
#define SEEK_CUR 1
#define SEEK_END 2
#define _SC_PAGESIZE 39

__BEGIN_DECLS
int access(const char *, int);
int close(int);
int fchown(int, uid_t, gid_t);
int fdatasync(int);
int fsync(int);
int ftruncate(int, off_t) __as64(ftruncate);
char *getcwd(char *, size_t);
uid_t geteuid(void);
pid_t getpid(void);
off_t lseek(int, off_t, int) __as64(lseek);
ssize_t pread(int, void *, size_t, off_t) __as64(pread);
ssize_t pwrite(int, const void *, size_t, off_t) __as64(pwrite);
ssize_t read(int, void *, size_t);
ssize_t readlink(const char *, char *, size_t);
int rmdir(const char *);
unsigned sleep(unsigned);
long syscall(long, ...);
long sysconf(int);
int unlink(const char *);
int usleep(useconds_t);
ssize_t write(int, const void *, size_t);
__END_DECLS
