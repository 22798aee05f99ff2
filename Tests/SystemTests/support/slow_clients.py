"""slowhttptest's attacks, each with hundreds of connections, and whoever comes by meanwhile."""

import subprocess
import time
from collections.abc import Callable

ATTACKS = {
    "heads that never end": ["-H", "-t", "GET"],
    "bodies that never end": ["-B", "-t", "POST", "-s", "8192"],
    "responses that nobody reads": ["-X", "-t", "GET", "-w", "512", "-y", "1024", "-n", "5", "-z", "32", "-k", "3"],
}
# Fewer connections than there are to be held; how long each may hold one is the test's to shorten.
SETTINGS = ["--idle-seconds", "5", "--write-seconds", "5", "--requests-per-minute", "100000"]


def attack(name: str, url: str, visit: Callable[[], None]) -> None:
    """Visits again and again while an address is attacked; mostly that takes less than a second."""
    command = ["slowhttptest", *ATTACKS[name], "-u", url, "-c", "400", "-r", "200", "-i", "1", "-l", "12"]
    with subprocess.Popen(command, stdout=subprocess.DEVNULL) as attacker:
        visits = []
        while attacker.poll() is None:
            start = time.monotonic()
            visit()
            visits.append(time.monotonic() - start)
            time.sleep(0.3)
    assert attacker.returncode == 0 and len(visits) > 10
    assert sorted(visits)[len(visits) // 2] < 1, visits
