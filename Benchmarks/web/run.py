"""The web application serving renditions, beside nginx serving the same files: requests, latency, CPU time, memory.

    python run.py               # three sizes, 1 and 32 connections, three rounds; writes results/web.md
    python run.py --rounds 1 --seconds 2    # a quick look; writes nothing

Both serve from one folder, in turns, to wrk over the loopback. Every response of the web application goes through its
guards (host, rate, security headers) and into its access log; nginx writes a log line too. CPU time is the server's
own, from /proc: it says what the clock cannot where wrk takes a core of two.
"""

import argparse
import io
import os
import platform
import re
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np
import requests
from PIL import Image

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "Tests/SystemTests/support"))

from web_parts import WebServer  # noqa: E402

NGINX = ROOT / ".tools/nginx/usr/sbin/nginx"
RESULTS = Path(__file__).parent / "results/web.md"
CONFIGURATION = """
daemon off;
worker_processes 2;
pid {folder}/nginx.pid;
error_log {folder}/error.log warn;
events {{ worker_connections 1024; }}
http {{
  sendfile on;
  keepalive_requests 1000000;
  access_log {folder}/nginx-access.log;
  {temporary}
  server {{ listen 127.0.0.1:{port}; root {root}; default_type image/jpeg; }}
}}
"""


def photograph(width: int, height: int) -> bytes:
    """Smooth colours with some noise: a JPEG of about a photograph's size."""
    chance = np.random.default_rng(1)
    y, x = np.mgrid[0:height, 0:width]
    planes = [127 + 100 * np.sin(x / (60 + 40 * n) + y / (90 - 20 * n)) for n in range(3)]
    picture = np.stack(planes, axis=2) + chance.normal(0, 6, (height, width, 3))
    buffer = io.BytesIO()
    Image.fromarray(np.clip(picture, 0, 255).astype(np.uint8)).save(buffer, "JPEG", quality=85)
    return buffer.getvalue()


def cpu_seconds(processes: list[int]) -> float:
    ticks = 0
    for process in processes:
        fields = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
        ticks += int(fields[11]) + int(fields[12])
    return ticks / os.sysconf("SC_CLK_TCK")


def resident_mb(processes: list[int]) -> float:
    return sum(int(re.search(r"VmRSS:\s+(\d+)", Path(f"/proc/{p}/status").read_text())[1]) for p in processes) / 1024


def load(url: str, connections: int, seconds: int, processes: list[int]) -> dict:
    before = cpu_seconds(processes)
    command = ["wrk", "-t", "1", "-c", str(connections), "-d", f"{seconds}s", "--latency", url]
    told = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    assert "Non-2xx" not in told and "Socket errors" not in told, told
    requests_done = int(re.search(r"(\d+) requests in", told)[1])
    scale = {"us": 1e-3, "ms": 1.0, "s": 1e3}
    number, unit = re.search(r"99%\s+([\d.]+)(us|ms|s)", told).groups()
    return {
        "per_second": float(re.search(r"Requests/sec:\s+([\d.]+)", told)[1]), "p99_ms": float(number) * scale[unit],
        "cpu_us": (cpu_seconds(processes) - before) / requests_done * 1e6, "mb": resident_mb(processes),
    }


def children(process: int) -> list[int]:
    return [int(child) for child in Path(f"/proc/{process}/task/{process}/children").read_text().split()]


def start_nginx(folder: Path, root: Path) -> tuple[subprocess.Popen, int]:
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = probe.getsockname()[1]
    kinds = ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    temporary = " ".join(f"{kind}_temp_path {folder}/{kind};" for kind in kinds)
    file = folder / "nginx.conf"
    file.write_text(CONFIGURATION.format(folder=folder, port=port, root=root, temporary=temporary))
    # Its workers are another user's, who may not read what belongs to this one alone.
    for path in (folder, *folder.parents):
        if path.is_relative_to(tempfile.gettempdir()) and path != Path(tempfile.gettempdir()):
            path.chmod(0o755)
    nginx = subprocess.Popen([NGINX, "-p", folder, "-c", file], stderr=subprocess.DEVNULL)
    end = time.monotonic() + 10
    while time.monotonic() < end:
        try:
            socket.create_connection(("127.0.0.1", port)).close()
            return nginx, port
        except ConnectionRefusedError:
            time.sleep(0.05)
    raise SystemExit("nginx does not listen")


def measure(folder: Path, rounds: int, seconds: int) -> list[list[str]]:
    web = WebServer(folder / "web", "--requests-per-minute", "1000000")
    (file,) = web.upload(("photograph.jpg", photograph(3000, 2000)))
    web.wait_for([file["image_id"]], "processed")
    root = folder / "web/store/darkroom-processed"
    nginx, port = start_nginx(folder, root)
    files = sorted((path for path in root.glob("images/**/*") if path.suffix == ".jpg"), key=lambda f: f.stat().st_size)
    rows = []
    for path in files:
        key = path.relative_to(root)
        addresses = {"web": f"{web.url}/media/{key}", "nginx": f"http://127.0.0.1:{port}/{key}"}
        assert requests.get(addresses["web"]).content == requests.get(addresses["nginx"]).content
        for connections in (1, 32):
            found = {name: [] for name in addresses}
            for _ in range(rounds):
                for name, url in addresses.items():
                    processes = [web.process.pid] if name == "web" else children(nginx.pid)
                    found[name].append(load(url, connections, seconds, processes))
                print(f"web: {path.stat().st_size // 1000} kB, {connections} connections: "
                      + ", ".join(f"{name} {cells[-1]['per_second']:.0f}/s" for name, cells in found.items()),
                      file=sys.stderr, flush=True)
            row = [f"{path.stat().st_size / 1000:.0f} kB", str(connections)]
            for field, digits in (("per_second", 0), ("p99_ms", 2), ("cpu_us", 0)):
                for name in addresses:
                    row.append(f"{statistics.median(cell[field] for cell in found[name]):,.{digits}f}")
            ratios = [a["cpu_us"] / b["cpu_us"] for a, b in zip(found["web"], found["nginx"])]
            memory = [f"{max(cell['mb'] for cell in found[name]):.0f}" for name in addresses]
            rows.append([*row, f"{statistics.median(ratios):.1f}", *memory])
    nginx.terminate()
    nginx.wait()
    web.stop()
    return rows


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    arguments.add_argument("--rounds", type=int, default=3)
    arguments.add_argument("--seconds", type=int, default=5)
    given = arguments.parse_args()
    head = ["file", "connections", "requests/s", "nginx", "p99, ms", "nginx", "CPU, µs a request", "nginx",
            "× nginx", "resident, MB", "nginx"]
    with tempfile.TemporaryDirectory() as folder:
        rows = measure(Path(folder), given.rounds, given.seconds)
    lines = ["| " + " | ".join(head) + " |", "|---" + "|---:" * (len(head) - 1) + "|"]
    table = "\n".join(lines + ["| " + " | ".join(row) + " |" for row in rows])
    print(table)
    if given.rounds >= 3:
        RESULTS.parent.mkdir(exist_ok=True)
        RESULTS.write_text(
            "# Serving renditions\n"
            "The web application beside nginx, which serves the same files from the same folder (`make bench-web`): "
            f"medians of {given.rounds} rounds in turns, wrk on the same two cores, {platform.machine()}.\n\n{table}\n")


if __name__ == "__main__":
    main()
