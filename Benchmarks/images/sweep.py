"""How good renditions are at every ratio: luma and chroma of this project, libvips and Pillow against the reference.

    python sweep.py                # all photographs, ratios 1.05 to 40: about 15 minutes on two cores
    python sweep.py --short        # three photographs, ratios about each change of the decoder's scale; writes nothing

Every point is one rendition of one picture; `quality.py` has the gate. Exits with 1 where it is missed.

Luma is measured on gray pictures, through lossless PNG, so that no coder's loss and no rounding of R'G'B' is counted;
chroma on colour ones. Pillow resizes the full decode; libvips reduces as `vipsthumbnail` does.
"""

import argparse
import json
import subprocess
import sys
import tempfile
from concurrent.futures import ProcessPoolExecutor, as_completed
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from PIL import Image
from skimage.metrics import structural_similarity

import corpus
import quality
import resample
import sweep_plot
from paths import RESULTS, ROOT, UNPACKED, WORK

PLASMA = "plasma-workspace-wallpapers/usr/share/wallpapers/{}/contents/images/{}"
MATE = "mate-backgrounds/usr/share/backgrounds/mate/{}"
# What each shows, and whether the engine's rules were made with it in view.
PICTURES = {
    "path": (PLASMA.format("Path", "2560x1600.jpg"), "texture"),
    "cups": (PLASMA.format("ColorfulCups", "2560x1600.jpg"), "texture"),
    "leaf": (PLASMA.format("FallenLeaf", "2560x1600.jpg"), "close-up"),
    "elephants": (MATE.format("abstract/Elephants_5640x3172.jpg"), "texture of single pixels"),
    "rain": (MATE.format("nature/RainDrops.jpg"), "close-up"),
    "blinds": (MATE.format("nature/Blinds.jpg"), "stripes; unseen"),
    "wings": (MATE.format("nature/TwoWings.jpg"), "close-up; unseen"),
    "autumn": (PLASMA.format("Autumn", "2560x1600.jpg"), "foliage; unseen"),
    "glow": (PLASMA.format("EveningGlow", "2560x1600.jpg"), "night; unseen"),
    "konqui": (PLASMA.format("FlyingKonqui", "2560x1600.png"), "drawing; unseen"),
}
PLATES = {"plate-half": 0.5, "plate-full": 1.0}
# Of one package, so that a test has little to fetch; and those that other sources are made of, too.
SHORT, SHORT_PACKAGE = ["elephants", "blinds", "wings"], "mate-backgrounds"
OTHER_SOURCES = ["path", "cups", "elephants"]
SIZE = (2000, 1500)
# The decoder's scale changes where an eighth's least share is met.
CHANGES = [1.6, 2.13, 2.88, 4.0, 6.93, 12.8, 41.6]
HEADING = """# The picture at every ratio
Luma against a double-precision Lanczos-3 of the full decode; `make bench-quality`.

![PSNR over ratio](quality.svg)

"""
SWEEP = WORK / "sweep"


def steps(least: float = 1.05, most: float = 40.0, factor: float = 1.08) -> list[float]:
    found = [least]
    while found[-1] * factor <= most:
        found.append(found[-1] * factor)
    return [*found, most]


@dataclass(frozen=True)
class Point:
    picture: str
    # gray, progressive, png: luma. 4:2:0, 4:4:4: chroma too.
    source: str
    ratio: float

    @property
    def file(self) -> Path:
        return SWEEP / f"{self.picture}-{self.source.replace(':', '')}.{'png' if self.source == 'png' else 'jpg'}"


def original(picture: str) -> Image.Image:
    if picture in PLATES:
        return corpus.zone_plate(*SIZE, PLATES[picture])
    opened = Image.open(UNPACKED / PICTURES[picture][0]).convert("RGB")
    # Pixels as they were taken where there are enough of them: what is enlarged has no detail to lose.
    if opened.width >= SIZE[0] and opened.height >= SIZE[1]:
        left, top = (opened.width - SIZE[0]) // 2, (opened.height - SIZE[1]) // 2
        return opened.crop((left, top, left + SIZE[0], top + SIZE[1]))
    scale = max(SIZE[0] / opened.width, SIZE[1] / opened.height)
    larger = opened.resize((round(opened.width * scale), round(opened.height * scale)), Image.Resampling.LANCZOS)
    return larger.crop((0, 0, *SIZE))


