#ifdef __linux__
#define _GNU_SOURCE
#endif
#include "CFileSystem.h"

#ifdef __linux__
#include <fcntl.h>
#include <signal.h>
#include <sys/syscall.h>
#include <unistd.h>

// Through syscall, since the wrapper is missing in older C libraries.
ssize_t s3db_copy_file_range(int input, int output, size_t count) {
    ssize_t copied = syscall(SYS_copy_file_range, input, NULL, output, NULL, count, 0u);
    return copied >= 0 ? copied : -errno;
}

void s3db_begin_writeback(int file, off_t offset, off_t count) {
    sync_file_range(file, offset, count, SYNC_FILE_RANGE_WRITE);
}

int s3db_has_writer(int file) {
    // Who opens the file for writing meanwhile makes the kernel send a signal: one that does nothing by default.
    if (fcntl(file, F_SETSIG, SIGURG) != 0) return -errno;
    if (fcntl(file, F_SETLEASE, F_RDLCK) == 0) {
        fcntl(file, F_SETLEASE, F_UNLCK);
        return 0;
    }
    return errno == EAGAIN ? 1 : -errno;
}
#else
ssize_t s3db_copy_file_range(int input, int output, size_t count) {
    (void)input;
    (void)output;
    (void)count;
    return -ENOSYS;
}

void s3db_begin_writeback(int file, off_t offset, off_t count) {
    (void)file;
    (void)offset;
    (void)count;
}

int s3db_has_writer(int file) {
    (void)file;
    return -ENOSYS;
}
#endif
