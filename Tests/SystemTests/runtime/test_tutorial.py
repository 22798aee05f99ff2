"""The tutorial, followed word by word in an empty folder; what it asks of AWS goes to an emulator of it."""

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from documents import Block, blocks
from runtime_parts import ROOT

PAGE = "docs/tutorial.md"
ADDRESS = "https://example.com/darkroom.git"


def file_of(block: Block) -> str | None:
    """The file that a block is the content of: it is named in the line before."""
    before = (ROOT / block.file).read_text().split("\n")[: block.line - 1]
    named = re.fullmatch(r"`([\w./]+)`:", "\n".join(before).rstrip().rsplit("\n", 1)[-1])
    return named and named[1]


@pytest.fixture
def folder(tmp_path):
    """An empty folder, for whose packages this checkout stands where the tutorial's address points."""
    source = tmp_path / "source" / "darkroom"
    subprocess.run(["git", "clone", "-q", ROOT, source], check=True)
    subprocess.run(["git", "-C", source, "checkout", "-q", "-B", "main"], check=True)
    empty = tmp_path / "greeter"
    mirrors = {"object": [{"original": ADDRESS, "mirror": f"file://{source}"}], "version": 1}
    configuration = empty / ".swiftpm" / "configuration"
    configuration.mkdir(parents=True)
    (configuration / "mirrors.json").write_text(json.dumps(mirrors))
    return empty


@pytest.fixture
def environment(ministack, tmp_path):
    """The reader's: with AWS's emulator as the account, and `aws` in the path."""
    commands = tmp_path / "bin"
    commands.mkdir()
    program = Path(__file__).parents[1] / "support" / "aws_command.py"
    (commands / "aws").write_text(f'#!/bin/sh\nexec "{sys.executable}" "{program}" "$@"\n')
    (commands / "aws").chmod(0o755)
    # Packages are fetched with the settings of the person at the keyboard; AWS's are none of their business.
    own = {name: value for name, value in os.environ.items() if not name.startswith(("AWS_", "DARKROOM_"))}
    return {
        **own, **ministack.environment(), "AWS_DEFAULT_REGION": "us-east-1",
        "AWS_CONFIG_FILE": os.devnull, "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
        "PATH": f"{commands}:{os.environ['PATH']}",
    }


def test_every_block_of_the_tutorial_does_what_it_says(folder, environment):
    printed = ""
    for block in blocks(PAGE):
        if block.language == "swift":
            path = folder / file_of(block)
            assert path.parent.is_dir(), f"{block}: the folder of {path} has not been made"
            path.write_text(block.text)
        elif block.language == "sh":
            ran = subprocess.run(
                ["sh", "-e", "-c", block.text], cwd=folder, env=environment, capture_output=True, text=True)
            assert ran.returncode == 0, f"{block}\n{ran.stdout}{ran.stderr}"
            printed = ran.stdout + ran.stderr
        else:
            # What the commands before it print, but for what varies.
            for line in block.text.splitlines():
                words = re.sub(r"\d+(\\\.\d+)?", r"\\d+(\\.\\d+)?", re.escape(line))
                assert re.search(f"^{words}$", printed, flags=re.MULTILINE), f"{block}: {line}\n{printed}"
    assert json.loads((folder / "response.json").read_text()) == {"text": "Hello, Ada!"}
    shutil.rmtree(folder)
