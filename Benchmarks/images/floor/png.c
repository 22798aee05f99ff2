#include <stdlib.h>
#include <string.h>

#include <png.h>

#include "floor.h"

typedef struct {
  const uint8_t *bytes;
  size_t left;
} Input;

static void pull(png_structp png, png_bytep into, size_t count) {
  Input *input = png_get_io_ptr(png);
  if (count > input->left) png_error(png, "input ends early");
  memcpy(into, input->bytes, count);
  input->bytes += count;
  input->left -= count;
}

typedef struct {
  uint8_t *bytes;
  size_t count, room;
} Output;

static void push(png_structp png, png_bytep from, size_t count) {
  Output *output = png_get_io_ptr(png);
  if (output->count + count > output->room) {
    output->room = (output->count + count) * 2;
    output->bytes = realloc(output->bytes, output->room);
    if (!output->bytes) png_error(png, "out of memory");
  }
  memcpy(output->bytes + output->count, from, count);
  output->count += count;
}

static void flush(png_structp png) { (void)png; }

static _Noreturn void stop(png_structp png, png_const_charp text) {
  (void)png;
  fail(text);
}

static png_structp open_png(Input *input, png_infop *info) {
  png_structp png = png_create_read_struct(PNG_LIBPNG_VER_STRING, NULL, stop, NULL);
  *info = png_create_info_struct(png);
  png_set_read_fn(png, input, pull);
  png_read_info(png, *info);
  return png;
}

void png_size(const uint8_t *bytes, size_t count, int *width, int *height) {
  Input input = {bytes, count};
  png_infop info;
  png_structp png = open_png(&input, &info);
  *width = (int)png_get_image_width(png, info);
  *height = (int)png_get_image_height(png, info);
  png_destroy_read_struct(&png, &info, NULL);
}

void png_rows(const uint8_t *bytes, size_t count, Pixels *pixels) {
  Input input = {bytes, count};
  png_infop info;
  png_structp png = open_png(&input, &info);
  png_set_expand(png);
  png_set_scale_16(png);
  png_read_update_info(png, info);
  size_t stride = png_get_rowbytes(png, info);
  int height = (int)png_get_image_height(png, info);
  if (png_get_interlace_type(png, info) != PNG_INTERLACE_NONE) fail("interlaced PNG has no row floor");
  if (pixels) {
    pixels->width = (int)png_get_image_width(png, info);
    pixels->height = height;
    pixels->channels = png_get_channels(png, info);
    pixels->samples = take(stride * (size_t)height);
  }
  uint8_t *row = take(stride);
  for (int y = 0; y < height; y++) png_read_row(png, pixels ? pixels->samples + (size_t)y * stride : row, NULL);
  png_read_end(png, NULL);
  png_destroy_read_struct(&png, &info, NULL);
  free(row);
}

Encoded png_encode(const Pixels *pixels) {
  static const int types[] = {0, PNG_COLOR_TYPE_GRAY, PNG_COLOR_TYPE_GRAY_ALPHA, PNG_COLOR_TYPE_RGB,
                              PNG_COLOR_TYPE_RGB_ALPHA};
  Output output = {0};
  png_structp png = png_create_write_struct(PNG_LIBPNG_VER_STRING, NULL, stop, NULL);
  png_infop info = png_create_info_struct(png);
  png_set_write_fn(png, &output, push, flush);
  png_set_IHDR(png, info, (png_uint_32)pixels->width, (png_uint_32)pixels->height, 8, types[pixels->channels],
               PNG_INTERLACE_NONE, PNG_COMPRESSION_TYPE_BASE, PNG_FILTER_TYPE_BASE);
  png_write_info(png, info);
  size_t stride = (size_t)pixels->width * (size_t)pixels->channels;
  for (int y = 0; y < pixels->height; y++) png_write_row(png, pixels->samples + (size_t)y * stride);
  png_write_end(png, NULL);
  png_destroy_write_struct(&png, &info);
  return (Encoded){output.bytes, output.count};
}
