"""Whatever is uploaded: the shipped command ends in a typed outcome, within its memory, and in good time."""

import json
import subprocess
import sys
from pathlib import Path

import pytest


@pytest.fixture(scope="module")
def results() -> list[dict]:
    """One process for each input: nothing that one leaves behind can help or harm another."""
    measure = Path(__file__).with_name("hostile") / "measure.py"
    run = subprocess.run([sys.executable, measure, "--json"], check=True, stdout=subprocess.PIPE)
    return json.loads(run.stdout)


def test_every_input_ends_in_the_outcome_that_it_should(results):
    assert len(results) > 250
    wrong = {r["name"]: (r["outcome"], r["expected"]) for r in results if r["outcome"] not in r["expected"]}
    assert wrong == {}


def test_no_input_takes_more_than_256_mb(results):
    assert {r["name"]: r["peak_mb"] for r in results if r["peak_mb"] > 256} == {}
