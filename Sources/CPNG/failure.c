#include "failure.h"

#include <limits.h>
#include <string.h>

#include "CPNG.h"

_Noreturn void cpng_failure_raise(png_structp png, int status, const char *message) {
  struct cpng_failure *failure = png_get_error_ptr(png);
  failure->status = status;
  strncpy(failure->message, message, sizeof failure->message - 1);
  png_longjmp(png, 1);
}

void cpng_failure_error(png_structp png, png_const_charp message) { cpng_failure_raise(png, CPNG_CORRUPT, message); }

void cpng_failure_note(struct cpng_failure *failure, const char *message) {
  if (failure->warnings == 0) strncpy(failure->first, message, sizeof failure->first - 1);
  if (failure->warnings < INT_MAX) failure->warnings++;
}

void cpng_failure_warning(png_structp png, png_const_charp message) {
  struct cpng_failure *failure = png_get_error_ptr(png);
  cpng_failure_note(failure, message);
  if (failure->warnings > failure->max_warnings) cpng_failure_raise(png, CPNG_WARNINGS, message);
}
