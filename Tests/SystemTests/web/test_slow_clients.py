"""slowhttptest's attacks, each with hundreds of connections: whoever comes by meanwhile is served all the same."""

import subprocess
import time

import pytest
import requests

ATTACKS = {
    "heads that never end": ["-H", "-t", "GET"],
    "bodies that never end": ["-B", "-t", "POST", "-s", "8192"],
    "responses that nobody reads": ["-X", "-t", "GET", "-w", "512", "-y", "1024", "-n", "5", "-z", "32", "-k", "3"],
}


@pytest.mark.parametrize("attack", ATTACKS)
def test_slow_clients_keep_nobody_else_out(started, attack):
    # Fewer connections than there are to be held; how long each may hold one is the test's to shorten.
    server = started("--idle-seconds", "5", "--write-seconds", "5", "--requests-per-minute", "100000")
    target = f"{server.url}/upload" if attack.startswith("bodies") else f"{server.url}/"
    command = ["slowhttptest", *ATTACKS[attack], "-u", target, "-c", "400", "-r", "200", "-i", "1", "-l", "12"]
    with subprocess.Popen(command, stdout=subprocess.DEVNULL) as attacker:
        answered = []
        while attacker.poll() is None:
            start = time.monotonic()
            assert requests.get(f"{server.url}/gallery", timeout=10).status_code == 200
            answered.append(time.monotonic() - start)
            time.sleep(0.3)
    assert attacker.returncode == 0 and len(answered) > 10
    assert sorted(answered)[len(answered) // 2] < 1, answered
    assert server.process.poll() is None
