"""Where things lie. What is fetched or made goes under .tools/, which git ignores; only `results/` is kept."""

from pathlib import Path

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent.parent
TOOLS = ROOT / ".tools"
WORK = TOOLS / "bench"
PACKAGES = WORK / "packages"
UNPACKED = WORK / "unpacked"
CORPUS = WORK / "corpus"
RUNS = WORK / "runs"
PILLOW_SIMD = TOOLS / "bench-pillow-simd"
PYTHON = TOOLS / "bench-venv" / "bin" / "python"
FLOOR = WORK / "floor"
RESULTS = HERE / "results"
BENCH = ROOT / "Benchmarks" / ".build" / "release" / "image-bench"
