"""What the renditions of the sample images must be, by an independent resampler."""

import numpy
from PIL import Image, ImageOps

from processor_parts import FUNCTION

SAMPLES = FUNCTION / "samples"


def upright(path) -> Image.Image:
    return ImageOps.exif_transpose(Image.open(path))


def assert_same_picture(rendition: Image.Image, original: Image.Image, least_psnr: float) -> None:
    """Both scaled to the rendition's size by an independent resampler, the mean error is small."""
    mode = "RGBA" if original.mode == "RGBA" else "RGB"
    expected = numpy.asarray(original.convert(mode).resize(rendition.size, Image.LANCZOS), dtype=float)
    actual = numpy.asarray(rendition.convert(mode), dtype=float)
    if mode == "RGBA":  # what cannot be seen may differ
        expected, actual = (a[..., :3] * a[..., 3:] / 255 for a in (expected, actual))
    psnr = 10 * numpy.log10(255**2 / max(1e-9, ((expected - actual) ** 2).mean()))
    assert psnr >= least_psnr, f"{psnr:.1f} dB"


def assert_renditions_hold(store, key: str, least_psnr: float = 30) -> dict:
    row = store.rows()[key]
    original = upright(SAMPLES / key)
    if original.mode.startswith("I"):  # 16 bits a sample
        original = Image.fromarray((numpy.asarray(original) / 257).round().astype("uint8"))
    assert row["status"] == "processed"
    assert (row["width"], row["height"]) == original.size
    assert [rendition["name"] for rendition in row["renditions"]] == ["large", "medium", "thumbnail"]
    for rendition in row["renditions"]:
        path = store.processed / rendition["key"]
        assert path.stat().st_size == rendition["bytes"]
        picture = Image.open(path)
        picture.load()
        assert picture.size == (rendition["width"], rendition["height"])
        assert picture.format.lower() == rendition["format"]
        assert picture.getexif().get(0x0112, 1) == 1, "orientation must be applied, not repeated"
        assert not picture.getexif().get_ifd(0x8825), "the position must stay in the raw bucket"
        if rendition["name"] == "thumbnail":
            assert picture.size == (256, 256)
            assert_same_picture(picture, ImageOps.fit(original, (256, 256), Image.LANCZOS), least_psnr)
        else:
            box = 1600 if rendition["name"] == "large" else 800
            scale = min(1, box / max(original.size))
            assert picture.size == tuple(max(1, round(side * scale)) for side in original.size)
            assert_same_picture(picture, original, least_psnr)
    assert row["bytes_out"] == sum(rendition["bytes"] for rendition in row["renditions"])
    return row
