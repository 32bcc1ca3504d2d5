// The structures of the Arrow C Data Interface, as its specification gives them for every consumer and producer to copy:
// https://arrow.apache.org/docs/format/CDataInterface.html#structure-definitions
#ifndef ARROW_C_DATA_INTERFACE
#define ARROW_C_DATA_INTERFACE

#include <stdint.h>

#define ARROW_FLAG_DICTIONARY_ORDERED 1
#define ARROW_FLAG_NULLABLE 2
#define ARROW_FLAG_MAP_KEYS_SORTED 4

// The type of an array: what it is called, and what is within.
struct ArrowSchema {
    const char *format;
    const char *name;
    const char *metadata;
    int64_t flags;
    int64_t n_children;
    struct ArrowSchema **children;
    struct ArrowSchema *dictionary;
    // Called by the last owner; sets itself to null.
    void (*release)(struct ArrowSchema *);
    void *private_data;
};

// The values of an array.
struct ArrowArray {
    int64_t length;
    int64_t null_count;
    int64_t offset;
    int64_t n_buffers;
    int64_t n_children;
    const void **buffers;
    struct ArrowArray **children;
    struct ArrowArray *dictionary;
    // Called by the last owner; sets itself to null.
    void (*release)(struct ArrowArray *);
    void *private_data;
};

#endif
