"""What the web application's tests share: the server as people start it, and a client that speaks HTTP by hand."""

import io
import json
import os
import signal
import socket
import subprocess
import threading
import time
from pathlib import Path

import requests
from PIL import Image

from aws_parts import CLEAN
from runtime_parts import ROOT

SERVICES = ROOT / "services"


def upload_web() -> Path:
    """The server's binary: the one that a variable names, or the one that `make test-services` has built."""
    named = os.environ.get("DARKROOM_UPLOAD_WEB")
    return Path(named) if named else SERVICES / ".build" / "release" / "upload-web"


class WebServer:
    """`upload-web` on a free port of the loopback over a folder, or over S3 by its settings; its logs are in files."""

    def __init__(self, folder: Path, *arguments: str, **environment: str):
        self.folder = folder
        self.log = folder / "access.log"
        self.arguments = arguments
        self.environment = environment
        folder.mkdir(parents=True, exist_ok=True)
        self.start()

    def binary(self) -> Path:
        return upload_web()

    def settings(self) -> dict[str, str]:
        settings = {key: value for key, value in os.environ.items() if not key.startswith("DARKROOM_")}
        if "DARKROOM_RAW_BUCKET" in self.environment:
            settings = CLEAN | settings | {"DARKROOM_WEB_DATA_DIRECTORY": str(self.folder / "data")}
        else:
            settings |= {"DARKROOM_STORE_DIRECTORY": str(self.folder / "store")}
        return settings | self.environment

    def start(self) -> None:
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                [str(self.binary()), "--port", "0", *self.arguments],
                env=self.settings(), stdout=log, stderr=subprocess.PIPE, text=True,
            )
        while True:
            line = self.process.stderr.readline()
            assert line, f"the server ended with {self.process.wait()} before it served"
            if line.startswith("Serving at "):
                break
        # Read on: a server whose lines nobody takes would wait for ever.
        threading.Thread(target=self.keep, args=(self.process.stderr,), daemon=True).start()
        self.url = line.split()[-1].rstrip("/")
        self.port = int(self.url.split(":")[2].split("/")[0])

    def keep(self, lines) -> None:
        with lines, (self.folder / "error.log").open("a") as kept:
            for line in lines:
                kept.write(line)
                kept.flush()

    def kill(self) -> None:
        self.process.send_signal(signal.SIGKILL)
        self.process.wait()

    def stop(self) -> int:
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(timeout=60)

    def entries(self) -> list[dict]:
        """The access log's lines."""
        return [json.loads(line) for line in self.log.read_text().splitlines()]

    def connect(self) -> socket.socket:
        connection = socket.create_connection(("127.0.0.1", self.port), timeout=60)
        connection.settimeout(60)
        return connection

    def upload(self, *files: tuple[str, bytes], **keywords) -> list[dict]:
        response = requests.post(
            f"{self.url}/upload", files=[("file", file) for file in files], headers={"Accept": "application/json"},
            timeout=120, **keywords,
        )
        assert response.status_code == 200, response.text
        return response.json()["files"]

    def images(self, ids: list[str]) -> dict[str, dict]:
        images = {}
        for start in range(0, len(ids), 100):
            query = ",".join(ids[start : start + 100])
            response = requests.get(f"{self.url}/api/images", params={"ids": query}, timeout=30)
            images |= {image["image_id"]: image for image in response.json()["images"]}
        return images

    def wait_for(self, ids: list[str], *states: str, seconds: float = 120) -> dict[str, dict]:
        """The images, once each is in one of these states."""
        end = time.monotonic() + seconds
        while True:
            images = self.images(ids)
            if len(images) == len(set(ids)) and all(image["state"] in states for image in images.values()):
                return images
            assert time.monotonic() < end, {id: images.get(id, {}).get("state") for id in ids}
            time.sleep(0.1)


class SlowLink:
    """A way to a server that carries so many bytes a second from its clients on each connection, and can be cut."""

    def __init__(self, port: int, rate: int | None = None):
        self.port, self.rate, self.passed = port, rate, 0
        self.is_cut = False
        self.open: set[socket.socket] = set()
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self.listener.getsockname()[1]}"

    def __enter__(self) -> "SlowLink":
        threading.Thread(target=self.accept, daemon=True).start()
        return self

    def __exit__(self, *_) -> None:
        self.listener.close()
        self.cut()

    def accept(self) -> None:
        while True:
            try:
                client, _ = self.listener.accept()
            except OSError:
                return
            if self.is_cut:
                client.close()
                continue
            server = socket.create_connection(("127.0.0.1", self.port))
            self.open |= {client, server}
            for source, target, is_upload in ((client, server, True), (server, client, False)):
                threading.Thread(target=self.carry, args=(source, target, is_upload), daemon=True).start()

    def carry(self, source: socket.socket, target: socket.socket, is_upload: bool) -> None:
        try:
            while piece := source.recv(16_384):
                target.sendall(piece)
                if is_upload:
                    self.passed += len(piece)
                    if self.rate:
                        time.sleep(len(piece) / self.rate)
        except OSError:
            pass
        for end in (source, target):
            end.close()

    def cut(self) -> None:
        """Ends all connections at once, and refuses more."""
        self.is_cut = True
        for end in list(self.open):
            try:
                end.shutdown(socket.SHUT_RDWR)
            except OSError:
                pass
        self.open.clear()

    def mend(self) -> None:
        self.is_cut = False


def memory_mb(process: int, field: str) -> float:
    """What Linux says of a process's memory: VmRSS, what is resident, or VmHWM, the most that ever was (proc(5))."""
    with open(f"/proc/{process}/status") as status:
        (line,) = (line for line in status if line.startswith(f"{field}:"))
    return int(line.split()[1]) / 1024


def read_response(connection: socket.socket) -> tuple[int, dict[str, str], bytes]:
    """One response by hand: its status, its headers in lower case, its body."""
    stream = connection.makefile("rb")
    status = int(stream.readline().split()[1])
    headers = {}
    while line := stream.readline().decode().strip():
        name, value = line.split(":", 1)
        headers[name.lower()] = value.strip()
    return status, headers, stream.read(int(headers.get("content-length", "0")))


def picture(number: int, width: int = 320, height: int = 240, form: str = "JPEG") -> bytes:
    """A picture that no other number has."""
    image = Image.new("RGB", (width, height), ((number * 37) % 256, (number * 91) % 256, (number * 151) % 256))
    image.putpixel((number % width, number // width % height), (255, 255, 255))
    buffer = io.BytesIO()
    image.save(buffer, form)
    return buffer.getvalue()
