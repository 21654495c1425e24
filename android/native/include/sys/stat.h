/* What is known of a file: the kernel has one form each for arm64, x86_64 and 32 bit. */
#pragma once

#include <sys/cdefs.h>
#include <sys/types.h>
#include <time.h>

struct stat {
#if defined(__aarch64__)
    unsigned long st_dev;
    unsigned long st_ino;
    unsigned int st_mode;
    unsigned int st_nlink;
    uid_t st_uid;
    gid_t st_gid;
    unsigned long st_rdev;
    unsigned long padding;
    long st_size;
    int st_blksize;
    int padding_too;
    long st_blocks;
#elif defined(__x86_64__)
    unsigned long st_dev;
    unsigned long st_ino;
    unsigned long st_nlink;
    unsigned int st_mode;
    uid_t st_uid;
    gid_t st_gid;
    unsigned int padding;
    unsigned long st_rdev;
    long st_size;
    long st_blksize;
    long st_blocks;
#else
    unsigned long long st_dev;
    unsigned char padding[4];
    unsigned long short_ino;
    unsigned int st_mode;
    unsigned int st_nlink;
    uid_t st_uid;
    gid_t st_gid;
    unsigned long long st_rdev;
    unsigned char padding_too[4];
    long long st_size;
    unsigned long st_blksize;
    unsigned long long st_blocks;
#endif
    struct timespec st_atim;
    struct timespec st_mtim;
    struct timespec st_ctim;
#if defined(__aarch64__)
    unsigned int reserved[2];
#elif defined(__x86_64__)
    long reserved[3];
#else
    unsigned long long st_ino;
#endif
};

#define st_atime st_atim.tv_sec
#define st_mtime st_mtim.tv_sec
#define st_ctime st_ctim.tv_sec

#define S_IFMT 0170000
#define S_IFDIR 0040000
#define S_IFREG 0100000
#define S_IFLNK 0120000
#define S_ISDIR(mode) (((mode) & S_IFMT) == S_IFDIR)
#define S_ISREG(mode) (((mode) & S_IFMT) == S_IFREG)
#define S_ISLNK(mode) (((mode) & S_IFMT) == S_IFLNK)

__BEGIN_DECLS
int chmod(const char *, mode_t);
int fchmod(int, mode_t);
int fstat(int, struct stat *);
int lstat(const char *, struct stat *);
int mkdir(const char *, mode_t);
int stat(const char *, struct stat *);
__END_DECLS
