"""Images over HTTP from many at once, and from slow ones: memory is bounded, and what is acknowledged is there."""

import os
import re
import subprocess
import time
from concurrent.futures import ThreadPoolExecutor

import pytest
import requests

from slow_clients import ATTACKS, SETTINGS, attack
from stream_parts import Stream, messages
from stream_web_parts import StreamServer
from web_parts import memory_mb, picture

# For wrk: it posts one image again and again, and counts the answers by their status.
SCRIPT = """
local file = io.open("%s", "rb")
wrk.method, wrk.body = "POST", file:read("*a")
local threads = {}
function setup(thread) table.insert(threads, thread) end
function init() stored, refused = 0, 0 end
function response(status) if status == 201 then stored = stored + 1 else refused = refused + 1 end end
function done()
  for _, thread in ipairs(threads) do
    print("stored " .. thread:get("stored") .. " refused " .. thread:get("refused"))
  end
end
"""


@pytest.fixture
def started(broker, tmp_path):
    servers = []

    def start(*arguments: str, **environment: str) -> StreamServer:
        folder = tmp_path / f"web-{len(servers)}"
        servers.append(StreamServer(folder, Stream.make(broker, 2), *arguments, **environment))
        return servers[-1]

    yield start
    for server in servers:
        if server.process.poll() is None:
            server.kill()


@pytest.mark.parametrize("name", ATTACKS)
def test_slow_clients_keep_nobody_else_out(started, name):
    server = started(*SETTINGS)

    def visit() -> None:
        assert server.send(picture(1)).status_code == 201
        assert requests.get(f"{server.url}/topics", timeout=10).status_code == 200

    attack(name, f"{server.url}/images" if name.startswith("bodies") else f"{server.url}/", visit)
    assert server.stop() == 0


def test_of_as_many_as_wrk_can_send_each_that_is_acknowledged_is_there_once(started, tmp_path, capsys):
    server = started("--requests-per-minute", "1000000")
    image, script = tmp_path / "image.jpg", tmp_path / "post.lua"
    image.write_bytes(picture(1))
    script.write_text(SCRIPT % image)
    seconds, connections = 5, 32
    command = ["wrk", "--threads", "2", "--connections", f"{connections}", "--duration", f"{seconds}s", "--latency",
               "--script", str(script), f"{server.url}/images"]
    said = subprocess.run(command, capture_output=True, text=True, check=True, timeout=60).stdout
    counts = [(int(stored), int(refused)) for stored, refused in re.findall(r"stored (\d+) refused (\d+)", said)]
    stored = sum(count for count, _ in counts)
    assert len(counts) == 2 and stored > 100 and sum(count for _, count in counts) == 0, said
    assert "Socket errors" not in said, said
    found = messages(server.stream)
    # When time is up, wrk leaves without waiting for what it has sent last.
    assert stored <= len(found) <= stored + connections
    assert {message.value() for message in found.values()} == {image.read_bytes()}
    with capsys.disabled():
        latency = re.search(r"99%\s+(\S+)", said)[1]
        print(f"\n{stored / seconds:.0f} images of {image.stat().st_size:,} bytes a second, 99 % within {latency}")
    assert server.stop() == 0


def test_more_bytes_at_once_than_there_is_room_for_take_little_memory_and_all_are_stored_in_the_end(started, capsys):
    queue, size = 64, 4 << 20
    server = started(DARKROOM_STREAM_QUEUE_MB=f"{queue}", DARKROOM_STREAM_MAX_BYTES=f"{size}")
    assert server.send(picture(0)).status_code == 201
    idle = memory_mb(server.process.pid, "VmRSS")

    def send(number: int) -> int:
        small = picture(1 + number)
        image, refused = small + os.urandom(size - len(small)), 0
        while (answer := server.send(image)).status_code == 503:
            assert answer.json()["outcome"] == "not_stored" and int(answer.headers["retry-after"]) > 0
            refused += 1
            time.sleep(0.2)
        assert answer.status_code == 201, answer.text
        return refused

    with ThreadPoolExecutor(64) as pool:
        refused = sum(pool.map(send, range(150)))
    added = memory_mb(server.process.pid, "VmHWM") - idle
    assert len(messages(server.stream)) == 151
    assert refused > 0, "there was room for all: the test has tested nothing"
    with capsys.disabled():
        print(f"\n150 images of 4 MiB, 64 at once: {added:.0f} MB over {idle:.0f} MB idle, {refused} refused meanwhile")
    assert added <= 3 * queue + 50
    assert server.stop() == 0
