"""Pictures in every colour space that people send, and what libvips and this system make of them.

    python colour_pictures.py SHEET.png      draws them side by side, with their colour differences
"""

import io
import json
import os
import struct
import subprocess
import sys
import tempfile
import zlib
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pyvips
from PIL import Image, ImageCms, ImageDraw

ROOT = Path(__file__).resolve().parents[3]
PROFILES = Path("/usr/share/color/icc")
PRESS = PROFILES / "ghostscript/default_cmyk.icc"
SIZE = (360, 240)


def photograph() -> np.ndarray:
    """Colours of every hue and lightness, over a photograph."""
    photo = Image.open(ROOT / "functions/image-processor/samples/web/chelsea.jpg").convert("RGB").resize(SIZE)
    picture = np.asarray(photo).copy()
    hue = np.linspace(0, 255, SIZE[0], dtype=np.uint8)
    for row, (saturation, value) in enumerate([(255, 255), (255, 150), (120, 230), (0, 0)]):
        strip = np.zeros((20, SIZE[0], 3), np.uint8)
        strip[..., 0], strip[..., 1], strip[..., 2] = hue, saturation, hue if row == 3 else value
        picture[row * 20:row * 20 + 20] = np.asarray(Image.fromarray(strip, "HSV").convert("RGB"))
    return picture


# Profiles that nobody ships freely, made here. ---------------------------------------------------------------------

def _tag(kind: bytes, content: bytes) -> bytes:
    return kind + bytes(4) + content


def _assemble(space: bytes, tags: dict[bytes, bytes], *, pcs=b"XYZ ", kind=b"mntr", version=2) -> bytes:
    table, contents = struct.pack(">I", len(tags)), b""
    start = 128 + 4 + 12 * len(tags)
    for name, content in tags.items():
        table += name + struct.pack(">II", start + len(contents), len(content))
        contents += content + bytes(-len(content) % 4)
    header = bytearray(128)
    header[:4] = struct.pack(">I", start + len(contents))
    header[8] = version
    header[12:24] = kind + space + pcs
    header[24:36] = struct.pack(">6H", 2020, 1, 1, 0, 0, 0)
    header[36:40] = b"acsp"
    header[68:80] = struct.pack(">3i", 0xF6D6, 0x10000, 0xD32D)
    return bytes(header) + table + contents


def _text(text: str) -> bytes:
    return _tag(b"desc", struct.pack(">I", len(text) + 1) + text.encode() + bytes(79))


def _xyz(x: float, y: float, z: float) -> bytes:
    return _tag(b"XYZ ", struct.pack(">3i", *(round(65536 * v) for v in (x, y, z))))


def _gamma(value: float) -> bytes:
    return _tag(b"curv", struct.pack(">IH", 1, round(256 * value)))


_WHITE = (0.9642, 1.0, 0.8249)


def display_p3(version: int = 4) -> bytes:
    """Apple's: the primaries under D50, and the curve of sRGB as a formula."""
    curve = _tag(b"para", struct.pack(">HH5i", 3, 0, *(round(65536 * v) for v in (
        2.4, 1 / 1.055, 0.055 / 1.055, 1 / 12.92, 0.04045))))
    return _assemble(b"RGB ", {
        b"desc": _text("Display P3"), b"wtpt": _xyz(*_WHITE), b"rXYZ": _xyz(0.51512, 0.24120, -0.00105),
        b"gXYZ": _xyz(0.29198, 0.69225, 0.04189), b"bXYZ": _xyz(0.15710, 0.06657, 0.78407),
        b"rTRC": curve, b"gTRC": curve, b"bTRC": curve}, version=version)


def gray_gamma(value: float) -> bytes:
    return _assemble(b"GRAY", {b"desc": _text("gray"), b"wtpt": _xyz(*_WHITE), b"kTRC": _gamma(value)})


