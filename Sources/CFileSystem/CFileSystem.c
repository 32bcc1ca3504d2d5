#include "CFileSystem.h"

#ifdef __linux__
#include <sys/syscall.h>
#include <unistd.h>

// Through syscall, since the wrapper is missing in older C libraries.
ssize_t s3db_copy_file_range(int input, int output, size_t count) {
    ssize_t copied = syscall(SYS_copy_file_range, input, NULL, output, NULL, count, 0u);
    return copied >= 0 ? copied : -errno;
}
#else
ssize_t s3db_copy_file_range(int input, int output, size_t count) {
    (void)input;
    (void)output;
    (void)count;
    return -ENOSYS;
}
#endif
