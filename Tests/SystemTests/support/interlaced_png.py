"""Interlaced PNGs, which Pillow does not write: of all images the ones that take the most memory,
since they are held whole.
"""

import struct
import zlib

import numpy

# Offset and step across, offset and step down, of each pass (PNG specification, section 8.2).
PASSES = [(0, 8, 0, 8), (4, 8, 0, 8), (0, 4, 4, 8), (2, 4, 0, 4), (0, 2, 2, 4), (1, 2, 0, 2), (0, 1, 1, 2)]
_SIDE = 128


def interlaced(width: int, height: int) -> bytes:
    """A tile of noise over and over, of four channels of 16 bits: in memory it takes 8 bytes a pixel,
    in its file few.
    """
    tile = numpy.random.default_rng(1).integers(0, 65536, (_SIDE, _SIDE, 4), numpy.uint16).astype(">u2")
    packer = zlib.compressobj(1)
    packed = []
    for x, x_step, y, y_step in PASSES:
        columns = numpy.arange(x, width, x_step) % _SIDE
        # A byte for the filter before each row, 0 for none.
        rows = [b"\0" + tile[row, columns].tobytes() for row in range(_SIDE)]
        packed += [packer.compress(rows[row % _SIDE]) for row in range(y, height, y_step)]
    return _head(width, height) + _chunk(b"IDAT", b"".join(packed) + packer.flush()) + _chunk(b"IEND")


def beginning(width: int, height: int) -> bytes:
    """The first bytes of such a picture, which say how large it is, and no more."""
    return _head(width, height) + _chunk(b"IDAT", zlib.compress(bytes(1024)))[:-8]


def _head(width: int, height: int) -> bytes:
    return b"\x89PNG\r\n\x1a\n" + _chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 16, 6, 0, 0, 1))


def _chunk(kind: bytes, data: bytes = b"") -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
