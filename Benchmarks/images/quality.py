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

# Least luma PSNR in dB and SSIM on photographs, whatever the ratio; and how much less than the better of libvips and
# Pillow is enough where both have less than that.
GATE, GATE_LESS = (55.0, 0.9992), (0.5, 0.0002)
# Least SSIM on the zone plate up to half of Nyquist, for ratios up to 8; and how far below Pillow's, which resizes the
# full decode, that of the one up to Nyquist may be.
GATE_HALF_PLATE, GATE_FULL_PLATE_LESS = 0.99, 0.005
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

    def passes(self, least: tuple[float, float] | None) -> bool | None:
        """Whether the gate is passed, whose luma PSNR and SSIM are given; None where there is none."""
        if self.witness_rms is not None and self.witness_rms > WITNESS_RMS:
            return False
        if least is None:
            return None
        if least[0] > 0 and any(
            figure is not None and figure < GATE_CHROMA for figure in (self.chroma_psnr, self.halved_chroma_psnr)
        ):
            return False
        return self.psnr >= least[0] and self.ssim >= least[1]


def least(plate: float | None, ratio: float, peers: dict[str, tuple[float, float]]) -> tuple[float, float] | None:
    """The least luma PSNR and SSIM that pass the gate; None where there is no gate.

    `plate` is a zone plate's highest frequency as a share of Nyquist, None of a photograph; `peers` has the figures of
    libvips (`vips`) and Pillow (`pillow`).
    """
    if plate is None:
        best = [max((figures[n] for figures in peers.values()), default=0.0) for n in (0, 1)]
        return tuple(gate if top >= gate or not peers else top - less for gate, top, less in zip(GATE, best, GATE_LESS))
    if plate < 1:
        return (0.0, GATE_HALF_PLATE) if ratio <= 8 else None
    return (0.0, peers["pillow"][1] - GATE_FULL_PLATE_LESS) if "pillow" in peers else None


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
