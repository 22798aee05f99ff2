"""The image that Fargate runs: built from the bundle, run with limits, read-only, and told to stop."""

import io
import json
import os
import shutil
import subprocess
import tarfile
import time
import uuid

import pytest
from PIL import Image

from bundle_parts import TREE, USER, needs_namespaces
from cloud_parts import SAMPLES
from fault_proxy import FaultProxy
from faults import slow
from processor_parts import FUNCTION

pytestmark = [
    needs_namespaces,
    pytest.mark.skipif(not shutil.which("podman"), reason="no podman: run scripts/install-bundle-parts"),
]


class Podman:
    """podman with storage and settings of its own, so that nothing on the machine is touched."""

    def __init__(self, folder):
        (folder / "containers.conf").write_text(
            '[containers]\ndefault_ulimits = ["nofile=1024:1024", "nproc=1024:1024"]\n'
            '[engine]\nruntime = "runc"\ncgroup_manager = "cgroupfs"\nevents_logger = "none"\n')
        (folder / "storage.conf").write_text(
            f'[storage]\ndriver = "vfs"\ngraphroot = "{folder}/graph"\nrunroot = "{folder}/run"\n')
        self.environment = {
            "PATH": os.environ["PATH"] + ":/usr/sbin:/sbin", "HOME": str(folder),
            "CONTAINERS_CONF": str(folder / "containers.conf"), "CONTAINERS_STORAGE_CONF": str(folder / "storage.conf"),
        }

    def __call__(self, *arguments: str, check: bool = True) -> subprocess.CompletedProcess:
        run = subprocess.run(
            ["podman", *arguments], env=self.environment, capture_output=True, text=True, timeout=120)
        assert not check or run.returncode == 0, run.stderr
        return run


@pytest.fixture(scope="module")
def podman(tmp_path_factory):
    podman = Podman(tmp_path_factory.mktemp("podman"))
    podman(
        "build", "-q", "--isolation", "chroot", "-f", str(FUNCTION / "Dockerfile"), "-t", "image-processor", str(TREE)
    )
    started = podman("run", "--rm", "--network", "host", "image-processor", "--version", check=False)
    if started.returncode in (125, 126):
        pytest.skip(f"no container starts here: {started.stderr.strip()}")
    assert started.stdout.startswith("image-processor "), started.stderr
    yield podman
    podman("system", "reset", "--force", check=False)


@pytest.fixture
def run(podman, cloud):
    """Runs the image as Fargate does; the emulator is on the network that podman shares with the tests."""
    names = []

    def start(*arguments: str, memory: str = "512m", detach: bool = False, **more: str):
        names.append(f"task-{uuid.uuid4().hex[:8]}")
        settings = [item for name, value in cloud.settings(**more).items() for item in ("--env", f"{name}={value}")]
        result = podman(
            "run", "--name", names[-1], "--network", "host", "--read-only", "--read-only-tmpfs=false", "--memory",
            memory, "--memory-swap", memory, "--cpus", "1", *(["--detach"] if detach else []), *settings,
            "image-processor", *arguments, check=False)
        return names[-1] if detach else result

    yield start
    for name in names:
        podman("rm", "--force", "--time", "0", name, check=False)


def progressive(width: int, height: int) -> bytes:
    buffer = io.BytesIO()
    Image.open(SAMPLES / "web/hubble-deep-field.jpg").resize((width, height)).save(
        buffer, "JPEG", quality=70, progressive=True)
    return buffer.getvalue()


def test_the_image_holds_the_bundle_and_nothing_else(podman, tmp_path):
    container = podman("create", "image-processor").stdout.strip()
    podman("export", "-o", str(tmp_path / "root.tar"), container)
    with tarfile.open(tmp_path / "root.tar") as archive:
        names = archive.getnames()
        files = {member.name for member in archive if member.isfile() and member.name.startswith("var/task/")}
    assert files == {f"var/task/{file.relative_to(TREE)}" for file in TREE.rglob("*") if file.is_file()}
    assert not [name for name in names if name.startswith(("bin/", "usr/", "lib"))]
    [config] = json.loads(podman("image", "inspect", "image-processor").stdout)
    assert config["Config"]["User"] == f"{USER}:{USER}"
    assert config["Config"]["Cmd"] == ["fargate"]


