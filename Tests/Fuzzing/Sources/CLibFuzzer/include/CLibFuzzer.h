// libFuzzer's interface (https://llvm.org/docs/LibFuzzer.html), and what the sanitizers tell of the allocator.

#ifndef CLIBFUZZER_H
#define CLIBFUZZER_H

#include <stddef.h>
#include <stdint.h>

/// Runs the fuzzer with a command line; `callback` takes each input.
int LLVMFuzzerRunDriver(int *argc, char ***argv, int (*callback)(const uint8_t *data, size_t size));

/// Changes `data` in place, as libFuzzer does without a mutator of one's own; returns the new size.
size_t LLVMFuzzerMutate(uint8_t *data, size_t size, size_t max_size);

/// Begins to watch the allocator.
void allocation_watch_install(void);

/// Forgets what was allocated before.
void allocation_watch_begin(void);

/// The most bytes that were allocated at once since `allocation_watch_begin`, without those from before.
int64_t allocation_watch_peak(void);

#endif
