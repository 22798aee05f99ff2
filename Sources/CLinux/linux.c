#define _GNU_SOURCE
#include "CLinux.h"

#include <fcntl.h>
#ifdef __GLIBC__
#include <malloc.h>
#endif
#include <sched.h>
#include <stddef.h>
#include <sys/socket.h>
#include <unistd.h>

#ifndef __linux__
#error "Darkroom builds for Linux only: docs/decisions/0007-linux-only.md lists the calls that another system needs."
#endif

int clinux_pipe(int ends[2]) { return pipe2(ends, O_CLOEXEC); }

int clinux_accept(int listener) { return accept4(listener, NULL, NULL, SOCK_CLOEXEC); }

int clinux_schedulable_cores(void) {
  cpu_set_t cores;
  if (sched_getaffinity(0, sizeof cores, &cores) == 0 && CPU_COUNT(&cores) > 0) return CPU_COUNT(&cores);
  // Of a machine with more cores than the set has room for.
  long online = sysconf(_SC_NPROCESSORS_ONLN);
  return online > 0 ? (int)online : 1;
}

int clinux_limit_arenas(int count) {
#ifdef __GLIBC__
  return mallopt(M_ARENA_MAX, count);
#else
  (void)count;
  return 0;
#endif
}
