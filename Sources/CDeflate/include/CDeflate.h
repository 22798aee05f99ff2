// Why: docs/decisions/0006-isa-l-and-libdeflate-beside-zlib.md

/// The door to libdeflate: whole-buffer zlib streams and CRC-32, two to three times as fast as zlib's.
#ifndef CDEFLATE_H
#define CDEFLATE_H

#include <libdeflate.h>

#endif
