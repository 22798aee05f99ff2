"""The hostile and the odd: every input with what must become of it.

    python inputs.py FOLDER [NAME…]     # writes them as files

An outcome is `processed` or an error code, and the same file always has the same.
"""

import io
import shutil
import struct
import subprocess
import sys
import zlib
from pathlib import Path

from PIL import Image

import jpeg
import png

DONE = {"processed"}
CORRUPT = {"corrupt_image"}
TRUNCATED = {"truncated_image"}
UNSUPPORTED = {"unsupported_feature"}
TOO_MUCH_MEMORY = {"too_much_memory"}
TOO_MUCH = {"too_many_decoded_bytes"}
COLOUR = [(2, 2), (1, 1), (1, 1)]


def photo(mode: str, kind: str, size=(400, 300), **options) -> bytes:
    """A picture with content, by Pillow."""
    width, height = size
    red = Image.linear_gradient("L").resize(size)
    bands = [
        red,
        red.rotate(180),
        Image.radial_gradient("L").resize(size),
        red.transpose(Image.Transpose.FLIP_TOP_BOTTOM),
    ]
    picture = Image.merge(mode, bands[: len(mode)]) if len(mode) > 1 else bands[2]
    out = io.BytesIO()
    picture.save(out, kind, **options)
    return out.getvalue()


def exif_directories(entries: list[tuple[int, int, int, int]], following: int = 0) -> bytes:
    """A TIFF block of one directory: tag, type, count and value or offset."""
    body = b"".join(struct.pack("<HHII", *entry) for entry in entries)
    return b"II*\0" + struct.pack("<IH", 8, len(entries)) + body + struct.pack("<I", following)


# Both sub-directories are the main one, and so is the next.
CYCLIC = exif_directories([(0x8769, 4, 1, 8), (0x8825, 4, 1, 8), (0x0112, 3, 1, 6)], following=8)
# As many entries as a directory can have, all of the longest value, all in the same place.
GREEDY = exif_directories([(0x010F, 2, 4096, 8)] * 511 + [(0x8769, 4, 1, 8)])


