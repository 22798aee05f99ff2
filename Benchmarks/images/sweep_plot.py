"""The plot of luma PSNR over ratio: for each contender the photographs' lowest and their median."""

from html import escape
from math import log
from statistics import median

NAMES = [("own", "Darkroom"), ("libvips", "libvips"), ("pillow", "Pillow")]
WIDTH, HEIGHT, LEFT, RIGHT, TOP, BOTTOM = 900, 420, 56, 110, 44, 44
LEAST, MOST = 45, 65
TICKS = [1.05, 1.5, 2, 3, 4, 6, 8, 12, 16, 24, 40]
STYLE = """
text { font: 12px system-ui, -apple-system, "Segoe UI", sans-serif; fill: #24292f }
.title { font-weight: 600; font-size: 13px } .end { text-anchor: end } .mid { text-anchor: middle }
path { fill: none; stroke-width: 2 } .least { stroke-width: 2.5 } .median { stroke-dasharray: 4 3; opacity: .7 }
.own { stroke: #d9480f } .libvips { stroke: #1971c2 } .pillow { stroke: #6b7280 } .grid { stroke: #d0d7de }
.gate { stroke: #2b8a3e; stroke-dasharray: 2 3 }
@media (prefers-color-scheme: dark) {
  text { fill: #e6edf3 } .own { stroke: #ff8a4c } .libvips { stroke: #74c0fc } .pillow { stroke: #9198a1 }
  .grid { stroke: #373e47 } .gate { stroke: #69db7c }
}
"""


def _x(ratio: float) -> float:
    return LEFT + log(ratio / TICKS[0]) / log(TICKS[-1] / TICKS[0]) * (WIDTH - LEFT - RIGHT)


def _y(decibels: float) -> float:
    share = (min(max(decibels, LEAST), MOST) - LEAST) / (MOST - LEAST)
    return HEIGHT - BOTTOM - share * (HEIGHT - TOP - BOTTOM)


def _line(points: list[tuple[float, float]], kind: str) -> str:
    steps = " L ".join(f"{_x(ratio):.1f} {_y(value):.1f}" for ratio, value in points)
    return f'<path class="{kind}" d="M {steps}"/>'


def svg(rows: list[dict]) -> str:
    """Rows of gray photographs, baseline and progressive; ratios that differ by rounding only are taken together."""
    groups: dict[float, list[dict]] = {}
    for row in rows:
        groups.setdefault(round(log(row["ratio"]), 2), []).append(row)
    ordered = sorted(groups.items())
    title = "Luma PSNR against a double-precision Lanczos-3 of the full decode: lowest of all photographs, and median"
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" role="img">',
        f"<title>{escape(title)}</title><style>{STYLE}</style>",
        f'<text class="title" x="{LEFT}" y="20">{escape(title)}</text>',
    ]
    for decibels in range(LEAST, MOST + 1, 5):
        y = _y(decibels)
        kind = "gate" if decibels == 55 else "grid"
        parts.append(f'<path class="{kind}" d="M {LEFT} {y:.1f} H {WIDTH - RIGHT}"/>')
        parts.append(f'<text class="end" x="{LEFT - 6}" y="{y + 4:.1f}">{decibels} dB</text>')
    for ratio in TICKS:
        parts.append(f'<text class="mid" x="{_x(ratio):.1f}" y="{HEIGHT - 24}">{ratio:g}</text>')
    parts.append(f'<text class="mid" x="{(LEFT + WIDTH - RIGHT) / 2}" y="{HEIGHT - 6}">reduced by</text>')
    for n, (name, label) in enumerate(NAMES):
        for kind, of in (("least", min), ("median", median)):
            points = [
                (median(row["ratio"] for row in group), of([row["cells"][name]["psnr"] for row in group]))
                for _, group in ordered
            ]
            parts.append(_line(points, f"{kind} {name}"))
        y = TOP + 16 + 20 * n
        parts.append(f'<path class="{name}" d="M {WIDTH - RIGHT + 12} {y - 4} h 18"/>')
        parts.append(f'<text x="{WIDTH - RIGHT + 36}" y="{y}">{label}</text>')
    return "\n".join([*parts, "</svg>", ""])