def make(points: list[Point]) -> None:
    """The files of these points that are not there yet."""
    SWEEP.mkdir(parents=True, exist_ok=True)
    for point in {point.file: point for point in points}.values():
        if point.file.exists():
            continue
        picture = original(point.picture)
        options = {
            "gray": {"quality": 92}, "progressive": {"quality": 92, "progressive": True}, "png": {},
            "4:2:0": {"quality": 92, "subsampling": 2}, "4:4:4": {"quality": 92, "subsampling": 0},
        }[point.source]
        (picture if ":" in point.source else picture.convert("L")).save(point.file, **options)


def own(file: Path, box: int) -> np.ndarray:
    """By the shipped command: its decoder's scale is the one that this rendition alone asks for."""
    with tempfile.TemporaryDirectory() as folder:
        recipe = Path(folder) / "recipe.json"
        rendition = {"name": "only", "width": box, "height": box, "fit": "inside", "format": "png"}
        recipe.write_text(json.dumps({"renditions": [rendition]}))
        command = [ROOT / "bootstrap", "process", "--recipe", recipe, "--out", Path(folder) / "out", file]
        subprocess.run(command, check=True, capture_output=True)
        with Image.open(next(Path(folder).glob("out/*/only.png"))) as picture:
            return np.asarray(picture)


def libvips(file: Path, width: int, height: int) -> np.ndarray:
    import pyvips

    pyvips.cache_set_max(0)
    return np.asarray(pyvips.Image.thumbnail(str(file), width, height=height, size="force")).squeeze()


def pillow(file: Path, width: int, height: int) -> np.ndarray:
    with Image.open(file) as picture:
        return np.asarray(picture.resize((width, height), Image.Resampling.LANCZOS))


def figures(samples: np.ndarray, reference: np.ndarray) -> dict:
    """Luma's PSNR and SSIM, and chroma's PSNR, of a rendition against the reference's planes."""
    made = quality.planes(quality.channels(samples))
    luma = min(made.shape[1:]) >= 7
    return {
        "psnr": quality.psnr(made[0], reference[0]),
        "ssim": structural_similarity(made[0], reference[0], data_range=255) if luma else 1.0,
        "chroma": quality.psnr(made[1:], reference[1:]) if samples.ndim == 3 else None,
    }


def measure(point: Point) -> dict:
    box = round(SIZE[0] / point.ratio)
    samples = own(point.file, box)
    height, width = samples.shape[:2]
    with Image.open(point.file) as picture:
        full = quality.channels(np.asarray(picture))
    reference = quality.planes(np.stack([resample.lanczos(full[..., c], width, height) for c in range(3)], axis=2))
    found = {"own": samples, "libvips": libvips(point.file, width, height), "pillow": pillow(point.file, width, height)}
    cells = {name: figures(rendition, reference) for name, rendition in found.items()}
    return {"picture": point.picture, "source": point.source, "ratio": SIZE[0] / width, "cells": cells}


def shortfall(row: dict) -> float:
    """By how many dB a point misses the gate; 0 where it passes. A ten-thousandth of SSIM counts as a dB."""
    if ":" in row["source"]:
        # What R'G'B' of 8 bits rounds off is in all three; luma has its own sources.
        return 0.0
    own, peers = row["cells"]["own"], {"vips": row["cells"]["libvips"], "pillow": row["cells"]["pillow"]}
    pairs = {name: (peer["psnr"], peer["ssim"]) for name, peer in peers.items()}
    least = quality.least(PLATES.get(row["picture"]), row["ratio"], pairs) or (0.0, 0.0)
    return max(0.0, least[0] - own["psnr"], (least[1] - own["ssim"]) * 1e4)


