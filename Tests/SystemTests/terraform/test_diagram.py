"""The diagram of the system is what scripts/diagram draws, and shows every module that holds or does something."""

import re
import runpy
import subprocess
import sys
from xml.etree import ElementTree

from runtime_parts import ROOT

DIAGRAM = ROOT / "infrastructure" / "diagram.svg"
# What the others stand on or in.
GROUND = {"function-role", "host", "network", "sign-in-keys"}
SOURCE = runpy.run_path(str(ROOT / "scripts" / "diagram"))


def test_the_picture_is_up_to_date():
    printed = subprocess.run(
        [sys.executable, ROOT / "scripts" / "diagram", "--print"], check=True, capture_output=True, text=True).stdout
    assert DIAGRAM.read_text() == printed, "run scripts/diagram"
    assert ElementTree.fromstring(printed).tag.endswith("svg")


def test_every_module_is_in_the_picture():
    modules = {path.name for path in (ROOT / "infrastructure" / "modules").iterdir() if path.is_dir()}
    shown = {box.module for box in SOURCE["BOXES"].values() if box.module}
    assert shown == modules - GROUND


def test_ways_begin_and_end_at_parts_and_words_do_not_run_out_of_them():
    boxes = SOURCE["BOXES"].values()

    def touches(x: int, y: int) -> bool:
        return any(
            (x in (box.x, box.x + box.width) and box.y <= y <= box.y + box.height)
            or (y in (box.y, box.y + box.height) and box.x <= x <= box.x + box.width) for box in boxes)

    for points, words, _ in SOURCE["WAYS"]:
        assert touches(*points[0]) and touches(*points[-1]), (points, words)
    for box in boxes:
        assert all(len(text) * 6.6 + 20 <= box.width for text in (box.title, *box.lines)), box


def test_the_readme_shows_it():
    assert re.search(r"!\[[^]]+\]\(diagram\.svg\)", (ROOT / "infrastructure" / "README.md").read_text())
