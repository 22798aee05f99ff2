"""What is measured on what, and what is to be reached: the jobs, and the goals that each is held to."""

from dataclasses import dataclass, field

from contenders import Job

ONE, THREE, PNG = (256,), (1600, 800, 256), (1024,)

# name -> (what it is, boxes, format of the output, the pictures)
WORKLOADS = {
    "T256": ("JPEG → 256", ONE, "jpeg",
             ["3mp.jpg", "12mp.jpg", "24mp.jpg", "48mp.jpg", "108mp.jpg", "12mp-progressive.jpg"]),
    "T800": ("JPEG → 800", (800,), "jpeg", ["12mp.jpg"]),
    "T1600": ("JPEG → 1600", (1600,), "jpeg", ["12mp.jpg"]),
    "W2": ("JPEG → 1600 + 800 + 256", THREE, "jpeg",
           ["3mp.jpg", "12mp.jpg", "24mp.jpg", "48mp.jpg", "108mp.jpg", "12mp-progressive.jpg"]),
    "W3": ("PNG → PNG 1024", PNG, "png", ["12mp-rgb.png", "4mp-rgba.png", "4mp-rgba-photo.png"]),
    "W4": ("PNG → JPEG 1024", PNG, "jpeg", ["12mp-rgb.png", "4mp-rgba.png", "4mp-rgba-photo.png"]),
    "kinds": ("other kinds → 256", ONE, "jpeg",
              ["12mp-444.jpg", "12mp-422.jpg", "12mp-gray.jpg", "12mp-adobe-rgb-turned.jpg", "108mp-progressive.jpg",
               "3mp-gray16.png", "3mp-palette.png"]),
}
QUICK = {"T256": ["12mp.jpg"], "W2": ["12mp.jpg"], "W3": ["4mp-rgba.png"], "W4": ["4mp-rgba.png"]}


def jobs(workload: str, quick: bool = False) -> list[Job]:
    _, boxes, form, files = WORKLOADS[workload]
    return [Job(file, boxes, form) for file in files if not quick or file in QUICK.get(workload, [])]


@dataclass(frozen=True)
class Goal:
    """At most `times` × the CPU time of each peer named; `beyond` is the further one. Bytes are × the peer's too."""

    times: dict = field(default_factory=dict)
    beyond: dict = field(default_factory=dict)
    added_mb: float | None = None
    beyond_mb: float | None = None
    bytes: dict = field(default_factory=dict)


LARGE_T256 = Goal({"floor": 1.10}, {"floor": 0.85})
LARGE_W2 = Goal({"floor": 0.9, "pillow-simd": 0.95})
GOALS = {
    ("T256", "3mp.jpg"): Goal({"floor": 1.25, "vips": 0.65}, {"floor": 1.0}),
    ("T256", "12mp.jpg"): Goal({"floor": 0.70, "vips": 0.75, "sharp": 0.9}, added_mb=8),
    ("T256", "24mp.jpg"): LARGE_T256,
    ("T256", "48mp.jpg"): LARGE_T256,
    ("T256", "108mp.jpg"): Goal(LARGE_T256.times, LARGE_T256.beyond, added_mb=16),
    ("T256", "12mp-progressive.jpg"): Goal({"floor": 0.12}),
    ("W2", "3mp.jpg"): Goal({"floor": 1.2, "vips": 0.45}),
    ("W2", "12mp.jpg"): Goal({"floor": 1.0, "vips": 0.42, "sharp": 0.35}, {"floor": 0.85}, added_mb=24),
    ("W2", "24mp.jpg"): LARGE_W2,
    ("W2", "48mp.jpg"): LARGE_W2,
    ("W2", "108mp.jpg"): Goal(LARGE_W2.times, LARGE_W2.beyond, added_mb=16),
    ("W2", "12mp-progressive.jpg"): Goal({"floor": 0.8, "vips": 0.8}),
    ("W3", "12mp-rgb.png"): Goal({"vips": 0.40}, bytes={"vips": 0.8}),
    ("W3", "4mp-rgba.png"): Goal({"vips": 0.35}, bytes={"vips": 0.8}),
    ("W4", "12mp-rgb.png"): Goal({"vips": 0.40}),
    ("W4", "4mp-rgba.png"): Goal({"vips": 0.30}),
    ("kinds", "108mp-progressive.jpg"): Goal(beyond_mb=40),
}

# Quality alone: zone plates, and photographs of other kinds than the one that speed is measured on. `sweep.py` does the
# same over all ratios.
PLATES = [Job("zone-plate.jpg", ONE), Job("zone-plate-half.jpg", (800,)), Job("zone-plate.jpg", (800,))]
OTHERS = [f"photo-{name}.jpg" for name in ("fallenleaf", "eveningglow", "path", "onestandsout", "colorfulcups")]
QUALITY_ONLY = PLATES + [Job(file, boxes) for file in OTHERS for boxes in (ONE, THREE)]

# How cost grows: with pixels, with renditions, with threads.
GROWTH_PIXELS = ["3mp.jpg", "12mp.jpg", "24mp.jpg", "48mp.jpg", "108mp.jpg"]
GROWTH_BOXES = (1600, 1400, 1200, 1000, 800, 600, 400, 256)
