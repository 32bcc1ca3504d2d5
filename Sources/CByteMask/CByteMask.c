#include "CByteMask.h"

#include <stdbool.h>

// How far ahead input is asked for: what was just inflated is far from the processor, and it foretells no further than a
// page. Behind the end that has no effect.
#define PREFETCH_DISTANCE 2048

__attribute__((always_inline))
static inline uint64_t mask(const uint8_t *start, uint8_t byte) {
    return s3db_byte_mask(start, byte, byte, byte);
}

// The position of the lowest bit that is set; 64 where none is.
static inline uint32_t lowest(uint64_t bits) {
    return bits == 0 ? 64 : (uint32_t)__builtin_ctzll(bits);
}

__attribute__((always_inline))
static inline size_t field_ends(
    const uint8_t *start, size_t byte_count, uint8_t delimiter, uint16_t quote, uint32_t *ends,
    size_t *line_feed_count
) {
    size_t found = 0, line_feeds = 0;
    uint64_t is_quoting = quote > UINT8_MAX ? 0 : UINT64_MAX;
    // Whether the byte before a block ends a field, and whether it is a carriage return.
    uint64_t is_behind_end = 1, is_behind_return = 0;
    for (size_t block = 0; block + 64 <= byte_count; block += 64) {
        __builtin_prefetch(start + block + PREFETCH_DISTANCE);
        uint64_t feeds = mask(start + block, '\n'), returns = mask(start + block, '\r');
        uint64_t quotes = mask(start + block, (uint8_t)quote) & is_quoting;
        uint64_t rest = mask(start + block, delimiter) | feeds;
        if (((returns << 1 | is_behind_return) & ~feeds) | ((rest << 1 | is_behind_end) & quotes)) break;
        is_behind_return = returns >> 63;
        is_behind_end = rest >> 63;
        line_feeds += (size_t)__builtin_popcountll(feeds);
        size_t next = found + (size_t)__builtin_popcountll(rest);
        for (; rest != 0; found += 8) {
            // Always eight, so that how many there are is hardly ever a branch.
            for (int place = 0; place < 8; place++) {
                ends[found + place] = (uint32_t)block + lowest(rest);
                rest &= rest - 1;
            }
        }
        found = next;
    }
    *line_feed_count = line_feeds;
    return found;
}

#if defined(__x86_64__)
// The same code, for processors with vectors of 32 bytes and instructions that count and find bits.
__attribute__((target("avx2,bmi,popcnt")))
static size_t wide_field_ends(
    const uint8_t *start, size_t byte_count, uint8_t delimiter, uint16_t quote, uint32_t *ends,
    size_t *line_feed_count
) {
    return field_ends(start, byte_count, delimiter, quote, ends, line_feed_count);
}

static bool is_wide(void) {
    return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("bmi") && __builtin_cpu_supports("popcnt");
}
#else
#define wide_field_ends field_ends

static bool is_wide(void) {
    return false;
}
#endif

size_t s3db_field_ends(
    const void *start, size_t byte_count, uint8_t delimiter, uint16_t quote, uint32_t *ends, size_t *line_feed_count
) {
    return (is_wide() ? wide_field_ends : field_ends)(start, byte_count, delimiter, quote, ends, line_feed_count);
}
