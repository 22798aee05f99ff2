"""Makes the pictures that the comparison runs on, from Debian's wallpaper packages. Nothing of it is committed.

    python corpus.py            # fetch, unpack and make what is missing
    python corpus.py --list     # say what is there

One photograph, scaled, is the picture of every 12 MP file; 24, 48 and 108 MP are mosaics of several, as a larger sensor
sees more detail. All are 4:3, so that every box is met in whole pixels, and no peer is judged by how it rounds a size.
A file is made once; its name and the recipe's version in `corpus.json` say which one it is.
"""

import argparse
import json
import shutil
import subprocess
import sys

import numpy as np
from PIL import Image, ImageCms

import adobe_rgb
from paths import CORPUS, PACKAGES, UNPACKED

VERSION = 5
DEBIAN = ["mate-backgrounds", "plasma-workspace-wallpapers", "gnome-backgrounds", "ukui-wallpapers"]
PLASMA = "plasma-workspace-wallpapers/usr/share/wallpapers/{}/contents/images/2560x1600.jpg"
PHOTOS = ["BytheWater", "FallenLeaf", "EveningGlow", "Path", "OneStandsOut", "ColorfulCups"]

Image.MAX_IMAGE_PIXELS = None  # 108 MP is meant


def fetch(packages: list[str] = DEBIAN) -> None:
    """Downloads and unpacks packages, without installing them."""
    PACKAGES.mkdir(parents=True, exist_ok=True)
    for name in packages:
        if not any(PACKAGES.glob(f"{name}_*.deb")):
            print(f"corpus: fetching {name}", flush=True)
            download = ["apt-get", "download", "-qq", name]
            if subprocess.run(download, cwd=PACKAGES).returncode != 0:
                # A machine without lists of what there is, or with old ones.
                subprocess.run(["apt-get", "update", "-qq"], check=True)
                subprocess.run(download, cwd=PACKAGES, check=True)
        folder = UNPACKED / name
        if not folder.exists():
            print(f"corpus: unpacking {name}", flush=True)
            package = next(PACKAGES.glob(f"{name}_*.deb"))
            folder.parent.mkdir(parents=True, exist_ok=True)
            subprocess.run(["dpkg-deb", "-x", package, folder], check=True)


