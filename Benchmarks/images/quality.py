"""How good a rendition is, by numpy and scikit-image: PSNR and SSIM of luma, PSNR of chroma, against the reference.

The reference is the full decode by libjpeg or libpng, resampled in double precision (`resample.py`). No coder's loss is
counted: the peers give arrays, and this project writes PNG; from a JPEG, the PNG of its luma plane alone, because a
JPEG is made straight from planes there. A JPEG of quality 100 in 4:4:4 made from the source itself is the witness: its
luma must be the PNG's, but for the coder's rounding, or the gate is not passed. One chroma figure is the witness's; the
other is of a second witness in the default 4:2:0, whose chroma is decoded and resampled on a path of its own: its
stored samples against the reference of half the size. What a JPEG encoder takes is planes in eight bits, so for a JPEG
everybody's are rounded to them. Transparent pictures are seen over one background.
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
GATE_ZONE_PLATE = {("zone-plate.jpg", 256): 0.96, ("zone-plate-half.jpg", 800): 0.99, ("zone-plate.jpg", 800): 0.99}
# Least PSNR of chroma in dB, at whatever size and sampling.
GATE_CHROMA = 47.0
GATE_BYTES = 1.03
# Quantisation by one and the decoder's rounding come to about 0.3 levels, and the rounding of R'G'B' to a little more;
# another resample is over this.
WITNESS_RMS = 0.5

# BT.601, full range, as JFIF has it.
YCC = np.array([[0.299, 0.587, 0.114], [-0.168736, -0.331264, 0.5], [0.5, -0.418688, -0.081312]])


@dataclass
class Figures:
    width: int
    height: int
    psnr: float
    ssim: float
    # In 4:4:4, and in 4:2:0 where that is what is made.
    chroma_psnr: float | None
    halved_chroma_psnr: float | None
    witness_rms: float | None

    def passes(self, file: str, box: int) -> bool | None:
        """Whether the gate is passed; None where there is none."""
        if self.witness_rms is not None and self.witness_rms > WITNESS_RMS:
            return False
        if file.startswith("zone-plate"):
            gate = GATE_ZONE_PLATE.get((file, box))
            return None if gate is None else self.ssim >= gate
        if any(figure is not None and figure < GATE_CHROMA for figure in (self.chroma_psnr, self.halved_chroma_psnr)):
            return False
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
    """What the reference takes when libjpeg-turbo encodes it at the same quality, 4:2:0, with standard tables, and with
    the source's colour profile, without which it would have other colours."""
    samples = reference(path, width, height, background=255)
    picture = Image.fromarray(np.clip(np.rint(samples), 0, 255).astype(np.uint8))
    with Image.open(path) as source:
        if source.mode in ("L", "I;16"):
            picture = picture.convert("L")
        profile = source.info.get("icc_profile")
    out = io.BytesIO()
    picture.save(out, "JPEG", quality=quality, subsampling=2, icc_profile=profile)
    return len(out.getvalue())


def read(path: Path, background: int = 0) -> np.ndarray:
    """A rendition as Y, Cb, Cr over a background. JPEG is taken in its own planes,
    so that no conversion to RGB and back is counted.
    """
    if path.suffix == ".npy":
        return planes(channels(np.load(path), background))
    with Image.open(path) as picture:
        if picture.format == "JPEG" and picture.mode == "RGB":
            picture.draft("YCbCr", picture.size)
            return np.moveaxis(np.asarray(picture).astype(np.float64) - (0, 128, 128), 2, 0)
        return planes(channels(np.asarray(picture), background))


def read_halved_chroma(path: Path) -> np.ndarray:
    """Cb and Cr of a JPEG in 4:2:0 as they are stored: a decode at half the size upsamples neither."""
    with Image.open(path) as picture:
        picture.draft("YCbCr", (-(-picture.width // 2), -(-picture.height // 2)))
        return np.moveaxis(np.asarray(picture).astype(np.float64) - (0, 128, 128), 2, 0)[1:]


def psnr(one: np.ndarray, other: np.ndarray) -> float:
    error = np.mean((one - other) ** 2)
    return float("inf") if error == 0 else float(10 * np.log10(255**2 / error))


def compare(
    source: Path, rendition: Path, form: str, background: int, witness: Path | None, halved: Path | None = None
) -> Figures:
    """A rendition in a file, or a peer's array, against the reference of the same size."""
    given = read(rendition, background)
    if form == "jpeg":
        given = np.rint(given)
    _, height, width = given.shape
    wanted = planes(reference(source, width, height, background))
    ssim = structural_similarity(given[0], wanted[0], data_range=255)
    coded = given if witness is None else read(witness)
    gray = not np.any(np.abs(wanted[1:]) > 1e-3)
    halved_psnr = None
    if halved is not None and not gray:
        stored = read_halved_chroma(halved)
        _, rows, columns = stored.shape
        halved_psnr = psnr(stored, planes(reference(source, columns, rows, background))[1:])
    return Figures(
        width,
        height,
        psnr(given[0], wanted[0]),
        float(ssim),
        None if gray else psnr(coded[1:], wanted[1:]),
        halved_psnr,
        None if witness is None else float(np.sqrt(np.mean((coded[0] - given[0]) ** 2))),
    )
