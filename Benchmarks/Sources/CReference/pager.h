/* The state of the reference, shared by its two files. */
#ifndef PAGER_H
#define PAGER_H

#include "CReference.h"

enum { PRESENT, WRITABLE, USER, ACCESSED, DIRTY, PLANES };
enum { WRITE = 1, BY_USER = 2 };
enum { ENTRIES = 512, GROUPS = 8, PREFETCH = 32, WALKS = 128 };

#define LINK_WRITABLE 0x80000000u
#define LINK_USER 0x40000000u
#define LINK_CHILD 0x0fffffffu

/* A guest table: flags as bits, 64 entries to a word. */
typedef struct {
    uint64_t planes[GROUPS][PLANES];
    uint32_t frames[ENTRIES];
    uint32_t shadows[4]; /* by level: its shadow, 0 for none */
} guest_table;

/* A shadow of a leaf table: may be read, written, read by the user, written by the user. */
typedef struct {
    uint64_t words[GROUPS][4];
} leaf_words;

typedef struct {
    uint32_t table;
    uint32_t references;
} leaf_header;

/* A shadow of a table above: links to shadows of the level below. */
typedef struct {
    uint32_t links[ENTRIES];
    uint64_t present[GROUPS];
    uint32_t table;
    uint32_t references;
    uint32_t level;
    uint32_t next, previous; /* on the pin list */
    uint32_t pinned;
} upper;

typedef struct {
    uint64_t tag;
    uint64_t (*words)[4];
} walk_entry;

struct ref_pager {
    uint32_t *table_of_frame;
    uint32_t frames;
    guest_table *tables;
    uint32_t table_count, table_room;
    leaf_words *leaf_words;
    leaf_header *leaf_headers;
    uint32_t *free_leaves;
    uint32_t free_leaf_count, leaf_count;
    upper *uppers;
    uint32_t *free_uppers;
    uint32_t free_upper_count, upper_count;
    uint32_t free_pages, unpaged_pages;
    uint32_t head, tail; /* of the pin list: uppers; the identity map's is 0 */
    uint32_t root, root_frame;
    int paged;
    uint64_t generation;
    walk_entry walks[WALKS][4];
    ref_counters counters;
};

static inline uint32_t table_in(const ref_pager *p, uint32_t frame) {
    return frame < p->frames ? p->table_of_frame[frame] : 0;
}

/* Whether so many pages are free, after giving shadows up if need be. */
int ref_preallocate(ref_pager *p, uint32_t pages);
/* A shadow of a table, which has none; its page must have been preallocated. */
uint32_t ref_make_leaf(ref_pager *p, uint32_t table);
uint32_t ref_make_upper(ref_pager *p, uint32_t table, uint32_t level);
/* Installs the shadow of the root in root_frame. */
void ref_load_root(ref_pager *p);

#endif
