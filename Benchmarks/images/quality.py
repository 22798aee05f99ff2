"""How good a rendition is, by numpy and scikit-image: PSNR and SSIM of luma, PSNR of chroma, against the reference.

The reference is the full decode by libjpeg or libpng, resampled in double precision (`resample.py`). The peers give
their pictures before any encoder. This project goes from planes to a coded file, so its picture is read back from a
JPEG of quality 100 in 4:4:4 (or from PNG, where it writes PNG): its figures carry that coder's rounding, which bounds
them at about 55 dB; the peers' carry none. Transparent pictures are compared as seen over one background.
"""

import io
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import numpy as np
from PIL import Image, ImageOps
from skimage.metrics import structural_similarity

import resample

Image.MAX_IMAGE_PIXELS = None

# Least luma PSNR in dB and SSIM: on photographs up to 256, on photographs above, and SSIM on the zone plate.
SMALL = 256
GATE_SMALL, GATE_LARGE = (47.0, 0.997), (50.0, 0.9985)
GATE_ZONE_PLATE = {256: 0.96, 800: 0.99}
GATE_BYTES = 1.03

# BT.601, full range, as JFIF has it.
YCC = np.array([[0.299, 0.587, 0.114], [-0.168736, -0.331264, 0.5], [0.5, -0.418688, -0.081312]])


@dataclass
class Figures:
    width: int
    height: int
    psnr: float
    ssim: float
    chroma_psnr: float | None

    def passes(self, box: int, zone_plate: bool) -> bool:
        if zone_plate:
            return self.ssim >= GATE_ZONE_PLATE.get(box, 0)
        least = GATE_SMALL if box <= SMALL else GATE_LARGE
        return self.psnr >= least[0] and self.ssim >= least[1]


def channels(samples: np.ndarray, background: int = 0) -> np.ndarray:
    """Gray, RGB or RGBA in 8 bits, or gray in 16, as RGB in 0…255 over a background: (height, width, 3), unrounded."""
    top = 65535 if samples.dtype == np.uint16 else 255
    samples = samples.astype(np.float32) * np.float32(255 / top)
    if samples.ndim == 2:
        samples = samples[..., None]
    if samples.shape[2] in (2, 4):
        alpha = samples[..., -1:] / 255
        samples = samples[..., :-1] * alpha + background * (1 - alpha)
    return np.repeat(samples, 3, axis=2) if samples.shape[2] == 1 else samples


def planes(rgb: np.ndarray) -> np.ndarray:
    """Y, Cb and Cr, (3, height, width), chroma about zero."""
    return np.moveaxis(rgb.astype(np.float64) @ YCC.T, 2, 0)


@lru_cache(maxsize=2)
def _full(path: Path, background: int) -> np.ndarray:
    with Image.open(path) as picture:
        if picture.mode in ("P", "CMYK"):
            picture = picture.convert("RGB")
        return channels(np.asarray(ImageOps.exif_transpose(picture)), background)


@lru_cache(maxsize=16)
def reference(path: Path, width: int, height: int, background: int = 0) -> np.ndarray:
    """The reference's RGB, unrounded and unclamped, (height, width, 3); transparency shows the background, a gray."""
    full = _full(path, background)
    return np.stack([resample.lanczos(full[..., c], width, height) for c in range(3)], axis=2)


def reference_bytes(path: Path, width: int, height: int, quality: int) -> int:
    """What the reference takes when libjpeg-turbo encodes it at the same quality, 4:2:0, with standard tables."""
    samples = reference(path, width, height, background=255)
    picture = Image.fromarray(np.clip(np.rint(samples), 0, 255).astype(np.uint8))
    with Image.open(path) as source:
        if source.mode in ("L", "I;16"):
            picture = picture.convert("L")
    out = io.BytesIO()
    picture.save(out, "JPEG", quality=quality, subsampling=2)
    return len(out.getvalue())


def read(path: Path) -> np.ndarray:
    """A rendition as Y, Cb, Cr. JPEG is taken in its own planes, so that no conversion to RGB and back is counted."""
    if path.suffix == ".npy":
        return planes(channels(np.load(path)))
    with Image.open(path) as picture:
        if picture.format == "JPEG" and picture.mode == "RGB":
            picture.draft("YCbCr", picture.size)
            return np.moveaxis(np.asarray(picture).astype(np.float64) - (0, 128, 128), 2, 0)
        return planes(channels(np.asarray(picture)))


def psnr(one: np.ndarray, other: np.ndarray) -> float:
    error = np.mean((one - other) ** 2)
    return float("inf") if error == 0 else float(10 * np.log10(255**2 / error))


def compare(source: Path, rendition: Path, background: int = 0) -> Figures:
    """A rendition in a file, or a peer's array, against the reference of the same size."""
    given = read(rendition)
    _, height, width = given.shape
    wanted = planes(reference(source, width, height, background))
    ssim = structural_similarity(given[0], wanted[0], data_range=255)
    gray = not np.any(np.abs(wanted[1:]) > 1e-3)
    chroma = None if gray else psnr(given[1:], wanted[1:])
    return Figures(width, height, psnr(given[0], wanted[0]), float(ssim), chroma)
