"""The repository's Markdown: its files, their links, anchors and fenced blocks."""

import re
import subprocess
from dataclasses import dataclass
from pathlib import Path

from runtime_parts import ROOT


@dataclass(frozen=True)
class Block:
    """A fenced block: where it stands, what it is in, and its text without the fence."""

    file: str
    line: int
    language: str
    text: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line}"


def documents() -> list[str]:
    """Every Markdown file that git knows or would add, from the root."""
    command = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard", "--deduplicate", "*.md"]
    listed = subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True).stdout
    return sorted(name for name in listed.split("\0") if name and (ROOT / name).exists())


def blocks(file: str) -> list[Block]:
    """The fenced blocks of a document, an indented one without its indentation."""
    found = []
    opened: tuple[int, str, str] | None = None
    text: list[str] = []
    for number, line in enumerate((ROOT / file).read_text().split("\n"), 1):
        fence = re.fullmatch(r"( *)```([\w-]*)\s*", line)
        if opened is None and fence:
            opened, text = (number, fence[1], fence[2]), []
        elif opened is not None and fence and not fence[2]:
            found.append(Block(file, opened[0], opened[2], "".join(f"{line}\n" for line in text)))
            opened = None
        elif opened is not None:
            text.append(line.removeprefix(opened[1]))
    assert opened is None, f"{file}:{opened[0]}: the block is not closed"
    return found


def prose(file: str) -> str:
    """The document without its fenced blocks and inline code."""
    text = re.sub(r"^( *)```.*?^\1```", "", (ROOT / file).read_text(), flags=re.DOTALL | re.MULTILINE)
    return re.sub(r"`[^`\n]*`", "`code`", text)


def links(file: str) -> list[str]:
    """The targets of the links and pictures of a document."""
    return re.findall(r"\]\(([^)\s]+)(?: \"[^\"]*\")?\)", prose(file))


def anchors(file: str) -> set[str]:
    """The anchors of a document's headings, as GitHub makes them."""
    text = re.sub(r"^( *)```.*?^\1```", "", (ROOT / file).read_text(), flags=re.DOTALL | re.MULTILINE)
    made: set[str] = set()
    for heading in re.findall(r"^#+ (.+?)\s*$", text, flags=re.MULTILINE):
        plain = re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", heading).lower()
        slug = re.sub(r"[^\w\- ]", "", plain).replace(" ", "-")
        count = 0
        while (unique := slug if count == 0 else f"{slug}-{count}") in made:
            count += 1
        made.add(unique)
    return made


def exists(path: Path) -> bool:
    """Whether a path from the root is there, written in just that case."""
    if not (ROOT / path).exists():
        return False
    folder = ROOT
    for part in path.parts:
        if part not in {entry.name for entry in folder.iterdir()}:
            return False
        folder /= part
    return True
