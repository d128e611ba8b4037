/* Stands in for libxenctrl of Xen 4.MINOR: one domain with shadows, number 3. A call whose arguments
   are not in the places that this version has them in fails with EFAULT. The pool's pages are kept in
   the file that STAND_IN_POOL names. With STAND_IN_FITS the guest runs: it faults 20,000 times a second
   while the pool has fewer pages than that. */
#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { peek = 12, get = 30, set = 31, least = 385 };

static int wrong(void) {
  errno = EFAULT;
  return -1;
}

static int pool(int pages) {
  const char *path = getenv("STAND_IN_POOL");
  FILE *file = fopen(path, pages ? "w" : "r");
  if (!file) return 768;
  if (pages) {
    pages = pages < least ? least : pages;
    fprintf(file, "%d", pages);
  } else if (fscanf(file, "%d", &pages) != 1) {
    pages = 768;
  }
  fclose(file);
  return pages;
}

/* Nanoseconds that the guest has run. */
static uint64_t ran(void) {
  struct timespec now;
  if (!getenv("STAND_IN_FITS") || clock_gettime(CLOCK_MONOTONIC, &now)) return 0;
  return (uint64_t)now.tv_sec * 1000000000 + (uint64_t)now.tv_nsec;
}

static uint32_t faults(void) {
  static uint64_t last, count;
  const char *fits = getenv("STAND_IN_FITS");
  uint64_t now = ran();
  if (last && fits && pool(0) < atoi(fits)) count += (now - last) / 50000;
  last = now;
  return 25350 + (uint32_t)count;
}

void *xc_interface_open(void *logger, void *builder, unsigned flags) {
  return !logger == !builder && !flags ? malloc(1) : NULL;
}

int xc_interface_close(void *handle) {
  free(handle);
  return 0;
}

int xc_version(void *handle, int command, void *argument) {
  if (command == 0) return 4 << 16 | MINOR;
  strcpy(argument, ".5");
  return 0;
}

int xc_physinfo(void *handle, void *record) {
  uint32_t abilities = 1 << 3 | 1 << 4;
  uint64_t pages[] = {524288, 10000, 0, 100};
  memcpy((char *)record + 28, &abilities, sizeof abilities);
  memcpy((char *)record + (MINOR < 17 ? 32 : 40), pages, sizeof pages);
  return 0;
}

int xc_domain_getinfolist(void *handle, uint32_t first, unsigned most, void *record) {
  uint32_t flags = 1 << 1 | (getenv("STAND_IN_SHUT_DOWN") ? 1 << 2 : 0), devices = 1;
  uint64_t pages = 65536, time = ran();
  if (first > 3 || most != 1) return 0;
  memset(record, 0, 108);
  *(uint8_t *)record = 3;
  memcpy((char *)record + 4, &flags, sizeof flags);
  memcpy((char *)record + 8, &pages, sizeof pages);
  memcpy((char *)record + 56, &time, sizeof time);
  memcpy((char *)record + 104, &devices, sizeof devices);
  return 1;
}

#if MINOR < 16
int xc_shadow_control(
    void *handle, uint32_t domain, unsigned operation, void *bitmap, unsigned long pages,
    unsigned long *mebibytes, uint32_t mode, uint32_t *statistics) {
  if (domain != 3 || bitmap || pages || mode) return wrong();
  if (operation == peek) {
    if (mebibytes || !statistics) return wrong();
    statistics[0] = faults();
    return 0;
  }
  if (!mebibytes || statistics) return wrong();
  if (operation == set) pool((int)*mebibytes * 256);
  *mebibytes = (pool(0) + 255) / 256;
  return 0;
}
#else
int xc_shadow_control(
    void *handle, uint32_t domain, unsigned operation, unsigned *mebibytes, unsigned mode) {
  if (domain != 3 || !mebibytes || mode) return wrong();
  if (operation == set) pool((int)*mebibytes * 256);
  *mebibytes = (pool(0) + 255) / 256;
  return 0;
}

long long xc_logdirty_control(
    void *handle, uint32_t domain, unsigned operation, void *bitmap, unsigned long pages,
    unsigned mode, uint32_t *statistics) {
  if (domain != 3 || operation != peek || bitmap || pages || mode) return wrong();
  statistics[0] = faults();
  return 0;
}
#endif

#if MINOR >= 17
int xc_get_paging_mempool_size(void *handle, uint32_t domain, uint64_t *bytes) {
  if (domain != 3) return wrong();
  *bytes = (uint64_t)pool(0) * 4096;
  return 0;
}

int xc_set_paging_mempool_size(void *handle, uint32_t domain, uint64_t bytes) {
  if (domain != 3 || bytes % 4096) return wrong();
  pool((int)(bytes / 4096));
  return 0;
}
#endif
