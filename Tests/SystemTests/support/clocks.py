"""Clocks that are wrong."""

import subprocess
from pathlib import Path

SOURCE = Path(__file__).with_name("shifted_clock.c")


def shifted_clock(folder: Path, seconds: int) -> str:
    """A library to preload into a process, whose clock is then ahead by so many seconds."""
    library = folder / f"clock-{seconds}.so"
    subprocess.run(
        ["clang", "-shared", "-fPIC", f"-DSHIFT_SECONDS=({seconds})", "-o", library, SOURCE], check=True)
    return str(library)
