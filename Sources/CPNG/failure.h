/// How libpng's errors and warnings become a status.
#ifndef CPNG_FAILURE_H
#define CPNG_FAILURE_H

#include <png.h>

struct cpng_failure {
  int status, warnings, max_warnings;
  // The last error, and the first warning.
  char message[160], first[160];
};

void cpng_failure_error(png_structp png, png_const_charp message);
void cpng_failure_warning(png_structp png, png_const_charp message);
/// Counts a damaged spot.
void cpng_failure_note(struct cpng_failure *failure, const char *message);
/// Leaves libpng with `status`.
_Noreturn void cpng_failure_raise(png_structp png, int status, const char *message);

#endif
