/* The pool, shadows and their references, the pin list: rules P, S and R. */
#include "pager.h"

#include <stdlib.h>
#include <string.h>

ref_pager *ref_create(uint32_t frames, uint32_t free_pages, uint32_t unpaged_pages) {
    ref_pager *p = calloc(1, sizeof *p);
    uint32_t room = free_pages + unpaged_pages + 2;
    p->frames = frames;
    p->table_of_frame = calloc(frames, sizeof *p->table_of_frame);
    p->table_room = 64;
    p->table_count = 1;
    p->tables = calloc(p->table_room, sizeof *p->tables);
    p->leaf_words = calloc(room, sizeof *p->leaf_words);
    p->leaf_headers = calloc(room, sizeof *p->leaf_headers);
    p->free_leaves = calloc(room, sizeof *p->free_leaves);
    p->leaf_count = 1;
    p->uppers = calloc(room, sizeof *p->uppers);
    p->free_uppers = calloc(room, sizeof *p->free_uppers);
    p->upper_count = 1;
    p->free_pages = free_pages;
    p->unpaged_pages = unpaged_pages;
    p->generation = 1;
    return p;
}

void ref_destroy(ref_pager *p) {
    free(p->table_of_frame);
    free(p->tables);
    free(p->leaf_words);
    free(p->leaf_headers);
    free(p->free_leaves);
    free(p->uppers);
    free(p->free_uppers);
    free(p);
}

void ref_set_entry(ref_pager *p, uint32_t frame, uint32_t index, uint32_t entry) {
    uint32_t number = table_in(p, frame);
    if (number == 0) {
        if (p->table_count == p->table_room) {
            p->table_room *= 2;
            p->tables = realloc(p->tables, p->table_room * sizeof *p->tables);
        }
        number = p->table_count++;
        memset(&p->tables[number], 0, sizeof *p->tables);
        p->table_of_frame[frame] = number;
    }
    guest_table *table = &p->tables[number];
    uint64_t bit = 1ull << (index & 63);
    for (int plane = 0; plane < PLANES; plane++) {
        uint64_t *word = &table->planes[index >> 6][plane];
        *word = entry >> plane & 1 ? *word | bit : *word & ~bit;
    }
    table->frames[index] = entry >> 8;
}

ref_counters ref_count(const ref_pager *p) {
    return p->counters;
}

/* Shadows and their references. */

static void release_upper(ref_pager *p, uint32_t number);

static void destroy_leaf(ref_pager *p, uint32_t number) {
    p->generation++;
    p->tables[p->leaf_headers[number].table].shadows[0] = 0;
    p->free_leaves[p->free_leaf_count++] = number;
    p->free_pages++;
    p->counters.frees++;
}

static void destroy_upper(ref_pager *p, uint32_t number) {
    upper *u = &p->uppers[number];
    p->generation++;
    p->tables[u->table].shadows[u->level] = 0;
    for (int group = 0; group < GROUPS; group++) {
        for (uint64_t bits = u->present[group]; bits != 0; bits &= bits - 1) {
            int index = group * 64 + __builtin_ctzll(bits);
            uint32_t child = u->links[index] & LINK_CHILD;
            u->links[index] = 0;
            if (u->level > 1)
                release_upper(p, child);
            else if (--p->leaf_headers[child].references == 0)
                destroy_leaf(p, child);
        }
        u->present[group] = 0;
    }
    p->free_uppers[p->free_upper_count++] = number;
    p->free_pages++;
    p->counters.frees++;
}

static void release_upper(ref_pager *p, uint32_t number) {
    if (--p->uppers[number].references == 0)
        destroy_upper(p, number);
}

static void take_page(ref_pager *p) {
    p->counters.allocs++;
    p->free_pages--;
}

uint32_t ref_make_leaf(ref_pager *p, uint32_t table) {
    take_page(p);
    uint32_t number;
    if (p->free_leaf_count != 0) {
        number = p->free_leaves[--p->free_leaf_count];
        memset(&p->leaf_words[number], 0, sizeof *p->leaf_words);
    } else {
        number = p->leaf_count++;
    }
    p->leaf_headers[number] = (leaf_header){.table = table};
    p->tables[table].shadows[0] = number;
    return number;
}

uint32_t ref_make_upper(ref_pager *p, uint32_t table, uint32_t level) {
    take_page(p);
    uint32_t number =
        p->free_upper_count != 0 ? p->free_uppers[--p->free_upper_count] : p->upper_count++;
    upper *u = &p->uppers[number];
    u->table = table;
    u->level = level;
    u->references = 0;
    u->pinned = 0;
    p->tables[table].shadows[level] = number;
    return number;
}

/* The pin list, and making room from its tail. */

static void unlink_root(ref_pager *p, uint32_t number) {
    upper *u = &p->uppers[number];
    if (u->previous != 0)
        p->uppers[u->previous].next = u->next;
    else
        p->head = u->next;
    if (u->next != 0)
        p->uppers[u->next].previous = u->previous;
    else
        p->tail = u->previous;
}

static void pin(ref_pager *p, uint32_t number) {
    upper *u = &p->uppers[number];
    if (p->head == number)
        return;
    if (u->pinned) {
        unlink_root(p, number);
    } else {
        u->pinned = 1;
        u->references++;
    }
    u->previous = 0;
    u->next = p->head;
    if (p->head != 0)
        p->uppers[p->head].previous = number;
    else
        p->tail = number;
    p->head = number;
}

static void unpin(ref_pager *p, uint32_t number) {
    unlink_root(p, number);
    p->uppers[number].pinned = 0;
    release_upper(p, number);
}

int ref_preallocate(ref_pager *p, uint32_t pages) {
    if (p->free_pages >= pages)
        return 1;
    p->counters.prealloc_1++;
    if (p->unpaged_pages != 0) { /* loaded before any other, so it goes first */
        p->free_pages += p->unpaged_pages;
        p->unpaged_pages = 0;
        p->counters.frees++;
        if (p->free_pages >= pages)
            return 1;
    }
    while (p->tail != 0) {
        unpin(p, p->tail);
        if (p->free_pages >= pages)
            return 1;
    }
    p->counters.failed = 1;
    return 0;
}

void ref_load_root(ref_pager *p) {
    uint32_t table = table_in(p, p->root_frame);
    uint32_t shadow = p->tables[table].shadows[3];
    if (shadow == 0) {
        if (!ref_preallocate(p, 1))
            return;
        shadow = ref_make_upper(p, table, 3);
    }
    p->uppers[shadow].references++;
    pin(p, shadow);
    uint32_t old = p->root;
    p->root = shadow;
    if (old != 0)
        release_upper(p, old);
    p->generation++;
}
