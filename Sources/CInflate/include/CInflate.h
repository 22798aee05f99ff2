// Why: docs/decisions/0006-isa-l-and-libdeflate-beside-zlib.md

/// The door to streamed decompression of zlib data (RFC 1950): by ISA-L where its decoder is in order, which is x86-64
/// (on arm64 it computes wrong checksums: intel/isa-l#316), else by zlib, three times as slow.
#ifndef CINFLATE_H
#define CINFLATE_H

#include <stddef.h>
#include <stdint.h>

enum {
  CINFLATE_OK = 0,
  /// All of the stream has been decompressed, and its checksum is right.
  CINFLATE_ENDED = 1,
  CINFLATE_DAMAGED = 2,
};

typedef struct cinflate_stream cinflate_stream;

/// Null when there is no memory.
cinflate_stream *cinflate_create(void);
void cinflate_destroy(cinflate_stream *stream);

/// Decompresses until the input is taken or the output is full; more may be held back for the next call.
///
/// `input` and `output` are moved on, and their counts reduced, by what was taken and written.
int cinflate_next(
    cinflate_stream *stream, const uint8_t **input, size_t *input_count, uint8_t **output, size_t *output_count);

#endif
