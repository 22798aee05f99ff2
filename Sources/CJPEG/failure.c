#include "failure.h"

#include <jerror.h>
#include <limits.h>
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

void cjpeg_failure_note(struct cjpeg_failure *failure, const char *message) {
  if (failure->warnings == 0) strncpy(failure->first, message, sizeof failure->first - 1);
  if (failure->warnings < INT_MAX) failure->warnings++;
}

void cjpeg_failure_warn(j_common_ptr cinfo, const char *message) {
  struct cjpeg_failure *failure = (struct cjpeg_failure *)cinfo->err;
  cjpeg_failure_note(failure, message);
  if (failure->warnings > failure->max_warnings && !failure->renders) {
    cjpeg_failure_raise(cinfo, CJPEG_WARNINGS, message);
  }
}

// Picture data are missing: from here on libjpeg makes up what looks like a picture.
static void miss_data(j_common_ptr cinfo, const char *message) {
  struct cjpeg_failure *failure = (struct cjpeg_failure *)cinfo->err;
  failure->is_dry = 1;
  if (!failure->renders) {
    if (failure->has_ended) cjpeg_failure_raise(cinfo, CJPEG_TRUNCATED, "the file ends early");
    cjpeg_failure_raise(cinfo, CJPEG_CORRUPT, message);
  }
  cjpeg_failure_note(failure, failure->has_ended ? "the file ends early" : message);
}

static void emit_message(j_common_ptr cinfo, int level) {
  if (level >= 0) return;
  int marker = cinfo->err->msg_parm.i[1];
  switch (cinfo->err->msg_code) {
    case JWRN_HIT_MARKER:
      ((struct cjpeg_failure *)cinfo->err)->has_missed = 1;
      return miss_data(cinfo, "a marker stands where picture data should be");
    // libjpeg may yet find its way, or miss data next.
    case JWRN_MUST_RESYNC: return miss_data(cinfo, "a restart marker is missing");
    // Padding in front of a restart marker is not damage.
    case JWRN_EXTRANEOUS_DATA:
      if (marker >= 0xD0 && marker <= 0xD7) return;
  }
  char message[JMSG_LENGTH_MAX];
  cinfo->err->format_message(cinfo, message);
  cjpeg_failure_warn(cinfo, message);
}

static void output_message(j_common_ptr cinfo) { (void)cinfo; }

void cjpeg_failure_install(struct cjpeg_failure *failure, int max_warnings) {
  jpeg_std_error(&failure->base);
  failure->base.error_exit = error_exit;
  failure->base.emit_message = emit_message;
  failure->base.output_message = output_message;
  failure->max_warnings = max_warnings;
}