def many_markers(make, bytes_wanted: int) -> bytes:
    one = make()
    return one * (bytes_wanted // len(one))


def jpeg_with(segments: bytes) -> bytes:
    return jpeg.sequential(64, 48, COLOUR, before=segments)


def odd_jpegs():
    baseline = photo("RGB", "JPEG")
    yield "jpeg-cmyk", photo("CMYK", "JPEG"), DONE
    yield "jpeg-ycck", jpeg.sequential(64, 48, [(2, 2), (1, 1), (1, 1), (2, 2)], before=jpeg.adobe(2)), DONE
    yield "jpeg-rgb", jpeg.sequential(64, 48, [(1, 1)] * 3, before=jpeg.adobe(0)), DONE
    yield "jpeg-rgb-by-letters", jpeg.sequential(64, 48, [(1, 1)] * 3, ids=b"RGB"), DONE
    for name, sampling in {
        "410": [(4, 2), (1, 1), (1, 1)],
        "411": [(4, 1), (1, 1), (1, 1)],
        "440": [(1, 2), (1, 1), (1, 1)],
        "chroma-larger": [(1, 1), (2, 2), (2, 2)],
        "odd-factors": [(3, 1), (1, 1), (1, 1)],
        "mixed": [(2, 2), (2, 1), (1, 2)],
        "gray-4x4": [(4, 4)],
    }.items():
        for width, height in [(203, 117), (2003, 1117)]:
            yield f"jpeg-{name}-{width}", jpeg.sequential(width, height, sampling), DONE
    yield "jpeg-separate-scans", jpeg.sequential(203, 117, COLOUR, separate=True), DONE
    yield "jpeg-restarts", jpeg.sequential(203, 117, COLOUR, restart=3), DONE
    yield "jpeg-arithmetic", arithmetic(203, 117), DONE
    yield "jpeg-arithmetic-progressive", arithmetic(203, 117, 0xCA), CORRUPT
    yield "jpeg-12-bit", jpeg.sequential(64, 48, COLOUR, marker=0xC1, depth=12), UNSUPPORTED
    yield "jpeg-lossless", jpeg.sequential(64, 48, COLOUR, marker=0xC3), UNSUPPORTED
    yield "jpeg-hierarchical", jpeg.sequential(64, 48, COLOUR, marker=0xC5), UNSUPPORTED
    yield (
        "jpeg-height-0",
        jpeg.sequential(64, 48, COLOUR).replace(struct.pack(">HH", 48, 64), bytes(2) + b"\0\x40", 1),
        UNSUPPORTED,
    )
    yield "jpeg-two-components", jpeg.sequential(64, 48, [(1, 1)] * 2), UNSUPPORTED
    yield "jpeg-trailing-bytes", baseline + bytes(100_000), DONE
    yield "jpeg-no-end", baseline[:-2], DONE
    yield "jpeg-no-picture", jpeg.SOI + jpeg.EOI, CORRUPT
    yield "jpeg-only-start", jpeg.SOI + b"\xff", TRUNCATED
    for length in range(len(baseline) // 9, len(baseline), len(baseline) // 9):
        yield f"jpeg-cut-at-{length}", baseline[:length], TRUNCATED
    big = photo("RGB", "JPEG", (4000, 3000), progressive=True)
    for length in range(len(big) // 7, len(big), len(big) // 7):
        # The last cut takes a few bytes of a scan that no rendition needs.
        yield f"jpeg-progressive-cut-at-{length}", big[:length], DONE if length > len(big) - 7 else TRUNCATED
    yield "jpeg-1x65500", jpeg.flat(1, 65500, COLOUR), DONE
    yield "jpeg-65500x1", jpeg.flat(65500, 1, COLOUR), DONE
    yield "jpeg-cyclic-exif", jpeg_with(jpeg.exif(CYCLIC)), DONE
    yield "jpeg-greedy-exif", jpeg_with(jpeg.exif(GREEDY) * 600), DONE
    yield (
        "jpeg-many-tables",
        jpeg_with(many_markers(lambda: jpeg.segment(0xC4, (b"\x0f" + bytes(16)) * 3000), 4_000_000)),
        CORRUPT,
    )
    yield (
        "jpeg-many-quantisers",
        jpeg_with(many_markers(lambda: jpeg.segment(0xDB, (b"\x03" + b"\x01" * 64) * 1000), 4_000_000)),
        DONE,
    )
    yield "jpeg-many-segments", jpeg_with(many_markers(lambda: jpeg.segment(0xE5), 4_000_000)), DONE
    yield (
        "jpeg-many-profiles",
        jpeg_with(many_markers(lambda: jpeg.segment(0xE2, b"ICC_PROFILE\0\x01\xff" + bytes(60_000)), 4_000_000)),
        DONE,
    )
    yield (
        "jpeg-too-many-segments",
        jpeg_with(many_markers(lambda: jpeg.segment(0xE5, bytes(60_000)), 5_000_000)),
        {"too_much_metadata"},
    )


def cut_jpegs():
    """Cut where a scan ends or inside one, and given an end again."""
    separate = jpeg.sequential(2003, 1117, COLOUR, separate=True)
    progressive = photo("RGB", "JPEG", (4000, 3000), progressive=True)
    cmyk = photo("CMYK", "JPEG", (1000, 700), progressive=True)
    for name, content in [("separate", separate), ("progressive", progressive), ("cmyk-progressive", cmyk)]:
        scans = [at for at in range(len(content)) if content[at : at + 2] == b"\xff\xda"]
        for count, at in enumerate(scans[1:], 1):
            yield f"jpeg-{name}-{count}-of-{len(scans)}-scans", content[:at] + jpeg.EOI, CORRUPT
        yield f"jpeg-{name}-cut-in-a-scan", content[: (scans[0] + scans[1]) // 2] + jpeg.EOI, CORRUPT
    baseline = photo("RGB", "JPEG")
    yield "jpeg-baseline-cut-and-ended", baseline[: len(baseline) // 2] + jpeg.EOI, CORRUPT
    # Nothing in the format tells it from a whole one: it is rendered with a warning.
    coded = jpeg.arithmetic_noise(203, 117, COLOUR)
    yield "jpeg-arithmetic-cut-and-ended", coded[: len(coded) // 4] + jpeg.EOI, DONE


def arithmetic(width: int, height: int, marker: int = 0xC9) -> bytes:
    """Any bytes at all are arithmetic-coded data of something (T.81, annex D)."""
    names = [1, 2, 3]
    body = bytes(n * n % 251 for n in range(1, width * height // 4))
    parts = [jpeg.SOI, jpeg.quantiser(), jpeg.frame(marker, width, height, COLOUR)]
    parts.append(jpeg.scan(names, 0, 63 if marker == 0xC9 else 0))
    return b"".join([*parts, body, jpeg.EOI])


def huge_jpegs():
    # The most pixels that the limits allow, as wide and as square as can be.
    for width, height in [(65500, 3053), (3053, 65500), (14142, 14142)]:
        name = f"{width}x{height}"
        yield f"jpeg-flat-{name}", jpeg.flat(width, height, COLOUR), DONE
        yield f"jpeg-flat-separate-{name}", jpeg.flat(width, height, COLOUR, separate=True), TOO_MUCH_MEMORY
        yield f"jpeg-flat-cmyk-{name}", jpeg.flat(width, height, [(1, 1)] * 4), DONE
        yield f"jpeg-flat-rgb-{name}", jpeg.flat(width, height, [(1, 1)] * 3, before=jpeg.adobe(0)), DONE
        yield f"jpeg-flat-444-{name}", jpeg.flat(width, height, [(1, 1)] * 3), DONE
        yield f"jpeg-1k-{name}", jpeg.flat(width, height, COLOUR)[:1024], TRUNCATED
        yield f"jpeg-arithmetic-{name}", jpeg.flat(width, height, COLOUR, marker=0xC9)[:3000] + jpeg.EOI, UNSUPPORTED
        yield (
            f"jpeg-arithmetic-cmyk-{name}",
            jpeg.flat(width, height, [(1, 1)] * 4, marker=0xC9)[:3000] + jpeg.EOI,
            UNSUPPORTED,
        )
        yield f"jpeg-progressive-{name}", jpeg.progressive(width, height, COLOUR), DONE
        yield f"jpeg-progressive-1k-{name}", jpeg.progressive(width, height, COLOUR, data=False), CORRUPT
        yield f"jpeg-progressive-scans-{name}", jpeg.progressive(width, height, COLOUR, refinements=10, bands=86), DONE
        yield f"jpeg-progressive-444-{name}", jpeg.progressive(width, height, [(1, 1)] * 3, bands=9), DONE
        yield f"jpeg-progressive-cmyk-{name}", jpeg.progressive(width, height, [(1, 1)] * 4, bands=9), TOO_MUCH_MEMORY
    yield "jpeg-too-many-pixels", jpeg.flat(14143, 14143, COLOUR)[:1024], {"too_many_pixels"}
    yield "jpeg-too-wide", jpeg.flat(65501, 8, COLOUR), {"dimension_too_large"}
    # About the most whose coefficients fit into the memory that there is, for each size that they are decoded at.
    for width, height in [(9200, 9100), (13000, 6400), (6000, 13900), (1700, 40000)]:
        name = f"{width}x{height}"
        yield f"jpeg-progressive-{name}", jpeg.progressive(width, height, COLOUR, bands=9), DONE
        yield f"jpeg-progressive-scans-{name}", jpeg.progressive(width, height, COLOUR, refinements=5, bands=91), DONE
        yield (
            f"jpeg-progressive-refined-{name}",
            jpeg.progressive(width, height, COLOUR, refinements=13, empty=13),
            DONE,
        )
        yield (
            f"jpeg-progressive-gray-scans-{name}",
            jpeg.progressive(width, height, [(1, 1)], refinements=13, bands=63),
            DONE,
        )
        yield (
            f"jpeg-separate-{name}",
            jpeg.flat(width, height, COLOUR, separate=True),
            DONE if width == 1700 else TOO_MUCH_MEMORY,
        )
    yield "jpeg-thousands-of-scans", jpeg.progressive(2000, 1500, COLOUR, bands=3000), {"too_many_scans"}
    yield "jpeg-101-scans", jpeg.progressive(2000, 1500, COLOUR, bands=97), {"too_many_scans"}
    yield "jpeg-100-scans", jpeg.progressive(2000, 1500, COLOUR, bands=96), DONE


def dense_jpegs():
    # All the bytes that the recipe allows, as dear as can be, and all the pixels.
    for name, sampling, before in [
        ("420", COLOUR, b""), ("444", [(1, 1)] * 3, b""), ("rgb", [(1, 1)] * 3, jpeg.adobe(0)),
        ("cmyk", [(1, 1)] * 4, b""),
    ]:  # fmt: skip
        yield f"jpeg-dense-{name}", jpeg.busy(14142, 14142, sampling, before=before, megabytes=60), DONE
    yield "jpeg-dense-full-size", jpeg.busy(3999, 3999, [(1, 1)] * 3), DONE
    yield "jpeg-long-codes", jpeg.long_coded(2350, 2200, [(1, 1)] * 3), DONE
    yield "jpeg-over-the-bytes", jpeg.long_coded(2450, 2350, [(1, 1)] * 3), {"too_many_bytes"}
    yield "jpeg-progressive-dense", jpeg.dense(4000, 3000), DONE
    yield "jpeg-progressive-dense-quarter", jpeg.dense(6600, 4500, COLOUR), DONE
    yield "jpeg-progressive-dense-full-size", jpeg.dense(3860, 3860, [(1, 1)] * 3), DONE
    yield "jpeg-progressive-dense-cmyk", jpeg.dense(3700, 3000, [(1, 1)] * 4), DONE
    yield "jpeg-arithmetic-random", jpeg.arithmetic_noise(2000, 2000, [(1, 1)] * 3), DONE
    yield "jpeg-arithmetic-random-progressive", jpeg.arithmetic_noise(2000, 2000, [(1, 1)] * 3, progressive=True), DONE
    # Random bytes soon end in codes that are none. What an encoder makes of noise is dearer; jpegtran is Debian's.
    if shutil.which("jpegtran"):
        noise = Image.merge("RGB", [Image.effect_noise((2000, 2000), 100) for _ in range(3)])
        out = io.BytesIO()
        noise.save(out, "JPEG", quality=100, subsampling=0)
        for options in [["-arithmetic"], ["-arithmetic", "-progressive"]]:
            run = subprocess.run(["jpegtran", *options], input=out.getvalue(), stdout=subprocess.PIPE, check=True)
            yield f"jpeg-noise{''.join(options)}", run.stdout, DONE
    yield "jpeg-arithmetic-too-many-samples", jpeg.arithmetic_noise(2001, 2000, [(1, 1)] * 3), UNSUPPORTED


def profile_chunk(size: int) -> bytes:
    """An iCCP chunk whose profile is all zeros: none, but it has to be decompressed to tell."""
    return png.chunk(b"iCCP", b"x\0\0" + png.compressed_zeros(size))


def odd_pngs():
    for kind, depths in {0: [1, 2, 4, 8, 16], 2: [8, 16], 3: [1, 2, 4, 8], 4: [8, 16], 6: [8, 16]}.items():
        for depth in depths:
            for interlaced in [False, True]:
                name = f"png-{kind}-{depth}{'-interlaced' if interlaced else ''}"
                yield name, png.textured(97, 61, depth, kind, interlaced=interlaced), DONE
    rgb = png.textured(97, 61, 8, 2)
    head, tail = rgb.index(b"IDAT") - 4, rgb.index(b"IEND") - 4
    data = rgb[head + 8 : tail - 4]
    plain = zlib.decompress(data)
    yield "png-palette-transparent", png.textured(97, 61, 8, 3, before=png.chunk(b"tRNS", bytes(range(200)))), DONE
    yield "png-rgb-transparent", png.textured(97, 61, 8, 2, before=png.chunk(b"tRNS", bytes(6))), DONE
    yield (
        "png-palette-missing",
        png.textured(97, 61, 8, 3).replace(png.chunk(b"PLTE", bytes(n * 7 % 256 for n in range(768))), b""),
        CORRUPT,
    )
    yield "png-cyclic-exif", png.textured(97, 61, 8, 2, before=png.chunk(b"eXIf", CYCLIC)), DONE
    yield "png-greedy-exif", png.textured(97, 61, 8, 2, before=png.chunk(b"eXIf", GREEDY) * 600), DONE
    yield "png-profile-of-zeros", png.textured(97, 61, 8, 2, before=profile_chunk(100 << 20)), DONE
    many = profile_chunk(3 << 20)
    yield "png-many-profiles", png.textured(97, 61, 8, 2, before=many * (4_000_000 // len(many))), DONE
    yield "png-many-profiles-after", png.textured(97, 61, 8, 2, after=many * (20_000_000 // len(many))), DONE
    yield (
        "png-many-profiles-interlaced",
        png.textured(97, 61, 8, 2, interlaced=True, before=many * (4_000_000 // len(many))),
        DONE,
    )
    bomb = png.compressed_zeros(1 << 30)
    yield "png-text-bomb", png.textured(97, 61, 8, 2, before=png.chunk(b"zTXt", b"x\0\0" + bomb)), DONE
    yield (
        "png-international-text-bomb",
        png.textured(97, 61, 8, 2, before=png.chunk(b"iTXt", b"x\0\x01\0\0\0" + bomb)),
        DONE,
    )
    yield "png-text-bombs-after", png.textured(97, 61, 8, 2, after=png.chunk(b"zTXt", b"x\0\0" + bomb) * 10), DONE
    yield (
        "png-text-bombs-interlaced",
        png.textured(97, 61, 8, 2, interlaced=True, after=png.chunk(b"zTXt", b"x\0\0" + bomb) * 10),
        DONE,
    )
    yield (
        "png-too-much-text",
        png.textured(97, 61, 8, 2, before=png.chunk(b"tEXt", bytes(5_000_000))),
        {"too_much_metadata"},
    )
    yield "png-many-chunks", png.textured(97, 61, 8, 2, before=png.chunk(b"teSt") * 300_000), DONE
    yield (
        "png-many-chunks-interlaced",
        png.textured(97, 61, 8, 2, interlaced=True, before=png.chunk(b"teSt") * 300_000),
        DONE,
    )
    yield (
        "png-wrong-checksum-of-data",
        png.file(97, 61, 8, 2, data).replace(png.chunk(b"IDAT", data), png.chunk(b"IDAT", data, 1)),
        DONE,
    )
    yield "png-wrong-checksum-of-text", png.textured(97, 61, 8, 2, before=png.chunk(b"tEXt", b"a\0b", 1)), DONE
    yield "png-wrong-checksum-of-header", rgb[:29] + b"\0\0\0\0" + rgb[33:], CORRUPT
    yield "png-wrong-adler", png.file(97, 61, 8, 2, data[:-4] + b"\0\0\0\0"), DONE
    yield "png-data-too-short", png.file(97, 61, 8, 2, zlib.compress(plain[:-1])), CORRUPT
    yield "png-data-too-long", png.file(97, 61, 8, 2, zlib.compress(plain + bytes(1))), DONE
    yield "png-data-much-too-long", png.file(97, 61, 8, 2, png.compressed_zeros(1 << 32)), DONE
    yield "png-rubbish-after-data", png.file(97, 61, 8, 2, data + bytes(50_000_000)), DONE
    yield (
        "png-rubbish-after-large-data",
        png.file(4000, 4000, 8, 2, png.compressed_zeros(48_004_000) + bytes(60_000_000)),
        DONE,
    )
    pieces = b"".join(png.chunk(b"IDAT", data[n : n + 1]) for n in range(len(data)))
    yield "png-data-in-bytes", png.SIGNATURE + png.header(97, 61, 8, 2) + pieces + png.chunk(b"IEND"), DONE
    yield (
        "png-empty-data-chunks",
        png.SIGNATURE
        + png.header(97, 61, 8, 2)
        + png.chunk(b"IDAT") * 400_000
        + png.chunk(b"IDAT", data)
        + png.chunk(b"IEND"),
        DONE,
    )
    yield (
        "png-empty-data-chunks-interlaced",
        png.textured(97, 61, 8, 2, interlaced=True).replace(
            png.header(97, 61, 8, 2, True), png.header(97, 61, 8, 2, True) + png.chunk(b"IDAT") * 400_000
        ),
        DONE,
    )
    yield "png-no-end", png.file(97, 61, 8, 2, data, end=False), DONE
    yield "png-no-data", png.SIGNATURE + png.header(97, 61, 8, 2) + png.chunk(b"IEND"), CORRUPT
    yield "png-filter-type-5", png.file(97, 61, 8, 2, zlib.compress(b"\x05" + plain[1:])), CORRUPT
    yield "png-unknown-critical-chunk", png.textured(97, 61, 8, 2, before=png.chunk(b"ABCD")), CORRUPT
    yield "png-1x65500", png.textured(1, 65500, 8, 6), DONE
    yield "png-65500x1", png.textured(65500, 1, 8, 6), DONE
    for length in range(len(rgb) // 9, len(rgb), len(rgb) // 9):
        # With all of its picture data, a file that lacks its end is whole.
        yield f"png-cut-at-{length}", rgb[:length], DONE if length > len(rgb) - 12 else TRUNCATED


def huge_pngs():
    for width, height in [(65500, 3053), (3053, 65500), (14142, 14142)]:
        for kind, depth in [(0, 1), (0, 8), (0, 16), (2, 8), (2, 16), (3, 1), (3, 8), (4, 16), (6, 8), (6, 16)]:
            for interlaced in [False, True]:
                name = f"png-blank-{kind}-{depth}{'-interlaced' if interlaced else ''}-{width}x{height}"
                yield name, png.blank(width, height, depth, kind, interlaced=interlaced), TOO_MUCH
        short = png.compressed_zeros(1000)
        yield f"png-1k-{width}x{height}", png.file(width, height, 8, 6, short), TOO_MUCH
    for width, height in [(14142, 9490), (65500, 2049), (2049, 65500)]:
        for depth in [1, 8]:
            for interlaced in [False, True]:
                name = f"png-blank-gray-{depth}{'-interlaced' if interlaced else ''}-{width}x{height}"
                yield name, png.blank(width, height, depth, 0, interlaced=interlaced), DONE
        yield f"png-1k-gray-{width}x{height}", png.file(width, height, 8, 0, short), CORRUPT
        yield f"png-1k-gray-interlaced-{width}x{height}", png.file(width, height, 8, 0, short, interlaced=True), CORRUPT
    yield "png-turned", png.blank(5800, 5780, 8, 6, before=turned()), DONE
    yield "png-turned-interlaced", png.blank(5800, 5780, 8, 6, interlaced=True, before=turned()), DONE
    for side in [4000, 4700]:
        yield f"png-buffered-{side}", png.blank(side, side, 8, 2), DONE


def dense_pngs():
    # All that the pixels of a PNG may come to, of data that expand 1 to 1,000 times, and of the dearest filters.
    for name, width, height, depth, kind in [
        ("rgba", 7680, 4368, 8, 6), ("rgb", 8000, 5590, 8, 2), ("gray", 13000, 10320, 8, 0),
        ("rgba16", 4096, 4096, 16, 6),
        ("gray16", 8000, 8380, 16, 0), ("palette", 8000, 5590, 8, 3),
    ]:  # fmt: skip
        yield f"png-blank-{name}", png.blank(width, height, depth, kind), DONE
        # So much of it as the recipe's bytes allow is noise.
        share = min(1, (60 << 20) / png.raw_size(width, height, depth, kind))
        for row_filter in [3, 4]:
            yield f"png-noisy-{name}-{row_filter}", png.noisy(width, height, depth, kind, row_filter, share=share), DONE
        yield (
            f"png-noisy-{name}-interlaced",
            png.noisy(width, height, depth, kind, 4, share=share, interlaced=True),
            DONE,
        )
        if kind != 6:
            transparent = png.chunk(b"tRNS", bytes({0: 2, 2: 6, 3: 200}[kind]))
            yield (
                f"png-transparent-{name}",
                png.noisy(width // 2, height // 2, depth, kind, 4, before=transparent),
                DONE,
            )
    # 100 to 199 bytes of one, where a limit on expansion alone would not see anything odd.
    for period in [150, 190]:
        yield f"png-expanding-{period}", png.repeating(4096, 4096, 16, 6, period), DONE
    for bits in [1, 2, 4]:
        yield f"png-palette-of-{bits}-bits", png.blank(6600, 6600, bits, 3), DONE
    yield "png-one-row-too-many", png.blank(4096, 4097, 16, 6), TOO_MUCH
    yield "png-transparent-too-many", png.blank(8000, 5590, 8, 3, before=png.chunk(b"tRNS", b"\x80")), TOO_MUCH
    flushed = zlib.compressobj(6)
    rows = b"".join(flushed.compress(bytes([0, n * 7 % 256])) + flushed.flush(zlib.Z_FULL_FLUSH) for n in range(65500))
    yield "png-flushed-after-each-row", png.file(1, 65500, 8, 0, rows + flushed.flush()), DONE
    palette = png.chunk(b"PLTE", bytes(n * 11 % 256 for n in range(768)))
    yield "png-second-palette", png.textured(97, 61, 8, 3, before=palette), CORRUPT
    yield "png-second-palette-after", png.textured(97, 61, 8, 3, after=palette), DONE
    yield "png-second-header", png.textured(97, 61, 8, 2, before=png.header(97, 61, 8, 2)), CORRUPT


def turned() -> bytes:
    return png.chunk(b"eXIf", exif_directories([(0x0112, 3, 1, 6)]))


def others():
    yield "empty", b"", {"empty_object"}
    yield "zeros", bytes(1000), {"unsupported_format"}
    yield "html", b"<!DOCTYPE html><html><body>404</body></html>", {"unsupported_format"}
    yield "html-with-space", b"\r\n  <html>", {"unsupported_format"}
    yield "gif", b"GIF89a" + bytes(100), {"unsupported_format"}
    yield "one-byte", b"\xff", {"unsupported_format"}


def everything():
    """Name, bytes and the outcomes that will do, of every input."""
    for part in [odd_jpegs, cut_jpegs, huge_jpegs, dense_jpegs, odd_pngs, huge_pngs, dense_pngs, others]:
        yield from part()


def main() -> None:
    folder = Path(sys.argv[1])
    folder.mkdir(parents=True, exist_ok=True)
    for name, content, outcomes in everything():
        if len(sys.argv) == 2 or any(wanted in name for wanted in sys.argv[2:]):
            # Whatever it is, it claims to be a photograph.
            (folder / f"{name}.jpg").write_bytes(content)
            (folder / f"{name}.outcomes").write_text("\n".join(sorted(outcomes)))


if __name__ == "__main__":
    main()
