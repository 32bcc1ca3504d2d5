// System calls that the C library's Swift module leaves out because they are extensions.
#ifndef C_FILE_SYSTEM_H
#define C_FILE_SYSTEM_H

#include <errno.h>
#include <sys/types.h>

// Begins to write a range of a file to its device and does not wait (sync_file_range(2)); does nothing where the system
// has no such call.
void s3db_begin_writeback(int file, off_t offset, off_t count);

// Whether anybody has a file open for writing, given a descriptor that is open for reading: 1 or 0, or the negative
// of errno. Found out by a lease that is given back at once (F_SETLEASE in fcntl(2)), which the system grants only on
// files of the caller's user, or to a privileged one: -EACCES otherwise, -ENOSYS where there are no leases.
int s3db_has_writer(int file);

#endif
