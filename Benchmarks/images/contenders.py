"""Everything that is measured, behind one call: `measure(job, iterations)` gives image-bench's JSON object or an error.

Peers stay warm in a process of their own from round to round. The floor and image-bench warm up in each run and report
the median of the iterations after it. Memory is asked of a fresh process, for every contender alike.
"""

import json
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from PIL import Image

import peers
from paths import BENCH, CORPUS, FLOOR, HERE, ROOT

SELF = "darkroom"
Image.MAX_IMAGE_PIXELS = None  # 108 MP is meant


@dataclass(frozen=True)
class Job:
    """One picture in, one encoded rendition out for each box; boxes go from large to small."""

    file: str
    boxes: tuple[int, ...]
    form: str = "jpeg"
    quality: int = 80

    @property
    def path(self) -> Path:
        return CORPUS / self.file


def luma_of(file: str) -> str:
    """A file in the corpus with the luma of a JPEG there, coefficient for coefficient and coded in the same way,
    without chroma (jpegtran).

    A PNG is its own, and so is a JPEG that EXIF says is turned: jpegtran would drop the EXIF, or keep an ICC profile
    that does not fit a gray picture."""
    with Image.open(CORPUS / file) as picture:
        if picture.format != "JPEG" or picture.getexif().get(0x0112, 1) != 1:
            return file
        coding = ["-progressive"] if "progressive" in picture.info else []
    made = CORPUS / "luma-as-coded" / file
    if not made.exists() or made.stat().st_mtime < (CORPUS / file).stat().st_mtime:
        made.parent.mkdir(exist_ok=True)
        command = ["jpegtran", "-grayscale", *coding, "-copy", "none", "-outfile", str(made), str(CORPUS / file)]
        subprocess.run(command, check=True)
    return f"luma-as-coded/{file}"


class Worker:
    """A peer, warm."""

    def __init__(self, name: str):
        self.name = name
        self.process = None

    def measure(self, job: Job, iterations: int) -> dict:
        return self._ask(job, {"form": job.form, "iterations": iterations})

    def pictures(self, job: Job, folder: Path) -> dict:
        """The renditions as arrays, before any encoder: what the quality figures are computed from."""
        return self._ask(job, {"form": None, "keep": str(folder)})

    def _ask(self, job: Job, more: dict) -> dict:
        if self.process is None:
            command = [sys.executable, str(HERE / "worker.py"), self.name]
            self.process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        request = {"file": str(job.path), "boxes": job.boxes, "quality": job.quality} | more
        self.process.stdin.write(json.dumps(request) + "\n")
        self.process.stdin.flush()
        line = self.process.stdout.readline()
        return json.loads(line) if line else {"error": f"{self.name} ended"}

    def close(self) -> None:
        if self.process is not None:
            self.process.stdin.close()
            self.process.wait()
            self.process = None

    def memory(self, job: Job) -> dict:
        fresh = Worker(self.name)
        try:
            return fresh.measure(job, 2)
        finally:
            fresh.close()


class Program:
    """The floor or image-bench: one process a measurement, with the same arguments and the same answer."""

    def __init__(self, name: str, path: Path):
        self.name, self.path = name, path

    def measure(self, job: Job, iterations: int, *more: str) -> dict:
        boxes = ",".join(map(str, job.boxes))
        command = [str(self.path), str(job.path), "--inside", boxes, "--format", job.form]
        command += ["--quality", str(job.quality), "--iterations", str(iterations), "--json", *more]
        result = subprocess.run(command, capture_output=True, text=True)
        if result.returncode:
            return {"error": (result.stderr.strip() or f"exit code {result.returncode}").splitlines()[-1]}
        return json.loads(result.stdout)

    def memory(self, job: Job) -> dict:
        return self.measure(job, 2)

    def pictures(self, job: Job, folder: Path) -> dict:
        """The renditions without a coder's loss, as PNG, and beside each the JPEG of quality 100 in 4:4:4, if that is
        its format: the witness that the PNG shows what a JPEG is made from.

        Beside that, there is the JPEG in the default 4:2:0, for its chroma.

        A JPEG source is given by its luma alone, so that the PNG holds the very plane that a JPEG would be made
        from."""
        folder.mkdir(parents=True, exist_ok=True)
        exact = self.measure(Job(luma_of(job.file), job.boxes, "png"), 1, "--out", str(folder))
        if job.form == "png" or "error" in exact:
            return exact
        best = Job(job.file, job.boxes, "jpeg", 100)
        witness = self.measure(best, 1, "--subsampling", "4:4:4", "--out", str(folder))
        if "error" in witness:
            return witness
        # A folder of its own: the files have the same names.
        halved = self.measure(best, 1, "--subsampling", "4:2:0", "--out", str(folder / "halved"))
        if "error" in halved:
            return halved
        for output, coded, small in zip(exact["outputs"], witness["outputs"], halved["outputs"]):
            output["witness"], output["halved"] = coded["path"], small["path"]
        return exact

    def close(self) -> None:
        pass


def all_contenders() -> tuple[list, list[str]]:
    """The contenders that are there, and a line for each one that is not: nothing goes missing in silence."""
    found, missing = [], []
    for name, path in (("floor", FLOOR), (SELF, BENCH)):
        if path.exists():
            found.append(Program(name, path))
        else:
            missing.append(f"{name} is not built ({path.relative_to(ROOT)}): run Benchmarks/images/setup")
    for name in peers.NAMES:
        if peers.available(name):
            found.append(Worker(name))
        else:
            missing.append(f"{name} did not build here: its column is empty")
    return found, missing