def points(short: bool) -> list[Point]:
    if short:
        ratios = sorted({change * factor for change in CHANGES[:-1] for factor in (0.99, 1.01)})
        return [Point(name, source, ratio) for name in SHORT for source in ("gray", "progressive") for ratio in ratios]
    found = [Point(name, "gray", ratio) for name in [*PICTURES, *PLATES] for ratio in steps()]
    found += [Point(name, "progressive", ratio) for name in OTHER_SOURCES for ratio in steps()[::2]]
    found += [Point(name, "png", ratio) for name in OTHER_SOURCES[:1] for ratio in steps()[::4]]
    for source in ("4:2:0", "4:4:4"):
        found += [Point(name, source, ratio) for name in OTHER_SOURCES for ratio in steps()[::4]]
    return found


def measured(wanted: list[Point]) -> list[dict]:
    """Every point's figures, in order of picture, source and ratio; progress goes to standard error."""
    corpus.fetch([SHORT_PACKAGE] if {point.picture for point in wanted} <= set(SHORT) else corpus.DEBIAN)
    make(wanted)
    rows = []
    with ProcessPoolExecutor(2) as pool:
        for done, future in enumerate(as_completed([pool.submit(measure, point) for point in wanted]), 1):
            rows.append(future.result())
            if done % 20 == 0 or done == len(wanted):
                print(f"sweep: {done}/{len(wanted)}", file=sys.stderr, flush=True)
    return sorted(rows, key=lambda row: (row["picture"], row["source"], row["ratio"]))


def table(rows: list[dict]) -> str:
    """The worst ten points, by what they have of luma, and all that miss the gate."""
    gray = [row for row in rows if ":" not in row["source"] and row["picture"] not in PLATES]
    worst = sorted(gray, key=lambda row: row["cells"]["own"]["psnr"])[:10]
    missed = [row for row in rows if shortfall(row) > 0]
    lines = ["| picture | source | ratio | Darkroom | libvips | Pillow | gate |", "|---|---|---|---|---|---|---|"]
    for row in worst + [row for row in missed if row not in worst]:
        cells = [
            f"{row['cells'][name]['psnr']:.1f} dB / {row['cells'][name]['ssim']:.4f}"
            for name in ("own", "libvips", "pillow")
        ]
        passed = "missed" if shortfall(row) > 0 else "passed"
        lines.append(f"| {row['picture']} | {row['source']} | {row['ratio']:.2f} | {' | '.join(cells)} | {passed} |")
    colour = [row for row in rows if ":" in row["source"]]
    if colour:
        lines += ["", "Chroma, least and median PSNR over ratios:", "", "| source | Darkroom | libvips | Pillow |",
                  "|---|---|---|---|"]
        for source in ("4:2:0", "4:4:4"):
            cells = []
            for name in ("own", "libvips", "pillow"):
                values = [row["cells"][name]["chroma"] for row in colour if row["source"] == source]
                cells.append(f"{min(values):.1f} / {float(np.median(values)):.1f} dB")
            lines.append(f"| {source} | {' | '.join(cells)} |")
    return "\n".join([*lines, "", f"{len(rows)} points; {len(missed)} miss the gate.", ""])


def main() -> int:
    arguments = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    arguments.add_argument("--short", action="store_true", help="a few points about each change of scale; no files")
    arguments.add_argument("--json", type=Path, help="write every figure to a file, too")
    given = arguments.parse_args()
    rows = measured(points(given.short))
    print(table(rows))
    if given.json:
        given.json.write_text(json.dumps(rows))
    if not given.short:
        RESULTS.mkdir(exist_ok=True)
        (RESULTS / "quality.md").write_text(HEADING + table(rows))
        (RESULTS / "quality.svg").write_text(sweep_plot.svg([
            row for row in rows if row["source"] in ("gray", "progressive") and row["picture"] not in PLATES]))
    return 1 if any(shortfall(row) > 0 for row in rows) else 0


if __name__ == "__main__":
    sys.exit(main())
