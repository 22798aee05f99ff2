#include <stdlib.h>
#include <string.h>

#include <png.h>

#include "ImagingFixtures.h"

struct memory {
  uint8_t *bytes;
  size_t size, position;
};

static void silent(png_structp png, png_const_charp message) {
  (void)png;
  (void)message;
}

static void append(png_structp png, png_bytep bytes, size_t count) {
  struct memory *memory = png_get_io_ptr(png);
  memory->bytes = realloc(memory->bytes, memory->size + count);
  memcpy(memory->bytes + memory->size, bytes, count);
  memory->size += count;
}

static void flush(png_structp png) { (void)png; }

static void take(png_structp png, png_bytep bytes, size_t count) {
  struct memory *memory = png_get_io_ptr(png);
  if (count > memory->size - memory->position) png_error(png, "end");
  memcpy(bytes, memory->bytes + memory->position, count);
  memory->position += count;
}

uint8_t *fixture_png_encode(const fixture_png *settings, const uint8_t *rows, size_t *size) {
  struct memory memory = {0};
  png_structp png = png_create_write_struct(PNG_LIBPNG_VER_STRING, NULL, NULL, silent);
  png_infop info = png_create_info_struct(png);
  if (setjmp(png_jmpbuf(png))) {
    png_destroy_write_struct(&png, &info);
    free(memory.bytes);
    return NULL;
  }
  png_set_write_fn(png, &memory, append, flush);
  png_set_IHDR(
      png, info, (png_uint_32)settings->width, (png_uint_32)settings->height, settings->depth, settings->colour_type,
      settings->interlaced ? PNG_INTERLACE_ADAM7 : PNG_INTERLACE_NONE, 0, 0);
  if (settings->palette) png_set_PLTE(png, info, (png_const_colorp)settings->palette, settings->palette_count);
  if (settings->transparency && settings->colour_type == 3) {
    png_set_tRNS(png, info, settings->transparency, settings->transparency_count, NULL);
  } else if (settings->transparency) {
    int bytes = settings->depth == 16 ? 2 : 1;
    png_color_16 colour = {0};
    png_uint_16 values[3] = {0};
    for (int i = 0; i < 3; i++) {
      const uint8_t *at = rows + (settings->colour_type == 2 ? i * bytes : 0);
      values[i] = bytes == 2 ? (png_uint_16)(at[0] << 8 | at[1]) : (png_uint_16)(at[0] >> (8 - (settings->depth < 8 ? settings->depth : 8)));
    }
    colour.red = values[0];
    colour.green = values[1];
    colour.blue = values[2];
    colour.gray = values[0];
    png_set_tRNS(png, info, NULL, 0, &colour);
  }
  if (settings->profile_size) {
    png_set_iCCP(png, info, "icc", 0, settings->profile, (png_uint_32)settings->profile_size);
  }
  if (settings->exif_size) png_set_eXIf_1(png, info, (png_uint_32)settings->exif_size, (png_bytep)settings->exif);
  png_set_compression_level(png, settings->level);
  if (settings->filters) png_set_filter(png, 0, settings->filters);
  png_write_info(png, info);
  size_t stride = png_get_rowbytes(png, info);
  int passes = png_set_interlace_handling(png);
  for (int pass = 0; pass < passes; pass++) {
    for (int y = 0; y < settings->height; y++) png_write_row(png, rows + stride * (size_t)y);
  }
  png_write_end(png, NULL);
  png_destroy_write_struct(&png, &info);
  *size = memory.size;
  return memory.bytes;
}

uint8_t *fixture_png_decode(const uint8_t *bytes, size_t size, int *width, int *height, int *channels, int *depth) {
  struct memory memory = {(uint8_t *)bytes, size, 0};
  png_structp png = png_create_read_struct(PNG_LIBPNG_VER_STRING, NULL, NULL, silent);
  png_infop info = png_create_info_struct(png);
  uint8_t *volatile out = NULL;
  png_bytep *volatile rows = NULL;
  if (setjmp(png_jmpbuf(png))) {
    png_destroy_read_struct(&png, &info, NULL);
    free(out);
    free(rows);
    return NULL;
  }
  png_set_read_fn(png, &memory, take);
  png_read_info(png, info);
  png_set_expand(png);
  if (png_get_bit_depth(png, info) == 16) png_set_swap(png);
  png_set_interlace_handling(png);
  png_read_update_info(png, info);
  *width = (int)png_get_image_width(png, info);
  *height = (int)png_get_image_height(png, info);
  *channels = png_get_channels(png, info);
  *depth = png_get_bit_depth(png, info);
  size_t stride = png_get_rowbytes(png, info);
  out = malloc(stride * (size_t)*height);
  rows = malloc(sizeof(png_bytep) * (size_t)*height);
  for (int y = 0; y < *height; y++) rows[y] = out + stride * (size_t)y;
  png_read_image(png, rows);
  png_read_end(png, NULL);
  png_destroy_read_struct(&png, &info, NULL);
  free(rows);
  return out;
}

uint8_t *fixture_png_profile(const uint8_t *bytes, size_t size, size_t *count) {
  struct memory memory = {(uint8_t *)bytes, size, 0};
  png_structp png = png_create_read_struct(PNG_LIBPNG_VER_STRING, NULL, NULL, silent);
  png_infop info = png_create_info_struct(png);
  if (setjmp(png_jmpbuf(png))) {
    png_destroy_read_struct(&png, &info, NULL);
    return NULL;
  }
  png_set_read_fn(png, &memory, take);
  png_read_info(png, info);
  png_charp name;
  png_bytep profile = NULL;
  png_uint_32 length = 0;
  int method;
  uint8_t *out = NULL;
  if (png_get_iCCP(png, info, &name, &method, &profile, &length)) {
    out = malloc(length);
    memcpy(out, profile, length);
    *count = length;
  }
  png_destroy_read_struct(&png, &info, NULL);
  return out;
}
