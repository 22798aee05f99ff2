"""Holds the engine's estimates, by which admission decides, against what a fresh process then takes.

    python estimates.py [NAME…]      # after `make bench` has made the corpus; of all images, or those so named

Every estimate of memory has to be at least what was taken, and should not be over twice that and 8 MB.
"""

import json
import subprocess
import sys
import tempfile
from pathlib import Path

from PIL import Image, ImageFile

from paths import BENCH, CORPUS, ROOT

sys.path.insert(0, str(ROOT / "Tests/SystemTests/support/hostile"))

import inputs  # noqa: E402
import jpeg  # noqa: E402
import png  # noqa: E402

# Pillow's buffer is too small for progressive noise.
ImageFile.MAXBLOCK = 1 << 26

BOXES = ["256", "1600,800,256", "1600,1400,1200,1000,800,600,400,200"]


def more(folder: Path):
    """Kinds that the corpus does not have. Pictures of noise are the largest when they are compressed."""
    noise = Image.merge("RGB", [Image.effect_noise((4000, 3000), 100) for _ in range(3)])
    noise.save(folder / "noise.png", compress_level=1)
    noise.save(folder / "noise.jpg", quality=95)
    noise.save(folder / "noise-progressive.jpg", quality=95, progressive=True, subsampling=0)
    noise.convert("CMYK").save(folder / "cmyk.jpg")
    noise.crop((0, 0, 2000, 1500)).save(folder / "noise-3mp.png", compress_level=1)
    files = {
        "separate-48mp.jpg": jpeg.flat(8000, 6000, inputs.COLOUR, separate=True),
        "cmyk-progressive-12mp.jpg": jpeg.progressive(4000, 3000, [(1, 1)] * 4, bands=3),
        "wide.jpg": jpeg.flat(65500, 1000, inputs.COLOUR),
        "wide-rgba.png": png.blank(65500, 500, 8, 6),
        "turned-rgba-12mp.png": png.blank(4000, 3000, 8, 6, before=inputs.turned()),
        "turned-rgb-48mp.png": png.blank(8000, 6000, 8, 2, before=inputs.turned()),
    }
    for kind, name in {0: "gray", 2: "rgb", 3: "palette", 4: "gray-alpha", 6: "rgba"}.items():
        for depth in [1, 8, 16] if kind == 0 else [8] if kind == 3 else [8, 16]:
            for interlaced in [False, True]:
                files[f"{name}{depth}{'-interlaced' * interlaced}-12mp.png"] = png.blank(
                    4000, 3000, depth, kind, interlaced=interlaced
                )
    for name, content in files.items():
        (folder / name).write_bytes(content)


def main() -> None:
    print(
        f"{'IMAGE':<28}{'BOXES':>6} {'FORMAT':<6}{'ESTIMATED MB':>14}{'TAKEN MB':>10}"
        f"{'ESTIMATED MS':>14}{'TAKEN MS':>10}"
    )
    bad = 0
    with tempfile.TemporaryDirectory() as scratch:
        more(Path(scratch))
        files = [*sorted(CORPUS.glob("*.*g")), *sorted(Path(scratch).iterdir())]
        for file in files:
            if len(sys.argv) > 1 and not any(name in file.stem for name in sys.argv[1:]):
                continue
            for boxes in BOXES:
                for kind in ["jpeg", "png"]:
                    run = subprocess.run(
                        [BENCH, file, "--inside", boxes, "--format", kind, "--estimate"],
                        check=True, capture_output=True,
                    )  # fmt: skip
                    result = json.loads(run.stdout)
                    estimated, taken = result["estimated_mb"], result["added_rss_mb"]
                    remark = "  UNDER" if estimated < taken else "  over" if estimated > 2 * taken + 8 else ""
                    bad += estimated < taken
                    print(
                        f"{file.stem:<28}{boxes.count(',') + 1:>6} {kind:<6}{estimated:>14.1f}{taken:>10.1f}"
                        f"{result['estimated_cpu_ms']:>14.0f}{result['cpu_ms']:>10.0f}{remark}"
                    )
    sys.exit(f"{bad} estimates are too low" if bad else 0)


if __name__ == "__main__":
    main()
