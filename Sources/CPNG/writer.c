#include <stdlib.h>

#include "CPNG.h"
#include "failure.h"

struct cpng_writer {
  png_structp png;
  png_infop info;
  struct cpng_failure failure;
  cpng_write write;
  void *context;
};

static void write_data(png_structp png, png_bytep bytes, size_t count) {
  cpng_writer *writer = png_get_io_ptr(png);
  if (writer->write(writer->context, bytes, count) != 0) cpng_failure_raise(png, CPNG_CALLER, "");
}

static void flush_data(png_structp png) { (void)png; }

cpng_writer *cpng_writer_create(cpng_write write, void *context) {
  cpng_writer *writer = calloc(1, sizeof *writer);
  if (writer == NULL) return NULL;
  writer->write = write;
  writer->context = context;
  // A profile that libpng finds odd is left out with a warning; the picture is as good without it.
  writer->failure.max_warnings = 100;
  writer->png =
      png_create_write_struct(PNG_LIBPNG_VER_STRING, &writer->failure, cpng_failure_error, cpng_failure_warning);
  writer->info = writer->png ? png_create_info_struct(writer->png) : NULL;
  if (writer->info == NULL) {
    cpng_writer_destroy(writer);
    return NULL;
  }
  // On its own: setjmp may be no operand of || (C11, 7.13.1.1).
  if (setjmp(png_jmpbuf(writer->png))) {
    cpng_writer_destroy(writer);
    return NULL;
  }
  png_set_write_fn(writer->png, writer, write_data, flush_data);
  png_set_benign_errors(writer->png, 1);
  return writer;
}

void cpng_writer_destroy(cpng_writer *writer) {
  if (writer == NULL) return;
  png_destroy_write_struct(&writer->png, &writer->info);
  free(writer);
}

int cpng_writer_start(cpng_writer *writer, const cpng_settings *settings) {
  static const int types[] = {PNG_COLOR_TYPE_GRAY, PNG_COLOR_TYPE_GRAY_ALPHA, PNG_COLOR_TYPE_RGB, PNG_COLOR_TYPE_RGBA};
  if (setjmp(png_jmpbuf(writer->png))) return writer->failure.status;
  if (settings->channels < 1 || settings->channels > 4) cpng_failure_raise(writer->png, CPNG_CORRUPT, "channels");
  png_set_user_limits(writer->png, 0x7fffffff, 0x7fffffff);
  png_set_IHDR(
      writer->png, writer->info, settings->width, settings->height, 8, types[settings->channels - 1],
      PNG_INTERLACE_NONE, PNG_COMPRESSION_TYPE_DEFAULT, PNG_FILTER_TYPE_DEFAULT);
  png_set_compression_level(writer->png, settings->level);
  png_set_filter(writer->png, PNG_FILTER_TYPE_BASE, settings->level == 0 ? PNG_FILTER_NONE : PNG_ALL_FILTERS);
  if (settings->profile_size > 0) {
    png_set_iCCP(
        writer->png, writer->info, "icc", PNG_COMPRESSION_TYPE_BASE, settings->profile,
        (png_uint_32)settings->profile_size);
  }
  if (settings->exif_size > 0) {
    png_set_eXIf_1(writer->png, writer->info, (png_uint_32)settings->exif_size, (png_bytep)settings->exif);
  }
  if (settings->xmp != NULL) {
    png_text text = {
        .compression = PNG_ITXT_COMPRESSION_NONE, .key = "XML:com.adobe.xmp", .text = (png_charp)settings->xmp,
        .lang = "", .lang_key = ""};
    png_set_text(writer->png, writer->info, &text, 1);
  }
  png_write_info_before_PLTE(writer->png, writer->info);
  if (settings->chunks_size > 0) write_data(writer->png, (png_bytep)settings->chunks, settings->chunks_size);
  png_write_info(writer->png, writer->info);
  return CPNG_OK;
}

int cpng_writer_write_row(cpng_writer *writer, const uint8_t *row) {
  if (setjmp(png_jmpbuf(writer->png))) return writer->failure.status;
  png_write_row(writer->png, row);
  return CPNG_OK;
}

int cpng_writer_finish(cpng_writer *writer) {
  if (setjmp(png_jmpbuf(writer->png))) return writer->failure.status;
  png_write_end(writer->png, NULL);
  return CPNG_OK;
}

const char *cpng_writer_message(const cpng_writer *writer) { return writer->failure.message; }
