"""The reference of the library products: DocC builds it without a warning, from a catalogue for each of them."""

import json
import re
import subprocess

import pytest

from runtime_parts import ROOT

ARCHIVES = ROOT / ".build" / "docs"
# Those behind this remark are libraries for the package beside this one alone.
PUBLIC = (ROOT / "Package.swift").read_text().partition("// For services/")[0]
LIBRARIES = re.findall(r"\.library\(name: \"(\w+)\"", PUBLIC)


@pytest.fixture(scope="module")
def reference() -> None:
    ran = subprocess.run([ROOT / "scripts" / "docs"], capture_output=True, text=True)
    assert ran.returncode == 0, ran.stdout + ran.stderr


@pytest.mark.parametrize("library", LIBRARIES)
def test_a_library_has_a_first_page_and_a_tutorial(reference, library):
    pages = ARCHIVES / f"{library}.doccarchive" / "data" / "documentation"
    first = json.loads((pages / f"{library.lower()}.json").read_text())
    assert first["metadata"]["title"] == library
    assert first["abstract"], "the first page begins with a sentence"
    articles = [page for page in first["references"].values() if page.get("role") == "article"]
    assert articles != [], "the first page leads to an article"


def test_the_reference_covers_every_library_product():
    documented = re.search(r"for module in (.+); do", (ROOT / "scripts" / "docs").read_text())[1].split()
    assert sorted(documented) == sorted(LIBRARIES)
