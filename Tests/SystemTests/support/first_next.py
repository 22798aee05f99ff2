"""How long a function takes from its start to its first request for an event, as Lambda would see it."""

import os
import signal
import socket
import statistics
import subprocess
import threading
import time
from dataclasses import dataclass
from pathlib import Path

ENVIRONMENT = {
    "_HANDLER": "image-processor",
    "AWS_LAMBDA_FUNCTION_NAME": "image-processor",
    "AWS_LAMBDA_FUNCTION_MEMORY_SIZE": "1024",
    "AWS_REGION": "us-east-1",
    "AWS_ACCESS_KEY_ID": "key",
    "AWS_SECRET_ACCESS_KEY": "secret",
}


@dataclass
class Start:
    """Milliseconds of one start."""

    wall: float
    cpu: float


def start_once(command: list[str]) -> Start:
    """Starts a function against a Runtime API that registers extensions and never has an event."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        arrived = threading.Event()

        def answer(connection: socket.socket) -> None:
            request = connection.recv(65536)
            if b"/runtime/invocation/next" in request:
                arrived.set()
            elif b"/extension/register" in request:
                connection.sendall(
                    b"HTTP/1.1 200 OK\r\nLambda-Extension-Identifier: 1\r\nContent-Length: 2\r\n\r\n{}")
                answer(connection)

        def serve() -> None:
            while True:
                try:
                    connection, _ = server.accept()
                except OSError:
                    return
                held.append(connection)
                threading.Thread(target=answer, args=[connection], daemon=True).start()

        held: list[socket.socket] = []
        threading.Thread(target=serve, daemon=True).start()
        api = f"127.0.0.1:{server.getsockname()[1]}"
        began = time.perf_counter()
        process = subprocess.Popen(
            command, env={**ENVIRONMENT, "PATH": os.environ["PATH"], "AWS_LAMBDA_RUNTIME_API": api},
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        try:
            assert arrived.wait(30), f"{command} never asked for an event"
            wall = time.perf_counter() - began
            cpu = sum(
                int(task.joinpath("schedstat").read_text().split()[0])
                for task in Path(f"/proc/{process.pid}/task").iterdir())
        finally:
            process.send_signal(signal.SIGKILL)
            process.wait()
            for connection in held:
                connection.close()
        return Start(wall * 1e3, cpu / 1e6)


def compare(commands: dict[str, list[str]], rounds: int) -> dict[str, Start]:
    """The median start of each command, all of them taking turns."""
    starts: dict[str, list[Start]] = {name: [] for name in commands}
    for _ in range(rounds):
        for name, command in commands.items():
            starts[name].append(start_once(command))
    return {
        name: Start(statistics.median(one.wall for one in taken), statistics.median(one.cpu for one in taken))
        for name, taken in starts.items()
    }
