"""Slow clients of every kind: whoever comes by meanwhile is served all the same."""

import pytest
import requests

from slow_clients import ATTACKS, SETTINGS, attack


@pytest.mark.parametrize("name", ATTACKS)
def test_slow_clients_keep_nobody_else_out(started, name):
    server = started(*SETTINGS)

    def visit() -> None:
        assert requests.get(f"{server.url}/gallery", timeout=10).status_code == 200

    attack(name, f"{server.url}/upload" if name.startswith("bodies") else f"{server.url}/", visit)
    assert server.process.poll() is None
