// pool DOMID: the bytes of a domain's paging pool. pool DOMID BYTES: sets them.
//
// The judge of what shadowbench says and does: it asks the hypervisor through the same library that
// Xen's own tools use, and shares no code with shadowbench.
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <xenctrl.h>

static int fail(const char *what) {
  fprintf(stderr, "pool: %s: %s\n", what, strerror(errno));
  return 3;
}

int main(int count, char **words) {
  if (count < 2 || count > 3) {
    fprintf(stderr, "usage: pool DOMID [BYTES]\n");
    return 2;
  }
  uint32_t domain = (uint32_t)strtoul(words[1], NULL, 10);
  xc_interface *xen = xc_interface_open(NULL, NULL, 0);
  if (!xen) return fail("no hypervisor");

  uint64_t bytes = 0;
  if (count == 3
      && xc_set_paging_mempool_size(xen, domain, strtoull(words[2], NULL, 10)) != 0)
    return fail("cannot set");
  if (xc_get_paging_mempool_size(xen, domain, &bytes) != 0) return fail("cannot get");
  printf("%" PRIu64 "\n", bytes);
  return xc_interface_close(xen) == 0 ? 0 : fail("close");
}
