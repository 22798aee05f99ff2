"""Tables of the figures: for the terminal, and in Markdown for `results/`."""

import measure
from contenders import SELF
from workloads import GOALS, WORKLOADS

PEERS = ["vips", "sharp", "pillow-simd", "pillow", "opencv"]
MET, MISSED = "✓", "✗"


def title(row: dict) -> str:
    return f"{row['workload']} {row['file']}"


def cpu(cell: dict | None) -> str:
    return "–" if not cell or "error" in cell else f"{cell['cpu_ms']:.1f}"


def ratio(cells: dict, one: str, other: str) -> str:
    value = measure.paired(cells, one, other) if one in cells and other in cells else None
    return "–" if value is None else f"{value:.2f}"


def memory(cell: dict | None, field: str) -> str:
    return "–" if not cell or cell.get(field) is None else f"{cell[field]:.0f}"


def quality_passes(row: dict) -> bool | None:
    """Whether every rendition of this project's passes the gate, its bytes included;
    None where nothing was measured.
    """
    figures = row["quality"].get(SELF)
    if not figures or "error" in figures:
        return None
    bytes_pass = all(value <= row["bytes_gate"] for value in row["byte_ratios"])
    return bytes_pass and all(figure["passes"] is not False for figure in figures.values())


def verdicts(row: dict) -> list[dict]:
    """Each goal of this row: what it asks, what was measured, whether it and the further one are reached."""
    goal, cells = GOALS.get((row["workload"], row["file"])), row["cells"]
    own = cells.get(SELF)
    if goal is None or own is None:
        return []
    if "error" in own:
        return [{"what": own["error"], "value": None, "goal": None, "met": False, "beyond": None, "beyond_met": None}]
    found = []

    def add(what, value, limit, beyond):
        found.append({"what": what, "value": value, "goal": limit, "met": None if limit is None else value <= limit,
                      "beyond": beyond, "beyond_met": None if beyond is None else value <= beyond})

    for peer in sorted(goal.times | goal.beyond):
        value = measure.paired(cells, SELF, peer)
        if value is not None:
            add(f"CPU × {peer}", value, goal.times.get(peer), goal.beyond.get(peer))
    for peer, limit in goal.bytes.items():
        if "bytes" in cells.get(peer, {}):
            add(f"bytes × {peer}", sum(own["bytes"]) / sum(cells[peer]["bytes"]), limit, None)
    if goal.added_mb is not None or goal.beyond_mb is not None:
        add("MB added", own["added_rss_mb"], goal.added_mb, goal.beyond_mb)
    # No speed counts without its quality: the gate is a goal of each row.
    found.append({"what": "gate on quality and bytes", "value": None, "goal": None, "met": quality_passes(row),
                  "beyond": None, "beyond_met": None})
    return found


def mark(verdict: dict) -> str:
    goal = "" if verdict["met"] is None else MET if verdict["met"] else MISSED
    return goal + {None: "", True: " beyond", False: ""}[verdict["beyond_met"]]


def _markdown(head: list[str], rows: list[list[str]]) -> str:
    lines = ["| " + " | ".join(head) + " |", "|" + "---|" * len(head)]
    return "\n".join(lines + ["| " + " | ".join(row) + " |" for row in rows])


def _plain(head: list[str], rows: list[list[str]]) -> str:
    widths = [max(len(row[n]) for row in [head, *rows]) for n in range(len(head))]
    return "\n".join("  ".join(cell.ljust(width) for cell, width in zip(row, widths)).rstrip() for row in [head, *rows])


def speed_table(rows: list[dict]) -> tuple[list[str], list[list[str]]]:
    head = ["job", "floor", SELF, *PEERS, "× floor", "× vips", "× sharp", "× pillow-simd", "gate"]
    body = []
    for row in rows:
        cells, gate = row["cells"], {None: "–", True: MET, False: MISSED}[quality_passes(row)]
        body.append([title(row), cpu(cells.get("floor")), cpu(cells.get(SELF)), *(cpu(cells.get(p)) for p in PEERS),
                     *(ratio(cells, SELF, other) for other in ("floor", "vips", "sharp", "pillow-simd")), gate])
    return head, body


def memory_table(rows: list[dict], field: str) -> tuple[list[str], list[list[str]]]:
    names = ["floor", SELF, *PEERS]
    return ["job", *names], [[title(row), *(memory(row["cells"].get(n), field) for n in names)] for row in rows]


