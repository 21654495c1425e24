/* Threads; the types are opaque, their sizes are part of the ABI. */
#pragma once

#include <sys/cdefs.h>
#include <sys/types.h>

typedef long pthread_t;
typedef int pthread_key_t;
typedef int pthread_once_t;
typedef long pthread_mutexattr_t;
typedef struct pthread_attr_t pthread_attr_t;
typedef long pthread_rwlockattr_t;

#ifdef __LP64__
typedef struct { int opaque[10]; } pthread_mutex_t;
typedef struct { int opaque[14]; } pthread_rwlock_t;
#else
typedef struct { int opaque[1]; } pthread_mutex_t;
typedef struct { int opaque[10]; } pthread_rwlock_t;
#endif

#define PTHREAD_MUTEX_INITIALIZER {{0}}
#define PTHREAD_RWLOCK_INITIALIZER {{0}}
#define PTHREAD_MUTEX_NORMAL 0
#define PTHREAD_MUTEX_RECURSIVE 1

__BEGIN_DECLS
int pthread_create(pthread_t *, const pthread_attr_t *, void *(*)(void *), void *);
int pthread_join(pthread_t, void **);
pthread_t pthread_self(void);
int pthread_mutexattr_init(pthread_mutexattr_t *);
int pthread_mutexattr_settype(pthread_mutexattr_t *, int);
int pthread_mutexattr_destroy(pthread_mutexattr_t *);
int pthread_mutex_init(pthread_mutex_t *, const pthread_mutexattr_t *);
int pthread_mutex_lock(pthread_mutex_t *);
int pthread_mutex_trylock(pthread_mutex_t *);
int pthread_mutex_unlock(pthread_mutex_t *);
int pthread_mutex_destroy(pthread_mutex_t *);
int pthread_rwlock_rdlock(pthread_rwlock_t *);
int pthread_rwlock_wrlock(pthread_rwlock_t *);
int pthread_rwlock_unlock(pthread_rwlock_t *);
__END_DECLS