def photo(name: str, width: int, height: int) -> Image.Image:
    """The middle of a photograph, cropped to the shape asked for and scaled with Lanczos."""
    source = Image.open(UNPACKED / PLASMA.format(name)).convert("RGB")
    across = min(source.width, source.height * width // height)
    down = across * height // width
    left, top = (source.width - across) // 2, (source.height - down) // 2
    return source.crop((left, top, left + across, top + down)).resize((width, height), Image.Resampling.LANCZOS)


def drawing() -> Image.Image:
    """A drawing with flat areas and sharp edges, of the kind that is kept with an alpha channel."""
    return Image.open(UNPACKED / PLASMA.format("FlyingKonqui").replace(".jpg", ".png")).convert("RGB")


def mosaic(cell: tuple[int, int], across: int, down: int) -> Image.Image:
    """Photographs side by side, in the order of PHOTOS, begun again where they run out."""
    sheet = Image.new("RGB", (cell[0] * across, cell[1] * down))
    for n in range(across * down):
        sheet.paste(photo(PHOTOS[n % len(PHOTOS)], *cell), (n % across * cell[0], n // across * cell[1]))
    return sheet


def zone_plate(width: int, height: int, highest: float) -> Image.Image:
    """Rings whose frequency grows with the radius, up to `highest` × the Nyquist limit at the right edge."""
    y, x = np.mgrid[0:height, 0:width].astype(np.float64)
    x, y = x - width / 2, y - height / 2
    samples = 127.5 + 127.5 * np.cos(np.pi * highest * (x * x + y * y) / width)
    return Image.fromarray(np.rint(samples).astype(np.uint8)).convert("RGB")


def with_alpha(picture: Image.Image) -> Image.Image:
    """The picture cut out along a soft-edged ellipse: opaque inside, empty outside."""
    y, x = np.mgrid[-1 : 1 : picture.height * 1j, -1 : 1 : picture.width * 1j]
    alpha = np.clip((1.02 - np.hypot(x, y)) / 0.12, 0, 1)
    out = picture.copy()
    out.putalpha(Image.fromarray(np.rint(alpha * 255).astype(np.uint8)))
    return out


def gray_16(picture: Image.Image) -> Image.Image:
    """Sixteen real bits of luma: the weighted sum of the channels, kept unrounded."""
    luma = np.asarray(picture, np.float64) @ (0.299, 0.587, 0.114)
    return Image.fromarray(np.rint(luma * 257).astype(np.uint16))


def save_adobe_rgb(picture: Image.Image, path, quality: int) -> None:
    """Adobe RGB (1998) primaries, profile embedded, and stored turned: EXIF orientation 6."""
    profile = adobe_rgb.profile()
    turned = picture.transpose(Image.Transpose.ROTATE_90)
    wide = ImageCms.profileToProfile(turned, ImageCms.createProfile("sRGB"), adobe_rgb.opened(profile))
    exif = Image.Exif()
    exif[0x0112] = 6
    wide.save(path, "JPEG", quality=quality, subsampling=2, icc_profile=profile, exif=exif)


def jpeg(quality: int, subsampling: int = 2, **options):
    return lambda picture, path: picture.save(path, "JPEG", quality=quality, subsampling=subsampling, **options)


def png(picture, path):
    picture.save(path, "PNG", compress_level=6)


def base() -> Image.Image:
    return photo(PHOTOS[0], 4000, 3000)


# name -> (picture, how it is saved). Subsampling in Pillow's numbers: 0 is 4:4:4, 1 is 4:2:2, 2 is 4:2:0.
RECIPES = {
    "3mp.jpg": (lambda: photo(PHOTOS[0], 2000, 1500), jpeg(85)),
    "12mp.jpg": (base, jpeg(95)),
    "24mp.jpg": (lambda: mosaic((2832, 2124), 2, 2), jpeg(92)),
    "48mp.jpg": (lambda: mosaic((4000, 3000), 2, 2), jpeg(88)),
    "108mp.jpg": (lambda: mosaic((4000, 3000), 3, 3), jpeg(90)),
    "12mp-444.jpg": (base, jpeg(95, 0)),
    "12mp-422.jpg": (base, jpeg(95, 1)),
    "12mp-gray.jpg": (lambda: base().convert("L"), jpeg(95)),
    "12mp-progressive.jpg": (base, jpeg(95, progressive=True)),
    "108mp-progressive.jpg": (lambda: mosaic((4000, 3000), 3, 3), jpeg(90, progressive=True)),
    "12mp-adobe-rgb-turned.jpg": (base, lambda picture, path: save_adobe_rgb(picture, path, 95)),
    "12mp-rgb.png": (base, png),
    "4mp-rgba.png": (lambda: with_alpha(drawing()), png),
    "4mp-rgba-photo.png": (lambda: with_alpha(photo(PHOTOS[1], 2560, 1600)), png),
    "3mp-gray16.png": (lambda: gray_16(photo(PHOTOS[0], 2000, 1500)), png),
    "3mp-palette.png": (lambda: photo(PHOTOS[0], 2000, 1500).quantize(256), png),
    "zone-plate.jpg": (lambda: zone_plate(4000, 3000, 1.0), jpeg(95)),
    "zone-plate-half.jpg": (lambda: zone_plate(4000, 3000, 0.5), jpeg(95)),
} | {f"photo-{name.lower()}.jpg": (lambda name=name: photo(name, 4000, 3000), jpeg(95)) for name in PHOTOS[1:]}


def make(only: list[str] | None = None) -> None:
    """Makes every file that is missing, or all of them after the recipe's version has changed."""
    CORPUS.mkdir(parents=True, exist_ok=True)
    stamp = CORPUS / "corpus.json"
    if not stamp.exists() or json.loads(stamp.read_text()).get("version") != VERSION:
        shutil.rmtree(CORPUS)
        CORPUS.mkdir()
    missing = [name for name in RECIPES if not (CORPUS / name).exists() and (only is None or name in only)]
    if missing:
        fetch()
    for number, name in enumerate(missing, 1):
        picture, save = RECIPES[name]
        print(f"corpus: {number}/{len(missing)} {name} …", end="", flush=True)
        unfinished = CORPUS / f".{name}"
        save(picture(), unfinished)
        unfinished.rename(CORPUS / name)
        print(f" {(CORPUS / name).stat().st_size / 1e6:.1f} MB", flush=True)
    stamp.write_text(json.dumps({"version": VERSION}))


if __name__ == "__main__":
    arguments = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    arguments.add_argument("--list", action="store_true", help="name the files and their sizes, make nothing")
    if arguments.parse_args().list:
        for path in sorted(CORPUS.glob("*.[jp]*g")):
            with Image.open(path) as picture:
                print(
                    f"{path.name:28} {picture.width}×{picture.height} {picture.mode:6} {path.stat().st_size:>11,} bytes"
                )
        sys.exit()
    make()