def test_an_event_becomes_renditions_and_a_row(cloud, run):
    cloud.upload("web/chelsea.jpg", (SAMPLES / "web/chelsea.jpg").read_bytes())
    event = json.dumps(cloud.lambda_event(1))
    result = run("fargate", "--event", event)
    assert result.returncode == 0, result.stderr
    row = cloud.rows()["web/chelsea.jpg"]
    assert (row["status"], row["compute"]) == ("processed", "fargate")
    for rendition in row["renditions"]:
        picture = Image.open(
            io.BytesIO(cloud.s3.get_object(Bucket=cloud.processed, Key=rendition["key"])["Body"].read())
        )
        picture.load()
        assert picture.size == (rendition["width"], rendition["height"])


def test_without_work_it_ends_with_the_status_for_wrong_arguments(run):
    result = run("fargate")
    assert result.returncode == 2
    assert "no work: give --queue-url" in result.stderr


def test_the_memory_limit_is_what_jobs_may_take(cloud, run):
    """In 112 MiB, of which the process itself keeps 48, this picture is not begun."""
    cloud.upload("web/large.jpg", progressive(9600, 8000))
    result = run("fargate", "--event", json.dumps(cloud.lambda_event(1)), memory="112m")
    assert result.returncode == 0, result.stderr
    row = cloud.rows()["web/large.jpg"]
    assert (row["status"], row["error_code"]) == ("rejected", "over_limits")
    assert "there are 64 MiB" in row["error_detail"]


def test_a_job_within_the_limit_stays_within_it(cloud, run):
    cloud.upload("web/large.jpg", progressive(9600, 8000))
    result = run("fargate", "--event", json.dumps(cloud.lambda_event(1)), memory="256m")
    assert result.returncode == 0, result.stderr
    row = cloud.rows()["web/large.jpg"]
    assert row["status"] == "processed"
    assert row["peak_rss_mb"] < 256


def test_sigterm_ends_a_drain_in_time_and_loses_nothing(cloud, podman, run):
    keys = [f"web/{number}.png" for number in range(8)]
    body = (SAMPLES / "web/coffee-cutout.png").read_bytes()
    for key in keys:
        cloud.upload(key, body, "image/png")
    for record in cloud.lambda_event(len(keys))["Records"]:
        cloud.sqs.send_message(QueueUrl=cloud.large, MessageBody=record["body"])
    with FaultProxy(cloud.part.endpoint) as proxy:
        # A job takes two seconds, so that most are still to be done when the task is told to stop.
        proxy.on("PutObject", slow(2), key="^images/.*/large", times=None)
        task = run("fargate", "--queue-url", cloud.large, "--stop-seconds", "20", detach=True,
                   DARKROOM_CONCURRENCY="1", AWS_ENDPOINT_URL_S3=proxy.endpoint)
        deadline = time.monotonic() + 30
        while not cloud.rows() and time.monotonic() < deadline:
            time.sleep(0.05)
        began = time.monotonic()
        podman("stop", "--time", "30", task)
        assert time.monotonic() - began < 20, "it was killed, not stopped"
    [state] = json.loads(podman("inspect", task).stdout)
    assert state["State"]["ExitCode"] == 0, podman("logs", task).stderr
    done = len(cloud.rows())
    assert 1 <= done < len(keys)
    assert cloud.waiting(cloud.large) == len(keys) - done

    assert run("fargate", "--queue-url", cloud.large, "--idle-seconds", "1").returncode == 0
    assert len(cloud.rows()) == len(keys)
