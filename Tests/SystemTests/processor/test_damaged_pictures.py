"""Damaged pictures beside Pillow and libvips: what both read is rendered, and what is whole is never refused.

Where that is not so, DIFFERENCES says why.
"""

import json
import re
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest
import pyvips
from PIL import Image, ImageChops

from runtime_parts import ROOT

sys.path.insert(0, str(Path(__file__).parents[1] / "support" / "hostile"))

import damage  # noqa: E402

SIZES = {"full": 65_500, "small": 24}
# Names of variants, and why they are judged differently.
DIFFERENCES = {
    r".*\.wrong-checksum-of-the-first-IDAT\.png": (
        "bytes in front of the last row are known to have changed: `reject` refuses them, whichever they were, before"
        " the rows behind them have come; Pillow and libvips do not compare this checksum"
    ),
    r"(progressive.*|0+42)\.cut-at-95-percent-and-ended\.jpg": (
        "it ends as it should, and the scan that was cut is of no use for small sizes, which step over it"
    ),
    r"0+42\.flip-[27]\.jpg": (
        "a bit in a progressive scan has changed, and codes behind it are read out of step: the limit of 20 damaged"
        " spots is reached by the engine's own decoder, which also counts runs over the end of a block, not by libjpeg,"
        " which is used at full size"
    ),
}


@dataclass
class Variant:
    name: str
    # The pixels that Pillow reads; None where it refuses.
    pillow: bytes | None
    libvips: bool
    # By setting and size.
    ours: dict[tuple[str, str], dict]

    @property
    def whole(self) -> str:
        """The name of the picture that it was made from."""
        return re.sub(r"\..*\.", ".", self.name)


def pillow(file: Path) -> bytes | None:
    try:
        with Image.open(file) as picture:
            picture.load()
            return f"{picture.mode} {picture.size} ".encode() + picture.tobytes()
    except (OSError, SyntaxError, ValueError):
        return None


def libvips(file: Path) -> bool:
    try:
        pyvips.Image.new_from_file(str(file)).write_to_memory()
    except pyvips.Error:
        return False
    return True


def process(folder: Path, out: Path, damaged: str, width: int) -> dict[str, dict]:
    recipe = {
        "damaged": damaged,
        "renditions": [{"name": "r", "width": width, "height": width, "format": "png", "compression_level": 1}],
    }
    run = subprocess.run(
        [ROOT / "bootstrap", "process", folder, "--json", "--out", out],
        env={"DARKROOM_RECIPE": json.dumps(recipe)}, capture_output=True, text=True)
    assert run.returncode in (0, 1), run.stderr[-2000:]
    return {Path(report["file"]).name: report for report in json.loads(run.stdout)}


@pytest.fixture(scope="module")
def variants(tmp_path_factory) -> list[Variant]:
    scratch = tmp_path_factory.mktemp("damaged")
    folder = scratch / "in"
    damage.write(folder)
    ours = {
        (damaged, size): process(folder, scratch / f"{damaged}-{size}", damaged, width)
        for damaged in ("reject", "render")
        for size, width in SIZES.items()
    }
    return [
        Variant(file.name, pillow(file), libvips(file), {key: reports[file.name] for key, reports in ours.items()})
        for file in sorted(folder.iterdir())
    ]


def explained(found: dict[str, object]) -> dict[str, object]:
    """What no entry of DIFFERENCES explains."""
    return {name: what for name, what in found.items() if not any(re.fullmatch(key, name) for key in DIFFERENCES)}


def test_whole_pictures_are_rendered_without_a_warning(variants):
    whole = [v for v in variants if v.name == v.whole]
    assert len(whole) >= 12 and len(variants) > 400
    for variant in whole:
        for report in variant.ours.values():
            assert "error_code" not in report, report
            assert report["warnings"] == 0 or variant.name == "cmyk.jpg", report


def test_what_pillow_and_libvips_read_is_rendered(variants):
    refused = {
        v.name: v.ours["render", size]["error_detail"]
        for v in variants
        for size in SIZES
        if v.pillow is not None and v.libvips and "error_code" in v.ours["render", size]
    }
    assert explained(refused) == {}


def test_what_has_every_pixel_is_never_refused_and_has_them_in_its_rendition(variants):
    pixels = {v.name: v.pillow for v in variants}
    refused, changed = {}, {}
    for v in variants:
        if v.pillow is None or not v.libvips or v.pillow != pixels[v.whole]:
            continue
        original = next(w for w in variants if w.name == v.whole)
        for key, report in v.ours.items():
            if "error_code" in report:
                refused[v.name] = (key, report["error_detail"])
            elif not same_picture(report, original.ours[key]):
                changed[v.name] = key
    assert explained(refused) == {}
    assert explained(changed) == {}


def same_picture(report: dict, other: dict) -> bool:
    """To the bit at full size; reduced, libjpeg and the engine's own decoder differ by a few levels."""
    with Image.open(report["renditions"][0]["path"]) as a, Image.open(other["renditions"][0]["path"]) as b:
        if a.mode != b.mode or a.size != b.size:
            return False
        levels = 0 if max(a.size) > 24 else 12
        return all(high <= levels for _, high in bands(ImageChops.difference(a, b).getextrema()))


def bands(extrema: tuple) -> list[tuple[int, int]]:
    return [extrema] if isinstance(extrema[0], int) else list(extrema)


def test_whether_a_picture_is_whole_does_not_depend_on_the_size_that_is_made(variants):
    """But for damage inside a progressive JPEG's scans that no size needs, in a file that ends as it should."""
    different = {
        v.name: (v.ours["reject", "full"].get("error_detail"), v.ours["reject", "small"].get("error_detail"))
        for v in variants
        if ("error_code" in v.ours["reject", "full"]) != ("error_code" in v.ours["reject", "small"])
    }
    assert explained(different) == {}


def test_the_share_that_was_decoded_is_said_where_one_is_missing(variants):
    for v in variants:
        for size in SIZES:
            (reject, render) = (v.ours["reject", size], v.ours["render", size])
            if "error_code" in reject and "error_code" not in render:
                assert render["warnings"] > 0 and render["first_warning"], v.name
            if "decoded_share" in render:
                assert 0 <= render["decoded_share"] < 1 and "error_code" in reject, v.name


def test_every_difference_is_still_one(variants):
    names = [v.name for v in variants]
    assert [key for key in DIFFERENCES if not any(re.fullmatch(key, name) for name in names)] == []
