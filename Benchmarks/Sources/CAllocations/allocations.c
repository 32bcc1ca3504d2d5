// Counts allocations by symbol interposition: what the executable defines goes before what the C library defines, for
// the executable itself and for every library that it loads. The work is done by glibc's own entry points under their
// second names, so that nothing has to be looked up while the process starts.

#define _GNU_SOURCE
#include "allocations.h"

#include <stddef.h>

#if defined(__linux__)
#include <features.h>
#endif

#if defined(__GLIBC__)

#include <errno.h>
#include <stdatomic.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

extern void *__libc_malloc(size_t);
extern void *__libc_calloc(size_t, size_t);
extern void *__libc_realloc(void *, size_t);
extern void *__libc_memalign(size_t, size_t);
extern void *__libc_valloc(size_t);
extern void *__libc_pvalloc(size_t);

static _Atomic uint64_t heap_calls, heap_bytes, mapping_calls;

static void count(size_t byte_count) {
    atomic_fetch_add_explicit(&heap_calls, 1, memory_order_relaxed);
    atomic_fetch_add_explicit(&heap_bytes, byte_count, memory_order_relaxed);
}

void *malloc(size_t size) {
    count(size);
    return __libc_malloc(size);
}

void *calloc(size_t number, size_t size) {
    // A product that overflows is refused by glibc, whatever is counted.
    count(number * size);
    return __libc_calloc(number, size);
}

void *realloc(void *memory, size_t size) {
    count(size);
    return __libc_realloc(memory, size);
}

void *memalign(size_t alignment, size_t size) {
    count(size);
    return __libc_memalign(alignment, size);
}

void *aligned_alloc(size_t alignment, size_t size) {
    count(size);
    return __libc_memalign(alignment, size);
}

int posix_memalign(void **memory, size_t alignment, size_t size) {
    if (alignment < sizeof(void *) || (alignment & (alignment - 1)) != 0) return EINVAL;
    count(size);
    void *given = __libc_memalign(alignment, size);
    if (given == NULL) return ENOMEM;
    *memory = given;
    return 0;
}

void *valloc(size_t size) {
    count(size);
    return __libc_valloc(size);
}

void *pvalloc(size_t size) {
    count(size);
    return __libc_pvalloc(size);
}

void *mmap(void *address, size_t length, int protection, int flags, int file, off_t offset) {
    atomic_fetch_add_explicit(&mapping_calls, 1, memory_order_relaxed);
    return (void *)syscall(SYS_mmap, address, length, protection, flags, file, offset);
}

void *mmap64(void *address, size_t length, int protection, int flags, int file, off64_t offset) {
    return mmap(address, length, protection, flags, file, offset);
}

struct s3db_allocations s3db_allocations_so_far(void) {
    struct s3db_allocations so_far = {
        atomic_load_explicit(&heap_calls, memory_order_relaxed),
        atomic_load_explicit(&heap_bytes, memory_order_relaxed),
        atomic_load_explicit(&mapping_calls, memory_order_relaxed),
    };
    return so_far;
}

int s3db_allocations_counted(void) { return 1; }

#else

struct s3db_allocations s3db_allocations_so_far(void) { return (struct s3db_allocations){0, 0, 0}; }

int s3db_allocations_counted(void) { return 0; }

#endif
