"""The parts that the system tests share: the checkout, a store in a folder, and AWS's Lambda emulator."""

import json
import os
import signal
import socket
import subprocess
import time
from datetime import datetime, timezone
from pathlib import Path

import pytest
import requests

ROOT = Path(__file__).resolve().parents[2]
FUNCTION = ROOT / "functions" / "image-processor"


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


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


class Emulator:
    """AWS's Runtime Interface Emulator with the function under it. It takes one invocation at a time."""

    def __init__(self, command: list[str], environment: dict[str, str], log: Path):
        self.log = log
        self.port = free_port()
        self._output = log.open("wb")
        self.process = subprocess.Popen(
            [
                str(ROOT / ".tools" / "aws-lambda-rie"),
                "--runtime-interface-emulator-address", f"127.0.0.1:{self.port}",
                "--runtime-api-address", f"127.0.0.1:{free_port()}",
                *command,
            ],
            env={"PATH": os.environ["PATH"], "HOME": "/tmp", **environment},
            stdout=self._output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
        deadline = time.monotonic() + 20
        while True:
            try:
                socket.create_connection(("127.0.0.1", self.port), timeout=1).close()
                return
            except OSError:
                assert time.monotonic() < deadline, f"the emulator did not start: {self.output()}"
                time.sleep(0.05)

    def invoke(self, event) -> object:
        body = event if isinstance(event, (bytes, str)) else json.dumps(event)
        url = f"http://127.0.0.1:{self.port}/2015-03-31/functions/function/invocations"
        response = requests.post(url, data=body, timeout=60)
        response.encoding = "utf-8"
        return response.json()

    def output(self) -> str:
        return self.log.read_text(errors="replace")

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

    def start(**environment) -> Emulator:
        settings = {"DARKROOM_STORE_DIRECTORY": str(store.root), "AWS_LAMBDA_FUNCTION_TIMEOUT": "60", **environment}
        started.append(Emulator([str(ROOT / "bootstrap")], settings, tmp_path / "emulator.log"))
        return started[-1]

    yield start
    for part in started:
        part.stop()
