// The least that must be done to turn gzipped CSV into snappy pages, and nothing else, on one thread:
//
//   inflate   libdeflate, a whole file at a time
//   pass      one look at every byte of the CSV, which no parser can do without
//   snappy    compression of the pages, as our own encoder gave them (dump_pages.py)
//
// No parsing, no encoding, no metadata. What a converter takes more than this is what it can be blamed for.
//
//   floor DUMP DAY.csv.gz ...
//
// Prints `name bytes seconds` for each stage, with the processor time of the stage, and `total seconds` last: user and
// system time of the whole process, reading of files included.
//
//   cc -O2 -o floor floor.c -ldeflate -lsnappy

#define _GNU_SOURCE
#include <fcntl.h>
#include <libdeflate.h>
#include <snappy-c.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

static void fail(const char *what, const char *where) {
    fprintf(stderr, "floor: %s: %s\n", where, what);
    exit(1);
}

static double processor_seconds(void) {
    struct timespec time;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time);
    return (double)time.tv_sec + (double)time.tv_nsec * 1e-9;
}

// A buffer that is kept from file to file.
struct buffer {
    uint8_t *start;
    size_t capacity;
};

static void make_room(struct buffer *buffer, size_t byte_count, const char *where) {
    if (byte_count <= buffer->capacity) return;
    free(buffer->start);
    buffer->capacity = byte_count + byte_count / 4;
    buffer->start = malloc(buffer->capacity);
    if (buffer->start == NULL) fail("out of memory", where);
}

static size_t read_file(const char *path, struct buffer *buffer) {
    int file = open(path, O_RDONLY);
    struct stat status;
    if (file < 0 || fstat(file, &status) != 0) fail("cannot be opened", path);
    size_t size = (size_t)status.st_size, got = 0;
    make_room(buffer, size, path);
    while (got < size) {
        ssize_t count = read(file, buffer->start + got, size - got);
        if (count <= 0) fail("cannot be read", path);
        got += (size_t)count;
    }
    close(file);
    return size;
}

// Looks at every byte, eight at a time in four independent sums.
static uint64_t pass(const uint8_t *bytes, size_t byte_count) {
    uint64_t sums[4] = {0, 0, 0, 0}, words[4];
    size_t position = 0;
    for (; position + sizeof words <= byte_count; position += sizeof words) {
        memcpy(words, bytes + position, sizeof words);
        for (int i = 0; i < 4; i++) sums[i] += words[i];
    }
    for (; position < byte_count; position++) sums[0] += bytes[position];
    return sums[0] ^ sums[1] ^ sums[2] ^ sums[3];
}

int main(int argument_count, char **arguments) {
    if (argument_count < 3) {
        fprintf(stderr, "usage: floor DUMP DAY.csv.gz ...\n");
        return 2;
    }
    struct buffer stored = {0}, content = {0};
    struct libdeflate_decompressor *inflater = libdeflate_alloc_decompressor();
    if (inflater == NULL) fail("out of memory", "libdeflate");
    double inflate_seconds = 0, pass_seconds = 0, snappy_seconds = 0;
    uint64_t stored_bytes = 0, content_bytes = 0, page_bytes = 0, compressed_bytes = 0, sum = 0;

    for (int i = 2; i < argument_count; i++) {
        const char *path = arguments[i];
        size_t size = read_file(path, &stored);
        if (size < 18) fail("is no gzip file", path);
        uint32_t content_size;
        memcpy(&content_size, stored.start + size - 4, 4);
        make_room(&content, content_size, path);

        double begin = processor_seconds();
        size_t got = 0;
        if (libdeflate_gzip_decompress(inflater, stored.start, size, content.start, content_size, &got)
                != LIBDEFLATE_SUCCESS
            || got != content_size)
            fail("does not inflate as one member", path);
        double inflated = processor_seconds();
        sum ^= pass(content.start, got);
        pass_seconds += processor_seconds() - inflated;
        inflate_seconds += inflated - begin;
        stored_bytes += size;
        content_bytes += got;
    }

    int dump = open(arguments[1], O_RDONLY);
    if (dump < 0) fail("cannot be opened", arguments[1]);
    FILE *pages = fdopen(dump, "rb");
    if (pages == NULL) fail("cannot be read", arguments[1]);
    struct buffer page = {0}, compressed = {0};
    uint32_t page_size;
    while (fread(&page_size, sizeof page_size, 1, pages) == 1) {
        make_room(&page, page_size, arguments[1]);
        if (page_size > 0 && fread(page.start, page_size, 1, pages) != 1) fail("is cut short", arguments[1]);
        size_t length = snappy_max_compressed_length(page_size);
        make_room(&compressed, length, arguments[1]);
        double begin = processor_seconds();
        if (snappy_compress((const char *)page.start, page_size, (char *)compressed.start, &length) != SNAPPY_OK)
            fail("does not compress", arguments[1]);
        snappy_seconds += processor_seconds() - begin;
        page_bytes += page_size;
        compressed_bytes += length;
    }

    struct rusage usage;
    getrusage(RUSAGE_SELF, &usage);
    double total = (double)(usage.ru_utime.tv_sec + usage.ru_stime.tv_sec)
        + (double)(usage.ru_utime.tv_usec + usage.ru_stime.tv_usec) * 1e-6;
    printf("inflate %llu %.6f\n", (unsigned long long)content_bytes, inflate_seconds);
    printf("pass %llu %.6f\n", (unsigned long long)content_bytes, pass_seconds);
    printf("snappy %llu %.6f\n", (unsigned long long)page_bytes, snappy_seconds);
    printf("stored %llu\ncompressed %llu\nsum %llu\n", (unsigned long long)stored_bytes,
        (unsigned long long)compressed_bytes, (unsigned long long)sum);
    printf("total %.6f\n", total);
    return 0;
}
