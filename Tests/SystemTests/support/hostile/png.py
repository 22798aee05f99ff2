"""PNG files of any shape, written chunk by chunk (PNG, third edition, section 5): what no encoder would write too."""

import random
import struct
import zlib

SIGNATURE = b"\x89PNG\r\n\x1a\n"
CHANNELS = {0: 1, 2: 3, 3: 1, 4: 2, 6: 4}
# Where each pass of Adam7 begins and how far its pixels are apart (section 8.1): x, y, across, down.
ADAM7 = [(0, 0, 8, 8), (4, 0, 8, 8), (0, 4, 4, 8), (2, 0, 4, 4), (0, 2, 2, 4), (1, 0, 2, 2), (0, 1, 1, 2)]


def chunk(name: bytes, payload: bytes = b"", checksum: int | None = None) -> bytes:
    checksum = zlib.crc32(name + payload) if checksum is None else checksum
    return struct.pack(">I", len(payload)) + name + payload + struct.pack(">I", checksum)


def header(width, height, depth, kind, interlaced=False) -> bytes:
    return chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, depth, kind, 0, 0, int(interlaced)))


def raw_size(width, height, depth, kind, interlaced=False) -> int:
    """Bytes of all filtered rows."""
    bits = depth * CHANNELS[kind]
    if not interlaced:
        return height * (1 + (width * bits + 7) // 8)
    total = 0
    for x, y, across, down in ADAM7:
        columns, rows = -(-(width - x) // across), -(-(height - y) // down)
        if columns > 0 and rows > 0:
            total += rows * (1 + (columns * bits + 7) // 8)
    return total


def compressed_zeros(count: int) -> bytes:
    """A zlib stream of so many zeros, a thousandth of their size, put together from equal pieces."""
    piece = 1 << 20
    deflate = zlib.compressobj(9, zlib.DEFLATED, -15)
    first = deflate.compress(bytes(piece)) + deflate.flush(zlib.Z_FULL_FLUSH)
    rest = zlib.compressobj(9, zlib.DEFLATED, -15)
    tail = rest.compress(bytes(count % piece)) + rest.flush(zlib.Z_FINISH)
    # Adler-32 of zeros: the first sum stays 1, and the second counts.
    return b"\x78\xda" + first * (count // piece) + tail + struct.pack(">I", count % 65521 << 16 | 1)


def file(width, height, depth, kind, data: bytes, *, interlaced=False, before=b"", after=b"", end=True) -> bytes:
    palette = chunk(b"PLTE", bytes(n * 7 % 256 for n in range(3 << depth))) if kind == 3 else b""
    return b"".join(
        [
            SIGNATURE, header(width, height, depth, kind, interlaced), palette, before, chunk(b"IDAT", data), after,
            chunk(b"IEND") if end else b"",
        ]
    )  # fmt: skip


def blank(width, height, depth, kind, *, interlaced=False, before=b"", after=b"") -> bytes:
    """A valid picture of zeros, of any size."""
    data = compressed_zeros(raw_size(width, height, depth, kind, interlaced))
    return file(width, height, depth, kind, data, interlaced=interlaced, before=before, after=after)


def textured(width, height, depth, kind, *, interlaced=False, before=b"", after=b"") -> bytes:
    """A valid small picture with all filter types in turn."""
    bits = depth * CHANNELS[kind]
    rows = bytearray()
    passes = ADAM7 if interlaced else [(0, 0, 1, 1)]
    state = 1
    for x, y, across, down in passes:
        columns = -(-(width - x) // across)
        for row in range(-(-(height - y) // down) if columns > 0 else 0):
            rows.append(row % 5)
            for _ in range((columns * bits + 7) // 8):
                state = (state * 1103515245 + 12345) % (1 << 31)
                rows.append(state >> 16 & 0x0F)
    return file(
        width, height, depth, kind, zlib.compress(bytes(rows)), interlaced=interlaced, before=before, after=after
    )


def noisy(width, height, depth, kind, row_filter, *, interlaced=False, before=b"", share=1.0) -> bytes:
    """A valid picture with one filter for all rows, of noise that nothing can be found twice in: the slowest to
    decompress. Only so much of it from the top is noise; the rest are zeros."""
    # Two hundred values, so that most take eight bits and each is a code of its own; ten times longer than the window.
    noise = bytes(value % 200 for value in random.Random(1).randbytes(327_680))
    size = raw_size(width, height, depth, kind, interlaced)
    count = int(size * share)
    rows = bytearray((noise * -(-count // len(noise)))[:count] + bytes(size - count))
    at = 0
    for x, y, across, down in ADAM7 if interlaced else [(0, 0, 1, 1)]:
        columns, lines = -(-(width - x) // across), -(-(height - y) // down)
        length = 1 + (columns * depth * CHANNELS[kind] + 7) // 8
        if columns > 0 and lines > 0:
            rows[at : at + lines * length : length] = bytes([row_filter]) * lines
            at += lines * length
    deflate = zlib.compressobj(1, zlib.DEFLATED, 15, 9, zlib.Z_HUFFMAN_ONLY)
    data = deflate.compress(memoryview(rows)[:count]) + deflate.flush(zlib.Z_FULL_FLUSH)
    rest = zlib.compressobj(1, zlib.DEFLATED, -15)
    data += rest.compress(memoryview(rows)[count:]) + rest.flush() + struct.pack(">I", zlib.adler32(rows))
    return file(width, height, depth, kind, data, interlaced=interlaced, before=before)


def repeating(width, height, depth, kind, period: int) -> bytes:
    """A valid picture of a byte of noise in so many, the others zero: it expands about as many times."""
    noise = random.Random(1).randbytes(65_536)
    unit = b"".join(noise[n : n + 1] + bytes(2 * period - 1) for n in range(len(noise)))
    size = raw_size(width, height, depth, kind)
    rows = bytearray((unit * -(-size // len(unit)))[:size])
    length = size // height
    rows[::length] = bytes(height)
    return file(width, height, depth, kind, zlib.compress(bytes(rows), 6))
