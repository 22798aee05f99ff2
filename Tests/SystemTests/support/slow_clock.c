// Preloaded into a process, sets its clock back: by an hour, or by what the compiler is told.
#define _GNU_SOURCE
#ifndef SECONDS_BACK
#define SECONDS_BACK 3600
#endif
#include <dlfcn.h>
#include <time.h>

int clock_gettime(clockid_t clock, struct timespec *time) {
  static int (*original)(clockid_t, struct timespec *);
  if (!original) original = (int (*)(clockid_t, struct timespec *))dlsym(RTLD_NEXT, "clock_gettime");
  int status = original(clock, time);
  if (status == 0 && clock == CLOCK_REALTIME) time->tv_sec -= SECONDS_BACK;
  return status;
}
