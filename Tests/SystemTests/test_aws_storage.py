"""The Swift suites of S3 and SQS against real servers that check signatures, and botocore as the oracle of SigV4."""

import re
import subprocess
import uuid

import pytest

from aws_parts import CLEAN, start_ministack, start_seaweedfs
from conftest import ROOT


@pytest.fixture(scope="module", params=[start_ministack, start_seaweedfs], ids=["ministack", "seaweedfs"])
def part(request, tmp_path_factory):
    server, part = request.param(tmp_path_factory.mktemp("part"))
    yield part
    server.stop()


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


def test_store_on_a_server(part):
    bucket = f"darkroom-{uuid.uuid4().hex[:12]}"
    part.client("s3").create_bucket(Bucket=bucket)
    output = run_swift_suite(
        "S3StoreTests", DARKROOM_TEST_S3_BUCKET=bucket, **part.environment())
    assert int(re.search(r"Test run with (\d+) test", output).group(1)) >= 10
