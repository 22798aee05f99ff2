#include "CZlib.h"

#include <stdlib.h>
#include <zlib.h>

// Of one call, so that counts fit zlib's 32 bits; the caller comes again for the rest.
enum { MOST_AT_ONCE = 1 << 30 };

struct czlib_gunzip {
  z_stream state;
};

static uInt at_once(size_t count) { return count < MOST_AT_ONCE ? (uInt)count : MOST_AT_ONCE; }

czlib_gunzip *czlib_gunzip_create(void) {
  czlib_gunzip *stream = calloc(1, sizeof *stream);
  if (!stream) return NULL;
  // 16 asks for the header and the checksum of gzip.
  if (inflateInit2(&stream->state, 16 + MAX_WBITS) == Z_OK) return stream;
  free(stream);
  return NULL;
}

void czlib_gunzip_destroy(czlib_gunzip *stream) {
  inflateEnd(&stream->state);
  free(stream);
}

int czlib_gunzip_next(
    czlib_gunzip *stream, const uint8_t *input, size_t input_count, size_t *consumed, uint8_t *output, size_t room,
    size_t *produced) {
  z_stream *state = &stream->state;
  uInt given = at_once(input_count), space = at_once(room);
  state->next_in = (Bytef *)input;  // which it only reads
  state->avail_in = given;
  state->next_out = output;
  state->avail_out = space;
  int code = inflate(state, Z_NO_FLUSH);
  *consumed = given - state->avail_in;
  *produced = space - state->avail_out;
  switch (code) {
    case Z_STREAM_END:
      if (*consumed == input_count) return CZLIB_END;
      return inflateReset(state) == Z_OK ? CZLIB_MORE : CZLIB_CORRUPT;
    case Z_OK:
    case Z_BUF_ERROR:
      // Without progress there is nothing left to decompress, for there is always room.
      if (*consumed == 0 && *produced == 0) return CZLIB_TRUNCATED;
      return CZLIB_MORE;
    default: return CZLIB_CORRUPT;
  }
}
