"""What stands in the environment and is wrong is refused at start, with its name, its value and the rule."""

import os
import subprocess

import pytest

from processor_parts import FUNCTION
from runtime_parts import ROOT

PHOTO = FUNCTION / "samples/web/chelsea.jpg"
QUEUE = "https://sqs.eu-central-1.amazonaws.com/123456789012"


def refusal(**settings: str) -> str:
    """What a command says of these settings, which it must refuse before it does anything."""
    result = subprocess.run(
        [str(ROOT / "bootstrap"), "process", str(PHOTO), "--out", "/nowhere"], capture_output=True, text=True,
        env={"PATH": os.environ["PATH"], **settings}, timeout=60)
    assert (result.returncode, result.stdout) == (2, ""), result.stderr
    return result.stderr


@pytest.mark.parametrize(
    "name, value, rule",
    [
        ("DARKROOM_PROCESSED_BUCKET", "ab", "3 to 63"),
        ("DARKROOM_PROCESSED_BUCKET", "a" * 64, "3 to 63"),
        ("DARKROOM_PROCESSED_BUCKET", "Processed", "a-z"),
        ("DARKROOM_PROCESSED_BUCKET", "processed\n", "line break"),
        ("DARKROOM_PROCESSED_BUCKET", "s3://processed", "scheme"),
        ("DARKROOM_PROCESSED_BUCKET", "arn:aws:s3:::processed", "ARN"),
        ("DARKROOM_PROCESSED_BUCKET", "processed/images", "path"),
        ("DARKROOM_PROCESSED_BUCKET", "192.168.5.4", "IP address"),
        ("DARKROOM_PROCESSED_BUCKET", "a..b", "periods"),
        ("DARKROOM_PROCESSED_BUCKET", "xn--processed", "reserves"),
        ("DARKROOM_PROCESSED_BUCKET", "processed-s3alias", "reserves"),
        ("DARKROOM_PROCESSED_BUCKET", "", "empty"),
        ("DARKROOM_LARGE_JOBS_QUEUE_URL", "large", "https://"),
        ("DARKROOM_LARGE_JOBS_QUEUE_URL", "arn:aws:sqs:eu-central-1:123456789012:large", "ARN"),
        ("DARKROOM_LARGE_JOBS_QUEUE_URL", "https://sqs.eu-central-1.amazonaws.com", "account"),
        ("DARKROOM_LARGE_JOBS_QUEUE_URL", "https:///123456789012/large", "host"),
        ("DARKROOM_LARGE_JOBS_QUEUE_URL", f"{QUEUE}/", "name"),
        ("DARKROOM_LARGE_JOBS_QUEUE_URL", f"{QUEUE}/large\n", "line break"),
        ("DARKROOM_LARGE_JOBS_QUEUE_URL", f"{QUEUE}/large.fifo", "FIFO"),
        ("DARKROOM_LARGE_JOBS_QUEUE_URL", "", "empty"),
        ("DARKROOM_CONCURRENCY", "0", "1 to 256"),
        ("DARKROOM_MEMORY_MB", "much", "16 to"),
        ("DARKROOM_STORE", "x", "no such setting"),
    ],
)
def test_a_wrong_setting_is_refused_by_name_with_its_value_and_the_rule(name, value, rule):
    said = refusal(**{name: value})
    # The value on the line itself, whatever is in it.
    [line] = [line for line in said.splitlines() if name in line.split(":")[0]]
    assert rule in line
    if value and name != "DARKROOM_STORE":
        assert value.replace("\n", "\\n") in line


def test_all_wrong_settings_are_named_at_once():
    said = refusal(DARKROOM_PROCESSED_BUCKET="A", DARKROOM_LARGE_JOBS_QUEUE_URL="b", DARKROOM_MEMORY_MB="c")
    for name in ("DARKROOM_PROCESSED_BUCKET", "DARKROOM_LARGE_JOBS_QUEUE_URL", "DARKROOM_MEMORY_MB"):
        assert name in said


@pytest.mark.parametrize("queue, rule", [("large", "https://"), (f"{QUEUE}/large.fifo", "FIFO")])
def test_a_queue_on_the_command_line_is_held_to_the_same_rules(queue, rule):
    result = subprocess.run(
        [str(ROOT / "bootstrap"), "fargate", "--queue-url", queue], capture_output=True, text=True,
        env={"PATH": os.environ["PATH"]}, timeout=60)
    assert result.returncode == 2
    assert "--queue-url" in result.stderr and queue in result.stderr and rule in result.stderr
    assert len(result.stderr.splitlines()) == 1


def test_a_store_that_is_a_file_is_told_by_the_settings_name(tmp_path):
    (tmp_path / "store").write_text("a file")
    result = subprocess.run(
        [str(ROOT / "bootstrap"), "fargate", "--event", "{}"], capture_output=True, text=True,
        env={"PATH": os.environ["PATH"], "DARKROOM_STORE_DIRECTORY": str(tmp_path / "store")}, timeout=60)
    assert result.returncode == 2
    assert "DARKROOM_STORE_DIRECTORY" in result.stderr and str(tmp_path / "store") in result.stderr