def table_profile(kind: str) -> bytes:
    """Display P3 told by a table into Lab: as `mft1`, `mft2`, or `mAB ` without a matrix."""
    points = 17
    grid = np.stack(np.meshgrid(*[np.linspace(0, 255, points)] * 3, indexing="ij"), -1).reshape(1, -1, 3)
    wide = ImageCms.ImageCmsProfile(io.BytesIO(display_p3()))
    lab = ImageCms.createProfile("LAB")
    convert = ImageCms.buildTransform(wide, lab, "RGB", "LAB", renderingIntent=1)
    image = ImageCms.applyTransform(Image.fromarray(grid.round().astype(np.uint8), "RGB"), convert)
    values = np.asarray(image).reshape(-1, 3).astype(int)
    values[:, 1:] = (values[:, 1:] + 128) % 256  # signed, in Pillow
    tags = {b"desc": _text(f"Table {kind}"), b"wtpt": _xyz(*_WHITE)}
    identity = struct.pack(">9i", 65536, 0, 0, 0, 65536, 0, 0, 0, 65536)
    if kind == "mft1":
        ramp = bytes(range(256))
        lut = bytes([3, 3, points, 0]) + identity + ramp * 3 + values.astype(np.uint8).tobytes() + ramp * 3
        return _assemble(b"RGB ", {**tags, b"A2B0": _tag(b"mft1", lut)}, pcs=b"Lab ")
    if kind == "mft2":
        ramp = struct.pack(">2H", 0, 0xFFFF)
        # Lab of 16 bits in version 2: 0xFF00 is L* 100.
        wide16 = (values * 256).astype(">u2").tobytes()
        curves = struct.pack(">HH", 2, 2) + ramp * 3 + wide16 + ramp * 3
        return _assemble(b"RGB ", {**tags, b"A2B0": _tag(b"mft2", bytes([3, 3, points, 0]) + identity + curves)},
                         pcs=b"Lab ")
    line = _tag(b"curv", struct.pack(">I", 0))
    clut = bytes([points] * 3 + [0] * 13) + bytes([2, 0, 0, 0]) + (values * 257).astype(">u2").tobytes()
    clut += bytes(-len(clut) % 4)
    at_b, at_clut = 32, 32 + 3 * len(line)
    offsets = struct.pack(">5I", at_b, 0, 0, at_clut, at_clut + len(clut))
    lut = bytes([3, 3, 0, 0]) + offsets + line * 3 + clut + line * 3
    return _assemble(b"RGB ", {**tags, b"A2B1": _tag(b"mAB ", lut)}, pcs=b"Lab ", version=4)


# Files. ------------------------------------------------------------------------------------------------------------

def jpeg(image: Image.Image, profile: bytes | None = None, **options) -> bytes:
    out = io.BytesIO()
    image.save(out, "JPEG", quality=95, subsampling=0, icc_profile=profile, **options)
    return out.getvalue()


def inks(profile: Path = PRESS) -> Image.Image:
    """The photograph in inks of a press."""
    convert = ImageCms.buildTransform(ImageCms.createProfile("sRGB"), str(profile), "RGB", "CMYK", renderingIntent=1)
    return ImageCms.applyTransform(Image.fromarray(photograph()), convert)


def cmyk_jpeg(transform: int | None, profile: bytes | None = None) -> bytes:
    """Of inks as Adobe's programs store them, as CMYK (0) or YCCK (2), or without their marker."""
    ink = 255 - np.asarray(inks())
    if transform == 2:
        # YCCK holds the complement of what CMYK would, as Y'CbCr (Adobe TN5116).
        ycc = np.asarray(Image.fromarray(255 - ink[..., :3], "RGB").convert("YCbCr"))
        ink = np.dstack([ycc, ink[..., 3]])
    # Pillow inverts what it is given, and writes a marker that says 0.
    file = jpeg(Image.fromarray(255 - ink, "CMYK"), profile)
    at = file.index(b"\xff\xee\x00\x0eAdobe")
    if transform is None:
        return file[:at] + file[at + 16:]
    return file[:at + 15] + bytes([transform]) + file[at + 16:]


def png_chunk(name: bytes, content: bytes) -> bytes:
    return struct.pack(">I", len(content)) + name + content + struct.pack(">I", zlib.crc32(name + content))


def png(samples: np.ndarray, chunks: bytes = b"", *, palette: Image.Image | None = None) -> bytes:
    """Samples of 8 or 16 bits, of one to four channels, with chunks of one's own behind IHDR."""
    height, width = samples.shape[:2]
    channels = samples.shape[2] if samples.ndim == 3 else 1
    depth = samples.dtype.itemsize * 8
    rows = samples.astype(">u2" if depth == 16 else np.uint8).reshape(height, -1)
    data = b"".join(b"\0" + row.tobytes() for row in rows)
    kind = 3 if palette else [0, 4, 2, 6][channels - 1]
    header = struct.pack(">IIBBBBB", width, height, depth, kind, 0, 0, 0)
    colours = png_chunk(b"PLTE", bytes(palette.getpalette())) if palette else b""
    return (b"\x89PNG\r\n\x1a\n" + png_chunk(b"IHDR", header) + chunks + colours
            + png_chunk(b"IDAT", zlib.compress(data)) + png_chunk(b"IEND", b""))


