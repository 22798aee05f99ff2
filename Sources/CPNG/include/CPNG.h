/// The door to libpng: only what Swift cannot call itself, because libpng reports errors by setjmp/longjmp.
/// No jump ever crosses a Swift frame: callbacks return a status, and the C side raises.
#ifndef CPNG_H
#define CPNG_H

#include <stddef.h>
#include <stdint.h>

/// What a call ended with.
enum {
  CPNG_OK = 0,
  /// libpng refused the data; `cpng_*_message` says why.
  CPNG_CORRUPT = 1,
  /// The bytes ended before the picture did.
  CPNG_TRUNCATED = 2,
  /// The callback failed; the caller holds the reason.
  CPNG_CALLER = 3,
  /// More damaged spots than the caller allows.
  CPNG_WARNINGS = 4,
};

/// Hands out the next bytes, which stay valid until the next call. `*count` 0 is the end. Returns 0, or 1 for failure.
typedef int (*cpng_fill)(void *context, const uint8_t **bytes, size_t *count);
/// Takes `count` bytes. Returns 0, or 1 for failure.
typedef int (*cpng_write)(void *context, const uint8_t *bytes, size_t count);

typedef struct cpng_reader cpng_reader;

typedef struct {
  uint32_t max_width, max_height;
  /// The largest chunk, decompressed, that may be held in memory.
  size_t max_chunk;
  int max_warnings;
  /// Not 0: wrong checksums count as damaged spots, of which there may be any number, and the passes of an interlaced
  /// picture fill the pixels of those behind them, which may be missing.
  int renders_damaged;
} cpng_limits;

/// Null when there is no memory.
cpng_reader *cpng_reader_create(cpng_fill fill, void *context, const cpng_limits *limits);
void cpng_reader_destroy(cpng_reader *reader);
/// Reads up to the first IDAT. Rows will come as gray, gray + alpha, RGB or RGBA of 8 or 16 bits (native byte order):
/// palettes, tRNS and depths below 8 are expanded.
int cpng_reader_start(cpng_reader *reader);
int cpng_reader_width(const cpng_reader *reader);
int cpng_reader_height(const cpng_reader *reader);
/// 1 to 4.
int cpng_reader_channels(const cpng_reader *reader);
/// 8 or 16.
int cpng_reader_depth(const cpng_reader *reader);
/// 1, or 7 for Adam7.
int cpng_reader_passes(const cpng_reader *reader);
/// Decodes the next row of the pass. For Adam7, give the same rows again in each pass. What is wrong behind the last
/// row counts as a damaged spot.
int cpng_reader_read_row(cpng_reader *reader, uint8_t *row);
/// How much of the pixels have been decoded, 0…1.
double cpng_reader_share(const cpng_reader *reader);
/// Reads to IEND. Whatever is wrong up to there counts as a damaged spot.
int cpng_reader_finish(cpng_reader *reader);
int cpng_reader_warnings(const cpng_reader *reader);
/// The first of them, as text that lives as long as the reader.
const char *cpng_reader_first_warning(const cpng_reader *reader);
/// The last error, as text that lives as long as the reader.
const char *cpng_reader_message(const cpng_reader *reader);

typedef struct cpng_writer cpng_writer;

typedef struct {
  uint32_t width, height;
  /// 1 to 4: gray, gray + alpha, RGB, RGBA; 8 bits each.
  int channels;
  /// 0 to 9.
  int level;
  const uint8_t *profile;
  size_t profile_size;
  /// Whole chunks that stand before the palette, checksums and all.
  const uint8_t *chunks;
  size_t chunks_size;
  const uint8_t *exif;
  size_t exif_size;
  /// An XMP packet, ended by a NUL, or null.
  const char *xmp;
} cpng_settings;

/// Null when there is no memory.
cpng_writer *cpng_writer_create(cpng_write write, void *context);
void cpng_writer_destroy(cpng_writer *writer);
int cpng_writer_start(cpng_writer *writer, const cpng_settings *settings);
int cpng_writer_write_row(cpng_writer *writer, const uint8_t *row);
int cpng_writer_finish(cpng_writer *writer);
const char *cpng_writer_message(const cpng_writer *writer);

#endif
