// Masks of bytes, which Swift's vector types compare but do not turn into bits.
#ifndef C_BYTE_MASK_H
#define C_BYTE_MASK_H

#include <stdint.h>
#include <string.h>

// Which of the 64 bytes from `start` on are `a`, `b` or `c`: bit i stands for byte i. `start` need not be aligned.
static inline uint64_t s3db_byte_mask(const void *_Nonnull start, uint8_t a, uint8_t b, uint8_t c) {
    typedef uint8_t bytes64 __attribute__((ext_vector_type(64)));
    typedef _Bool bits64 __attribute__((ext_vector_type(64)));
    bytes64 bytes;
    memcpy(&bytes, start, sizeof bytes);
    bits64 found = __builtin_convertvector((bytes == a) | (bytes == b) | (bytes == c), bits64);
    uint64_t mask;
    memcpy(&mask, &found, sizeof mask);
    return mask;
}

#endif
