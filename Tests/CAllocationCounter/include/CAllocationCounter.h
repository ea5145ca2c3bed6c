// Counts what the current thread allocates, for tests: malloc and its kin of the whole process go through here.
#ifndef CALLOCATIONCOUNTER_H
#define CALLOCATIONCOUNTER_H

#include <stdint.h>

/// Allocations of this thread since it began.
uint64_t allocations_of_thread(void);

#endif
