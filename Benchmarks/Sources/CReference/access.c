/* Accesses and faults: rules F, and the loop over operations. */
#include "pager.h"

enum { LOAD_ROOT = 1, ACCESS = 2, ACCESS_MASK = 3, SET_MODE = 9 };

/* The leaf shadow on the way from the root, 0 if none, and the rights of the links. */
static uint32_t shadow_walk(ref_pager *p, uint64_t leaf, uint32_t *rights) {
    uint32_t link = p->root;
    *rights = ~0u;
    for (int shift = 18; shift >= 0; shift -= 9) {
        link = p->uppers[link & LINK_CHILD].links[leaf >> shift & 511];
        if (link == 0)
            return 0;
        *rights &= link;
    }
    return link & LINK_CHILD;
}

static __attribute__((noinline)) uint64_t (*walk_slowly(
    ref_pager *p, uint64_t leaf, unsigned kind, uint64_t tag, walk_entry *entry))[4] {
    uint32_t rights;
    uint32_t shadow = shadow_walk(p, leaf, &rights);
    if (shadow == 0 || ((kind & WRITE) && !(rights & LINK_WRITABLE)) ||
        ((kind & BY_USER) && !(rights & LINK_USER)))
        return NULL;
    entry->tag = tag;
    entry->words = p->leaf_words[shadow].words;
    return entry->words;
}

static inline uint64_t (*walk(ref_pager *p, uint64_t leaf, unsigned kind))[4] {
    uint64_t tag = p->generation << 27 | leaf;
    walk_entry *entry = &p->walks[(leaf ^ leaf >> 9) & (WALKS - 1)][kind];
    return entry->tag == tag ? entry->words : walk_slowly(p, leaf, kind, tag, entry);
}

static inline int hits(ref_pager *p, uint64_t address, unsigned kind) {
    uint64_t page = address >> 12 & 0xfffffffff;
    uint64_t(*words)[4] = walk(p, page >> 9, kind);
    return words != NULL && (words[page >> 6 & 7][kind] >> (page & 63) & 1);
}

static inline uint64_t window(const guest_table *table, int plane, unsigned start) {
    uint64_t bits = table->planes[start >> 6][plane] >> (start & 63);
    if ((start & 63) != 0 && start >> 6 < GROUPS - 1)
        bits |= table->planes[(start >> 6) + 1][plane] << (64 - (start & 63));
    return bits;
}

static inline void map_bits(uint64_t *words, uint64_t bits, uint64_t writable, uint64_t user) {
    words[0] |= bits;
    words[1] = (words[1] & ~bits) | (bits & writable);
    words[2] = (words[2] & ~bits) | (bits & user);
    words[3] = (words[3] & ~bits) | (bits & writable & user);
}

static inline void prefetch(leaf_words *shadow, const guest_table *table, unsigned index) {
    unsigned start = index + 1;
    unsigned limit = ENTRIES - start < PREFETCH - 1 ? ENTRIES - start : PREFETCH - 1;
    if (limit == 0)
        return;
    unsigned shift = start & 63;
    uint64_t(*words)[4] = &shadow->words[start >> 6];
    uint64_t mapped = words[0][0] >> shift;
    if (shift != 0 && start >> 6 < GROUPS - 1)
        mapped |= words[1][0] << (64 - shift);
    uint64_t present = window(table, PRESENT, start);
    uint64_t writable = window(table, WRITABLE, start);
    uint64_t dirty = window(table, DIRTY, start);
    uint64_t user = window(table, USER, start);
    uint64_t stop = mapped | (present & (~window(table, ACCESSED, start) | (writable & ~dirty)));
    unsigned length = stop == 0 ? 64 : (unsigned)__builtin_ctzll(stop);
    if (length > limit)
        length = limit;
    uint64_t fill = present & ((1ull << length) - 1);
    if (fill == 0)
        return;
    writable &= dirty;
    map_bits(words[0], fill << shift, writable << shift, user << shift);
    if (shift != 0 && fill >> (64 - shift) != 0)
        map_bits(words[1], fill >> (64 - shift), writable >> (64 - shift), user >> (64 - shift));
}

/* Whether the guest allows the access, then sets Accessed and Dirty: the tables from the leaf up. */
static int guest_walk(ref_pager *p, uint64_t page, unsigned kind, uint32_t tables[4]) {
    uint32_t number = table_in(p, p->root_frame);
    uint64_t allowed = 1;
    for (int level = 3; level >= 0; level--) {
        unsigned index = page >> (9 * level) & 511;
        guest_table *table = &p->tables[number];
        uint64_t *planes = table->planes[index >> 6];
        uint64_t flags = planes[PRESENT];
        if (kind & WRITE)
            flags &= planes[WRITABLE];
        if (kind & BY_USER)
            flags &= planes[USER];
        allowed &= flags >> (index & 63);
        tables[level] = number;
        if (!allowed)
            return 0;
        if (level != 0 && (number = table_in(p, table->frames[index])) == 0)
            return 0;
    }
    for (int level = 3; level >= 0; level--) {
        unsigned index = page >> (9 * level) & 511;
        uint64_t *planes = p->tables[tables[level]].planes[index >> 6];
        planes[ACCESSED] |= 1ull << (index & 63);
        if (level == 0 && (kind & WRITE))
            planes[DIRTY] |= 1ull << (index & 63);
    }
    return 1;
}

