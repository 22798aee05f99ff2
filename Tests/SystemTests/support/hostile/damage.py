"""Damaged variants of the sample pictures and of other kinds made from one of them, the same for a seed.

    python damage.py FOLDER     # writes them as files

A variant's name says what it was made from and what was done to it: `progressive.no-end-marker.jpg`.
"""

import io
import random
import re
import struct
import sys
import zlib
from collections.abc import Iterator
from pathlib import Path

import pyvips
from PIL import Image

import png

SAMPLES = Path(__file__).resolve().parents[4] / "functions/image-processor/samples"
SEED = 11
FLIPS = 14


def sources() -> Iterator[tuple[str, bytes]]:
    """Whole pictures by name."""
    for file in sorted(SAMPLES.rglob("*.*")):
        # The large one has nothing that the others have not; one is damaged already.
        if file.suffix in (".jpg", ".png") and file.stem != "corrupt" and file.stat().st_size < 520_000:
            yield f"{re.sub('[^a-z0-9]+', '-', file.stem.lower())}{file.suffix}", file.read_bytes()
    cat = Image.open(SAMPLES / "web/chelsea.jpg").convert("RGB").resize((225, 150))

    def saved(picture: Image.Image, kind: str, **options) -> bytes:
        out = io.BytesIO()
        picture.save(out, kind, **options)
        return out.getvalue()

    yield "baseline.jpg", saved(cat, "JPEG", quality=80, subsampling=0)
    yield "gray.jpg", saved(cat.convert("L"), "JPEG", quality=80)
    yield "restarts.jpg", saved(cat, "JPEG", quality=80, subsampling=2, restart_marker_blocks=9)
    yield "progressive.jpg", saved(cat, "JPEG", quality=80, subsampling=2, progressive=True)
    yield "progressive-gray.jpg", saved(cat.convert("L"), "JPEG", quality=80, progressive=True)
    yield "cmyk.jpg", saved(cat.convert("CMYK"), "JPEG", quality=80)
    yield "rgb.png", saved(cat, "PNG")
    yield "palette.png", saved(cat.quantize(64), "PNG")
    yield "interlaced.png", pyvips.Image.new_from_buffer(saved(cat, "PNG"), "").pngsave_buffer(interlace=True)


def variants(name: str, whole: bytes, seed: int = SEED) -> Iterator[tuple[str, bytes]]:
    """What is done to a picture, and what comes of it."""
    chance = random.Random(f"{seed} {name}")
    for share in (0.3, 0.6, 0.95):
        yield f"cut-at-{int(share * 100)}-percent", whole[: int(len(whole) * share)]
    for count in (1, 2, 3, 4, 9, 13, 17, 40):
        yield f"cut-by-{count}", whole[:-count]
    yield "zeros-behind", whole + bytes(1000)
    yield "rubbish-behind", whole + chance.randbytes(1000)
    yield "twice", whole + whole
    for number in range(FLIPS):
        at = chance.randrange(8, len(whole))
        flipped = bytearray(whole)
        flipped[at] ^= 1 << chance.randrange(8)
        yield f"flip-{number}", bytes(flipped)
    yield from (png_variants if name.endswith(".png") else jpeg_variants)(whole, chance)


def jpeg_variants(whole: bytes, chance: random.Random) -> Iterator[tuple[str, bytes]]:
    body = whole[:-2]
    yield "rubbish-for-the-end-marker", body + b"\1\2\3"
    yield "odd-marker-behind-the-rows", body + b"\xff\x02\xff\xd9"
    yield "second-picture-for-the-end-marker", body + whole
    yield "half-a-segment-at-the-end", body + b"\xff\xe1\x10\0ab"
    for share in (0.6, 0.95):
        yield f"cut-at-{int(share * 100)}-percent-and-ended", whole[: int(len(whole) * share)] + b"\xff\xd9"
    scans = [match.start() for match in re.finditer(b"\xff\xda", whole)]
    for missing in range(1, min(4, len(scans))):
        yield f"{missing}-scans-missing", whole[: scans[-missing]]
        yield f"{missing}-scans-missing-and-ended", whole[: scans[-missing]] + b"\xff\xd9"
    restarts = [match.start() for match in re.finditer(b"\xff[\xd0-\xd7]", whole)]
    if len(restarts) > 4:
        at = chance.choice(restarts)
        yield "restart-marker-lost", whole[:at] + whole[at + 2 :]
        yield "restart-marker-padded", whole[:at] + b"\xff\0\xff\xff" + whole[at:]
        yield "restart-interval-lost", whole[: restarts[2]] + whole[restarts[3] :]


def png_variants(whole: bytes, chance: random.Random) -> Iterator[tuple[str, bytes]]:
    chunks = list(png_chunks(whole))
    first = next(start for name, start, _ in chunks if name == b"IDAT")
    last = max(end for name, _, end in chunks if name == b"IDAT")
    data = b"".join(whole[start + 8 : end - 4] for name, start, end in chunks if name == b"IDAT")

    def with_data(*pieces: bytes) -> bytes:
        return whole[:first] + b"".join(png.chunk(b"IDAT", piece) for piece in pieces) + whole[last:]

    def with_wrong_byte(file: bytes, at: int) -> bytes:
        return file[:at] + bytes([file[at] ^ 1]) + file[at + 1 :]

    yield "no-IEND", whole[:-12]
    yield "wrong-checksum-of-the-last-IDAT", with_wrong_byte(whole, last - 1)
    two = with_data(data[:1000], data[1000:])
    yield "wrong-checksum-of-the-first-IDAT", with_wrong_byte(two, first + 1000 + 11)
    yield "wrong-checksum-of-IEND", with_wrong_byte(whole, len(whole) - 1)
    yield "wrong-adler", with_data(with_wrong_byte(data, len(data) - 1))
    yield "no-adler", with_data(data[:-4])
    yield "bytes-behind-the-data", with_data(data, b"\1\2\3")
    yield "rows-behind-the-last", with_data(zlib.compress(zlib.decompress(data) + bytes(5000)))
    yield "rows-missing", with_data(zlib.compress(zlib.decompress(data)[: chance.randrange(2000, 20_000)]))
    text = png.chunk(b"tEXt", b"Comment\0x")
    yield "wrong-checksum-of-a-text", whole[:first] + with_wrong_byte(text, len(text) - 1) + whole[first:]
    yield "text-in-the-data", with_data(data[:500])[: first + 512] + text + with_data(data[500:])[first:]


def png_chunks(file: bytes) -> Iterator[tuple[bytes, int, int]]:
    """Name, start and end of each."""
    at = 8
    while at + 12 <= len(file):
        end = at + 12 + struct.unpack(">I", file[at : at + 4])[0]
        yield file[at + 4 : at + 8], at, end
        at = end


def write(folder: Path) -> None:
    """Writes every picture whole, and every variant of it."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, whole in sources():
        stem, suffix = name.rsplit(".", 1)
        (folder / name).write_bytes(whole)
        for what, damaged in variants(name, whole):
            (folder / f"{stem}.{what}.{suffix}").write_bytes(damaged)


if __name__ == "__main__":
    write(Path(sys.argv[1]))
