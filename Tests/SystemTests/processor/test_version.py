"""The processor's version is raised whenever its output changes: keys of renditions are immutable by it."""

import hashlib
import platform
import subprocess
from pathlib import Path

import pytest

from processor_parts import FUNCTION
from runtime_parts import ROOT

VERSION = "0.2.0"
# The first 16 digits of the SHA-256 of what the built-in recipe makes of each sample, of all three renditions.
OUTPUT = {
    "chelsea.jpg": "b89848d3d813c6ec",
    "chelsea-16bit.png": "a0b121e96648fe71",
    "coffee-cutout.png": "6b58bdb4f6b2d4fb",
    "hubble-deep-field.jpg": "23c33dcdf6976286",
}

ADVICE = """the renditions of {names} are no longer those of version {version}.
Is that meant? Then raise `processorVersion` in Sources/ImageProcessing/Processing/Version.swift, unless it has been
raised since the last release, and put the version and these digests into this test: {found}"""


def run(*arguments) -> str:
    return subprocess.run([ROOT / "bootstrap", *arguments], capture_output=True, text=True, check=True).stdout


def has_avx2() -> bool:
    return platform.machine() == "x86_64" and "avx2" in Path("/proc/cpuinfo").read_text()


@pytest.mark.skipif(not has_avx2(), reason="the digests are those of a CPU with AVX2")
def test_the_version_is_raised_when_the_output_changes(tmp_path):
    run("process", *(FUNCTION / "samples/web" / name for name in OUTPUT), "--out", tmp_path)
    found = {}
    for name in OUTPUT:
        files = sorted((tmp_path / name).iterdir())
        assert len(files) == 3
        found[name] = hashlib.sha256(b"".join(file.read_bytes() for file in files)).hexdigest()[:16]
    changed = [name for name in OUTPUT if found[name] != OUTPUT[name]]
    assert not changed, ADVICE.format(names=", ".join(changed), version=VERSION, found=found)


def test_the_digests_are_of_the_version_that_rows_and_keys_carry():
    assert run("--version").split()[-1] == VERSION