/* Links the shadows from the root down; gives the leaf's. */
static uint32_t link_shadows(ref_pager *p, uint64_t page, const uint32_t tables[4]) {
    uint32_t parent = p->root;
    for (int level = 3; level >= 1; level--) {
        unsigned index = page >> (9 * level) & 511;
        upper *u = &p->uppers[parent];
        if (u->links[index] == 0) {
            uint32_t child = p->tables[tables[level - 1]].shadows[level - 1];
            if (child == 0)
                child = level == 1 ? ref_make_leaf(p, tables[0])
                                   : ref_make_upper(p, tables[level - 1], (uint32_t)level - 1);
            if (level == 1)
                p->leaf_headers[child].references++;
            else
                p->uppers[child].references++;
            const uint64_t *planes = p->tables[tables[level]].planes[index >> 6];
            u->links[index] = child | (planes[WRITABLE] >> (index & 63) & 1 ? LINK_WRITABLE : 0) |
                              (planes[USER] >> (index & 63) & 1 ? LINK_USER : 0);
            u->present[index >> 6] |= 1ull << (index & 63);
        }
        parent = u->links[index] & LINK_CHILD;
    }
    return parent;
}

/* The entry of the fault, and the run after it. */
static int map_page(ref_pager *p, uint32_t shadow, uint32_t number, unsigned index) {
    guest_table *table = &p->tables[number];
    uint64_t *planes = table->planes[index >> 6];
    map_bits(p->leaf_words[shadow].words[index >> 6], 1ull << (index & 63),
             planes[WRITABLE] & planes[DIRTY], planes[USER]);
    prefetch(&p->leaf_words[shadow], table, index);
    p->counters.fixed++;
    return 1;
}

/* Whether the access is to be tried again. */
static int fault(ref_pager *p, uint64_t address, unsigned kind) {
    uint64_t page = address >> 12 & 0xfffffffff;
    unsigned index = page & 511;
    uint32_t tables[4];
    p->counters.faults++;
    uint64_t(*words)[4] = walk(p, page >> 9, kind);
    if (words != NULL && p->free_pages >= 3) { /* all above the leaf is shadowed already */
        uint32_t shadow = (uint32_t)((leaf_words *)words - p->leaf_words);
        uint32_t number = p->leaf_headers[shadow].table;
        uint64_t *planes = p->tables[number].planes[index >> 6];
        uint64_t bit = 1ull << (index & 63), allowed = planes[PRESENT];
        if (kind & WRITE)
            allowed &= planes[WRITABLE];
        if (kind & BY_USER)
            allowed &= planes[USER];
        if (!(allowed & bit))
            return 0;
        planes[ACCESSED] |= bit;
        if (kind & WRITE)
            planes[DIRTY] |= bit;
        return map_page(p, shadow, number, index);
    }
    if (!guest_walk(p, page, kind, tables) || !ref_preallocate(p, 3))
        return 0;
    return map_page(p, link_shadows(p, page, tables), tables[0], index);
}

static __attribute__((noinline)) void missed(ref_pager *p, uint64_t address, unsigned kind) {
    for (int left = 64; left > 0 && fault(p, address, kind); left--) {
        if (hits(p, address, kind))
            return;
    }
}

static void access_mask(ref_pager *p, uint64_t base, uint64_t left, unsigned kind) {
    while (left != 0) {
        uint64_t(*words)[4] = walk(p, base >> 21, kind);
        uint64_t missing = words == NULL ? left : left & ~words[base >> 18 & 7][kind];
        if (missing == 0)
            return;
        uint64_t bit = missing & (0 - missing);
        left &= ~(bit | (bit - 1));
        missed(p, base + ((uint64_t)__builtin_ctzll(bit) << 12), kind);
    }
}

void ref_run(ref_pager *p, const ref_operation *operations, size_t count) {
    uint64_t accesses = 0;
    for (size_t number = 0; number < count; number++) {
        uint64_t head = operations[number].head, operand = operations[number].operand;
        unsigned kind = head >> 8 & 3;
        switch (head & 255) {
        case ACCESS:
            accesses++;
            if (!hits(p, operand, kind))
                missed(p, operand, kind);
            break;
        case ACCESS_MASK:
            accesses += (uint64_t)__builtin_popcountll(operand);
            access_mask(p, (head >> 32) << 18, operand, kind);
            break;
        case LOAD_ROOT:
            p->root_frame = (uint32_t)operand;
            if (p->paged)
                ref_load_root(p);
            break;
        case SET_MODE:
            p->paged = 1;
            ref_load_root(p);
            break;
        default:
            p->counters.failed = 1;
        }
    }
    p->counters.accesses += accesses;
}
