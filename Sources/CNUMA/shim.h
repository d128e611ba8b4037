#ifndef SHADOWBENCH_CNUMA_H
#define SHADOWBENCH_CNUMA_H

#include <numa.h>

/* glibc declares it for _GNU_SOURCE alone, which Swift's import does not define. */
extern int sched_getcpu(void);

/* The processor that the calling thread runs on, -1 if that cannot be told. */
static inline int shadowbench_current_cpu(void) { return sched_getcpu(); }

#endif
