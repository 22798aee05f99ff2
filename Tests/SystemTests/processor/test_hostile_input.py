"""Whatever is uploaded: the shipped command ends in a typed outcome, within its memory, and in good time."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

HOSTILE = Path(__file__).parents[1] / "support" / "hostile"
sys.path.insert(0, str(HOSTILE))

import measure  # noqa: E402

# A machine may be slower than the one that the limits were chosen on, and busy with other tests, which takes from
# caches and memory what CPU time does not show.
MARGIN = 2.5


@pytest.fixture(scope="module")
def results() -> list[dict]:
    """One process for each input: nothing that one leaves behind can help or harm another."""
    command = [sys.executable, HOSTILE / "measure.py", "--json"]
    run = subprocess.run(command, check=True, stdout=subprocess.PIPE)
    return json.loads(run.stdout)


def test_every_input_ends_in_the_outcome_that_it_should(results):
    assert len(results) > 350
    assert {r["name"]: r["expected"] for r in results if len(r["expected"]) != 1} == {}
    wrong = {r["name"]: (r["outcome"], r["expected"]) for r in results if r["outcome"] not in r["expected"]}
    assert wrong == {}


def test_no_input_takes_more_than_256_mb(results):
    assert {r["name"]: r["peak_mb"] for r in results if r["peak_mb"] > measure.PEAK_MB} == {}


def test_no_input_takes_more_than_two_seconds_of_the_processor(results):
    most = measure.CPU_SECONDS * MARGIN
    assert {r["name"]: r["cpu_seconds"] for r in results if r["cpu_seconds"] > most} == {}
