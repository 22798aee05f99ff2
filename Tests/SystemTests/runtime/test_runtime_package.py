"""The ten-line function of the README: built, zipped, and run."""

import os
import subprocess

import pytest

from archive_parts import archive, unpack
from runtime_parts import ROOT, Emulator


@pytest.fixture(scope="module")
def package(tmp_path_factory):
    folder = tmp_path_factory.mktemp("hello")
    ran = archive(ROOT, "--products", "hello", "--output-directory", str(folder))
    assert ran.returncode == 0, ran.stdout + ran.stderr
    return folder / "hello.zip"


@pytest.fixture
def bootstrap(package, tmp_path):
    return unpack(package, tmp_path)


def test_the_readme_shows_the_function_that_is_built():
    source = (ROOT / "functions" / "hello" / "main.swift").read_text()
    assert f"```swift\n{source}```\n" in (ROOT / "README.md").read_text()
    assert len(source.splitlines()) <= 10


def test_the_zip_is_at_most_two_and_a_half_megabytes(package):
    assert package.stat().st_size <= 2_500_000


def test_the_binary_needs_nothing_of_the_system(bootstrap):
    """So it runs on Amazon Linux 2023, whatever it was built on."""
    listed = subprocess.run(["ldd", str(bootstrap)], capture_output=True, text=True)
    assert "not a dynamic executable" in listed.stdout + listed.stderr


def test_it_starts_in_an_empty_root(bootstrap, tmp_path):
    """With no file but itself, and /proc: no loader, no libraries, no /etc."""
    if os.geteuid() != 0:
        pytest.skip("changing the root needs root")
    (tmp_path / "proc").mkdir()
    # In a mount namespace of its own, so that nothing is left mounted.
    script = (
        'mount -t proc proc "$1/proc" && PATH=$PATH:/usr/sbin && exec env -i "$(command -v chroot)" "$1" /bootstrap'
    )
    run = subprocess.run(
        ["unshare", "--mount", "sh", "-c", script, "sh", str(tmp_path)], capture_output=True, text=True
    )
    assert "AWS_LAMBDA_RUNTIME_API is not set" in run.stderr
    assert run.returncode == 2


def test_it_answers_under_the_emulator(bootstrap, tmp_path):
    with Emulator([str(bootstrap)], tmp_path / "log") as lambda_:
        for event in ["{}", '{"key": "value"}']:
            assert lambda_.invoke(event).json() == {"hello": "world", "bytes": len(event)}
        assert "Hello from probe" in lambda_.log
