"""What comes of an image where nothing goes wrong: what all disturbed runs are compared with."""

import functools
import json
import os
import subprocess
import tempfile
from dataclasses import dataclass
from pathlib import Path

from runtime_parts import ROOT


@dataclass
class Undisturbed:
    """What comes of an image where nothing goes wrong."""

    status: str
    error_code: str | None
    renditions: dict[str, bytes]


@functools.cache
def undisturbed(body: bytes, recipe: str | None) -> Undisturbed:
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "image"
        file.write_bytes(body)
        chosen = ["--recipe", recipe] if recipe else []
        run = subprocess.run(
            [str(ROOT / "bootstrap"), "process", file, "--out", Path(folder) / "out", "--json", *chosen],
            env={"PATH": os.environ["PATH"], "DARKROOM_MEMORY_MB": "8192"}, capture_output=True, text=True, timeout=60)
        report = json.loads(run.stdout)[0]
        renditions = {
            rendition["name"]: Path(rendition["path"]).read_bytes() for rendition in report.get("renditions", [])
        }
        code = report.get("error_code")
        return Undisturbed("rejected" if code else "processed", code, renditions)
