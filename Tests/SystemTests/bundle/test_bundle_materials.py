"""The bundle's software bill of materials: valid, of the versions that are in it, and of all that is in it."""

import json
import subprocess

import pytest
from cyclonedx.schema import SchemaVersion
from cyclonedx.validation.json import JsonStrictValidator
from packageurl import PackageURL

from bundle_parts import TREE
from runtime_parts import ROOT

FILE = TREE / "sbom.cdx.json"


@pytest.fixture
def components() -> dict[str, dict]:
    return {component["name"]: component for component in json.loads(FILE.read_text())["components"]}


def test_it_holds_to_the_schema_of_cyclonedx():
    validator = JsonStrictValidator(SchemaVersion.V1_6)
    assert validator.validate_str(FILE.read_text()) is None
    wrong = json.loads(FILE.read_text())
    del wrong["components"][0]["name"]
    assert validator.validate_str(json.dumps(wrong)) is not None


def test_the_swift_packages_are_those_that_were_resolved(components):
    pins = json.loads((ROOT / "Package.resolved").read_text())["pins"]
    assert pins
    for pin in pins:
        found = PackageURL.from_string(components[pin["identity"]]["purl"])
        assert (found.type, found.version) == ("swift", pin["state"]["version"])


def test_debians_packages_are_those_that_are_installed(components):
    found = {name: one for name, one in components.items() if one["purl"].startswith("pkg:deb/debian/")}
    assert {"libc6", "libcurl4", "libssl-dev", "liblcms2-2", "ca-certificates", "libjpeg62-turbo-dev"} <= found.keys()
    for name, one in found.items():
        installed = subprocess.run(
            ["dpkg-query", "-W", "-f", "${Version} ${source:Package}@${source:Version}", name], capture_output=True,
            text=True, check=True).stdout
        url = PackageURL.from_string(one["purl"])
        upstream = url.qualifiers.get("upstream", f"{name}@{url.version}")
        assert installed == f"{one['version']} {upstream}" and url.version == one["version"]


def test_whatever_brings_a_licence_is_in_it(components):
    licences = {file.name.removesuffix(".txt") for file in (TREE / "licences").iterdir()}
    brought = {name.removesuffix("-license").removesuffix("-notice") for name in licences}
    assert brought - {"darkroom"} == components.keys()


def test_it_says_what_it_is_of_and_when():
    document = json.loads(FILE.read_text())
    version = subprocess.run(
        [str(TREE / "bootstrap"), "--version"], capture_output=True, text=True, check=True).stdout.split()[1]
    assert document["metadata"]["component"] | {"bom-ref": ""} == {
        "type": "application", "bom-ref": "", "name": "image-processor", "version": version}
    [dependencies] = document["dependencies"]
    assert set(dependencies["dependsOn"]) == {component["bom-ref"] for component in document["components"]}
