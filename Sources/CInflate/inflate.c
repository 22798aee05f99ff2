#include "CInflate.h"

#include <stdlib.h>

// Of one call, so that counts fit the libraries' 32 bits; the caller comes again for the rest.
enum { MOST_AT_ONCE = 1 << 30 };

static uint32_t at_once(size_t count) { return count < MOST_AT_ONCE ? (uint32_t)count : MOST_AT_ONCE; }

#if defined(__x86_64__)
#include <isa-l/igzip_lib.h>

struct cinflate_stream {
  struct inflate_state state;
};

cinflate_stream *cinflate_create(void) {
  cinflate_stream *stream = calloc(1, sizeof *stream);
  if (!stream) return NULL;
  isal_inflate_init(&stream->state);
  stream->state.crc_flag = ISAL_ZLIB;
  return stream;
}

void cinflate_destroy(cinflate_stream *stream) { free(stream); }

int cinflate_next(
    cinflate_stream *stream, const uint8_t **input, size_t *input_count, uint8_t **output, size_t *output_count) {
  struct inflate_state *state = &stream->state;
  uint32_t given = at_once(*input_count), room = at_once(*output_count);
  state->next_in = (uint8_t *)*input;  // which it only reads
  state->avail_in = given;
  state->next_out = *output;
  state->avail_out = room;
  int code = isal_inflate(state);
  *input += given - state->avail_in;
  *input_count -= given - state->avail_in;
  *output += room - state->avail_out;
  *output_count -= room - state->avail_out;
  if (code != ISAL_DECOMP_OK) return CINFLATE_DAMAGED;
  return state->block_state == ISAL_BLOCK_FINISH ? CINFLATE_ENDED : CINFLATE_OK;
}

#else
#include <zlib.h>

struct cinflate_stream {
  z_stream state;
};

cinflate_stream *cinflate_create(void) {
  cinflate_stream *stream = calloc(1, sizeof *stream);
  if (stream && inflateInit(&stream->state) == Z_OK) return stream;
  free(stream);
  return NULL;
}

void cinflate_destroy(cinflate_stream *stream) {
  if (stream) inflateEnd(&stream->state);
  free(stream);
}

int cinflate_next(
    cinflate_stream *stream, const uint8_t **input, size_t *input_count, uint8_t **output, size_t *output_count) {
  z_stream *state = &stream->state;
  uint32_t given = at_once(*input_count), room = at_once(*output_count);
  state->next_in = (Bytef *)*input;  // which it only reads
  state->avail_in = given;
  state->next_out = *output;
  state->avail_out = room;
  int code = inflate(state, Z_NO_FLUSH);
  *input += given - state->avail_in;
  *input_count -= given - state->avail_in;
  *output += room - state->avail_out;
  *output_count -= room - state->avail_out;
  if (code == Z_STREAM_END) return CINFLATE_ENDED;
  // Z_BUF_ERROR: nothing to take, or no room; the caller sees it by the counts.
  return code == Z_OK || code == Z_BUF_ERROR ? CINFLATE_OK : CINFLATE_DAMAGED;
}
#endif
