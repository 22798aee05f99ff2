"""One suite of the Swift tests, run with what a test in Python has prepared for it."""

import subprocess

from aws_parts import CLEAN
from runtime_parts import ROOT


def run_swift_suite(name: str, **environment: str) -> str:
    """Runs one suite of the Swift tests; it must have run, in full and without a failure."""
    run = subprocess.run(
        ["swift", "test", "-c", "release", "--filter", name], cwd=ROOT, env=CLEAN | environment,
        capture_output=True, text=True, timeout=1500)
    output = run.stdout + run.stderr
    assert run.returncode == 0, output[-8000:]
    assert f'Suite {name.split(".")[-1]} passed' in output, f"the suite did not run:\n{output[-4000:]}"
    assert "skipped" not in output, output[-4000:]
    return output
