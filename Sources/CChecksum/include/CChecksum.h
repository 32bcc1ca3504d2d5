// Checksums by instructions that Swift has no names for.
#ifndef C_CHECKSUM_H
#define C_CHECKSUM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

// Whether the processor multiplies without carry.
bool s3db_can_fold_crc(void);

// Folds `count` bytes, a multiple of 64 and at least 64, behind the remainder `state` of CRC-64/NVME into 16 bytes that
// leave the same remainder when they follow the remainder 0. Only where s3db_can_fold_crc() says so.
void s3db_fold_crc64nvme(uint64_t state, const uint8_t *bytes, size_t count, uint8_t folded[16]);

// The same for CRC-32 as gzip has it.
void s3db_fold_crc32(uint32_t state, const uint8_t *bytes, size_t count, uint8_t folded[16]);

#endif
