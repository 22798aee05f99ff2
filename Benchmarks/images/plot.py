"""The plot that Benchmarks/README.md shows: bars of CPU time and of memory,
in an SVG that reads on light and on dark pages.
"""

from html import escape

from contenders import SELF

PANELS = [
    ("T256", "12mp.jpg", "12 MP JPEG → 256"),
    ("W2", "12mp.jpg", "12 MP JPEG → 1600 + 800 + 256"),
    ("W2", "108mp.jpg", "108 MP JPEG → 1600 + 800 + 256"),
    ("T256", "12mp-progressive.jpg", "12 MP progressive JPEG → 256"),
    ("W3", "12mp-rgb.png", "12 MP PNG → PNG 1024"),
    ("W4", "4mp-rgba.png", "4 MP PNG with alpha → JPEG 1024"),
]
NAMES = [("floor", "C libraries alone"), (SELF, "Darkroom"), ("vips", "libvips"), ("sharp", "sharp"),
         ("pillow-simd", "Pillow-SIMD"), ("pillow", "Pillow")]
WIDTH, COLUMN, BAR, STEP, LABEL = 900, 450, 14, 20, 112
STYLE = """
text { font: 12px system-ui, -apple-system, "Segoe UI", sans-serif; fill: #24292f }
.title { font-weight: 600; font-size: 13px } .note { fill: #57606a } .end { text-anchor: end }
.bar { fill: #b6bec8 } .own { fill: #d9480f } .base { fill: none; stroke: #8c959f; stroke-dasharray: 3 2 }
.mine { font-weight: 600 }
@media (prefers-color-scheme: dark) {
  text { fill: #e6edf3 } .note { fill: #9198a1 } .bar { fill: #4b5563 } .own { fill: #ff8a4c }
}
"""


def _panel(x: int, y: int, title: str, unit: str, values: list[tuple[str, str, float]], digits: int) -> list[str]:
    """One group of bars; `values` are (name, label, value). The floor is drawn as an outline: nobody's product."""
    room, longest = COLUMN - LABEL - 84, max(value for _, _, value in values) or 1
    parts = [f'<text class="title" x="{x}" y="{y}">{escape(title)}</text>',
             f'<text class="note end" x="{x + COLUMN - 30}" y="{y}">{unit}</text>']
    for n, (name, label, value) in enumerate(values):
        top = y + 12 + n * STEP
        kind = "own" if name == SELF else "base" if name == "floor" else "bar"
        mine = ' class="mine"' if name == SELF else ""
        width = max(1.0, value / longest * room)
        parts += [
            f'<text class="end{" mine" if name == SELF else ""}" x="{x + LABEL - 8}" y="{top + 11}">{label}</text>',
            f'<rect class="{kind}" x="{x + LABEL}" y="{top}" width="{width:.1f}" height="{BAR}" rx="2"/>',
            f'<text{mine} x="{x + LABEL + width + 6:.1f}" y="{top + 11}">{value:.{digits}f}</text>',
        ]
    return parts


def svg(results: dict) -> str:
    """The plot, as far as there are figures."""
    rows = {(row["workload"], row["file"]): row["cells"] for row in results["rows"]}
    panels = []
    for workload, file, title in PANELS:
        panels.append((title, "CPU, ms", _values(rows.get((workload, file)), "cpu_ms"), 1))
        if workload == "W2":
            panels.append((title, "memory added, MB", _values(rows.get((workload, file)), "added_rss_mb"), 0))
    panels = [panel for panel in panels if panel[2]]
    height_of_panel = 12 + len(NAMES) * STEP + 34
    height = 56 + (len(panels) + 1) // 2 * height_of_panel
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" width="{WIDTH}" height="{height}" '
        f'role="img" aria-label="CPU time and memory of Darkroom and its peers">',
        f"<style>{STYLE}</style>",
    ]
    for n, (title, unit, values, digits) in enumerate(panels):
        parts += _panel(16 + n % 2 * COLUMN, 28 + n // 2 * height_of_panel, title, unit, values, digits)
    parts.append(f'<text class="note" x="16" y="{height - 14}">One thread, warm process, shorter is better. '
                 f"Dashed: what libjpeg-turbo or libpng alone cost, without resizing.</text></svg>")
    return "\n".join(parts) + "\n"


def _values(cells: dict | None, key: str) -> list[tuple[str, str, float]]:
    found = []
    for name, label in NAMES:
        value = (cells or {}).get(name, {}).get(key)
        if value is not None:
            found.append((name, label, value))
    return found if any(name == SELF for name, *_ in found) or len(found) > 1 else []
