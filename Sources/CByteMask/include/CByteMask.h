// Masks of bytes, which Swift's vector types compare but do not turn into bits.
#ifndef C_BYTE_MASK_H
#define C_BYTE_MASK_H

#include <stddef.h>
#include <stdint.h>
#include <string.h>

typedef uint8_t s3db_bytes64 __attribute__((ext_vector_type(64)));
typedef _Bool s3db_bits64 __attribute__((ext_vector_type(64)));

// Which of the 64 bytes from `start` on are `a`, `b` or `c`: bit i stands for byte i. `start` need not be aligned.
__attribute__((always_inline))
static inline uint64_t s3db_byte_mask(const void *_Nonnull start, uint8_t a, uint8_t b, uint8_t c) {
    s3db_bytes64 bytes;
    memcpy(&bytes, start, sizeof bytes);
    s3db_bits64 bits = __builtin_convertvector((bytes == a) | (bytes == b) | (bytes == c), s3db_bits64);
    uint64_t mask;
    memcpy(&mask, &bits, sizeof mask);
    return mask;
}

// Writes the positions of delimiters and line feeds among the bytes from `start` on, where a field begins, to `ends`, and
// returns how many; `line_feed_count` are line feeds. It ends with the last whole block of 64 bytes, and before a block in
// which a field begins with the quote, or in which a carriage return stands before another byte than a line feed.
//
// `ends` needs room for a position a byte and seven more. A quote above 255 equals no byte.
size_t s3db_field_ends(
    const void *_Nonnull start, size_t byte_count, uint8_t delimiter, uint16_t quote, uint32_t *_Nonnull ends,
    size_t *_Nonnull line_feed_count);

#endif
