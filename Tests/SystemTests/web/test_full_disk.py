"""A disk that is full: nothing is said to be stored that is not, and with room again everything goes on."""

import os
import subprocess

import pytest
import requests

from web_parts import WebServer, picture

SIZE = 3 << 20


@pytest.fixture
def small_disk(tmp_path):
    """A file system of 16 MiB."""
    if os.geteuid() != 0:
        pytest.skip("mounting a small file system takes root")
    folder = tmp_path / "disk"
    folder.mkdir()
    command = ["mount", "-t", "tmpfs", "-o", "size=16m", "tmpfs", folder]
    mounted = subprocess.run(command, capture_output=True, text=True)
    if mounted.returncode != 0:
        pytest.skip(f"this machine mounts no file system: {mounted.stderr.strip()}")
    yield folder
    subprocess.run(["umount", "--lazy", folder], check=True)


def test_what_finds_no_room_is_refused_with_a_sentence(small_disk):
    server = WebServer(small_disk / "web")
    try:
        answers = []
        for number in range(8):
            content = picture(number)
            files = {"file": (f"{number}.jpg", content + os.urandom(SIZE - len(content)))}
            response = requests.post(f"{server.url}/upload", files=files, headers={"Accept": "application/json"})
            answers.append(response.json())
        files = [file for answer in answers for file in answer.get("files", [])]
        stored = [file for file in files if file["stored"]]
        assert 0 < len(stored) < 8
        for answer in answers:
            if not any(file["stored"] for file in answer.get("files", [])):
                assert "disk" in str(answer), answer
        raw = small_disk / "web/store/darkroom-raw"
        assert all((raw / file["key"]).stat().st_size == SIZE for file in stored)
        # What was not stored left nothing behind that takes room.
        assert sum(file.stat().st_size for file in raw.rglob("*") if file.is_file()) == SIZE * len(stored)
        assert requests.get(f"{server.url}/gallery").status_code == 200
        # Room again: the next one is stored, and all that were stored become pictures.
        (raw / stored[0]["key"]).unlink()
        server.upload(("later.jpg", picture(99)))
        server.wait_for([file["image_id"] for file in stored[1:]], "processed", "rejected")
    finally:
        server.kill()
