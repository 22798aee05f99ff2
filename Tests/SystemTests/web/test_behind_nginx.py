"""The pages behind nginx, under a path of a site that has others: uploads, pictures, news and limits."""

import socket
import subprocess
import time

import pytest
import requests

from runtime_parts import ROOT
from upload_page import UploadPage
from web_parts import picture

CONFIGURATION = """
daemon off;
worker_processes 1;
pid {folder}/nginx.pid;
error_log {folder}/error.log warn;
events {{ worker_connections 256; }}
http {{
  access_log off;
  {temporary}
  server {{
    listen 127.0.0.1:{port};
    location /darkroom/ {{
      proxy_pass {target};
      proxy_http_version 1.1;
      proxy_set_header Host $http_host;
      proxy_set_header X-Forwarded-For $proxy_add_x_forwarded_for;
      proxy_request_buffering off;
      proxy_buffering off;
      client_max_body_size 0;
    }}
  }}
}}
"""


@pytest.fixture
def proxied(started, tmp_path):
    """The server, and the address that nginx gives it."""
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = probe.getsockname()[1]
    url = f"http://127.0.0.1:{port}/darkroom"
    server = started("--public-url", url, "--trusted-proxies", "127.0.0.1")
    kinds = ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    temporary = " ".join(f"{kind}_temp_path {tmp_path}/{kind};" for kind in kinds)
    file = tmp_path / "nginx.conf"
    file.write_text(CONFIGURATION.format(
        folder=tmp_path, port=port, target=f"http://127.0.0.1:{server.port}", temporary=temporary))
    nginx = subprocess.Popen([ROOT / ".tools/nginx/usr/sbin/nginx", "-p", tmp_path, "-c", file])
    end = time.monotonic() + 10
    while time.monotonic() < end:
        try:
            requests.get(f"{url}/healthz")
            break
        except requests.ConnectionError:
            time.sleep(0.05)
    yield server, url
    nginx.terminate()
    nginx.wait()


def test_everything_works_under_a_path(proxied, tmp_path):
    server, url = proxied
    with UploadPage(tmp_path, width=1280, height=900) as page:
        page.show(f"{url}/")
        page.drop(("one.jpg", picture(4001)), ("two.jpg", picture(4002)))
        page.wait_for("Ready", count=2)
        page.wait(lambda: page.evaluate("document.querySelectorAll('#queue .picture img').length") == 2)
        page.follow("nav a[href$='/gallery']")
        assert page.evaluate("location.pathname") == "/darkroom/gallery"
        page.wait(lambda: page.evaluate(
            "[...document.images].length === 2 && [...document.images].every((image) => image.naturalWidth > 0)"))
        # News come through the proxy as they happen.
        (file,) = server.upload(("newcomer.jpg", picture(4003)))
        page.wait(lambda: not page.evaluate("document.getElementById('fresh').hidden"))
        page.follow(".images a")
        assert page.evaluate("location.pathname").startswith("/darkroom/images/")
        page.follow("a.danger")
        page.follow("button.danger")
        assert "Deleted" in page.evaluate("document.querySelector('main').textContent")
        assert page.errors() == []


def test_limits_count_the_clients_address_not_the_proxys(proxied):
    server, url = proxied
    requests.get(f"{url}/gallery", headers={"X-Forwarded-For": "203.0.113.9"})
    # nginx appends whom it knows; what the client said of itself does not count.
    assert server.entries()[-1]["client"] == "127.0.0.1"
