"""Takes the measurements: every contender on every job, one after the other in each round, so that all share the
machine's moods; medians over the rounds, and ratios paired within a round."""

import os
import statistics
import sys
import tempfile
from collections import defaultdict
from dataclasses import asdict
from pathlib import Path

from PIL import Image

import quality
from contenders import SELF, Job, Program

# The load average at which one measurement at a time is all that the machine does.
QUIET_LOAD = 1.2


def speed(job: Job, contenders: list, rounds: int, iterations: int) -> dict:
    """Per contender: medians of CPU and wall time, output bytes, and the memory that a fresh process added."""
    answers = defaultdict(list)
    for number in range(rounds):
        # Every other round runs backwards: whoever follows a heavy neighbour does so half of the time only.
        for contender in contenders[:: -1 if number % 2 else 1]:
            answers[contender.name].append(contender.measure(job, iterations))
    return {contender.name: _summary(contender, job, answers[contender.name]) for contender in contenders}


def _summary(contender, job: Job, rounds: list[dict]) -> dict:
    failed = next((answer["error"] for answer in rounds if "error" in answer), None)
    if failed:
        return {"error": failed}
    memory = contender.memory(job)
    return {
        "cpu_ms": statistics.median(answer["cpu_ms"] for answer in rounds),
        "wall_ms": statistics.median(answer["wall_ms"] for answer in rounds),
        "rounds_cpu_ms": [answer["cpu_ms"] for answer in rounds],
        "added_rss_mb": memory.get("added_rss_mb"),
        "peak_rss_mb": memory.get("peak_rss_mb"),
        "bytes": [output["bytes"] for output in rounds[0]["outputs"]],
    }


def paired(cells: dict, one: str, other: str) -> float | None:
    """The median over the rounds of one's CPU time over the other's."""
    if any("error" in cells.get(name, {"error": ""}) for name in (one, other)):
        return None
    pairs = zip(cells[one]["rounds_cpu_ms"], cells[other]["rounds_cpu_ms"])
    return statistics.median(a / b for a, b in pairs)


def quality_of(job: Job, contenders: list) -> dict:
    """Per contender and box: PSNR, SSIM, whether they pass the gate, and the bytes over the reference's."""
    found = {}
    for contender in contenders:
        if isinstance(contender, Program) and contender.name != SELF:
            continue  # the floor makes no pictures worth looking at
        with tempfile.TemporaryDirectory() as folder:
            answer = contender.pictures(job, Path(folder))
            if "error" in answer:
                found[contender.name] = {"error": answer["error"]}
                continue
            found[contender.name] = {
                str(box): _figures(job, output)
                for box, output in zip(job.boxes, answer["outputs"])
            }
    for box in map(str, job.boxes):
        _judge(job, {name: figures[box] for name, figures in found.items() if box in figures})
    return found


def _figures(job: Job, output: dict) -> dict:
    witness, halved = (Path(output[name]) if name in output else None for name in ("witness", "halved"))
    # This project shows white through a JPEG's transparent pixels; over the same white, PNG and JPEG are comparable.
    background = 255 if job.form == "jpeg" else 0
    return asdict(quality.compare(job.path, Path(output["path"]), job.form, background, witness, halved))


def _judge(job: Job, figures: dict) -> None:
    """Adds to each contender's figures of one size whether they pass the gate."""
    peers = {name: (figures[name]["psnr"], figures[name]["ssim"]) for name in ("vips", "pillow") if name in figures}
    plate = {"zone-plate.jpg": 1.0, "zone-plate-half.jpg": 0.5}.get(job.file)
    with Image.open(job.path) as source:
        longest = max(source.size)
    for own in figures.values():
        least = quality.least(plate, longest / max(own["width"], own["height"]), peers)
        own["passes"] = quality.Figures(**own).passes(least)


def byte_ratios(job: Job, sizes: list[tuple[int, int]], given: list[int]) -> list[float]:
    """Each output's bytes over those of the reference, encoded at the same quality."""
    return [
        count / quality.reference_bytes(job.path, width, height, job.quality)
        for (width, height), count in zip(sizes, given)
    ]


def growth(contenders: list, files: list[str], boxes: tuple[int, ...], rounds: int, iterations: int) -> dict:
    """How cost grows: with pixels (to 256, and to three sizes), and with one to eight renditions of 12 MP."""
    chosen = [c for c in contenders if c.name in (SELF, "floor", "vips")]

    def cpu(job: Job) -> dict:
        cells = speed(job, chosen, rounds, iterations)
        return {name: cell.get("cpu_ms") for name, cell in cells.items()} | {
            f"{SELF} added MB": cells.get(SELF, {}).get("added_rss_mb")
        }

    result = {
        "pixels → 256": {file: cpu(Job(file, (256,))) for file in files},
        "pixels → 1600 + 800 + 256": {file: cpu(Job(file, (1600, 800, 256))) for file in files},
        "renditions of 12 MP": {str(n): cpu(Job("12mp.jpg", boxes[:n])) for n in range(1, len(boxes) + 1)},
    }
    bench = next((c for c in chosen if c.name == SELF), None)
    # With another program on the second core, two threads show that program.
    if bench and os.getloadavg()[0] > QUIET_LOAD:
        print(f"measure: the machine is busy (load {os.getloadavg()[0]:.1f}): threads are left out", file=sys.stderr)
    elif bench:
        result["threads"] = {
            str(threads): _threads(bench, threads, iterations) for threads in (1, 2)
        }
    return result


def _threads(bench: Program, threads: int, iterations: int) -> dict:
    answer = bench.measure(Job("12mp.jpg", (1600, 800, 256)), iterations, "--threads", str(threads))
    return {key: answer.get(key) for key in ("cpu_ms", "wall_ms", "added_rss_mb")}
