"""Clients that send too much, too slowly, or never read: each is ended, and nobody else waits for it."""

import socket
import time

import pytest
import requests

from web_parts import picture, read_response

HEAD = "POST /upload HTTP/1.1\r\nHost: localhost\r\nContent-Type: multipart/form-data; boundary=B\r\n"


def test_a_body_that_is_too_large_is_refused_before_it_is_read(started):
    server = started("--max-bytes", "1000", "--max-files", "2")
    with server.connect() as connection:
        connection.sendall(f"{HEAD}Content-Length: {10 << 30}\r\n\r\n".encode())
        start = time.monotonic()
        status, headers, body = read_response(connection)
        assert status == 413 and b"larger" in body and headers["x-content-type-options"] == "nosniff"
        # The client goes on all the same: the connection ends within seconds.
        with pytest.raises(OSError):
            while True:
                connection.sendall(b"x" * 65536)
        assert time.monotonic() - start < 10
    assert requests.get(f"{server.url}/healthz").text == "ok\n"


def test_a_body_that_grows_too_large_is_refused_on_the_way(started):
    server = started("--max-bytes", "1000", "--max-files", "1")
    with server.connect() as connection:
        connection.sendall(f"{HEAD}Transfer-Encoding: chunked\r\n\r\n".encode())
        part = b'--B\r\nContent-Disposition: form-data; name="file"; filename="a.jpg"\r\n\r\n' + b"\xff\xd8\xff"
        connection.sendall(b"%x\r\n%s\r\n" % (len(part), part))
        with pytest.raises(OSError):
            for _ in range(10_000):
                connection.sendall(b"10000\r\n" + b"x" * 65536 + b"\r\n")
    assert requests.get(f"{server.url}/healthz").text == "ok\n"


def test_a_body_that_trickles_is_ended(started):
    server = started("--min-bytes-per-second", "10000")
    with server.connect() as connection:
        connection.sendall(f"{HEAD}Content-Length: 1000000\r\n\r\n".encode())
        start = time.monotonic()
        with pytest.raises(OSError):
            while time.monotonic() - start < 40:
                connection.sendall(b"x")
                time.sleep(0.2)
        assert 8 < time.monotonic() - start < 30


def test_a_head_that_trickles_is_ended(started):
    server = started("--idle-seconds", "3")
    with server.connect() as connection:
        start = time.monotonic()
        with pytest.raises(OSError):
            while time.monotonic() - start < 30:
                connection.sendall(b"GET / HTTP/1.1\r\n" if time.monotonic() - start < 0.1 else b"X: y\r\n")
                time.sleep(0.2)
        assert time.monotonic() - start < 15


def test_a_response_that_nobody_reads_is_ended(started):
    server = started("--write-seconds", "3")
    (file,) = server.upload(("noise.png", noise()))
    with socket.socket() as connection:
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        connection.connect(("127.0.0.1", server.port))
        connection.sendall(f"GET /images/{file['image_id']}/original HTTP/1.1\r\nHost: localhost\r\n\r\n".encode())
        end = time.monotonic() + 20
        while not any(e["path"].endswith("/original") and not e["complete"] for e in server.entries()):
            assert time.monotonic() < end
            time.sleep(0.2)


def noise() -> bytes:
    """A PNG that is larger than what two sockets hold."""
    import io
    import os

    from PIL import Image

    buffer = io.BytesIO()
    Image.frombytes("RGB", (2000, 2000), os.urandom(12_000_000)).save(buffer, "PNG", compress_level=0)
    return buffer.getvalue()


def test_the_end_gives_a_running_upload_its_time(started):
    server = started()
    body = (
        b'--B\r\nContent-Disposition: form-data; name="file"; filename="a.jpg"\r\n\r\n' + picture(1) + b"\r\n--B--\r\n"
    )
    with server.connect() as connection:
        head = f"{HEAD}Accept: application/json\r\nContent-Length: {len(body)}\r\n\r\n"
        connection.sendall(head.encode() + body[:500])
        time.sleep(0.5)
        server.process.terminate()
        time.sleep(0.5)
        connection.sendall(body[500:])
        status, _, answer = read_response(connection)
        assert status == 200 and b'"stored":true' in answer
    assert server.process.wait(timeout=30) == 0
