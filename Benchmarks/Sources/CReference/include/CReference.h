/*
 * What a C programmer would write for the benchmarks' streams: the yardstick for the Swift model.
 *
 * Rules P4, P5, S2, S3, R1, R2, F1, F3 to F8, F10 and F11 of docs/MODEL.md for one vCPU of a
 * 64-bit guest. Left out, because the streams do not come to it: other paging modes, superpages,
 * out-of-sync tables, emulation, up-pointers, L3-toplevel mode, writable mappings of tables.
 */
#ifndef CREFERENCE_H
#define CREFERENCE_H

#include <stddef.h>
#include <stdint.h>

/* An operation's two words, as GuestModel lays them out. */
typedef struct {
    uint64_t head;
    uint64_t operand;
} ref_operation;

/* What was counted. `failed` is set when a stream needs something that is left out. */
typedef struct {
    uint64_t accesses;
    uint64_t faults;
    uint64_t fixed;
    uint64_t allocs;
    uint64_t frees;
    uint64_t prealloc_1;
    uint64_t failed;
} ref_counters;

typedef struct ref_pager ref_pager;

/*
 * A domain with `frames` of memory that has `free_pages` left in its pool, besides the
 * `unpaged_pages` of the pinned identity map that is used before paging is on.
 */
ref_pager *ref_create(uint32_t frames, uint32_t free_pages, uint32_t unpaged_pages);
void ref_destroy(ref_pager *pager);

/* Puts an entry, in GuestModel's form, into the guest table in `frame`. */
void ref_set_entry(ref_pager *pager, uint32_t frame, uint32_t index, uint32_t entry);

void ref_run(ref_pager *pager, const ref_operation *operations, size_t count);
ref_counters ref_count(const ref_pager *pager);

#endif
