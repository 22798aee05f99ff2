#include "failure.h"

#include <jerror.h>
#include <string.h>

#include "CJPEG.h"

static void error_exit(j_common_ptr cinfo) {
  struct cjpeg_failure *failure = (struct cjpeg_failure *)cinfo->err;
  failure->base.format_message(cinfo, failure->message);
  failure->status = cinfo->err->msg_code == JERR_OUT_OF_MEMORY ? CJPEG_MEMORY : CJPEG_CORRUPT;
  longjmp(failure->jump, 1);
}

_Noreturn void cjpeg_failure_raise(j_common_ptr cinfo, int status, const char *message) {
  struct cjpeg_failure *failure = (struct cjpeg_failure *)cinfo->err;
  strncpy(failure->message, message, sizeof failure->message - 1);
  failure->status = status;
  longjmp(failure->jump, 1);
}

static void emit_message(j_common_ptr cinfo, int level) {
  struct cjpeg_failure *failure = (struct cjpeg_failure *)cinfo->err;
  if (level >= 0) return;
  failure->warnings++;
  // From here on libjpeg would make up the rest of the scan: a picture that only looks whole.
  if (cinfo->err->msg_code == JWRN_HIT_MARKER) {
    cjpeg_failure_raise(cinfo, CJPEG_CORRUPT, "a marker stands where picture data should be");
  }
  if (failure->warnings > failure->max_warnings) {
    failure->base.format_message(cinfo, failure->message);
    failure->status = CJPEG_WARNINGS;
    longjmp(failure->jump, 1);
  }
}

void cjpeg_failure_warn(j_common_ptr cinfo, const char *message) {
  struct cjpeg_failure *failure = (struct cjpeg_failure *)cinfo->err;
  failure->warnings++;
  if (failure->warnings > failure->max_warnings) cjpeg_failure_raise(cinfo, CJPEG_WARNINGS, message);
}

static void output_message(j_common_ptr cinfo) { (void)cinfo; }

void cjpeg_failure_install(struct cjpeg_failure *failure, int max_warnings) {
  jpeg_std_error(&failure->base);
  failure->base.error_exit = error_exit;
  failure->base.emit_message = emit_message;
  failure->base.output_message = output_message;
  failure->max_warnings = max_warnings;
}
