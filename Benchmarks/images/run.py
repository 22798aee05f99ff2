"""Runs the comparison and writes its tables and its plot.

    python run.py                     # all of it: about 20 minutes on a quiet machine
    python run.py --quick             # one picture a workload, two rounds
    python run.py --only W2 --rounds 9
    python run.py --only growth         # 3 to 108 MP, 1 to 8 renditions, 1 and 2 threads
    python run.py --goals             # exit code 1 where a goal is missed or a rendition fails the gate
"""

import argparse
import json
import platform
import subprocess
import sys
import time
from importlib.metadata import version

import corpus
import measure
import plot
import quality
import report
from contenders import SELF, all_contenders
from paths import PILLOW_SIMD, RESULTS, RUNS
from workloads import GROWTH_BOXES, GROWTH_PIXELS, QUALITY_ONLY, WORKLOADS, jobs


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--quick", action="store_true", help="one picture a workload, two rounds, no growth")
    parser.add_argument("--only", action="append", choices=[*WORKLOADS, "quality", "growth"], help="may be repeated")
    parser.add_argument("--rounds", type=int, help="rounds in which all contenders take turns (default 5)")
    parser.add_argument("--iterations", type=int, default=5, help="runs a contender makes in a round (default 5)")
    parser.add_argument("--goals", action="store_true", help="fail where a goal is missed")
    parser.add_argument("--write", action="store_true", help="write results/ even from a partial run")
    return parser.parse_args()


def machine() -> str:
    with open("/proc/cpuinfo") as info:
        model = next((line.split(":")[1].strip() for line in info if line.startswith("model name")), platform.machine())
    return f"{model}, {platform.system()} {platform.machine()}"


def versions() -> dict:
    """Of the peers, and of what the floor and this project are built on."""
    found = {
        name: version(name) for name in ("pyvips-binary", "pillow", "opencv-python-headless", "numpy", "scikit-image")
    }
    for info in PILLOW_SIMD.glob("pillow_simd-*.dist-info"):
        found["pillow-simd"] = info.name.removeprefix("pillow_simd-").removesuffix(".dist-info")
    for package in ("libjpeg62-turbo", "libpng16-16", "zlib1g", "libdeflate0", "libisal2"):
        query = subprocess.run(["dpkg-query", "-W", "-f", "${Version}", package], capture_output=True, text=True)
        found[package] = query.stdout or "unknown"
    return found


def row(workload: str, job, contenders: list, rounds: int, iterations: int) -> dict:
    """One job: speed of everybody, quality of everybody, and this project's bytes over the reference's."""
    cells = measure.speed(job, contenders, rounds, iterations)
    figures = measure.quality_of(job, contenders)
    own, ratios = figures.get(SELF, {}), []
    if job.form == "jpeg" and "bytes" in cells.get(SELF, {}) and "error" not in own:
        sizes = [(figure["width"], figure["height"]) for figure in own.values()]
        ratios = measure.byte_ratios(job, sizes, cells[SELF]["bytes"])
    return {"workload": workload, "file": job.file, "cells": cells, "quality": figures, "byte_ratios": ratios,
            "bytes_gate": quality.GATE_BYTES}


def main() -> int:
    options = arguments()
    rounds = options.rounds or (2 if options.quick else 5)
    chosen = options.only or [*WORKLOADS, "quality", *([] if options.quick else ["growth"])]
    corpus.make()
    contenders, missing = all_contenders()
    for line in missing:
        print(f"run: {line}", file=sys.stderr)

    RUNS.mkdir(parents=True, exist_ok=True)
    saved = RUNS / f"{time.strftime('%Y%m%d-%H%M%S')}.json"
    results = {"machine": machine(), "versions": versions(), "rounds": rounds, "iterations": options.iterations,
               "missing": missing, "rows": [], "quality_only": [], "growth": {}}
    for workload in (name for name in WORKLOADS if name in chosen):
        for job in jobs(workload, options.quick):
            start = time.monotonic()
            results["rows"].append(row(workload, job, contenders, rounds, options.iterations))
            saved.write_text(json.dumps(results, indent=1))
            print(f"run: {workload} {job.file} took {time.monotonic() - start:.0f} s", file=sys.stderr, flush=True)
    if "quality" in chosen:
        for job in QUALITY_ONLY[:2] if options.quick else QUALITY_ONLY:
            figures = measure.quality_of(job, contenders)
            results["quality_only"].append({"file": job.file, "quality": figures})
    if "growth" in chosen:
        results["growth"] = measure.growth(contenders, GROWTH_PIXELS, GROWTH_BOXES, max(2, rounds // 2), 3)
    for contender in contenders:
        contender.close()

    print(report.terminal(results))
    saved.write_text(json.dumps(results, indent=1))
    print(f"\nrun: figures in {saved}", file=sys.stderr)
    if options.write or not (options.quick or options.only):
        RESULTS.mkdir(exist_ok=True)
        (RESULTS / "images.md").write_text(report.markdown(results))
        (RESULTS / "images.svg").write_text(plot.svg(results))
        print(f"run: tables and plot in {RESULTS}", file=sys.stderr)
    missed = [r for r in results["rows"] if report.quality_passes(r) is False
              or any(v["met"] is False for v in report.verdicts(r))]
    return 1 if options.goals and missed else 0


if __name__ == "__main__":
    sys.exit(main())
