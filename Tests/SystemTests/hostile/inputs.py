"""The hostile and the odd: every input with what must become of it.

    python inputs.py FOLDER [NAME…]     # writes them as files

An outcome is `processed`, or the error codes that will do.
"""

import io
import struct
import sys
import zlib
from pathlib import Path

from PIL import Image

import jpeg
import png

DONE = {"processed"}
DAMAGED = {"corrupt_image", "truncated_image"}
LARGE = {"processed", "too_much_memory"}
BOMB = {"decompression_bomb"}
COLOUR = [(2, 2), (1, 1), (1, 1)]


def photo(mode: str, kind: str, size=(400, 300), **options) -> bytes:
    """A picture with content, by Pillow."""
    width, height = size
    red = Image.linear_gradient("L").resize(size)
    bands = [red, red.rotate(180), Image.radial_gradient("L").resize(size), red.transpose(Image.Transpose.FLIP_TOP_BOTTOM)]
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
            yield f"jpeg-{name}-{width}", jpeg.sequential(width, height, sampling), DONE | {"unsupported_feature", "corrupt_image"}
    yield "jpeg-separate-scans", jpeg.sequential(203, 117, COLOUR, separate=True), DONE
    yield "jpeg-restarts", jpeg.sequential(203, 117, COLOUR, restart=3), DONE
    yield "jpeg-arithmetic", arithmetic(203, 117), DONE
    yield "jpeg-arithmetic-progressive", arithmetic(203, 117, 0xCA), DONE | DAMAGED
    yield "jpeg-12-bit", jpeg.sequential(64, 48, COLOUR, marker=0xC1, depth=12), {"unsupported_feature"}
    yield "jpeg-lossless", jpeg.sequential(64, 48, COLOUR, marker=0xC3), {"unsupported_feature"}
    yield "jpeg-hierarchical", jpeg.sequential(64, 48, COLOUR, marker=0xC5), {"unsupported_feature"}
    yield "jpeg-height-0", jpeg.sequential(64, 48, COLOUR).replace(struct.pack(">HH", 48, 64), bytes(2) + b"\0\x40", 1), {"unsupported_feature"}
    yield "jpeg-two-components", jpeg.sequential(64, 48, [(1, 1)] * 2), {"unsupported_feature"}
    yield "jpeg-trailing-bytes", baseline + bytes(100_000), DONE
    yield "jpeg-no-end", baseline[:-2], DAMAGED
    yield "jpeg-no-picture", jpeg.SOI + jpeg.EOI, DAMAGED
    yield "jpeg-only-start", jpeg.SOI + b"\xff", DAMAGED
    for length in range(len(baseline) // 9, len(baseline), len(baseline) // 9):
        yield f"jpeg-cut-at-{length}", baseline[:length], DAMAGED
    big = photo("RGB", "JPEG", (4000, 3000), progressive=True)
    for length in range(len(big) // 7, len(big), len(big) // 7):
        yield f"jpeg-progressive-cut-at-{length}", big[:length], DAMAGED
    yield "jpeg-1x65500", jpeg.flat(1, 65500, COLOUR), DONE
    yield "jpeg-65500x1", jpeg.flat(65500, 1, COLOUR), DONE
    yield "jpeg-cyclic-exif", jpeg_with(jpeg.exif(CYCLIC)), DONE
    yield "jpeg-greedy-exif", jpeg_with(jpeg.exif(GREEDY) * 600), DONE
    yield "jpeg-many-tables", jpeg_with(many_markers(lambda: jpeg.segment(0xC4, (b"\x0f" + bytes(16)) * 3000), 4_000_000)), DONE | DAMAGED
    yield "jpeg-many-quantisers", jpeg_with(many_markers(lambda: jpeg.segment(0xDB, (b"\x03" + b"\x01" * 64) * 1000), 4_000_000)), DONE
    yield "jpeg-many-segments", jpeg_with(many_markers(lambda: jpeg.segment(0xE5), 4_000_000)), DONE
    yield "jpeg-many-profiles", jpeg_with(many_markers(lambda: jpeg.segment(0xE2, b"ICC_PROFILE\0\x01\xff" + bytes(60_000)), 4_000_000)), DONE
    yield "jpeg-too-many-segments", jpeg_with(many_markers(lambda: jpeg.segment(0xE5, bytes(60_000)), 5_000_000)), {"too_much_metadata"}


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
        yield f"jpeg-flat-{name}", jpeg.flat(width, height, COLOUR), LARGE
        yield f"jpeg-flat-separate-{name}", jpeg.flat(width, height, COLOUR, separate=True), LARGE
        yield f"jpeg-flat-cmyk-{name}", jpeg.flat(width, height, [(1, 1)] * 4), LARGE
        yield f"jpeg-flat-rgb-{name}", jpeg.flat(width, height, [(1, 1)] * 3, before=jpeg.adobe(0)), LARGE
        yield f"jpeg-flat-444-{name}", jpeg.flat(width, height, [(1, 1)] * 3), LARGE
        yield f"jpeg-1k-{name}", jpeg.flat(width, height, COLOUR)[:1024], DAMAGED
        yield f"jpeg-arithmetic-{name}", jpeg.flat(width, height, COLOUR, marker=0xC9)[:3000] + jpeg.EOI, LARGE
        yield f"jpeg-arithmetic-cmyk-{name}", jpeg.flat(width, height, [(1, 1)] * 4, marker=0xC9)[:3000] + jpeg.EOI, LARGE
        yield f"jpeg-progressive-{name}", jpeg.progressive(width, height, COLOUR), LARGE
        yield f"jpeg-progressive-1k-{name}", jpeg.progressive(width, height, COLOUR, data=False), DAMAGED | LARGE
        yield f"jpeg-progressive-scans-{name}", jpeg.progressive(width, height, COLOUR, refinements=10, bands=89), LARGE
        yield f"jpeg-progressive-444-{name}", jpeg.progressive(width, height, [(1, 1)] * 3, bands=9), LARGE
        yield f"jpeg-progressive-cmyk-{name}", jpeg.progressive(width, height, [(1, 1)] * 4, bands=9), LARGE
    yield "jpeg-too-many-pixels", jpeg.flat(14143, 14143, COLOUR)[:1024], {"too_many_pixels"}
    yield "jpeg-too-wide", jpeg.flat(65501, 8, COLOUR), {"dimension_too_large"}
    # About the most whose coefficients fit into the memory that there is, for each size that they are decoded at.
    for width, height in [(9200, 9100), (13000, 6400), (6000, 13900), (1700, 40000)]:
        name = f"{width}x{height}"
        yield f"jpeg-progressive-{name}", jpeg.progressive(width, height, COLOUR, bands=9), LARGE
        yield f"jpeg-progressive-scans-{name}", jpeg.progressive(width, height, COLOUR, refinements=5, bands=94), LARGE
        yield f"jpeg-progressive-refined-{name}", jpeg.progressive(width, height, COLOUR, refinements=13, empty=13), LARGE
        yield f"jpeg-progressive-gray-scans-{name}", jpeg.progressive(width, height, [(1, 1)], refinements=13, bands=63), LARGE
        yield f"jpeg-separate-{name}", jpeg.flat(width, height, COLOUR, separate=True), LARGE
    yield "jpeg-progressive-dense", jpeg.dense(4000, 3000), DONE
    yield "jpeg-thousands-of-scans", jpeg.progressive(2000, 1500, COLOUR, bands=3000), {"too_many_scans"}
    yield "jpeg-101-scans", jpeg.progressive(2000, 1500, COLOUR, bands=100), {"too_many_scans"}
    yield "jpeg-100-scans", jpeg.progressive(2000, 1500, COLOUR, bands=99), DONE


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
    yield "png-palette-missing", png.textured(97, 61, 8, 3).replace(png.chunk(b"PLTE", bytes(n * 7 % 256 for n in range(768))), b""), DAMAGED
    yield "png-cyclic-exif", png.textured(97, 61, 8, 2, before=png.chunk(b"eXIf", CYCLIC)), DONE
    yield "png-greedy-exif", png.textured(97, 61, 8, 2, before=png.chunk(b"eXIf", GREEDY) * 600), DONE
    yield "png-profile-of-zeros", png.textured(97, 61, 8, 2, before=profile_chunk(100 << 20)), DONE
    many = profile_chunk(3 << 20)
    yield "png-many-profiles", png.textured(97, 61, 8, 2, before=many * (4_000_000 // len(many))), DONE | DAMAGED
    yield "png-many-profiles-after", png.textured(97, 61, 8, 2, after=many * (20_000_000 // len(many))), DONE | DAMAGED
    yield "png-many-profiles-interlaced", png.textured(97, 61, 8, 2, interlaced=True, before=many * (4_000_000 // len(many))), DONE | DAMAGED
    bomb = png.compressed_zeros(1 << 30)
    yield "png-text-bomb", png.textured(97, 61, 8, 2, before=png.chunk(b"zTXt", b"x\0\0" + bomb)), DONE
    yield "png-international-text-bomb", png.textured(97, 61, 8, 2, before=png.chunk(b"iTXt", b"x\0\x01\0\0\0" + bomb)), DONE
    yield "png-text-bombs-after", png.textured(97, 61, 8, 2, after=png.chunk(b"zTXt", b"x\0\0" + bomb) * 10), DONE
    yield "png-text-bombs-interlaced", png.textured(97, 61, 8, 2, interlaced=True, after=png.chunk(b"zTXt", b"x\0\0" + bomb) * 10), DONE
    yield "png-too-much-text", png.textured(97, 61, 8, 2, before=png.chunk(b"tEXt", bytes(5_000_000))), {"too_much_metadata"}
    yield "png-many-chunks", png.textured(97, 61, 8, 2, before=png.chunk(b"teSt") * 300_000), DONE
    yield "png-many-chunks-interlaced", png.textured(97, 61, 8, 2, interlaced=True, before=png.chunk(b"teSt") * 300_000), DONE
    yield "png-wrong-checksum-of-data", png.file(97, 61, 8, 2, data).replace(png.chunk(b"IDAT", data), png.chunk(b"IDAT", data, 1)), DAMAGED
    yield "png-wrong-checksum-of-text", png.textured(97, 61, 8, 2, before=png.chunk(b"tEXt", b"a\0b", 1)), DONE
    yield "png-wrong-checksum-of-header", rgb[:29] + b"\0\0\0\0" + rgb[33:], DAMAGED
    yield "png-wrong-adler", png.file(97, 61, 8, 2, data[:-4] + b"\0\0\0\0"), DAMAGED | DONE
    yield "png-data-too-short", png.file(97, 61, 8, 2, zlib.compress(plain[:-1])), DAMAGED
    yield "png-data-too-long", png.file(97, 61, 8, 2, zlib.compress(plain + bytes(1))), DONE
    yield "png-data-much-too-long", png.file(97, 61, 8, 2, png.compressed_zeros(1 << 32)), DONE | DAMAGED
    yield "png-rubbish-after-data", png.file(97, 61, 8, 2, data + bytes(50_000_000)), DONE | DAMAGED
    yield "png-rubbish-after-large-data", png.file(4000, 4000, 8, 2, png.compressed_zeros(48_004_000) + bytes(60_000_000)), DONE | DAMAGED
    pieces = b"".join(png.chunk(b"IDAT", data[n : n + 1]) for n in range(len(data)))
    yield "png-data-in-bytes", png.SIGNATURE + png.header(97, 61, 8, 2) + pieces + png.chunk(b"IEND"), DONE
    yield "png-empty-data-chunks", png.SIGNATURE + png.header(97, 61, 8, 2) + png.chunk(b"IDAT") * 400_000 + png.chunk(b"IDAT", data) + png.chunk(b"IEND"), DONE
    yield "png-empty-data-chunks-interlaced", png.textured(97, 61, 8, 2, interlaced=True).replace(png.header(97, 61, 8, 2, True), png.header(97, 61, 8, 2, True) + png.chunk(b"IDAT") * 400_000), DONE
    yield "png-no-end", png.file(97, 61, 8, 2, data, end=False), DAMAGED
    yield "png-no-data", png.SIGNATURE + png.header(97, 61, 8, 2) + png.chunk(b"IEND"), DAMAGED
    yield "png-filter-type-5", png.file(97, 61, 8, 2, zlib.compress(b"\x05" + plain[1:])), DAMAGED
    yield "png-unknown-critical-chunk", png.textured(97, 61, 8, 2, before=png.chunk(b"ABCD")), DAMAGED
    yield "png-1x65500", png.textured(1, 65500, 8, 6), DONE
    yield "png-65500x1", png.textured(65500, 1, 8, 6), DONE
    for length in range(len(rgb) // 9, len(rgb), len(rgb) // 9):
        yield f"png-cut-at-{length}", rgb[:length], DAMAGED


def huge_pngs():
    for width, height in [(65500, 3053), (3053, 65500), (14142, 14142)]:
        for kind, depth in [(0, 1), (0, 8), (0, 16), (2, 8), (2, 16), (3, 1), (3, 8), (4, 16), (6, 8), (6, 16)]:
            for interlaced in [False, True]:
                name = f"png-blank-{kind}-{depth}{'-interlaced' if interlaced else ''}-{width}x{height}"
                yield name, png.blank(width, height, depth, kind, interlaced=interlaced), blank_outcome(width, height, depth, kind, interlaced)
        yield f"png-turned-{width}x{height}", png.blank(width, height, 8, 6, before=turned()), BOMB | LARGE
        short = png.compressed_zeros(1000)
        yield f"png-1k-{width}x{height}", png.file(width, height, 8, 6, short), DAMAGED | LARGE
        yield f"png-1k-interlaced-{width}x{height}", png.file(width, height, 8, 0, short, interlaced=True), DAMAGED | LARGE
    for width, height in [(9100, 9200), (60000, 1400), (1400, 60000)]:
        for kind, depth in [(0, 1), (2, 8), (3, 1), (6, 8), (6, 16)]:
            name = f"png-blank-{kind}-{depth}-interlaced-{width}x{height}"
            yield name, png.blank(width, height, depth, kind, interlaced=True), LARGE
    for side in [4000, 4700]:
        yield f"png-buffered-{side}", png.blank(side, side, 8, 2), DONE


def blank_outcome(width, height, depth, kind, interlaced) -> set[str]:
    """A thousand times its size in zeros is a bomb, from 256 MiB on; what is interlaced has to be held."""
    if interlaced:
        return LARGE
    return BOMB if png.raw_size(width, height, depth, kind) > 257 << 20 else DONE


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
    for part in [odd_jpegs, huge_jpegs, odd_pngs, huge_pngs, others]:
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
