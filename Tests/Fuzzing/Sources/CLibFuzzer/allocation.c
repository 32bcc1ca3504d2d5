#include "CLibFuzzer.h"

#include <stdatomic.h>

// sanitizer/allocator_interface.h, which not every toolchain ships.
extern int __sanitizer_install_malloc_and_free_hooks(
    void (*malloc_hook)(const volatile void *, size_t), void (*free_hook)(const volatile void *));
extern size_t __sanitizer_get_allocated_size(const volatile void *memory);

static _Atomic int64_t live;
static _Atomic int64_t peak;

static void allocated(const volatile void *memory, size_t size) {
    int64_t now = atomic_fetch_add(&live, (int64_t)size) + (int64_t)size;
    int64_t most = atomic_load(&peak);
    while (now > most && !atomic_compare_exchange_weak(&peak, &most, now)) {
    }
}

static void freed(const volatile void *memory) {
    if (memory) atomic_fetch_sub(&live, (int64_t)__sanitizer_get_allocated_size(memory));
}

void allocation_watch_install(void) {
    __sanitizer_install_malloc_and_free_hooks(allocated, freed);
}

void allocation_watch_begin(void) {
    atomic_store(&live, 0);
    atomic_store(&peak, 0);
}

int64_t allocation_watch_peak(void) {
    return atomic_load(&peak);
}
