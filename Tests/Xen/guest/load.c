// The load of a Linux guest, run as its first process: load=office, load=forks or load=pipes on the
// kernel's command line. It says "LOAD ready", then "LOAD round N" after each round of the same work,
// for ever.
//
//   office  processes that share a mapped file take turns in random order: many address spaces
//   forks   a parent with memory of its own forks children that write some of it and end
//   pipes   shells run pipelines: fork, exec and exit
#define _GNU_SOURCE
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/wait.h>
#include <unistd.h>

enum { page = 4096, members = 40, shared_pages = 2048, own_pages = 32, turns = 100 };

static uint32_t state;

// The next number below a bound, the same row in every run.
static uint32_t below(uint32_t bound) {
  state = state * 1664525u + 1013904223u;
  return (uint32_t)(((uint64_t)state * bound) >> 32);
}

static void need(int holds, const char *what) {
  if (holds) return;
  printf("LOAD failed: %s\n", what);
  fflush(stdout);
  for (;;) pause();
}

static char *map(size_t pages, int flags, int file) {
  int protection = file < 0 ? PROT_READ | PROT_WRITE : PROT_READ;
  char *start = mmap(NULL, pages * page, protection, flags, file, 0);
  need(start != MAP_FAILED, "mmap");
  return start;
}

// Waits for the baton, works, and hands it back.
static void member(int wake, int done, int file) {
  char *common = map(shared_pages, MAP_SHARED, file);
  char *own = map(own_pages, MAP_PRIVATE | MAP_ANONYMOUS, -1);
  volatile char sink = 0;
  char baton;
  while (read(wake, &baton, 1) == 1) {
    for (int each = 0; each < 24; each++) {
      // Half of it in a part of the file of its own choice, so that it has a working set.
      uint32_t base = (uint32_t)getpid() * 7919u % (shared_pages - 64);
      uint32_t at = each % 2 ? base + below(64) : below(shared_pages);
      sink += common[(size_t)at * page];
    }
    for (int each = 0; each < 8; each++) own[(size_t)below(own_pages) * page]++;
    need(write(done, &baton, 1) == 1, "write");
  }
}

static int wakes[members], finished;

static void office_begin(void) {
  int file = memfd_create("common", 0), done[2];
  need(file >= 0 && ftruncate(file, (off_t)shared_pages * page) == 0 && pipe(done) == 0, "file");
  char *fill = mmap(NULL, (size_t)shared_pages * page, PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);
  need(fill != MAP_FAILED, "mmap");
  for (size_t at = 0; at < shared_pages; at++) fill[at * page] = (char)at;
  munmap(fill, (size_t)shared_pages * page);
  for (int each = 0; each < members; each++) {
    int wake[2];
    need(pipe(wake) == 0, "pipe");
    pid_t child = fork();
    need(child >= 0, "fork");
    if (child == 0) {
      state = (uint32_t)each * 2654435761u + 1;
      member(wake[0], done[1], file);
      _exit(0);
    }
    wakes[each] = wake[1];
  }
  finished = done[0];
}

static void office_round(void) {
  for (int turn = 0; turn < turns; turn++) {
    char baton = 1;
    need(write(wakes[below(members)], &baton, 1) == 1, "write");
    need(read(finished, &baton, 1) == 1, "read");
  }
}

static char *parents;

static void forks_begin(void) {
  parents = map(512, MAP_PRIVATE | MAP_ANONYMOUS, -1);
  memset(parents, 1, 512 * page);
}

static void forks_round(void) {
  for (int each = 0; each < 8; each++) {
    pid_t child = fork();
    need(child >= 0, "fork");
    if (child == 0) {
      for (int at = 0; at < 64; at++) parents[(size_t)below(512) * page]++;
      _exit(0);
    }
    below(2);
    need(waitpid(child, NULL, 0) == child, "waitpid");
  }
}

static void pipes_round(void) {
  for (int each = 0; each < 4; each++) {
    pid_t child = fork();
    need(child >= 0, "fork");
    if (child == 0) {
      execl("/bin/busybox", "sh", "-c",
        "busybox head -c 20000 /init | busybox od | busybox sort | busybox uniq -c | busybox wc -l"
        " >/dev/null", (char *)NULL);
      _exit(127);
    }
    int status = 0;
    need(waitpid(child, &status, 0) == child && status == 0, "a pipeline");
  }
}

static void nothing(void) {}

int main(void) {
  mount("proc", "/proc", "proc", 0, NULL);
  mount("dev", "/dev", "devtmpfs", 0, NULL);
  int console = open("/dev/hvc0", O_RDWR);
  for (int to = 0; console >= 0 && to < 3; to++) dup2(console, to);
  char line[1024] = "";
  FILE *words = fopen("/proc/cmdline", "r");
  need(words && fgets(line, sizeof line, words), "/proc/cmdline");
  fclose(words);

  const struct { const char *name; void (*begin)(void), (*round)(void); } loads[] = {
    {"load=office", office_begin, office_round},
    {"load=forks", forks_begin, forks_round},
    {"load=pipes", nothing, pipes_round},
  };
  for (size_t each = 0; each < sizeof loads / sizeof *loads; each++) {
    if (!strstr(line, loads[each].name)) continue;
    loads[each].begin();
    printf("LOAD ready\n");
    for (long number = 1;; number++) {
      fflush(stdout);
      loads[each].round();
      printf("LOAD round %ld\n", number);
    }
  }
  need(0, "no load= on the command line");
}
