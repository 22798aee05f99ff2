"""JPEG files of any shape, written marker by marker (ITU-T T.81, annex B): what no encoder would write too.

Pictures are flat or made of a few coefficients, so that a picture of any size is made in no time.
"""

import random
import struct

SOI, EOI = b"\xff\xd8", b"\xff\xd9"

# Codes of a few symbols each, complete but for the all-ones code that T.81 reserves.
DC_LENGTHS = dict.fromkeys(range(12), 4)
AC_LENGTHS = {0x00: 2, 0x01: 2, 0x02: 3, 0xF0: 4, 0x11: 5, 0x03: 6, 0x21: 7, 0x04: 8}
# Of the two symbols of a flat picture: one bit each.
FLAT_LENGTHS = {0x00: 1, 0x01: 2}
# The value 1 in one bit, and an end of block that is not used.
BUSY_LENGTHS = {0x01: 1, 0x00: 2}
# Values of ten bits behind codes of sixteen: those of one to fifteen bits are taken up by symbols that are not used.
LONG_LENGTHS = {0x11 + length: length for length in range(1, 16)} | {0x0A: 16}
# Ends of band that cover 1, 2, 4 … 16,384 blocks and more (T.81, G.1.2.2).
RUN_LENGTHS = {run << 4: 5 for run in range(15)} | {0x01: 5}


def segment(marker: int, payload: bytes = b"") -> bytes:
    return bytes([0xFF, marker]) + struct.pack(">H", len(payload) + 2) + payload


def quantiser(number: int = 0, value: int = 8) -> bytes:
    return segment(0xDB, bytes([number]) + bytes([value]) * 64)


def codes(lengths: dict[int, int]) -> dict[int, tuple[int, int]]:
    """Symbol to code and length, as a decoder builds them from a DHT segment (T.81, annex C)."""
    table, code, last = {}, 0, 0
    for symbol, length in sorted(lengths.items(), key=lambda item: item[1]):
        code <<= length - last
        table[symbol], last = (code, length), length
        code += 1
    return table


def huffman(kind: int, number: int, lengths: dict[int, int]) -> bytes:
    ordered = sorted(lengths.items(), key=lambda item: item[1])
    counts = [sum(1 for _, length in ordered if length == wanted) for wanted in range(1, 17)]
    return segment(0xC4, bytes([kind << 4 | number, *counts, *(symbol for symbol, _ in ordered)]))


def frame(marker: int, width: int, height: int, sampling: list[tuple[int, int]], depth: int = 8, ids=None) -> bytes:
    ids = ids or range(1, len(sampling) + 1)
    parts = b"".join(bytes([name, h << 4 | v, 0]) for name, (h, v) in zip(ids, sampling))
    return segment(marker, struct.pack(">BHHB", depth, height, width, len(sampling)) + parts)


def scan(components: list[int], first: int = 0, last: int = 63, high: int = 0, low: int = 0) -> bytes:
    """A scan header; all components use tables 0."""
    parts = b"".join(bytes([name, 0]) for name in components)
    return segment(0xDA, bytes([len(components)]) + parts + bytes([first, last, high << 4 | low]))


def adobe(transform: int) -> bytes:
    return segment(0xEE, b"Adobe" + struct.pack(">HHHB", 100, 0, 0, transform))


def exif(block: bytes) -> bytes:
    return segment(0xE1, b"Exif\0\0" + block)