def bytes_table(rows: list[dict]) -> tuple[list[str], list[list[str]]]:
    def text(cell):
        return "–" if not cell or "bytes" not in cell else " + ".join(f"{count:,}" for count in cell["bytes"])

    names = [SELF, "vips", "sharp", "pillow"]
    return ["job", *names, f"{SELF} × reference"], [
        [title(row), *(text(row["cells"].get(n)) for n in names),
         " ".join(f"{value:.3f}" for value in row["byte_ratios"]) or "–"] for row in rows]


def quality_table(rows: list[dict]) -> tuple[list[str], list[list[str]]]:
    """Luma PSNR / SSIM, and this project's chroma; every box a row. A figure under the gate has a ✗."""
    names, body = [SELF, *PEERS], []
    for row in rows:
        boxes = next((list(f) for f in row["quality"].values() if "error" not in f), [])
        for box in boxes:
            line = [f"{row['file']} → {box}" + (" of three" if len(boxes) > 1 else "")]
            for name in names:
                figure = row["quality"].get(name, {}).get(box)
                line.append("–" if not figure else f"{figure['psnr']:.1f} / {figure['ssim']:.4f}"
                            + (f" {MISSED}" if figure["passes"] is False else ""))
            own = row["quality"].get(SELF, {}).get(box) or {}
            for field in ("chroma_psnr", "halved_chroma_psnr"):
                line.append("–" if own.get(field) is None else f"{own[field]:.1f}")
            body.append(line)
    return ["luma PSNR dB / SSIM", *names, f"{SELF} chroma dB, 4:4:4", f"{SELF} chroma dB, 4:2:0"], body


def goals_table(rows: list[dict]) -> tuple[list[str], list[list[str]]]:
    def limit(value):
        return "–" if value is None else f"≤ {value:g}"

    return ["job", "figure", "measured", "goal", "beyond", "reached"], [
        [title(row), v["what"], "–" if v["value"] is None else f"{v['value']:.2f}", limit(v["goal"]),
         limit(v["beyond"]), mark(v)] for row in rows for v in verdicts(row)]


def growth_tables(growth: dict) -> list[tuple[str, tuple]]:
    tables = []
    for name, entries in growth.items():
        heads = list(next(iter(entries.values())))
        body = [[key, *("–" if v.get(h) is None else f"{v[h]:.1f}" for h in heads)] for key, v in entries.items()]
        tables.append((f"Growth: {name}", ([name.split(" →")[0], *heads], body)))
    return tables


def sections(results: dict) -> list[tuple[str, tuple]]:
    rows = results["rows"]
    found = []
    if rows:
        found += [("CPU, milliseconds", speed_table(rows)), ("Memory added, MB", memory_table(rows, "added_rss_mb")),
                  ("Memory at the peak, whole process with its input, MB", memory_table(rows, "peak_rss_mb")),
                  ("Output, bytes", bytes_table(rows)), ("Goals", goals_table(rows))]
    found.append(("Quality", quality_table(rows + results["quality_only"])))
    return [(name, table) for name, table in found + growth_tables(results["growth"]) if table[1]]


def peers_named(results: dict) -> str:
    """The peers with their versions."""
    return ", ".join(f"{name} {version}" for name, version in results["versions"].items())


def terminal(results: dict) -> str:
    return f"{peers_named(results)}\n\n" + "\n\n".join(f"{name}\n{_plain(*table)}" for name, table in sections(results))


def markdown(results: dict) -> str:
    kinds = "\n".join(f"- **{name}**: {what}" for name, (what, *_) in WORKLOADS.items())
    intro = f"""# Images: the comparison

One thread, warm, the bytes in memory; CPU time, medians of {results["rounds"]} rounds of {results["iterations"]} in
which all contenders take turns, ratios paired within a round. *floor*: what libjpeg-turbo and libpng alone cost for the
job, with the resize left out. *sharp*: its shrink rule and encoder defaults over libvips, without the cost of Node.
*gate* ({MET}): PSNR of luma and chroma and SSIM of luma against Lanczos-3 in double precision, and output bytes, within
the bounds in `quality.py`. The zone plate up to Nyquist misses it at 800: whoever starts from a reduced decode cannot
hold it, and the plate that ends at half of Nyquist shows what is left within that.
Made by `make bench` on {results["machine"]}, with {peers_named(results)}.

{kinds}
"""
    return intro + "".join(f"\n## {name}\n\n{_markdown(*table)}\n" for name, table in sections(results))
