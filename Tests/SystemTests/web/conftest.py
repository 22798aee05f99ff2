"""The server that a module's tests share, and servers of a test's own."""

import pytest

from upload_page import UploadPage
from web_parts import WebServer


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    server = WebServer(tmp_path_factory.mktemp("web"))
    yield server
    assert server.stop() == 0


@pytest.fixture
def page(tmp_path, server):
    """The upload page of the module's server, as at a desk."""
    with UploadPage(tmp_path, width=1280, height=900) as page:
        page.show(server.url)
        yield page


@pytest.fixture
def started(tmp_path):
    servers = []

    def start(*arguments: str, **environment: str) -> WebServer:
        servers.append(WebServer(tmp_path / f"web-{len(servers)}", *arguments, **environment))
        return servers[-1]

    yield start
    for server in servers:
        if server.process.poll() is None:
            server.kill()