def png_chunk_names(file: bytes) -> list[bytes]:
    names, at = [], 8
    while at < len(file):
        names.append(file[at + 4:at + 8])
        at += 12 + struct.unpack(">I", file[at:at + 4])[0]
    return names


def iccp(profile: bytes) -> bytes:
    return png_chunk(b"iCCP", b"icc\0\0" + zlib.compress(profile))


# Both renderings. --------------------------------------------------------------------------------------------------

def render(content: bytes, suffix: str, **rendition) -> tuple[Image.Image, dict]:
    """One rendition of the picture in its own size, and the picture's row."""
    now = datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%S.000Z")
    with tempfile.TemporaryDirectory() as folder:
        store = Path(folder)
        (store / "darkroom-raw").mkdir()
        (store / "darkroom-raw" / f"picture{suffix}").write_bytes(content)
        record = {"eventVersion": "2.1", "eventSource": "aws:s3", "eventName": "ObjectCreated:Put", "eventTime": now,
                  "s3": {"bucket": {"name": "darkroom-raw"},
                         "object": {"key": f"picture{suffix}", "size": len(content), "sequencer": "01"}}}
        (store / "event.json").write_text(json.dumps({"Records": [record]}))
        one = {"name": "one", "width": SIZE[0], "format": "png", **rendition}
        run = subprocess.run(
            [ROOT / "bootstrap", "invoke", store / "event.json", "--store", store], capture_output=True, text=True,
            timeout=60,
            env={"PATH": os.environ["PATH"], "DARKROOM_RECIPE": json.dumps({"renditions": [one]})})
        assert run.returncode == 0, run.stdout + run.stderr
        [row] = (store / "darkroom-processed/metadata").rglob("*.json")
        [made] = (store / "darkroom-processed/images").rglob("one*.*")
        image = Image.open(made)
        image.load()
        image.chunk_names = png_chunk_names(made.read_bytes()) if made.suffix == ".png" else []
        return image, json.loads(row.read_text())


def libvips(content: bytes) -> np.ndarray:
    """sRGB by libvips with its own settings, in the picture's size."""
    image = pyvips.Image.thumbnail_buffer(content, SIZE[0], height=SIZE[1], size="force", export_profile="srgb")
    return image.numpy()


def lab(rgb: np.ndarray) -> np.ndarray:
    """CIE L*a*b* under D65, of sRGB of 8 bits."""
    sample = rgb.astype(float) / 255
    light = np.where(sample <= 0.04045, sample / 12.92, ((sample + 0.055) / 1.055) ** 2.4)
    matrix = np.array([[0.4124564, 0.3575761, 0.1804375], [0.2126729, 0.7151522, 0.0721750],
                       [0.0193339, 0.1191920, 0.9503041]])
    xyz = light @ matrix.T / matrix.sum(1)
    f = np.where(xyz > 216 / 24389, np.cbrt(xyz), (24389 / 27 * xyz + 16) / 116)
    return np.stack([116 * f[..., 1] - 16, 500 * (f[..., 0] - f[..., 1]), 200 * (f[..., 1] - f[..., 2])], -1)


def difference(one: np.ndarray, other: np.ndarray) -> np.ndarray:
    """CIEDE2000 of each pixel of two sRGB pictures (Sharma, Wu and Dalal 2005)."""
    def rgb(x: np.ndarray) -> np.ndarray:
        return x[..., :3] if x.ndim == 3 and x.shape[2] >= 3 else x.reshape(*x.shape[:2], -1)[..., [0, 0, 0]]

    a, b = lab(rgb(one)), lab(rgb(other))
    c1, c2 = np.hypot(a[..., 1], a[..., 2]), np.hypot(b[..., 1], b[..., 2])
    g = 0.5 * (1 - np.sqrt(((c1 + c2) / 2) ** 7 / (((c1 + c2) / 2) ** 7 + 25.0 ** 7)))
    a1, a2 = (1 + g) * a[..., 1], (1 + g) * b[..., 1]
    c1, c2 = np.hypot(a1, a[..., 2]), np.hypot(a2, b[..., 2])
    h1, h2 = (np.degrees(np.arctan2(x, y)) % 360 for x, y in ((a[..., 2], a1), (b[..., 2], a2)))
    dl, dc = b[..., 0] - a[..., 0], c2 - c1
    turn = (h2 - h1 + 180) % 360 - 180
    dh = 2 * np.sqrt(c1 * c2) * np.sin(np.radians(np.where(c1 * c2 == 0, 0, turn)) / 2)
    light, c = (a[..., 0] + b[..., 0]) / 2, (c1 + c2) / 2
    h = np.where(c1 * c2 == 0, h1 + h2, (h1 + np.where(c1 * c2 == 0, 0, turn) / 2) % 360)
    t = (1 - 0.17 * np.cos(np.radians(h - 30)) + 0.24 * np.cos(np.radians(2 * h))
         + 0.32 * np.cos(np.radians(3 * h + 6)) - 0.20 * np.cos(np.radians(4 * h - 63)))
    sl, sc, sh = 1 + 0.015 * (light - 50) ** 2 / np.sqrt(20 + (light - 50) ** 2), 1 + 0.045 * c, 1 + 0.015 * c * t
    rt = -2 * np.sqrt(c ** 7 / (c ** 7 + 25.0 ** 7)) * np.sin(np.radians(60 * np.exp(-(((h - 275) / 25) ** 2))))
    return np.sqrt((dl / sl) ** 2 + (dc / sc) ** 2 + (dh / sh) ** 2 + rt * (dc / sc) * (dh / sh))


