"""The bundle as Lambda would run it, on a Debian 11: an older glibc than Lambda's, no network,
nothing to write but /tmp.
"""

import subprocess

import pytest

from bundle_parts import BULLSEYE, USER, in_root, needs_namespaces, open_to_all
from processor_parts import Function, Store, sample_event
from renditions import assert_renditions_hold

pytestmark = [
    needs_namespaces, pytest.mark.skipif(not BULLSEYE.exists(), reason="no Debian 11: run scripts/install-bundle-parts")
]


@pytest.fixture
def writable(tmp_path):
    folder = tmp_path / "writable"
    folder.mkdir()
    return open_to_all(folder)


def run(writable, *command: str) -> subprocess.CompletedProcess:
    return subprocess.run(in_root(BULLSEYE, writable, *command), capture_output=True, text=True)


def test_the_root_is_older_and_closed(writable):
    """Else what follows would prove nothing."""
    assert "2.31" in run(writable, "ldd", "--version").stdout
    assert run(writable, "id", "-u").stdout.strip() == str(USER)
    for place in ("/", "/var/task", "/etc", "/var/tmp"):
        assert "Read-only file system" in run(writable, "touch", f"{place}/a").stderr
    assert "Network is unreachable" in run(
        writable, "bash", "-c", "echo >/dev/udp/192.0.2.1/53").stderr


def test_the_binary_without_its_bundle_does_not_start(writable):
    assert "error while loading shared libraries" in run(writable, "/var/task/bin/image-processor", "--version").stderr


def test_messages_become_renditions_and_rows(writable, tmp_path):
    store = Store(writable / "store")
    open_to_all(writable)
    command = in_root(BULLSEYE, writable, "/var/task/bootstrap")
    function = Function(
        command, tmp_path / "log", PATH="/usr/sbin:/usr/bin:/sbin:/bin", _HANDLER="image-processor",
        DARKROOM_STORE_DIRECTORY="/tmp/store", AWS_LAMBDA_FUNCTION_TIMEOUT="60")
    try:
        for event in ("sqs-s3-put", "sqs-sns-s3-put", "sqs-s3-odd-key"):
            assert function.invoke(sample_event(event)) == {"batchItemFailures": []}, function.log
    finally:
        function.stop()
    for key in ("web/chelsea.jpg", "web/coffee-cutout.png", "web/2026/Grüße an Zoë + 1.jpg"):
        assert assert_renditions_hold(store, key)["compute"] == "lambda"
