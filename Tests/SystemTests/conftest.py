"""The parts that the system tests share: the checkout, a store in a folder, and AWS's Lambda emulator."""

import json
import os
import signal
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timezone
from functools import partial
from pathlib import Path
from typing import Callable, Iterable

import pytest

from aws_parts import start_ministack
from runtime_parts import ROOT, Emulator, free_port  # noqa: F401

FUNCTION = ROOT / "functions" / "image-processor"


def sample_event(name: str) -> dict:
    """A sample event whose objects were uploaded just now, as the deployed system would see it."""
    now = datetime.now(timezone.utc).strftime("%Y-%m-%dT%H:%M:%S.%f")[:-3] + "Z"
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


@pytest.fixture
def store(tmp_path) -> Store:
    return Store(tmp_path / "store")


@pytest.fixture
def emulator(store, tmp_path):
    started = []

    def start(**environment) -> Function:
        settings = {"DARKROOM_STORE_DIRECTORY": str(store.root), "AWS_LAMBDA_FUNCTION_TIMEOUT": "60", **environment}
        started.append(Function([str(ROOT / "bootstrap")], tmp_path / "emulator.log", **settings))
        return started[-1]

    yield start
    for part in started:
        part.stop()


@pytest.fixture(scope="session")
def ministack(tmp_path_factory):
    server, part = start_ministack(tmp_path_factory.mktemp("ministack"))
    yield part
    server.stop()


def cases(work: Callable, names: Iterable[str]):
    """Parametrises a test with pieces of work that `finished` runs side by side: `work(name, ministack)` each."""
    names = list(names)
    return pytest.mark.parametrize("case", [partial(work, name) for name in names], ids=names)


@pytest.fixture(scope="session")
def finished(request, ministack):
    """Waits for one case. All that were selected have begun, as far as there is room: most of their time is waiting."""
    items = [item for item in request.session.items if "finished" in item.fixturenames]
    pool = ThreadPoolExecutor(8)
    running = {case: pool.submit(case, ministack) for case in (item.callspec.params["case"] for item in items)}
    yield lambda case: running[case].result()
    pool.shutdown(cancel_futures=True)
