#ifndef PREFETCH_H
#define PREFETCH_H

/* The processor's prefetch instruction, which Swift has no name for; inlined into the caller. */
static inline __attribute__((always_inline)) void prefetch_for_write(const void *address) {
  __builtin_prefetch(address, 1, 3);
}

#endif
