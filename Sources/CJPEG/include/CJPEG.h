/// The door to libjpeg-turbo: only what Swift cannot call itself, because libjpeg reports errors by setjmp/longjmp.
/// No jump ever crosses a Swift frame: callbacks return a status, and the C side raises.
#ifndef CJPEG_H
#define CJPEG_H

#include <stddef.h>
#include <stdint.h>

/// What a call ended with.
enum {
  CJPEG_OK = 0,
  /// libjpeg refused the data; `cjpeg_*_message` says why.
  CJPEG_CORRUPT = 1,
  /// The bytes ended before the picture did.
  CJPEG_TRUNCATED = 2,
  /// The callback failed; the caller holds the reason.
  CJPEG_CALLER = 3,
  /// More damaged spots than the caller allows.
  CJPEG_WARNINGS = 4,
  /// More scans than the caller allows.
  CJPEG_SCANS = 5,
  /// Out of memory.
  CJPEG_MEMORY = 6,
};

/// Hands out the next bytes, which stay valid until the next call. `*count` 0 is the end. Returns 0, or 1 for failure.
typedef int (*cjpeg_fill)(void *context, const uint8_t **bytes, size_t *count);
/// Takes `count` bytes. Returns 0, or 1 for failure.
typedef int (*cjpeg_write)(void *context, const uint8_t *bytes, size_t count);

typedef struct cjpeg_decoder cjpeg_decoder;

/// One plane as it comes out of the decoder.
typedef struct {
  /// Samples that belong to the picture.
  int width, height;
  /// Samples that a row must have room for, and rows that one call writes.
  int stride, rows;
  /// Sampling factors of the component.
  int horizontal, vertical;
} cjpeg_plane;

/// Null when there is no memory. With `renders_damaged`, what is missing of a picture comes out gray, or coarse, and is
/// no error; damaged spots are counted without a limit.
cjpeg_decoder *cjpeg_decoder_create(
    cjpeg_fill fill, void *context, int max_warnings, int max_scans, int renders_damaged);
void cjpeg_decoder_destroy(cjpeg_decoder *decoder);
int cjpeg_decoder_read_header(cjpeg_decoder *decoder);
/// How the decoder hands out the picture.
enum {
  /// Planes as stored, without colour conversion or chroma upsampling.
  CJPEG_PLANES = 0,
  /// Interleaved rows of RGB.
  CJPEG_RGB_ROWS = 1,
  /// Interleaved rows of CMYK, YCCK being converted; inverted if they are stored so.
  CJPEG_CMYK_ROWS = 2,
};

/// Starts decoding at `scale` eighths (1, 2, 4 or 8). For a file of several scans this reads all of it. Planes of lower
/// sampling are as large as libjpeg likes, or with `scales_chroma_alike` reduced by the same scale as the others.
int cjpeg_decoder_start(cjpeg_decoder *decoder, int scale, int output, int scales_chroma_alike);
int cjpeg_decoder_components(const cjpeg_decoder *decoder);
/// Width and height of the scaled picture.
int cjpeg_decoder_width(const cjpeg_decoder *decoder);
int cjpeg_decoder_height(const cjpeg_decoder *decoder);
cjpeg_plane cjpeg_decoder_plane(const cjpeg_decoder *decoder, int index);
/// Decodes one row of MCUs: `planes[i]` points at `cjpeg_plane.rows` row pointers, each with room for its stride.
int cjpeg_decoder_read_planes(cjpeg_decoder *decoder, uint8_t **const *planes);
/// Decodes one interleaved row.
int cjpeg_decoder_read_row(cjpeg_decoder *decoder, uint8_t *row);
/// Reads on to the end marker, with all rows decoded. Whatever is wrong there counts as a damaged spot.
int cjpeg_decoder_finish(cjpeg_decoder *decoder);
int cjpeg_decoder_warnings(const cjpeg_decoder *decoder);
/// The first of them, as text that lives as long as the decoder.
const char *cjpeg_decoder_first_warning(const cjpeg_decoder *decoder);
/// How much of the picture has been decoded, 0…1: of a file of one scan by rows, otherwise by coefficients. After
/// `cjpeg_decoder_finish`.
double cjpeg_decoder_share(const cjpeg_decoder *decoder);
/// The last error, as text that lives as long as the decoder.
const char *cjpeg_decoder_message(const cjpeg_decoder *decoder);

typedef struct cjpeg_encoder cjpeg_encoder;

typedef struct {
  int width, height;
  /// 1 (gray) or 3.
  int components;
  /// Not 0: planes of Y'CbCr are given; otherwise interleaved gray or RGB rows.
  int planes;
  /// Not 0: chroma has half the width and height.
  int halves_chroma;
  int quality, progressive, optimizes;
} cjpeg_settings;

/// Null when there is no memory.
cjpeg_encoder *cjpeg_encoder_create(cjpeg_write write, void *context);
void cjpeg_encoder_destroy(cjpeg_encoder *encoder);
int cjpeg_encoder_start(cjpeg_encoder *encoder, const cjpeg_settings *settings);
/// Writes a marker segment of at most 65,533 bytes, after the start and before the first row.
int cjpeg_encoder_marker(cjpeg_encoder *encoder, int marker, const uint8_t *bytes, size_t count);
/// Encodes one row of MCUs: 16 rows of luma and 8 of chroma with halved chroma, otherwise 8 of each.
int cjpeg_encoder_write_planes(cjpeg_encoder *encoder, uint8_t **const *planes);
/// Encodes one interleaved row.
int cjpeg_encoder_write_row(cjpeg_encoder *encoder, const uint8_t *row);
int cjpeg_encoder_finish(cjpeg_encoder *encoder);
const char *cjpeg_encoder_message(const cjpeg_encoder *encoder);

#endif
