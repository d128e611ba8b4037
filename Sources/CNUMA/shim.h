#ifndef SHADOWBENCH_CNUMA_H
#define SHADOWBENCH_CNUMA_H

#include <numa.h>
#include <sys/prctl.h>

/* glibc declares it for _GNU_SOURCE alone, which Swift's import does not define. */
extern int sched_getcpu(void);

/* The processor that the calling thread runs on, -1 if that cannot be told. */
static inline int shadowbench_current_cpu(void) { return sched_getcpu(); }

/* prctl takes a variable number of arguments, which Swift cannot call. */
static inline int shadowbench_disable_huge_pages(void) {
  return prctl(PR_SET_THP_DISABLE, 1UL, 0UL, 0UL, 0UL);
}

/* 1 when the process may not have huge pages, -1 if that cannot be told. */
static inline int shadowbench_huge_pages_disabled(void) {
  return prctl(PR_GET_THP_DISABLE, 0UL, 0UL, 0UL, 0UL);
}

#endif
