/*
 * Reference guest: a deterministic multi-process page-table workload that runs as a PVH guest.
 *
 * It boots in 32-bit protected mode, builds P address spaces whose leaf tables all map the same
 * frames (many copies of one program), then switches between them and touches their pages.
 * Built three ways: 64-bit (4-level), -DPAE (3-level) and -DTWO (2-level, 32-bit entries).
 * Parameters come from the command line, name=value, decimal; docs/WORKLOADS.md has what they mean.
 */
typedef unsigned char u8; typedef unsigned int u32; typedef unsigned long long u64;
typedef unsigned long uptr;
#if defined(TWO)
typedef u32 pte;
enum { ENTRIES = 1024, LEAF_SHIFT = 22 };
#else
typedef u64 pte;
enum { ENTRIES = 512, LEAF_SHIFT = 21 };
#endif
#if !defined(PAE) && !defined(TWO)
#define USER_VA   0x8000000000ull     /* top-level slot 1 */
#define KERNEL_VA 0x10000000000ull    /* top-level slot 2 */
#else
#define USER_VA   0x40000000ull
#define KERNEL_VA 0xC0000000ull
#endif
#define P_ 1u
#define RW 2u
#define US 4u
#define AC 0x20u
#define DI 0x40u
#define PS 0x80u

extern pte boot_root[];               /* the table that the start-up code loaded */
struct start_info { u32 magic, version, flags, nr_modules; u64 modlist, cmdline; };

static inline void outb(unsigned short port, u8 v) { asm volatile("outb %0,%1" :: "a"(v), "Nd"(port)); }
static void print(const char *s) { while (*s) outb(0xe9, *s++); }
static void print_n(u32 n) { char b[12]; int i = 11; b[i] = 0; do { b[--i] = '0' + n % 10; n /= 10; } while (n); print(b + i); }
static inline void load_root(uptr v) { asm volatile("mov %0,%%cr3" :: "r"(v) : "memory"); }
static inline void invlpg(uptr v) { asm volatile("invlpg (%0)" :: "r"(v) : "memory"); }

static const char *cmdline;
static u32 arg(const char *name, u32 otherwise)
{
    for (const char *p = cmdline; p && *p; p++) {
        const char *q = p, *n = name;
        while (*n && *q == *n) q++, n++;
        if (!*n && *q == '=' && (p == cmdline || p[-1] == ' ')) {
            u32 v = 0;
            for (q++; *q >= '0' && *q <= '9'; q++) v = v * 10 + (*q - '0');
            return v;
        }
    }
    return otherwise;
}

static u64 rng;
static u32 rnd(u32 n) { rng ^= rng << 13; rng ^= rng >> 7; rng ^= rng << 17; return (u32)(rng >> 32) % n; }

static uptr next_page = 32ul << 20;   /* page allocator: bump pointer, one zeroed page at a time */
static pte *new_page(void)
{
    pte *t = (pte *)next_page;
    next_page += 4096;
    for (int i = 0; i < ENTRIES; i++) t[i] = 0;
    return t;
}
#define TABLE(e) ((pte *)(uptr)((e) & ~(pte)0xfff))

enum { MAX_PROCESSES = 2048, MAX_LEAVES = 256 };
static uptr root[MAX_PROCESSES];
static pte *kernel_leaf[MAX_LEAVES];
static u32 procs, leaves, kleaves, ad, super;
static uptr frames, kframes;

static pte leaf_entry(uptr base, u32 m, u32 i) { return (pte)(base + (((uptr)m * ENTRIES + i) << 12)) | P_ | RW | US | (ad ? AC | DI : 0); }
static void fill(pte *t, uptr base, u32 m) { for (int i = 0; i < ENTRIES; i++) t[i] = leaf_entry(base, m, i); }
static pte *leaf_of(u32 p, u32 m)
{
    pte *t = (pte *)root[p];
#if !defined(PAE) && !defined(TWO)
    t = TABLE(t[1]); t = TABLE(t[0]); return TABLE(t[m]);
#elif defined(PAE)
    t = TABLE(t[1]); return TABLE(t[m]);
#else
    return TABLE(t[(USER_VA >> 22) + m]);
#endif
}

static void build_process(u32 p, u32 private_kernel_directory)
{
    pte link = P_ | RW | US | (ad ? AC : 0);
    pte *top = new_page(), *dir;
#if !defined(PAE) && !defined(TWO)
    pte *l3 = new_page(); dir = new_page();
    top[0] = boot_root[0] | link;
    top[1] = (uptr)l3 | link;
    l3[0] = (uptr)dir | link;
    if (kleaves) top[2] = boot_root[2] | link;
    (void)private_kernel_directory;
#elif defined(PAE)
    dir = new_page();
    top[0] = boot_root[0];
    top[1] = (uptr)dir | P_;
    if (kleaves) {
        if (private_kernel_directory) {       /* as Windows: own directory, shared leaf tables */
            pte *k = new_page();
            for (int i = 0; i < ENTRIES; i++) k[i] = TABLE(boot_root[3])[i];
            top[3] = (uptr)k | P_;
        } else
            top[3] = boot_root[3];
    }
#else
    dir = top + (USER_VA >> 22);
    for (int i = 0; i < 256; i++) top[i] = boot_root[i];
    for (u32 k = 0; k < kleaves; k++) top[(KERNEL_VA >> 22) + k] = (uptr)kernel_leaf[k] | link;
    (void)private_kernel_directory;
#endif
    for (u32 m = 0; m < leaves; m++) {
        if (super) { dir[m] = (pte)(frames + ((uptr)m << LEAF_SHIFT)) | link | PS | (ad ? DI : 0); continue; }
        pte *t = new_page();
        dir[m] = (uptr)t | link;
        fill(t, frames, m);
    }
    root[p] = (uptr)top;
}

