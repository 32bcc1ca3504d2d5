// Masks of bytes, which Swift's vector types compare but do not turn into bits.
#ifndef C_BYTE_MASK_H
#define C_BYTE_MASK_H

#include <stdint.h>
#include <string.h>

typedef uint8_t s3db_bytes64 __attribute__((ext_vector_type(64)));
typedef _Bool s3db_bits64 __attribute__((ext_vector_type(64)));

// Which of the 64 bytes from `start` on are `a`, `b` or `c`: bit i stands for byte i. `start` need not be aligned.
static inline uint64_t s3db_byte_mask(const void *_Nonnull start, uint8_t a, uint8_t b, uint8_t c) {
    s3db_bytes64 bytes;
    memcpy(&bytes, start, sizeof bytes);
    s3db_bits64 bits = __builtin_convertvector((bytes == a) | (bytes == b) | (bytes == c), s3db_bits64);
    uint64_t mask;
    memcpy(&mask, &bits, sizeof mask);
    return mask;
}

// Which of the 64 bytes from `start` on are `a` with another byte than `b` behind them. Reads 65 bytes.
static inline uint64_t s3db_byte_mask_unless(const void *_Nonnull start, uint8_t a, uint8_t b) {
    s3db_bytes64 bytes, next;
    memcpy(&bytes, start, sizeof bytes);
    memcpy(&next, (const uint8_t *)start + 1, sizeof next);
    s3db_bits64 bits = __builtin_convertvector((bytes == a) & (next != b), s3db_bits64);
    uint64_t mask;
    memcpy(&mask, &bits, sizeof mask);
    return mask;
}

#endif
