"""Many large uploads at once: memory that does not grow with them, and every byte in the store."""

import hashlib
import os
import threading
from concurrent.futures import ThreadPoolExecutor

import requests

from web_parts import memory_mb, picture

UPLOADS, SIZE, MOST_MB = 200, 8 << 20, 100


def padded(number: int) -> bytes:
    """A JPEG of 8 MiB, nearly all of them behind its end marker, that no other number has."""
    small = picture(number)
    return small + os.urandom(SIZE - len(small))


def test_two_hundred_uploads_at_once_take_little_memory_and_none_is_lost(started, tmp_path):
    server = started()
    server.upload(("first.jpg", picture(0)))
    idle = memory_mb(server.process.pid, "VmRSS")
    together = threading.Barrier(UPLOADS)

    def upload(number: int) -> tuple[str, str]:
        content = padded(1 + number)
        form = requests.Request("POST", f"{server.url}/upload", files={"file": (f"{number}.jpg", content)},
                                headers={"Accept": "application/json"}).prepare()
        together.wait()
        with requests.Session() as session:
            response = session.send(form, timeout=300)
        (file,) = response.json()["files"]
        return hashlib.sha256(content).hexdigest(), file["key"]

    with ThreadPoolExecutor(UPLOADS) as pool:
        stored = list(pool.map(upload, range(UPLOADS)))
    added = memory_mb(server.process.pid, "VmHWM") - idle
    for digest, key in stored:
        content = (server.folder / "store" / "darkroom-raw" / key).read_bytes()
        assert hashlib.sha256(content).hexdigest() == digest
    assert added <= MOST_MB, f"{added:.0f} MB over {idle:.0f} idle"
    print(f"{UPLOADS} uploads of 8 MiB at once: {added:.0f} MB over {idle:.0f} MB idle")
