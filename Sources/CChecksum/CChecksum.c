#include "CChecksum.h"

// Source: V. Gopal et al., "Fast CRC Computation for Generic Polynomials Using PCLMULQDQ Instruction", Intel, 2009, in
// its bit-reflected form. Four lanes of 128 bits are each moved on by 512 bits a step, then joined.
#if defined(__x86_64__)
#include <immintrin.h>

// x^n modulo a polynomial, reflected to 64 bits, for the powers that move a lane's two halves on by 128 to 512 bits.
struct powers {
    uint64_t x127, x191, x255, x319, x383, x447, x511, x575;
};

static const struct powers crc64nvme_powers = {
    0x21e9761e252621ac, 0xeadc41fd2ba3d420, 0xe1e0bb9d45d7a44c, 0xb0bc2e589204f500,
    0xa3ffdc1fe8e82a8b, 0xbdd7ac0ee1a4a0f0, 0x62242240ace5045a, 0x0c32cdb31e18a84a,
};

// The polynomial has 32 bits, and so has what is left of a power.
static const struct powers crc32_powers = {
    0x9ba54c6f00000000, 0x65673b4600000000, 0x01b5fd1d00000000, 0x9570d49500000000,
    0x2a28386200000000, 0x69ccfc0d00000000, 0xcad38e8f00000000, 0x653d982200000000,
};

#define LANE __attribute__((target("pclmul,sse2"), always_inline)) static inline

LANE __m128i moved(__m128i lane, uint64_t high, uint64_t low) {
    __m128i powers = _mm_set_epi64x((long long)high, (long long)low);
    return _mm_xor_si128(_mm_clmulepi64_si128(lane, powers, 0x00), _mm_clmulepi64_si128(lane, powers, 0x11));
}

LANE __m128i loaded(const uint8_t *bytes) {
    return _mm_loadu_si128((const __m128i *)bytes);
}

bool s3db_can_fold_crc(void) {
    return __builtin_cpu_supports("pclmul");
}

LANE void fold(const struct powers *powers, uint64_t state, const uint8_t *bytes, size_t count, uint8_t folded[16]) {
    __m128i a = _mm_xor_si128(loaded(bytes), _mm_set_epi64x(0, (long long)state));
    __m128i b = loaded(bytes + 16), c = loaded(bytes + 32), d = loaded(bytes + 48);
    for (size_t position = 64; position + 64 <= count; position += 64) {
        a = _mm_xor_si128(moved(a, powers->x511, powers->x575), loaded(bytes + position));
        b = _mm_xor_si128(moved(b, powers->x511, powers->x575), loaded(bytes + position + 16));
        c = _mm_xor_si128(moved(c, powers->x511, powers->x575), loaded(bytes + position + 32));
        d = _mm_xor_si128(moved(d, powers->x511, powers->x575), loaded(bytes + position + 48));
    }
    __m128i joined = _mm_xor_si128(
        _mm_xor_si128(moved(a, powers->x383, powers->x447), moved(b, powers->x255, powers->x319)),
        _mm_xor_si128(moved(c, powers->x127, powers->x191), d));
    _mm_storeu_si128((__m128i *)folded, joined);
}

__attribute__((target("pclmul,sse2")))
void s3db_fold_crc64nvme(uint64_t state, const uint8_t *bytes, size_t count, uint8_t folded[16]) {
    fold(&crc64nvme_powers, state, bytes, count, folded);
}

__attribute__((target("pclmul,sse2")))
void s3db_fold_crc32(uint32_t state, const uint8_t *bytes, size_t count, uint8_t folded[16]) {
    fold(&crc32_powers, state, bytes, count, folded);
}
#else
bool s3db_can_fold_crc(void) {
    return false;
}

static void fold_nothing(const uint8_t *bytes, size_t count, uint8_t folded[16]) {
    (void)bytes;
    (void)count;
    (void)folded;
}

void s3db_fold_crc64nvme(uint64_t state, const uint8_t *bytes, size_t count, uint8_t folded[16]) {
    (void)state;
    fold_nothing(bytes, count, folded);
}

void s3db_fold_crc32(uint32_t state, const uint8_t *bytes, size_t count, uint8_t folded[16]) {
    (void)state;
    fold_nothing(bytes, count, folded);
}
#endif
