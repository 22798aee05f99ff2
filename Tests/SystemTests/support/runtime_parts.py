"""What the runtime's system tests share: AWS's emulator with a function under it, and the built functions."""

import os
import select
import signal
import socket
import subprocess
import time
from pathlib import Path
from typing import NamedTuple

import requests

ROOT = Path(__file__).resolve().parents[3]


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def build_probe() -> Path:
    """The probe function, built from the checkout as the README says that functions are built."""
    package = Path(__file__).with_name("RuntimeProbe")
    scratch = ROOT / ".build-probe"
    command = ["swift", "build", "-c", "release", "--package-path", str(package), "--scratch-path", str(scratch)]
    toolset = ROOT / "functions" / "static-executable.json"
    command += ["--static-swift-stdlib", "--toolset", str(toolset)]
    subprocess.run(command, check=True, capture_output=True, text=True)
    return scratch / "release" / "probe"


def build_package() -> Path:
    """The folder of this package's modules and commands, built as `make test-unit` does.

    A build without the tests would compile everything again, and so would theirs after it.
    """
    command = ["swift", "test", "list", "-c", "release", "--explicit-target-dependency-import-check", "error"]
    subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True)
    return ROOT / ".build" / "release"


def build_local() -> Path:
    """The server of the Invoke API."""
    return build_package() / "lambda-local"


def generated(*arguments: str) -> str:
    """What `sam local generate-event` prints."""
    return subprocess.run(
        [str(ROOT / ".tools" / "sam" / "bin" / "sam"), "local", "generate-event", *arguments],
        env={"PATH": os.environ["PATH"], "HOME": os.environ.get("HOME", "/tmp"), "SAM_CLI_TELEMETRY": "0"},
        check=True, capture_output=True, text=True,
    ).stdout


class Request(NamedTuple):
    """What a function sent."""

    call: str
    headers: dict[str, str]
    body: bytes


class Connection:
    """One connection of a function to a Runtime API that a test plays by hand."""

    def __init__(self, accepted: socket.socket):
        self._socket = accepted
        self._stream = accepted.makefile("rb")

    def request(self) -> Request:
        call = self._stream.readline().decode().rsplit(" ", 1)[0]
        headers = {}
        while line := self._stream.readline().decode().strip():
            name, value = line.split(":", 1)
            headers[name.lower()] = value.strip()
        if headers.get("transfer-encoding") == "chunked":
            body = b""
            while size := int(self._stream.readline(), 16):
                body += self._stream.read(size)
                self._stream.readline()
            while self._stream.readline().strip():
                pass
            return Request(call, headers, body)
        return Request(call, headers, self._stream.read(int(headers.get("content-length", 0))))

    def answer(self, status: int, body: bytes = b"{}", **headers: str) -> None:
        head = f"HTTP/1.1 {status} Status\r\nContent-Length: {len(body)}\r\n"
        head += "".join(f"{name.replace('_', '-')}: {value}\r\n" for name, value in headers.items())
        self._socket.sendall(head.encode() + b"\r\n" + body)

    def event(self, body: bytes, **headers: str) -> None:
        """Answers /next."""
        self.answer(200, body, Lambda_Runtime_Aws_Request_Id="r", **headers)

    def says_nothing(self, seconds: float) -> bool:
        """Whether nothing is sent for so long."""
        return not select.select([self._socket], [], [], seconds)[0]

    def close(self) -> None:
        self._stream.close()
        self._socket.close()


class RuntimeAPI:
    """A Runtime API that a test plays by hand, with a built function on it."""

    NEXT = "GET /2018-06-01/runtime/invocation/next"

    def __init__(self, command: list[str], output: int | None = None, **environment: str):
        self._listener = socket.create_server(("127.0.0.1", 0))
        self._listener.settimeout(20)
        self.address = f"127.0.0.1:{self._listener.getsockname()[1]}"
        self.process = subprocess.Popen(
            command, stdout=output,
            env={"PATH": os.environ["PATH"], "AWS_LAMBDA_RUNTIME_API": self.address, **environment},
        )

    def __enter__(self) -> "RuntimeAPI":
        return self

    def __exit__(self, *_) -> None:
        self._listener.close()
        self.process.kill()
        self.process.wait()

    @property
    def status(self) -> int:
        """The exit status of a process that ends by itself."""
        return self.process.wait(20)

    def accept(self) -> Connection:
        accepted, _ = self._listener.accept()
        accepted.settimeout(20)
        return Connection(accepted)

    def register(self) -> None:
        """Takes the registration that a function with a shutdown hook begins with."""
        self._extension = self.accept()
        assert self._extension.request().call == "POST /2020-01-01/extension/register"
        self._extension.answer(200, Lambda_Extension_Identifier="extension")
        assert self._extension.request().call == "GET /2020-01-01/extension/event/next"

    def freeze(self) -> None:
        """Stops the process as Lambda does between invocations: no thread of it runs."""
        self.process.send_signal(signal.SIGSTOP)
        os.waitpid(self.process.pid, os.WUNTRACED)

    def thaw(self) -> None:
        self.process.send_signal(signal.SIGCONT)


class Emulator:
    """AWS's Runtime Interface Emulator, which takes one invocation at a time."""

    def __init__(self, command: list[str], log: Path, **environment: str):
        self.log_file = log
        self.port = free_port()
        self._output = log.open("wb")
        self.process = subprocess.Popen(
            [
                str(ROOT / ".tools" / "aws-lambda-rie"),
                "--runtime-interface-emulator-address", f"127.0.0.1:{self.port}",
                "--runtime-api-address", f"127.0.0.1:{free_port()}",
                *command,
            ],
            env={"PATH": os.environ["PATH"], "AWS_LAMBDA_FUNCTION_NAME": "probe", **environment},
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
                assert time.monotonic() < deadline, f"the emulator does not listen: {self.log}"
                time.sleep(0.05)

    def __enter__(self) -> "Emulator":
        return self

    def __exit__(self, *_) -> None:
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
            try:
                self.process.wait(10)
            except subprocess.TimeoutExpired:
                os.killpg(self.process.pid, signal.SIGKILL)
                self.process.wait()
        self._output.close()

    def invoke(self, event: bytes | str) -> requests.Response:
        return requests.post(
            f"http://127.0.0.1:{self.port}/2015-03-31/functions/function/invocations", data=event, timeout=60
        )

    @property
    def log(self) -> str:
        return self.log_file.read_text(errors="replace")