def pictures() -> dict[str, tuple[bytes, str]]:
    """Name, file and its suffix of every picture that libvips converts by its profile too."""
    photo = Image.fromarray(photograph())
    gray = photo.convert("L")
    press = PRESS.read_bytes()
    adobe = (PROFILES / "colord/AdobeRGB1998.icc").read_bytes()
    wide = photograph().astype(np.uint16) * 257
    alpha = np.linspace(255, 40, SIZE[0]).astype(np.uint8)[None, :].repeat(SIZE[1], 0)
    few = photo.quantize(64)
    return {
        "CMYK, press profile": (cmyk_jpeg(0, press), ".jpg"),
        "YCCK, press profile": (cmyk_jpeg(2, press), ".jpg"),
        "no marker, press profile": (cmyk_jpeg(None, press), ".jpg"),
        "Display P3": (jpeg(photo, display_p3()), ".jpg"),
        "Display P3, version 2": (jpeg(photo, display_p3(2)), ".jpg"),
        "Adobe RGB": (jpeg(photo, adobe), ".jpg"),
        "ProPhoto RGB": (jpeg(photo, (PROFILES / "colord/ProPhotoRGB.icc").read_bytes()), ".jpg"),
        "gray, gamma 2.2": (jpeg(gray, gray_gamma(2.2)), ".jpg"),
        "gray, gamma 1.8": (jpeg(gray, gray_gamma(1.8)), ".jpg"),
        "table mft1": (jpeg(photo, table_profile("mft1")), ".jpg"),
        "table mft2": (jpeg(photo, table_profile("mft2")), ".jpg"),
        "table mAB": (jpeg(photo, table_profile("mAB")), ".jpg"),
        "PNG, P3": (png(photograph(), iccp(display_p3())), ".png"),
        "PNG, 16 bits, P3": (png(wide, iccp(display_p3())), ".png"),
        "PNG, alpha, Adobe RGB": (png(np.dstack([photograph(), alpha]), iccp(adobe)), ".png"),
        "PNG, palette, P3": (png(np.asarray(few), iccp(display_p3()), palette=few), ".png"),
        "PNG, gray, gamma 1.8": (png(np.asarray(gray), iccp(gray_gamma(1.8))), ".png"),
        "PNG, gray and alpha": (png(np.dstack([np.asarray(gray), alpha]), iccp(gray_gamma(1.8))), ".png"),
    }


def main(file: str) -> None:
    cells = []
    for name, (content, suffix) in pictures().items():
        ours, report = render(content, suffix, colour="srgb")
        theirs = libvips(content)
        opaque = theirs[..., -1] > 200 if theirs.shape[2] in (2, 4) else np.ones(theirs.shape[:2], bool)
        delta = difference(np.asarray(ours), theirs)[opaque]
        print(f"{name:28} mean {delta.mean():5.2f}   99 % {np.percentile(delta, 99):5.2f}   "
              f"{report.get('first_warning') or ''}")
        cells.append((f"{name}: ours, libvips, mean {delta.mean():.2f}", ours.convert("RGB"), theirs))
    sheet = Image.new("RGB", (3 * 740, (len(cells) + 2) // 3 * 270), "white")
    draw = ImageDraw.Draw(sheet)
    for index, (text, ours, theirs) in enumerate(cells):
        x, y = index % 3 * 740, index // 3 * 270
        draw.text((x + 4, y + 4), text, fill="black")
        sheet.paste(ours, (x + 4, y + 22))
        theirs = theirs[..., :3] if theirs.shape[2] >= 3 else theirs[..., 0]
        sheet.paste(Image.fromarray(np.ascontiguousarray(theirs)).convert("RGB"), (x + 370, y + 22))
    sheet.save(file)


if __name__ == "__main__":
    main(sys.argv[1])
