"""The documentation's Swift compiles as it stands, and a package that depends on this one gets no more than it says."""

import json
import re
import subprocess

import pytest

from documents import Block, blocks, documents
from runtime_parts import ROOT, build_package

# What is not whole source files: an entry of a manifest, which `consumer` below takes over.
MANIFEST = re.compile(r"\.package\(url: .*\)")
# The tutorial's are whole files of a package, which test_tutorial.py builds.
PAGES = [file for file in documents() if file != "docs/tutorial.md"]
SNIPPETS = [block for file in PAGES for block in blocks(file) if block.language == "swift"]
SOURCES = [block for block in SNIPPETS if not MANIFEST.match(block.text)]


@pytest.fixture(scope="module")
def compiler() -> list[str]:
    """swiftc with the modules of this package."""
    built = build_package()
    command = ["swiftc", "-swift-version", "6", "-warnings-as-errors", "-typecheck", "-I", str(built / "Modules")]
    for module in built.glob("*.build/module.modulemap"):
        command += ["-Xcc", f"-fmodule-map-file={module}"]
    for headers in (ROOT / "Sources").glob("*/include"):
        command += ["-Xcc", f"-I{headers}"]
    return command


def source(block: Block) -> str:
    """The block; if it imports nothing it goes on where the one before it in its file ended."""
    before = [other for other in SOURCES if other.file == block.file and other.line < block.line]
    if before and not block.text.startswith("import "):
        return source(before[-1]) + "\n" + block.text
    return block.text


@pytest.mark.parametrize("block", SOURCES, ids=str)
def test_a_snippet_compiles(compiler, tmp_path, block: Block):
    # Only a file of this name has code outside functions.
    (tmp_path / "main.swift").write_text(source(block))
    ran = subprocess.run([*compiler, tmp_path / "main.swift"], capture_output=True, text=True)
    assert ran.returncode == 0, ran.stderr


def test_there_are_snippets_of_each_library():
    imported = {name for block in SOURCES for name in re.findall(r"^import (\w+)", block.text, flags=re.MULTILINE)}
    assert {"LambdaRuntime", "LambdaEvents", "LambdaHTTP", "Imaging", "AWSServices"} <= imported


def test_the_front_page_has_the_runtimes_hello_as_it_is_deployed():
    hello = (ROOT / "functions" / "hello" / "main.swift").read_text()
    assert hello in [block.text for block in SOURCES if block.file == "README.md"]


def test_a_package_that_takes_the_runtime_by_url_resolves_what_the_design_allows_and_builds(tmp_path):
    """As the front page says, but for the address: the last commit of this checkout."""
    entry = next(block.text for block in SNIPPETS if block.file == "README.md" and MANIFEST.match(block.text))
    branch = tmp_path / "darkroom"
    subprocess.run(["git", "clone", "-q", ROOT, branch], check=True)
    subprocess.run(["git", "-C", branch, "checkout", "-q", "-B", "main"], check=True)
    entry = re.sub(r'url: "[^"]*"', f'url: "file://{branch}"', entry.strip())
    package = tmp_path / "consumer"
    (package / "Sources" / "greeter").mkdir(parents=True)
    (package / "Package.swift").write_text(f"""// swift-tools-version: 6.2
import PackageDescription

let package = Package(
  name: "consumer",
  dependencies: [
    {entry}
  ],
  targets: [
    .executableTarget(name: "greeter", dependencies: [.product(name: "LambdaRuntime", package: "darkroom")])
  ]
)
""")
    hello = (ROOT / "functions" / "hello" / "main.swift").read_text()
    (package / "Sources" / "greeter" / "main.swift").write_text(hello)
    built = subprocess.run(["swift", "build", "--package-path", package], capture_output=True, text=True)
    assert built.returncode == 0, built.stdout + built.stderr
    resolved = json.loads((package / "Package.resolved").read_text())
    assert {pin["identity"] for pin in resolved["pins"]} == {
        "darkroom", "swift-argument-parser", "swift-asn1", "swift-crypto", "swift-http-types", "swift-log"}
