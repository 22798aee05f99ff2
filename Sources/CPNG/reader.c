#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include "CPNG.h"
#include "failure.h"

struct cpng_reader {
  png_structp png;
  png_infop info;
  struct cpng_failure failure;
  cpng_fill fill;
  void *context;
  const uint8_t *next;
  size_t left;
  int passes;
  // Whether damaged pictures are rendered; whether the row being read has been decoded; and whether every row has, with
  // something wrong behind the last.
  int renders, has_row, has_all_rows;
  // Rows decoded, in all passes.
  size_t rows;
};

static void read_data(png_structp png, png_bytep out, size_t count) {
  cpng_reader *reader = png_get_io_ptr(png);
  while (count > 0) {
    if (reader->left == 0) {
      if (reader->fill(reader->context, &reader->next, &reader->left) != 0) cpng_failure_raise(png, CPNG_CALLER, "");
      if (reader->left == 0) cpng_failure_raise(png, CPNG_TRUNCATED, "the file ends before the picture does");
    }
    size_t step = count < reader->left ? count : reader->left;
    memcpy(out, reader->next, step);
    out += step;
    count -= step;
    reader->next += step;
    reader->left -= step;
  }
}

// libpng calls this with each row that it has decoded and is about to hand out.
static void note_row(png_structp png, png_row_infop info, png_bytep row) {
  (void)info;
  (void)row;
  cpng_reader *reader = png_get_user_transform_ptr(png);
  reader->has_row = 1;
}

cpng_reader *cpng_reader_create(cpng_fill fill, void *context, const cpng_limits *limits) {
  cpng_reader *reader = calloc(1, sizeof *reader);
  if (reader == NULL) return NULL;
  reader->fill = fill;
  reader->context = context;
  reader->failure.max_warnings = limits->renders_damaged ? INT_MAX : limits->max_warnings;
  reader->renders = limits->renders_damaged;
  reader->png =
      png_create_read_struct(PNG_LIBPNG_VER_STRING, &reader->failure, cpng_failure_error, cpng_failure_warning);
  reader->info = reader->png ? png_create_info_struct(reader->png) : NULL;
  if (reader->info == NULL) {
    cpng_reader_destroy(reader);
    return NULL;
  }
  // On its own: setjmp may be no operand of || (C11, 7.13.1.1).
  if (setjmp(png_jmpbuf(reader->png))) {
    cpng_reader_destroy(reader);
    return NULL;
  }
  png_set_read_fn(reader->png, reader, read_data);
  png_set_user_limits(reader->png, limits->max_width, limits->max_height);
  png_set_chunk_cache_max(reader->png, 64);
  png_set_chunk_malloc_max(reader->png, limits->max_chunk);
  // Text is never used, and what chunks say of colours is read elsewhere.
  static const png_byte unused[] = "tEXt\0zTXt\0iTXt\0sPLT\0hIST\0tIME\0iCCP\0sRGB\0gAMA\0cHRM";
  png_set_keep_unknown_chunks(reader->png, PNG_HANDLE_CHUNK_NEVER, unused, 10);
  // It is behind all rows.
  png_set_option(reader->png, PNG_IGNORE_ADLER32, PNG_OPTION_ON);
  png_set_read_user_transform_fn(reader->png, note_row);
  png_set_user_transform_info(reader->png, reader, 0, 0);
  if (limits->renders_damaged) {
    png_set_crc_action(reader->png, PNG_CRC_WARN_USE, PNG_CRC_NO_CHANGE);
    // Of a file that ends early, what is in the last buffer is lost.
    png_set_compression_buffer_size(reader->png, 64);
  }
  return reader;
}

void cpng_reader_destroy(cpng_reader *reader) {
  if (reader == NULL) return;
  png_destroy_read_struct(&reader->png, &reader->info, NULL);
  free(reader);
}

int cpng_reader_start(cpng_reader *reader) {
  if (setjmp(png_jmpbuf(reader->png))) return reader->failure.status;
  png_read_info(reader->png, reader->info);
  png_set_expand(reader->png);
#if __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
  if (png_get_bit_depth(reader->png, reader->info) == 16) png_set_swap(reader->png);
#endif
  reader->passes = png_set_interlace_handling(reader->png);
  png_read_update_info(reader->png, reader->info);
  return CPNG_OK;
}

int cpng_reader_width(const cpng_reader *reader) { return (int)png_get_image_width(reader->png, reader->info); }
int cpng_reader_height(const cpng_reader *reader) { return (int)png_get_image_height(reader->png, reader->info); }
int cpng_reader_channels(const cpng_reader *reader) { return png_get_channels(reader->png, reader->info); }
int cpng_reader_depth(const cpng_reader *reader) { return png_get_bit_depth(reader->png, reader->info); }
int cpng_reader_passes(const cpng_reader *reader) { return reader->passes; }

static int read_row(cpng_reader *reader, uint8_t *row) {
  if (setjmp(png_jmpbuf(reader->png))) return reader->failure.status;
  // Where passes may be missing, each fills the pixels of those behind it.
  png_read_row(reader->png, reader->renders ? NULL : row, reader->renders ? row : NULL);
  return CPNG_OK;
}

int cpng_reader_read_row(cpng_reader *reader, uint8_t *row) {
  reader->has_row = 0;
  int status = read_row(reader, row);
  size_t all = (size_t)reader->passes * png_get_image_height(reader->png, reader->info);
  if (status == CPNG_OK) reader->rows++;
  // With the last row libpng looks at what comes behind it.
  int is_behind = (status == CPNG_CORRUPT || status == CPNG_TRUNCATED) && reader->rows + 1 == all && reader->has_row;
  if (!is_behind) return status;
  reader->rows++;
  reader->has_all_rows = 1;
  cpng_failure_note(&reader->failure, reader->failure.message);
  return CPNG_OK;
}

double cpng_reader_share(const cpng_reader *reader) {
  // Of all pixels, those of each pass of Adam7 (PNG, third edition, section 8.1).
  static const double passes[] = {1, 1, 2, 4, 8, 16, 32};
  double height = png_get_image_height(reader->png, reader->info);
  if (reader->passes == 1) return reader->rows / height;
  double share = 0, left = reader->rows;
  for (int pass = 0; pass < 7 && left > 0; pass++, left -= height) {
    share += passes[pass] / 64 * (left < height ? left / height : 1);
  }
  return share;
}

static int read_to_end(cpng_reader *reader) {
  if (setjmp(png_jmpbuf(reader->png))) return reader->failure.status;
  png_read_end(reader->png, NULL);
  return CPNG_OK;
}

int cpng_reader_finish(cpng_reader *reader) {
  int status = reader->has_all_rows ? CPNG_OK : read_to_end(reader);
  if (status != CPNG_CORRUPT && status != CPNG_TRUNCATED) return status;
  cpng_failure_note(&reader->failure, reader->failure.message);
  return CPNG_OK;
}

const char *cpng_reader_first_warning(const cpng_reader *reader) { return reader->failure.first; }

int cpng_reader_warnings(const cpng_reader *reader) { return reader->failure.warnings; }
const char *cpng_reader_message(const cpng_reader *reader) { return reader->failure.message; }
