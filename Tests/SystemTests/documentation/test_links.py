"""The documentation's links lead somewhere, its front page is one page, and its reasons are where the code says."""

import os
import re
import subprocess
from pathlib import Path

import pytest

from documents import anchors, documents, exists, links
from runtime_parts import ROOT

DECISIONS = sorted(path.name for path in (ROOT / "docs" / "decisions").glob("[0-9]*.md"))


@pytest.mark.parametrize("file", documents())
def test_every_link_leads_somewhere(file):
    broken = []
    for link in links(file):
        if re.match(r"[a-z]+:", link):
            if not link.startswith(("https://", "doc:")):
                broken.append(f"{link}: neither https nor relative")
            continue
        target, _, anchor = link.partition("#")
        path = Path(os.path.normpath(Path(file).parent / target)) if target else Path(file)
        if path.parts[:1] == ("..",) or path.is_absolute():
            broken.append(f"{link}: outside the repository")
        elif not exists(path):
            broken.append(f"{link}: is not there")
        elif anchor and anchor not in anchors(str(path)):
            broken.append(f"{link}: no such heading; there are {sorted(anchors(str(path)))}")
    assert broken == []


def test_the_front_page_is_one_page():
    assert len((ROOT / "README.md").read_bytes()) <= 9_000


def test_every_guide_can_be_reached_from_the_front_page():
    seen, waiting = set(), ["README.md"]
    while waiting:
        file = waiting.pop()
        if file in seen:
            continue
        seen.add(file)
        for link in links(file):
            target = os.path.normpath(Path(file).parent / link.partition("#")[0])
            if target.endswith(".md") and (ROOT / target).exists():
                waiting.append(target)
    assert [file for file in documents() if file not in seen and ".docc/" not in file] == []


def test_every_decision_is_listed_and_numbered_once():
    listed = [link for link in links("docs/decisions/README.md") if re.match(r"\d", link)]
    assert listed == DECISIONS
    assert [name[:4] for name in DECISIONS] == [f"{number:04}" for number in range(1, len(DECISIONS) + 1)]


def test_every_decision_is_named_at_the_head_of_a_file_that_follows_from_it():
    pattern = r"Why: docs/decisions/[0-9a-z-]*\.md"
    command = ["git", "grep", "-hoE", pattern, "--", "Sources", "functions", "services", "Package.swift"]
    found = subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True).stdout
    named = {line.rpartition("/")[2] for line in found.split("\n") if line}
    assert named - set(DECISIONS) == set(), "no such decision"
    assert set(DECISIONS) - named == set(), "no file says that it follows from these"


@pytest.mark.parametrize("name", DECISIONS)
def test_a_decision_says_context_choice_alternatives_and_consequence(name):
    text = (ROOT / "docs" / "decisions" / name).read_text()
    assert re.match(rf"# {name[:4]}: .+\n", text)
    headings = re.findall(r"^\*\*(.+?)\.\*\*", text, flags=re.MULTILINE)
    assert headings in (["Context", "Choice", f"What else was {did}", "Consequence"] for did in ("tried", "weighed"))
