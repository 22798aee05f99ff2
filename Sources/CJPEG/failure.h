/// How libjpeg's errors and warnings become a status.
#ifndef CJPEG_FAILURE_H
#define CJPEG_FAILURE_H

#include <setjmp.h>
#include <stdio.h>

#include <jpeglib.h>

struct cjpeg_failure {
  struct jpeg_error_mgr base;
  jmp_buf jump;
  int status, warnings, max_warnings;
  // Whether what is missing is left out, in place of an error; and whether the file has ended.
  int renders, has_ended;
  // Whether picture data have been missed, since this was last looked at; and whether they are missing from there on.
  int has_missed, is_dry;
  // The last error, and the first warning.
  char message[JMSG_LENGTH_MAX], first[JMSG_LENGTH_MAX];
};

/// Installs the handlers. Nothing is ever printed.
void cjpeg_failure_install(struct cjpeg_failure *failure, int max_warnings);
/// Counts a damaged spot.
void cjpeg_failure_note(struct cjpeg_failure *failure, const char *message);
/// Counts a damaged spot, and leaves libjpeg if there are too many.
void cjpeg_failure_warn(j_common_ptr cinfo, const char *message);
/// Leaves libjpeg with `status`.
_Noreturn void cjpeg_failure_raise(j_common_ptr cinfo, int status, const char *message);

#endif
