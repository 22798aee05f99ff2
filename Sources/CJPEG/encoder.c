#include <stdlib.h>

#include "CJPEG.h"
#include "failure.h"

enum { buffer_size = 32768 };

struct cjpeg_encoder {
  struct jpeg_compress_struct cinfo;
  struct cjpeg_failure failure;
  struct jpeg_destination_mgr destination;
  cjpeg_write write;
  void *context;
  uint8_t buffer[buffer_size];
};

static cjpeg_encoder *owner(j_compress_ptr cinfo) { return (cjpeg_encoder *)cinfo->client_data; }

static void rewind_buffer(j_compress_ptr cinfo) {
  cinfo->dest->next_output_byte = owner(cinfo)->buffer;
  cinfo->dest->free_in_buffer = buffer_size;
}

static void flush(j_compress_ptr cinfo, size_t count) {
  cjpeg_encoder *encoder = owner(cinfo);
  if (count > 0 && encoder->write(encoder->context, encoder->buffer, count) != 0) {
    cjpeg_failure_raise((j_common_ptr)cinfo, CJPEG_CALLER, "");
  }
  rewind_buffer(cinfo);
}

static boolean empty_output_buffer(j_compress_ptr cinfo) {
  flush(cinfo, buffer_size);
  return TRUE;
}

static void term_destination(j_compress_ptr cinfo) { flush(cinfo, buffer_size - cinfo->dest->free_in_buffer); }

cjpeg_encoder *cjpeg_encoder_create(cjpeg_write write, void *context) {
  cjpeg_encoder *encoder = calloc(1, sizeof *encoder);
  if (encoder == NULL) return NULL;
  cjpeg_failure_install(&encoder->failure, 0);
  encoder->cinfo.err = &encoder->failure.base;
  if (setjmp(encoder->failure.jump)) {
    cjpeg_encoder_destroy(encoder);
    return NULL;
  }
  jpeg_create_compress(&encoder->cinfo);
  encoder->cinfo.client_data = encoder;
  encoder->write = write;
  encoder->context = context;
  encoder->destination.init_destination = rewind_buffer;
  encoder->destination.empty_output_buffer = empty_output_buffer;
  encoder->destination.term_destination = term_destination;
  encoder->cinfo.dest = &encoder->destination;
  return encoder;
}

void cjpeg_encoder_destroy(cjpeg_encoder *encoder) {
  if (encoder == NULL) return;
  jpeg_destroy_compress(&encoder->cinfo);
  free(encoder);
}

int cjpeg_encoder_start(cjpeg_encoder *encoder, const cjpeg_settings *settings) {
  j_compress_ptr cinfo = &encoder->cinfo;
  if (setjmp(encoder->failure.jump)) return encoder->failure.status;
  cinfo->image_width = (JDIMENSION)settings->width;
  cinfo->image_height = (JDIMENSION)settings->height;
  cinfo->input_components = settings->components;
  cinfo->in_color_space =
      settings->components == 1 ? JCS_GRAYSCALE : settings->planes ? JCS_YCbCr : JCS_RGB;
  jpeg_set_defaults(cinfo);
  jpeg_set_quality(cinfo, settings->quality, TRUE);
  cinfo->dct_method = JDCT_ISLOW;
  cinfo->optimize_coding = settings->optimizes ? TRUE : FALSE;
  if (settings->components == 3) {
    int factor = settings->halves_chroma ? 2 : 1;
    cinfo->comp_info[0].h_samp_factor = factor;
    cinfo->comp_info[0].v_samp_factor = factor;
  }
  if (settings->progressive) jpeg_simple_progression(cinfo);
  cinfo->raw_data_in = settings->planes ? TRUE : FALSE;
  jpeg_start_compress(cinfo, TRUE);
  return CJPEG_OK;
}

int cjpeg_encoder_marker(cjpeg_encoder *encoder, int marker, const uint8_t *bytes, size_t count) {
  if (setjmp(encoder->failure.jump)) return encoder->failure.status;
  jpeg_write_marker(&encoder->cinfo, marker, bytes, (unsigned)count);
  return CJPEG_OK;
}

int cjpeg_encoder_write_planes(cjpeg_encoder *encoder, uint8_t **const *planes) {
  j_compress_ptr cinfo = &encoder->cinfo;
  if (setjmp(encoder->failure.jump)) return encoder->failure.status;
  jpeg_write_raw_data(cinfo, (JSAMPIMAGE)planes, (JDIMENSION)(cinfo->max_v_samp_factor * DCTSIZE));
  return CJPEG_OK;
}

int cjpeg_encoder_write_row(cjpeg_encoder *encoder, const uint8_t *row) {
  if (setjmp(encoder->failure.jump)) return encoder->failure.status;
  JSAMPROW rows[1] = {(JSAMPROW)row};
  jpeg_write_scanlines(&encoder->cinfo, rows, 1);
  return CJPEG_OK;
}

int cjpeg_encoder_finish(cjpeg_encoder *encoder) {
  if (setjmp(encoder->failure.jump)) return encoder->failure.status;
  jpeg_finish_compress(&encoder->cinfo);
  return CJPEG_OK;
}

const char *cjpeg_encoder_message(const cjpeg_encoder *encoder) { return encoder->failure.message; }
