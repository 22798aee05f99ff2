"""One peer in a warm process of its own: requests in, measurements out, one JSON object a line.

    {"file": PATH, "boxes": [1600, 800, 256], "form": "jpeg", "quality": 80, "iterations": 5}

The bytes are in memory before the clock starts; one run that is not counted comes first. The answer has the fields of
image-bench: medians of CPU and wall time per image, the peak of memory, what was added over the loaded process, and the
outputs. With "form": null the pictures themselves are saved under the folder "keep", as 0.npy, 1.npy, …
"""

import json
import statistics
import sys
import time
from pathlib import Path

import memory
import peers


def measure(run, request: dict) -> dict:
    with open(request["file"], "rb") as file:
        data = file.read()
    job = data, request["boxes"], request["form"], request["quality"]
    if request["form"] is None:
        return save(run(*job), Path(request["keep"]))
    memory.reset_peak()
    loaded = memory.resident()
    outputs = run(*job)
    cpu, wall = [], []
    for _ in range(request["iterations"]):
        cpu_start, wall_start = time.process_time(), time.perf_counter()
        outputs = run(*job)
        cpu.append((time.process_time() - cpu_start) * 1e3)
        wall.append((time.perf_counter() - wall_start) * 1e3)
    return {
        "cpu_ms": statistics.median(cpu),
        "wall_ms": statistics.median(wall),
        "peak_rss_mb": memory.peak(),
        "added_rss_mb": memory.peak() - loaded,
        "outputs": [{"bytes": len(output)} for output in outputs],
    }


def save(pictures, folder: Path) -> dict:
    import numpy

    folder.mkdir(parents=True, exist_ok=True)
    outputs = []
    for number, picture in enumerate(pictures):
        numpy.save(folder / f"{number}.npy", picture)
        outputs.append({"width": picture.shape[1], "height": picture.shape[0], "path": str(folder / f"{number}.npy")})
    return {"outputs": outputs}


def main() -> None:
    run = peers.load(sys.argv[1])
    for line in sys.stdin:
        try:
            answer = measure(run, json.loads(line))
        except Exception as error:  # a peer that refuses an input has an empty cell, and the others go on
            answer = {"error": f"{type(error).__name__}: {error}"}
        print(json.dumps(answer), flush=True)


if __name__ == "__main__":
    main()
