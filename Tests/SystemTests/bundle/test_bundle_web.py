"""What `make package-web` writes: the web application, which starts from it and is refused when broken."""

import json
import shutil
import subprocess
import tarfile

import pytest

from bundle_parts import PACKAGE
from runtime_parts import ROOT

TREE = PACKAGE / "upload-web"
pytestmark = pytest.mark.skipif(not TREE.exists(), reason="the bundle is missing: run `make package-web` first")


@pytest.fixture
def tree(tmp_path):
    return shutil.copytree(TREE, tmp_path / "root")


def refusal(tree) -> str:
    run = subprocess.run(
        [str(ROOT / "scripts/package"), "--check", str(tree), "upload-web"], capture_output=True, text=True)
    assert run.returncode == 1
    return run.stderr


def test_the_tarball_holds_the_tree_with_its_modes():
    tree = {str(file.relative_to(TREE)): (file.read_bytes(), file.stat().st_mode & 0o777)
            for file in TREE.rglob("*") if file.is_file()}
    assert tree["bootstrap"][1] == tree["bin/upload-web"][1] == 0o755
    with tarfile.open(PACKAGE / "upload-web.tar.gz") as archive:
        members = archive.getmembers()
        assert {one.name: (archive.extractfile(one).read(), one.mode) for one in members} == tree
        assert {(one.uid, one.gid) for one in members} == {(0, 0)}


def test_it_starts_by_its_own_loader_with_its_own_libraries_alone():
    loaded = subprocess.run(
        [str(TREE / "bootstrap"), "--help"], env={"LD_DEBUG": "files"}, capture_output=True, text=True, check=True)
    assert "DARKROOM_WEB_PUBLIC_URL" in loaded.stdout
    folders = {line.split("calling init: ")[1].rsplit("/", 1)[0]
               for line in loaded.stderr.splitlines() if "calling init: /" in line}
    assert folders == {str(TREE / "lib")}


@pytest.mark.parametrize("name", ["lib/libcurl.so.4", "lib/liblcms2.so.2", "lib/libsqlite3.so.0", "bin/upload-web"])
def test_a_missing_file_is_refused_by_name(tree, name):
    (tree / name).unlink()
    assert f"{name} is missing" in refusal(tree)


def test_its_materials_and_their_licences_are_named():
    document = json.loads((TREE / "sbom.cdx.json").read_text())
    assert document["metadata"]["component"]["name"] == "upload-web"
    names = {component["name"] for component in document["components"]}
    assert {"hummingbird", "swift-nio", "grdb.swift", "libsqlite3-0", "libcrypt1", "libcurl4", "swift"} <= names
    licences = {file.name for file in (TREE / "licences").iterdir()}
    assert {"hummingbird-license.txt", "GRDB.swift-license.txt", "libsqlite3-0.txt", "swift.txt"} <= licences
    # Every package that is compiled in has come with its text.
    checkouts = {file.name for file in (ROOT / "services/.build/checkouts").iterdir()}
    assert checkouts <= {name.removesuffix("-license.txt") for name in licences}
