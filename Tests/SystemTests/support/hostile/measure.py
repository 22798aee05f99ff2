"""What becomes of every input, in a process of its own, and what that costs.

    python measure.py             # prints a table, the dearest last
    python measure.py --json      # prints a list of results
    python measure.py --write     # writes what is dearest to Benchmarks/images/results/hostile.md, too

A process of its own for all of it, too: Linux counts what a process was forked from among the memory that it has had.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
from collections import Counter
from dataclasses import asdict, dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[4]
TABLE = ROOT / "Benchmarks/images/results/hostile.md"


@dataclass
class Result:
    name: str
    # `processed`, an error code, or how the process died.
    outcome: str
    cpu_seconds: float
    peak_mb: float
    expected: list[str]


# What any input may take within the default limits.
CPU_SECONDS, PEAK_MB = 2, 256
# Far above what any of them takes: it is there to end what would hang.
SECONDS = 60


def process(file: Path, out: Path) -> Result:
    """Runs the shipped command on one file. `peak_mb` is never below what this interpreter has:
    a child begins with it.
    """
    with tempfile.TemporaryFile() as report, tempfile.TemporaryFile() as errors:
        child = subprocess.Popen(
            ["timeout", "--signal=KILL", str(SECONDS), ROOT / "bootstrap", "process", "--json", "--out", out, file],
            stdout=report,
            stderr=errors,
        )
        _, status, usage = os.wait4(child.pid, 0)
        child.returncode = os.waitstatus_to_exitcode(status)
        report.seek(0)
        text = report.read()
    outcome = f"died with {child.returncode}"
    if child.returncode in (0, 1) and text:
        outcome = json.loads(text)[0].get("error_code", "processed")
    expected = file.with_suffix(".outcomes").read_text().split()
    return Result(file.stem, outcome, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024, expected)


def write_inputs(folder: Path) -> list[Path]:
    """Writes the inputs, in a process of its own: this one is to stay small."""
    inputs = Path(__file__).with_name("inputs.py")
    subprocess.run([sys.executable, inputs, folder], check=True)
    return sorted(folder.glob("*.jpg"))


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--write", action="store_true")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        results = [process(file, Path(scratch) / "out") for file in write_inputs(Path(scratch) / "inputs")]
    if arguments.json:
        json.dump([asdict(result) for result in results], sys.stdout)
    else:
        print_table(results)
    if arguments.write:
        TABLE.write_text(markdown(results))


def print_table(results: list[Result]) -> None:
    results.sort(key=lambda result: (result.cpu_seconds, result.peak_mb))
    print(f"{'INPUT':<50} {'OUTCOME':<22} {'CPU s':>6} {'PEAK MB':>8}")
    for result in results:
        remark = "" if result.outcome in result.expected else f"  expected {' or '.join(result.expected)}"
        print(f"{result.name:<50} {result.outcome:<22} {result.cpu_seconds:6.2f} {result.peak_mb:8.1f}{remark}")
    over = [r.name for r in results if r.cpu_seconds > CPU_SECONDS or r.peak_mb > PEAK_MB]
    print(f"\n{len(results)} inputs; over {CPU_SECONDS} s or {PEAK_MB} MB: {', '.join(over) or 'none'}")


def markdown(results: list[Result]) -> str:
    """The dearest twenty in time and in memory, and how many inputs had each outcome."""
    dearest = sorted(results, key=lambda r: -r.cpu_seconds)[:20]
    largest = sorted((r for r in results if r not in dearest), key=lambda r: -r.peak_mb)[:20]
    rows = [f"| {r.name} | {r.outcome} | {r.cpu_seconds:.2f} | {r.peak_mb:.0f} |" for r in [*dearest, *largest]]
    outcomes = Counter(result.outcome for result in results)
    counts = [f"| {outcome} | {count} |" for outcome, count in outcomes.most_common()]
    return f"""# Hostile and odd files: what each takes

{len(results)} files, each processed with the default recipe by the shipped command in a process of its own; CPU seconds
and the peak of the whole process, input and start included. The twenty dearest, and the twenty largest of the others.
Made by `python Tests/SystemTests/support/hostile/measure.py --write`, which says what the files are in `inputs.py`
beside it.

| file | outcome | CPU, s | peak, MB |
|---|---|---:|---:|
{chr(10).join(rows)}

| outcome | files |
|---|---:|
{chr(10).join(counts)}
"""


if __name__ == "__main__":
    main()