class Bits:
    """Entropy-coded bits, with the zeros stuffed after 0xFF (T.81, F.1.2.3)."""

    def __init__(self):
        self.text = []

    def put(self, value: int, length: int) -> None:
        if length:
            self.text.append(format(value & (1 << length) - 1, f"0{length}b"))

    def bytes(self) -> bytes:
        text = "".join(self.text)
        text += "1" * (-len(text) % 8)
        whole = int(text, 2).to_bytes(len(text) // 8, "big") if text else b""
        return whole.replace(b"\xff", b"\xff\x00")


def put_value(bits: Bits, value: int, size: int) -> None:
    bits.put(value if value >= 0 else value - 1, size)


def picture(width: int, height: int, sampling, random_source: random.Random, mcus=None, restart=0):
    """Entropy-coded data of an interleaved scan: a mean of its own in every block, and two more coefficients."""
    dc, ac = codes(DC_LENGTHS), codes(AC_LENGTHS)
    across, down = max(h for h, _ in sampling), max(v for _, v in sampling)
    if len(sampling) == 1:
        across = down = 1
    count = -(-width // (8 * across)) * -(-height // (8 * down)) if mcus is None else mcus
    blocks = [index for index, (h, v) in enumerate(sampling) for _ in range(h * v if len(sampling) > 1 else 1)]
    out, bits, means = [], Bits(), [0] * len(sampling)
    for mcu in range(count):
        if restart and mcu and mcu % restart == 0:
            out += [bits.bytes(), bytes([0xFF, 0xD0 + (mcu // restart - 1) % 8])]
            bits, means = Bits(), [0] * len(sampling)
        for component in blocks:
            mean = random_source.randint(-100, 100)
            difference, means[component] = mean - means[component], mean
            size = abs(difference).bit_length()
            bits.put(*dc[size])
            put_value(bits, difference, size)
            bits.put(*ac[0x02])
            put_value(bits, random_source.choice([-3, -2, 2, 3]), 2)
            bits.put(*ac[0x11])
            put_value(bits, random_source.choice([-1, 1]), 1)
            bits.put(*ac[0x00])
    return b"".join([*out, bits.bytes()])


def sequential(
    width, height, sampling, *, marker=0xC0, depth=8, before=b"", ids=None, restart=0, separate=False
) -> bytes:
    """A small picture with content, all of it valid."""
    source = random.Random(1)
    names = list(ids or range(1, len(sampling) + 1))
    parts = [SOI, before, quantiser(), huffman(0, 0, DC_LENGTHS), huffman(1, 0, AC_LENGTHS)]
    parts.append(frame(marker, width, height, sampling, depth, ids))
    if restart:
        parts.append(segment(0xDD, struct.pack(">H", restart)))
    if separate:
        across, down = max(h for h, _ in sampling), max(v for _, v in sampling)
        for name, (h, v) in zip(names, sampling):
            columns, rows = -(-width * h // (8 * across)), -(-height * v // (8 * down))
            parts += [scan([name]), picture(width, height, [(1, 1)], source, mcus=columns * rows)]
    else:
        parts += [scan(names), picture(width, height, sampling, source, restart=restart)]
    return b"".join([*parts, EOI])


def block_counts(width, height, sampling) -> list[int]:
    """Blocks of each component by itself, as a scan of it alone has them (T.81, A.2.2)."""
    across, down = max(h for h, _ in sampling), max(v for _, v in sampling)
    return [-(-width * h // (8 * across)) * -(-height * v // (8 * down)) for h, v in sampling]


def interleaved_count(width, height, sampling) -> int:
    across, down = max(h for h, _ in sampling), max(v for _, v in sampling)
    return -(-width // (8 * across)) * -(-height // (8 * down)) * sum(h * v for h, v in sampling)


def zeros(bits: int) -> bytes:
    return bytes(-(-bits // 8))


def flat(width, height, sampling, *, separate=False, marker=0xC0, before=b"") -> bytes:
    """A valid gray picture of any size, two bits a block."""
    names = list(range(1, len(sampling) + 1))
    parts = [SOI, before, quantiser(), huffman(0, 0, FLAT_LENGTHS), huffman(1, 0, FLAT_LENGTHS)]
    parts.append(frame(marker, width, height, sampling))
    if separate:
        for name, count in zip(names, block_counts(width, height, sampling)):
            parts += [scan([name]), zeros(2 * count)]
    else:
        parts += [scan(names), zeros(2 * interleaved_count(width, height, sampling))]
    return b"".join([*parts, EOI])


def progressive(width, height, sampling, *, refinements=0, bands=0, empty=0, data=True) -> bytes:
    """A valid progressive gray picture: a scan of means, `refinements` that refine them, and scans of coefficients that
    are all zero: `bands` of them with one coefficient each, and one of all with `empty` that refine it; last, for each
    component one of all that is left.

    Without `data`, there is only the start of the first scan.
    """
    names = list(range(1, len(sampling) + 1))
    parts = [SOI, quantiser(), huffman(0, 0, FLAT_LENGTHS), huffman(1, 0, RUN_LENGTHS)]
    parts.append(frame(0xC2, width, height, sampling))
    parts.append(scan(names, 0, 0, 0, refinements))
    if not data:
        return b"".join([*parts, bytes(600), EOI])
    count = interleaved_count(width, height, sampling)
    parts.append(zeros(count))
    for low in reversed(range(refinements)):
        parts += [scan(names, 0, 0, low + 1, low), zeros(count)]
    counts, known = block_counts(width, height, sampling), [0] * len(names)
    for band in range(bands):
        index = band // len(names) % 63 + 1
        component = band % len(names)
        parts += [scan([names[component]], index, index), run_of(counts[component])]
        known[component] = max(known[component], index)
    if empty:
        known[0] = 63
        parts += [scan([names[0]], 1, 63, 0, empty), run_of(counts[0])]
    for low in reversed(range(empty)):
        parts += [scan([names[0]], 1, 63, low + 1, low), run_of(counts[0])]
    for name, blocks, last in zip(names, counts, known):
        if last < 63:
            parts += [scan([name], last + 1, 63), run_of(blocks)]
    return b"".join([*parts, EOI])


def busy(width, height, sampling, *, before=b"", megabytes=1000) -> bytes:
    """A valid picture none of whose coefficients but the means is zero, at two bits each: the most symbols for a byte
    that there can be, so the dearest file of its length. After so many `megabytes` (2^20 bytes) it goes on flat."""
    names = list(range(1, len(sampling) + 1))
    parts = [SOI, before, quantiser(value=1), huffman(0, 0, FLAT_LENGTHS), huffman(1, 0, BUSY_LENGTHS)]
    parts += [frame(0xC0, width, height, sampling), scan(names)]
    # Eight blocks are whole bytes, of either kind.
    bits, flat_bits, mean = Bits(), Bits(), codes(FLAT_LENGTHS)[0x00]
    for block in range(8):
        bits.put(*mean)
        for coefficient in range(63):
            bits.put(*codes(BUSY_LENGTHS)[0x01])
            bits.put(block + coefficient, 1)
        flat_bits.put(*mean)
        flat_bits.put(*codes(BUSY_LENGTHS)[0x00])
    count = interleaved_count(width, height, sampling)
    eights = min(count // 8, (megabytes << 20) // 127)
    if eights == count // 8:
        body = (bits.bytes() * (eights + 1))[: -(-count * 127 // 8)]
    else:
        body = bits.bytes() * eights + (flat_bits.bytes() * (count // 8))[: -(-(count - 8 * eights) * 3 // 8)]
    return b"".join([*parts, body, EOI])


def long_coded(width, height, sampling) -> bytes:
    """A valid picture whose codes and values are the longest that there can be, 26 bits a coefficient."""
    names = list(range(1, len(sampling) + 1))
    parts = [SOI, quantiser(value=1), huffman(0, 0, FLAT_LENGTHS), huffman(1, 0, LONG_LENGTHS)]
    parts += [frame(0xC1, width, height, sampling), scan(names)]
    bits, (mean, value) = Bits(), (codes(FLAT_LENGTHS)[0x00], codes(LONG_LENGTHS)[0x0A])
    for _ in range(8):
        bits.put(*mean)
        for coefficient in range(63):
            bits.put(*value)
            bits.put(0x155 + coefficient % 2 * 0x155, 10)
    return b"".join([*parts, bits.bytes() * -(-interleaved_count(width, height, sampling) // 8), EOI])


def dense(width, height, sampling=((1, 1),)) -> bytes:
    """A valid progressive picture none of whose coefficients but the means is zero, each refined bit by bit."""
    names = list(range(1, len(sampling) + 1))
    parts = [SOI, quantiser(value=1), huffman(0, 0, FLAT_LENGTHS), huffman(1, 0, RUN_LENGTHS)]
    parts += [frame(0xC2, width, height, list(sampling)), scan(names, 0, 0)]
    parts.append(zeros(interleaved_count(width, height, sampling)))
    for name, count in zip(names, block_counts(width, height, sampling)):
        parts += dense_scans(name, count)
    return b"".join([*parts, EOI])


def dense_scans(name: int, count: int) -> list[bytes]:
    """The scans of one component of `count` blocks."""
    # 63 times the same symbol and its sign: in 8 blocks, whole bytes.
    bits, table = Bits(), codes(RUN_LENGTHS)
    for coefficient in range(63 * 8):
        bits.put(*table[0x01])
        bits.put(coefficient, 1)
    parts = [scan([name], 1, 63, 0, 6), bits.bytes() * -(-count // 8)]
    # Runs over as many blocks as they can, each with a bit for every coefficient, of which none is set.
    # Two are whole bytes.
    def put_run(bits: Bits, blocks: int) -> None:
        run = blocks.bit_length() - 1
        bits.put(*table[run << 4])
        bits.put(blocks - (1 << run), run)
        bits.put(0, 63 * blocks)

    longest, pair, last = 0x7FFF, Bits(), Bits()
    put_run(pair, longest)
    put_run(pair, longest)
    pairs, rest = divmod(count, 2 * longest)
    while rest > 0:
        put_run(last, min(rest, longest))
        rest -= min(rest, longest)
    refined = pair.bytes() * pairs + last.bytes()
    for low in reversed(range(6)):
        parts += [scan([name], 1, 63, low + 1, low), refined]
    return parts


def arithmetic_noise(width, height, sampling, *, progressive=False) -> bytes:
    """Any bytes are arithmetic-coded data of something (T.81, annex D),
    and as many as samples are enough for all scans.
    """
    names = list(range(1, len(sampling) + 1))
    noise = random.Random(1)

    def body(count: int) -> bytes:
        return noise.randbytes(count).replace(b"\xff", b"\xfe")

    parts = [SOI, quantiser(), frame(0xCA if progressive else 0xC9, width, height, sampling)]
    if not progressive:
        return b"".join([*parts, scan(names), body(width * height * len(sampling)), EOI])
    parts += [scan(names, 0, 0), body(width * height // 8)]
    for name in names:
        parts += [scan([name], 1, 63), body(width * height)]
    return b"".join([*parts, EOI])


def run_of(blocks: int) -> bytes:
    """The data of a scan whose blocks are all ended by runs."""
    table, bits = codes(RUN_LENGTHS), Bits()
    while blocks > 0:
        run = min(14, blocks.bit_length() - 1)
        extra = min(blocks - (1 << run), (1 << run) - 1)
        bits.put(*table[run << 4])
        bits.put(extra, run)
        blocks -= (1 << run) + extra
    return bits.bytes()
