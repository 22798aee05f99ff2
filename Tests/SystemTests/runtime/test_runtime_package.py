"""The ten-line function of the README: built, zipped, and run."""

import os
import stat
import subprocess
import zipfile

import pytest

from runtime_parts import ROOT, Emulator


@pytest.fixture(scope="module")
def package(tmp_path_factory):
    target = tmp_path_factory.mktemp("hello") / "hello.zip"
    subprocess.run([str(ROOT / "functions" / "hello" / "package"), str(target)], check=True, capture_output=True)
    return target


@pytest.fixture
def bootstrap(package, tmp_path):
    with zipfile.ZipFile(package) as archive:
        assert archive.namelist() == ["bootstrap"]
        mode = archive.getinfo("bootstrap").external_attr >> 16
        assert mode & stat.S_IXUSR and mode & stat.S_IXOTH, "Lambda could not execute it"
        archive.extract("bootstrap", tmp_path)
    (tmp_path / "bootstrap").chmod(0o755)
    return tmp_path / "bootstrap"


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
