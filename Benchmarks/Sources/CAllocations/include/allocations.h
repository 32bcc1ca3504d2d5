#ifndef S3DB_ALLOCATIONS_H
#define S3DB_ALLOCATIONS_H

#include <stdint.h>

/// What was taken since the process started, by all of its threads.
struct s3db_allocations {
    /// Calls of malloc, calloc, realloc, posix_memalign, aligned_alloc, memalign, valloc and pvalloc.
    uint64_t heap_calls;
    /// The bytes that they asked for.
    uint64_t heap_bytes;
    /// Calls of mmap.
    uint64_t mapping_calls;
};

/// The counts so far; all 0 where `s3db_allocations_counted` is.
struct s3db_allocations s3db_allocations_so_far(void);

/// Whether calls are counted: 0 where the C library is not glibc.
int s3db_allocations_counted(void);

#endif
