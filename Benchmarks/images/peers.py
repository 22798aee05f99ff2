"""The peers: each takes encoded bytes and gives one encoded picture per box, the way its own users would write it.

A peer is a function `(data, boxes, form, quality) -> [bytes]`, boxes from large to small, `form` "jpeg" or "png". With
`form` None it gives the pictures themselves, as arrays, for the quality figures: nothing is lost to an encoder then.
One thread each. `load(name)` imports what the peer needs, so that a worker can be "loaded" before it is measured.
"""

import io
import os
import sys

from paths import PILLOW_SIMD

NAMES = ["vips", "sharp", "pillow-simd", "pillow", "opencv"]


def load(name: str):
    return {"vips": _vips, "sharp": _sharp, "pillow": _pillow, "pillow-simd": _pillow_simd, "opencv": _opencv}[name]()


def available(name: str) -> bool:
    return name != "pillow-simd" or PILLOW_SIMD.exists()


def _pyvips():
    os.environ["VIPS_CONCURRENCY"] = "1"
    import pyvips

    pyvips.cache_set_max(0)  # or the second run of a job would be answered from the first one's results
    return pyvips


def _vips():
    """vipsthumbnail; several boxes are chained: one decode for the largest, each smaller one from the one before."""
    pyvips = _pyvips()

    def encode(image, form, quality):
        if form is None:
            return image.numpy()
        if form == "png":
            return image.pngsave_buffer(keep="none")
        return image.jpegsave_buffer(Q=quality, keep="none")

    def run(data, boxes, form, quality):
        image = pyvips.Image.thumbnail_buffer(data, boxes[0], height=boxes[0], size="down")
        outputs = []
        for number, box in enumerate(boxes):
            if number:
                image = image.thumbnail_image(box, height=box, size="down")
            if number + 1 < len(boxes):
                image = image.copy_memory()
            outputs.append(encode(image, form, quality))
        return outputs

    return run


def _sharp():
    """sharp's pipeline over the same libvips, without Node: its shrink-on-load rule, its resize, its encoder defaults.

    sharp shrinks a JPEG on load by the largest of 8, 4, 2 that the scale allows (`fastShrinkOnLoad`, on by default),
    and runs one pipeline for each output. Defaults: JPEG 4:2:0 with `optimiseCoding`, PNG level 6 without filters.
    """
    pyvips = _pyvips()

    def one(data, box, form, quality):
        header = pyvips.Image.new_from_buffer(data, "", access="sequential")
        turned = header.get_typeof("orientation") and header.get("orientation") >= 5
        width, height = (header.height, header.width) if turned else (header.width, header.height)
        scale = max(1.0, max(width, height) / box)
        target = max(1, round(width / scale)), max(1, round(height / scale))
        image = header
        if header.get("vips-loader").startswith("jpegload"):
            shrink = next((s for s in (8, 4, 2) if scale >= s), 1)
            if shrink > 1 and int(scale) == shrink:  # its guard against libjpeg's rounding of sizes
                shrink //= 2
            image = pyvips.Image.new_from_buffer(data, "", access="sequential", shrink=shrink)
        image = image.autorot()
        # Other colours are not worse ones: pictures that are compared keep the source's, as the other peers' do.
        if form is not None and image.get_typeof("icc-profile-data"):
            image = image.icc_transform("srgb", embedded=True)
        if image.width != target[0] or image.height != target[1]:
            alpha = image.hasalpha()
            band_format = image.format
            if alpha:
                image = image.premultiply().cast(band_format)
            image = image.resize(target[0] / image.width, vscale=target[1] / image.height, kernel="lanczos3")
            if alpha:
                image = image.unpremultiply().cast(band_format)
        image = image.colourspace("b-w" if image.bands < 3 else "srgb")
        if form is None:
            return image.numpy()
        if form == "png":
            return image.pngsave_buffer(compression=6, filter="none", keep="none")
        if image.hasalpha():
            image = image.flatten(background=0)
        return image.jpegsave_buffer(Q=quality, subsample_mode="on", optimize_coding=True, keep="none")

    return lambda data, boxes, form, quality: [one(data, box, form, quality) for box in boxes]


def _pillow():
    """Image.thumbnail with Lanczos: its draft mode is the shrink on load. Several boxes are chained."""
    from PIL import Image, ImageOps

    Image.MAX_IMAGE_PIXELS = None

    def encode(image, form, quality):
        out = io.BytesIO()
        if form == "png":
            image.save(out, "PNG")
        else:
            if image.mode == "RGBA":
                image = Image.alpha_composite(Image.new("RGBA", image.size, "black"), image)
            image.convert("L" if image.mode == "L" else "RGB").save(out, "JPEG", quality=quality)
        return out.getvalue()

    def run(data, boxes, form, quality):
        image = Image.open(io.BytesIO(data))
        if image.mode == "P":
            image = image.convert("RGB")
        image.thumbnail((boxes[0], boxes[0]), Image.Resampling.LANCZOS)
        ImageOps.exif_transpose(image, in_place=True)
        outputs = []
        for number, box in enumerate(boxes):
            if number:
                image = image.copy()
                image.thumbnail((box, box), Image.Resampling.LANCZOS)
            outputs.append(_array(image) if form is None else encode(image, form, quality))
        return outputs

    return run


def _array(image):
    import numpy

    return numpy.asarray(image)


def _pillow_simd():
    """Pillow's code with AVX2 loops, from the folder that `setup` built it into."""
    sys.path.insert(0, str(PILLOW_SIMD))
    return _pillow()


def _opencv():
    """The reduced decode that still covers the largest box, then INTER_AREA, each smaller one from the one before."""
    import cv2
    import numpy

    cv2.setNumThreads(1)
    reduced = {8: cv2.IMREAD_REDUCED_COLOR_8, 4: cv2.IMREAD_REDUCED_COLOR_4, 2: cv2.IMREAD_REDUCED_COLOR_2}
    from struct import unpack

    def longest(data):
        """The longer side, from the header alone: imdecode has to be told the reduction beforehand."""
        if data[:4] == b"\x89PNG":
            return max(unpack(">II", data[16:24]))
        at = 2
        while data[at + 1] not in (0xC0, 0xC1, 0xC2):
            at += 2 + unpack(">H", data[at + 2 : at + 4])[0]
        return max(unpack(">HH", data[at + 5 : at + 9]))

    def run(data, boxes, form, quality):
        is_png = data[:4] == b"\x89PNG"
        factor = next((f for f in (8, 4, 2) if not is_png and longest(data) / f >= boxes[0]), 1)
        flags = reduced.get(factor, cv2.IMREAD_UNCHANGED if is_png else cv2.IMREAD_COLOR)
        image = cv2.imdecode(numpy.frombuffer(data, numpy.uint8), flags)
        outputs = []
        for box in boxes:
            scale = min(1.0, box / max(image.shape[:2]))
            size = max(1, round(image.shape[1] * scale)), max(1, round(image.shape[0] * scale))
            image = cv2.resize(image, size, interpolation=cv2.INTER_AREA)
            if form is None:
                outputs.append(image if image.ndim == 2 else image[..., [2, 1, 0, 3][: image.shape[2]]])
            elif form == "png":
                outputs.append(cv2.imencode(".png", image)[1].tobytes())
            else:
                flat = image[..., :3] if image.ndim == 3 else image
                outputs.append(cv2.imencode(".jpg", flat, [cv2.IMWRITE_JPEG_QUALITY, quality])[1].tobytes())
        return outputs

    return run
