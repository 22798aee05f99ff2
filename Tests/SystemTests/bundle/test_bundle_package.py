"""What `make package` writes: the whole tree, the same in zip and tarball, the same each time,
and refused when broken.
"""

import hashlib
import os
import shutil
import subprocess
import tarfile
import zipfile

import pytest

from bundle_parts import PACKAGE, TREE
from runtime_parts import ROOT


def archives() -> list[str]:
    return [
        hashlib.sha256((PACKAGE / name).read_bytes()).hexdigest()
        for name in ("image-processor.zip", "image-processor.tar.gz")
    ]


def test_zip_and_tarball_hold_the_tree_with_its_modes():
    tree = {
        str(file.relative_to(TREE)): (file.read_bytes(), file.stat().st_mode & 0o777)
        for file in TREE.rglob("*") if file.is_file()
    }
    assert tree["bootstrap"][1] == tree["bin/image-processor"][1] == 0o755
    assert tree["recipe.json"][0] == (ROOT / "functions/image-processor/recipe.json").read_bytes()
    with zipfile.ZipFile(PACKAGE / "image-processor.zip") as archive:
        zipped = {one.filename: (archive.read(one), one.external_attr >> 16 & 0o777) for one in archive.infolist()}
    with tarfile.open(PACKAGE / "image-processor.tar.gz") as archive:
        tarred = {one.name: (archive.extractfile(one).read(), one.mode) for one in archive.getmembers()}
    assert zipped == tree
    assert tarred == tree


def test_every_library_comes_with_a_licence():
    licences = {file.name: file.stat().st_size for file in (TREE / "licences").iterdir()}
    expected = {
        "darkroom", "swift", "swift-crypto-license", "libc6", "libgcc-s1", "libcurl4", "libssl-dev", "musl",
        "libjpeg62-turbo-dev", "libpng-dev", "zlib1g-dev", "libdeflate-dev", "libstdc++6", "liblcms2-2",
    }
    assert expected <= {name.removesuffix(".txt") for name in licences}
    assert min(licences.values()) > 100


def test_packaging_again_gives_the_same_bytes():
    before = archives()
    with tarfile.open(PACKAGE / "image-processor.tar.gz") as archive:
        moments = {one.mtime for one in archive.getmembers()}
    assert len(moments) == 1
    # There may have been a commit since, and its time would be the files'.
    environment = {**os.environ, "SOURCE_DATE_EPOCH": str(moments.pop())}
    subprocess.run([str(ROOT / "scripts" / "package")], env=environment, check=True, capture_output=True)
    assert archives() == before


@pytest.fixture
def tree(tmp_path):
    return shutil.copytree(TREE, tmp_path / "root")


def refusal(tree) -> str:
    run = subprocess.run([str(ROOT / "scripts/package"), "--check", str(tree)], capture_output=True, text=True)
    assert run.returncode == 1
    return run.stderr


def test_a_whole_tree_passes(tree):
    subprocess.run([str(ROOT / "scripts/package"), "--check", str(tree)], check=True)


@pytest.mark.parametrize(
    "name",
    ["lib/libcurl.so.4", "lib/liblcms2.so.2", "lib/libc.so.6", "recipe.json", "sbom.cdx.json", "bootstrap",
     "bin/image-processor"],
)
def test_a_missing_file_is_refused_by_name(tree, name):
    (tree / name).unlink()
    assert f"{name} is missing" in refusal(tree)


def test_a_bootstrap_that_lambda_could_not_execute_is_refused(tree):
    (tree / "bootstrap").chmod(0o644)
    assert "bootstrap has mode -rw-r--r--, not -rwxr-xr-x" in refusal(tree)


def test_a_library_that_lacks_a_function_is_refused(tree):
    shutil.copyfile(tree / "lib/libgcc_s.so.1", tree / "lib/libm.so.6")
    assert "bin/image-processor does not start" in refusal(tree) and "libm.so.6" in refusal(tree)


def test_a_file_that_only_its_owner_can_read_is_refused(tree):
    (tree / "recipe.json").chmod(0o600)
    assert "recipe.json cannot be read by every user" in refusal(tree)


def test_a_binary_that_is_none_is_refused_by_name(tree):
    (tree / "bin/image-processor").write_text("#!/bin/sh\n")
    (tree / "bin/image-processor").chmod(0o755)
    assert "bin/image-processor is not a program that is loaded with libraries" in refusal(tree)


def test_a_binary_that_names_the_folder_of_its_sources_is_refused(tree):
    with (tree / "bin/image-processor").open("ab") as binary:
        binary.write(f"{ROOT}/Sources/Imaging/Codec.swift".encode())
    assert "bin/image-processor names the folder that it was built in" in refusal(tree)


def test_what_only_contains_the_folders_name_passes(tree):
    """A checkout in /app, say: other files hold those letters too."""
    with (tree / "lib/libm.so.6").open("ab") as library:
        library.write(str(ROOT).encode())
    subprocess.run([str(ROOT / "scripts/package"), "--check", str(tree)], check=True)


def test_bootstrap_refuses_a_handler_that_is_not_there():
    run = subprocess.run(
        [str(TREE / "bootstrap")], env={"AWS_LAMBDA_RUNTIME_API": "127.0.0.1:1", "_HANDLER": "src/other.handler"},
        capture_output=True, text=True)
    assert run.returncode == 1
    assert "no binary" in run.stderr and "bin/other: set the handler to image-processor" in run.stderr
