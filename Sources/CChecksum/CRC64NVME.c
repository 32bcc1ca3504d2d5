#include "CChecksum.h"

// Source: V. Gopal et al., "Fast CRC Computation for Generic Polynomials Using PCLMULQDQ Instruction", Intel, 2009, in
// its bit-reflected form. Four lanes of 128 bits are each moved on by 512 bits a step, then joined.
#if defined(__x86_64__)
#include <immintrin.h>

// x^n modulo the polynomial, reflected, for the powers that move a lane's two halves on by 128 to 512 bits.
#define X127 0x21e9761e252621acULL
#define X191 0xeadc41fd2ba3d420ULL
#define X255 0xe1e0bb9d45d7a44cULL
#define X319 0xb0bc2e589204f500ULL
#define X383 0xa3ffdc1fe8e82a8bULL
#define X447 0xbdd7ac0ee1a4a0f0ULL
#define X511 0x62242240ace5045aULL
#define X575 0x0c32cdb31e18a84aULL

#define LANE __attribute__((target("pclmul,sse2"), always_inline)) static inline

LANE __m128i moved(__m128i lane, uint64_t high, uint64_t low) {
    __m128i powers = _mm_set_epi64x((long long)high, (long long)low);
    return _mm_xor_si128(_mm_clmulepi64_si128(lane, powers, 0x00), _mm_clmulepi64_si128(lane, powers, 0x11));
}

LANE __m128i loaded(const uint8_t *bytes) {
    return _mm_loadu_si128((const __m128i *)bytes);
}

bool s3db_can_fold_crc64nvme(void) {
    return __builtin_cpu_supports("pclmul");
}

__attribute__((target("pclmul,sse2")))
void s3db_fold_crc64nvme(uint64_t state, const uint8_t *bytes, size_t count, uint8_t folded[16]) {
    __m128i a = _mm_xor_si128(loaded(bytes), _mm_set_epi64x(0, (long long)state));
    __m128i b = loaded(bytes + 16), c = loaded(bytes + 32), d = loaded(bytes + 48);
    for (size_t position = 64; position + 64 <= count; position += 64) {
        a = _mm_xor_si128(moved(a, X511, X575), loaded(bytes + position));
        b = _mm_xor_si128(moved(b, X511, X575), loaded(bytes + position + 16));
        c = _mm_xor_si128(moved(c, X511, X575), loaded(bytes + position + 32));
        d = _mm_xor_si128(moved(d, X511, X575), loaded(bytes + position + 48));
    }
    __m128i joined = _mm_xor_si128(
        _mm_xor_si128(moved(a, X383, X447), moved(b, X255, X319)), _mm_xor_si128(moved(c, X127, X191), d));
    _mm_storeu_si128((__m128i *)folded, joined);
}
#else
bool s3db_can_fold_crc64nvme(void) {
    return false;
}

void s3db_fold_crc64nvme(uint64_t state, const uint8_t *bytes, size_t count, uint8_t folded[16]) {
    (void)state;
    (void)bytes;
    (void)count;
    (void)folded;
}
#endif
