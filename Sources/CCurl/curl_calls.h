#ifndef CURL_CALLS_H
#define CURL_CALLS_H

#include <stddef.h>

/* Calls of libcurl's functions with variable arguments, which Swift cannot make: the function was
   found when the program ran. Names and layouts are those of libcurl's interface since 7.39. */

typedef int (*curl_variadic)(void *handle, int option, ...);
typedef size_t (*curl_writer)(char *bytes, size_t size, size_t count, void *context);
typedef int (*curl_progress)(
    void *context, long total, long now, long upload_total, long upload_now);

struct curl_lines {
  char *text;
  struct curl_lines *next;
};

struct curl_certificates {
  int count;
  struct curl_lines **certificates;
};

static inline int curl_set_number(void *function, void *handle, int option, long value) {
  return ((curl_variadic)function)(handle, option, value);
}

static inline int curl_set_pointer(void *function, void *handle, int option, const void *value) {
  return ((curl_variadic)function)(handle, option, value);
}

static inline int curl_set_writer(void *function, void *handle, int option, curl_writer value) {
  return ((curl_variadic)function)(handle, option, value);
}

static inline int curl_set_progress(
    void *function, void *handle, int option, curl_progress value) {
  return ((curl_variadic)function)(handle, option, value);
}

static inline int curl_get(void *function, void *handle, int info, void *value) {
  return ((curl_variadic)function)(handle, info, value);
}

#endif