static void build_kernel(void)
{
    pte link = P_ | RW | US | (ad ? AC : 0);
    if (!kleaves) return;
#if !defined(PAE) && !defined(TWO)
    pte *l3 = new_page(), *dir = new_page();
    boot_root[2] = (uptr)l3 | link; l3[0] = (uptr)dir | link;
#elif defined(PAE)
    pte *dir = new_page();
    boot_root[3] = (uptr)dir | P_;
#endif
    for (u32 k = 0; k < kleaves; k++) {
        kernel_leaf[k] = new_page();
        fill(kernel_leaf[k], kframes, k);
#if !defined(TWO)
        dir[k] = (uptr)kernel_leaf[k] | link;
#endif
    }
}

static u32 sum;
static inline void touch(uptr va, u32 write) { volatile u32 *a = (volatile u32 *)va; if (write) *a = 1; else sum += *a; }

void kmain(struct start_info *s)
{
    cmdline = (const char *)(uptr)s->cmdline;
    procs = arg("procs", 64); leaves = arg("leaves", 16); kleaves = arg("kleaves", 0); ad = arg("ad", 0); super = arg("super", 0);
    u32 pages = arg("touch", 32), rounds = arg("rounds", 4), write = arg("write", 0), sched = arg("sched", 0),
        pattern = arg("pattern", 0), ktouch = arg("ktouch", 8), churn = arg("churn", 0), remap = arg("remap", 0),
        window = arg("window", 0), kpriv = arg("kpriv", 0), repeat = arg("repeat", 1);
    rng = 88172645463325252ull + arg("seed", 1) * 0x9E3779B97F4A7C15ull;

    uptr leaf_bytes = 1ul << LEAF_SHIFT;
    next_page = (next_page + leaf_bytes - 1) & ~(leaf_bytes - 1);
    frames = next_page; next_page += (uptr)leaves << LEAF_SHIFT;
    kframes = next_page; next_page += (uptr)kleaves << LEAF_SHIFT;
    build_kernel();
    for (u32 p = 0; p < procs; p++) build_process(p, kpriv);
    print("RG built\n");

    u32 switches = 0, victim = 0, edit = 0;
    for (u32 r = 0; r < rounds; r++) {
        for (u32 k = 0; k < procs; k++) {
            u32 p = sched == 0 ? k : sched == 1 ? rnd(procs) : rnd(8) ? rnd(procs / 4) : rnd(procs);
            load_root(root[p]);
            for (u32 m = 0; m < kleaves; m++)
                for (u32 t = 0; t < ktouch; t++)
                    touch((uptr)KERNEL_VA + ((uptr)m << LEAF_SHIFT) + ((uptr)(t * (ENTRIES / ktouch)) << 12), 0);
            u32 first = 0, last = leaves;
            if (window) { first = rnd(leaves - window + 1); last = first + window; }
            for (u32 again = 0; again < repeat; again++)
                for (u32 m = first; m < last; m++)
                    for (u32 t = 0; t < pages; t++) {
                        u32 i = pattern == 0 ? t * (ENTRIES / pages) : pattern == 1 ? t : rnd(ENTRIES);
                        touch((uptr)USER_VA + ((uptr)m << LEAF_SHIFT) + ((uptr)i << 12), write);
                    }
            for (u32 x = 0; x < remap; x++) {          /* the running process changes its own mappings */
                u32 m = edit % leaves, i = (edit / leaves) % ENTRIES;
                edit += 7;
                pte *t = leaf_of(p, m);
                uptr va = (uptr)USER_VA + ((uptr)m << LEAF_SHIFT) + ((uptr)i << 12);
                t[i] = 0;
                invlpg(va);
                t[i] = leaf_entry(frames, m, i);
                touch(va, 0);
            }
            switches++;
            if (churn && switches % churn == 0) {      /* a process exits; a new one reuses its tables */
                u32 v = victim++ % procs;
                if (v == p) v = (v + 1) % procs;
                for (u32 m = 0; m < leaves; m++) { pte *t = leaf_of(v, m); for (int i = 0; i < ENTRIES; i++) t[i] = 0; }
                for (u32 m = 0; m < leaves; m++) fill(leaf_of(v, m), frames, m);
            }
        }
        load_root((uptr)boot_root);
        print("RG round "); print_n(r); print("\n");
    }
    print("RG done\n");
    for (;;) asm volatile("cli; hlt");
}
