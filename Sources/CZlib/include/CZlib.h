/// The door to zlib: only decompression of gzip, whose set-up is a macro that Swift cannot call.
#ifndef CZLIB_H
#define CZLIB_H

#include <stddef.h>
#include <stdint.h>

/// What a step ended with.
enum {
  /// There is more to come: call again.
  CZLIB_MORE = 0,
  /// All is out.
  CZLIB_END = 1,
  /// The input ended before the compressed data did.
  CZLIB_TRUNCATED = 2,
  CZLIB_CORRUPT = 3,
};

typedef struct czlib_gunzip czlib_gunzip;

/// NULL: no memory.
czlib_gunzip *czlib_gunzip_create(void);
void czlib_gunzip_destroy(czlib_gunzip *stream);

/// Decompresses all of the input that fits the room. Further members of the file are taken for more of the same.
int czlib_gunzip_next(
    czlib_gunzip *stream, const uint8_t *input, size_t input_count, size_t *consumed, uint8_t *output, size_t room,
    size_t *produced);

#endif
