"""What the runtime's system tests share: AWS's emulator with a function under it, and the built functions."""

import os
import signal
import socket
import subprocess
import time
from pathlib import Path

import requests

ROOT = Path(__file__).resolve().parents[2]


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def build_probe() -> Path:
    """The probe function, built from the checkout."""
    package = ROOT / "Tests" / "SystemTests" / "RuntimeProbe"
    scratch = ROOT / ".build-probe"
    command = ["swift", "build", "-c", "release", "--package-path", str(package), "--scratch-path", str(scratch)]
    subprocess.run([*command, "--static-swift-stdlib"], check=True, capture_output=True, text=True)
    return scratch / "release" / "probe"


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
