"""What the tests of the image processor share: its sample events, a store in a folder,
and the function under the emulator.
"""

import json
import os
import signal
from datetime import UTC, datetime
from pathlib import Path

import jsonschema

from runtime_parts import ROOT, Emulator

FUNCTION = ROOT / "functions" / "image-processor"
ROW_SCHEMA = jsonschema.Draft202012Validator(json.loads((FUNCTION / "metadata.schema.json").read_text()))


def sample_event(name: str) -> dict:
    """A sample event whose objects were uploaded just now, as the deployed system would see it."""
    now = datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%S.%f")[:-3] + "Z"
    text = (FUNCTION / "events" / f"{name}.json").read_text()
    # The time also stands in bodies, which are JSON inside JSON: a plain replacement reaches them all.
    return json.loads(text.replace("2026-11-20T09:30:00.000Z", now).replace("2026-11-20T09:30:00Z", now))


class Store:
    """A directory store with the sample images in its raw bucket."""

    def __init__(self, root: Path):
        self.root = root
        self.raw = root / "darkroom-raw"
        self.processed = root / "darkroom-processed"
        samples = FUNCTION / "samples"
        for file in samples.rglob("*"):
            if file.is_file() and file.name != "README.md":
                target = self.raw / file.relative_to(samples)
                target.parent.mkdir(parents=True, exist_ok=True)
                target.write_bytes(file.read_bytes())

    def rows(self) -> dict[str, dict]:
        """The metadata records by raw key."""
        found = {}
        for file in (self.processed / "metadata").rglob("*.json"):
            lines = file.read_text().splitlines()
            assert len(lines) == 1, f"{file} is not one line"
            row = json.loads(lines[0])
            ROW_SCHEMA.validate(row)
            found[row["raw_key"]] = row
        return found

    def images(self) -> list[Path]:
        return [file for file in (self.processed / "images").rglob("*") if file.is_file()]


class Function(Emulator):
    """The image processor under the emulator: events as dictionaries in, answers decoded."""

    def invoke(self, event) -> object:
        response = super().invoke(event if isinstance(event, (bytes, str)) else json.dumps(event))
        response.encoding = "utf-8"
        return response.json()

    def stop(self) -> None:
        os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()
        self._output.close()
