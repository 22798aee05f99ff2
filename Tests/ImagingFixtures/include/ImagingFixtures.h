/// Makes and reads JPEG and PNG files straight through libjpeg and libpng, independently of the engine, for tests.
/// Every function returns memory to be released with `free`, or null when the library refuses.
#ifndef IMAGING_FIXTURES_H
#define IMAGING_FIXTURES_H

#include <stddef.h>
#include <stdint.h>

typedef struct {
  int width, height;
  /// Interleaved samples per pixel.
  int components;
  /// 0: gray, Y'CbCr from RGB, or CMYK, by the number of components. 1: RGB stored as it is. 2: YCCK from CMYK.
  int storage;
  /// Sampling factors of the first component; the others have 1 × 1.
  int horizontal, vertical;
  /// Progressive: 1 by libjpeg's script, bit by bit; 2 by frequency alone, the lowest five apart from the others.
  int quality, progressive, arithmetic, restart_interval, separate_scans;
  const uint8_t *exif, *profile;
  size_t exif_size, profile_size;
} fixture_jpeg;

uint8_t *fixture_jpeg_encode(const fixture_jpeg *jpeg, const uint8_t *samples, size_t *size);
/// Interleaved gray, RGB or CMYK.
uint8_t *fixture_jpeg_decode(const uint8_t *bytes, size_t size, int *width, int *height, int *components);
/// One component as stored, decoded at full size.
uint8_t *fixture_jpeg_plane(const uint8_t *bytes, size_t size, int component, int *width, int *height);

typedef struct {
  int width, height, depth;
  /// As in IHDR: 0 gray, 2 RGB, 3 palette, 4 gray + alpha, 6 RGBA.
  int colour_type;
  int interlaced, level;
  /// PNG_FILTER_… bits; 0 for libpng's choice.
  int filters;
  /// RGB triples.
  const uint8_t *palette;
  int palette_count;
  /// Palette alphas, or with gray and RGB, not null to make the first pixel's colour transparent.
  const uint8_t *transparency;
  int transparency_count;
  const uint8_t *exif, *profile;
  size_t exif_size, profile_size;
} fixture_png;

/// `rows`: as in the file, 16-bit samples most significant byte first, depths below 8 packed.
uint8_t *fixture_png_encode(const fixture_png *png, const uint8_t *rows, size_t *size);
/// Interleaved samples of 8 bits, or with `depth` 16 of 16 bits in native order; palettes and tRNS expanded.
uint8_t *fixture_png_decode(const uint8_t *bytes, size_t size, int *width, int *height, int *channels, int *depth);
/// The ICC profile or null.
uint8_t *fixture_png_profile(const uint8_t *bytes, size_t size, size_t *count);

#endif
