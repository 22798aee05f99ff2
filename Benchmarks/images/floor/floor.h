// The floor: what libjpeg-turbo and libpng alone cost for a job, with the resize left out.
#ifndef FLOOR_H
#define FLOOR_H

#include <stddef.h>
#include <stdint.h>

/// Planes of 8-bit samples as libjpeg takes and gives them raw, each padded to whole iMCUs.
typedef struct {
  int width, height;  // of the picture, in luma samples
  int components;     // 1 or 3
  int horizontal[3], vertical[3];
  int stride[3], rows[3];
  uint8_t *samples[3];
} Planes;

/// Interleaved 8-bit pixels.
typedef struct {
  int width, height, channels;
  uint8_t *samples;
} Pixels;

typedef struct {
  uint8_t *bytes;
  unsigned long count;
} Encoded;

/// Decodes to raw planes at `eighths`/8, into `planes`, which is made on the first call and used again after it.
void jpeg_planes(const uint8_t *bytes, size_t count, int eighths, Planes *planes);
/// Encodes raw planes (one plane, or 4:2:0) as baseline JPEG with the standard Huffman tables.
Encoded jpeg_encode(const Planes *planes, int quality);
void jpeg_size(const uint8_t *bytes, size_t count, int *width, int *height);

/// Decodes row by row, 16 bits to 8 and palettes to colours; keeps the pixels where `pixels` is not null.
void png_rows(const uint8_t *bytes, size_t count, Pixels *pixels);
/// Encodes with libpng's own defaults: zlib level 6, all filters for true colour.
Encoded png_encode(const Pixels *pixels);
void png_size(const uint8_t *bytes, size_t count, int *width, int *height);

/// A box reduction, to have pictures of the right size and content to encode. Never timed.
Planes planes_fit(const Planes *source, int width, int height);
Pixels pixels_fit(const Pixels *source, int width, int height);
Planes pixels_planes(const Pixels *source);

void *take(size_t count);
_Noreturn void fail(const char *what);

#endif
