"""What the tests of the stream's web application share: the server as people start it, over a broker and a folder."""

import os
import time
from pathlib import Path

import requests

from aws_parts import CLEAN
from runtime_parts import ROOT
from stream_parts import Stream
from web_parts import WebServer


def stream_web() -> Path:
    """The program: the one that a variable names, or the one that `make test-services` has built."""
    named = os.environ.get("DARKROOM_STREAM_WEB")
    return Path(named) if named else ROOT / "services" / ".build" / "release" / "stream-web"


class StreamServer(WebServer):
    """`stream-web` on a free port of the loopback, ready to send."""

    def __init__(self, folder: Path, stream: Stream, *arguments: str, store: Path | None = None, **environment: str):
        self.stream = stream
        self.store = store or folder / "store"
        super().__init__(folder, *arguments, **environment)
        self.wait_until_ready()

    def binary(self) -> Path:
        return stream_web()

    def settings(self) -> dict[str, str]:
        return CLEAN | {
            "DARKROOM_STREAM_BROKERS": self.stream.broker.address, "DARKROOM_STREAM_TOPIC": self.stream.topic,
            "DARKROOM_STREAM_LOOK_SECONDS": "1", "DARKROOM_STORE_DIRECTORY": str(self.store),
            "DARKROOM_STREAM_DATA_DIRECTORY": str(self.folder / "data"),
        } | self.environment

    def wait_until_ready(self, seconds: float = 20) -> None:
        deadline = time.monotonic() + seconds
        while (answer := requests.get(f"{self.url}/readyz", timeout=10)).status_code != 200:
            assert time.monotonic() < deadline, answer.text
            time.sleep(0.1)

    def send(self, body: bytes, **headers: str) -> requests.Response:
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        return requests.post(f"{self.url}/images", data=body, headers=named, timeout=90)

    def send_form(self, *files: tuple[str, bytes], **headers: str) -> requests.Response:
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        return requests.post(
            f"{self.url}/images", files=[("file", file) for file in files], headers=named, timeout=90)

    def page(self, path: str) -> str:
        answer = requests.get(self.url + path, timeout=30)
        assert answer.status_code == 200, answer.text
        return answer.text

    def metric(self, name: str) -> float:
        """The sum of a metric's series."""
        text = requests.get(f"{self.url}/metrics", timeout=10).text
        return sum(
            float(line.rsplit(" ", 1)[1]) for line in text.splitlines()
            if line.split(" ")[0].split("{")[0] == f"darkroom_stream_{name}")
