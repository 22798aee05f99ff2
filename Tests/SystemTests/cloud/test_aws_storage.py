"""The Swift suites of S3 and SQS against real servers that check signatures, and botocore as the oracle of SigV4."""

import http.server
import json
import random
import re
import socket
import socketserver
import ssl
import subprocess
import threading
import uuid
from datetime import UTC, datetime
from urllib.parse import quote, urlsplit

import pytest
from botocore.auth import S3SigV4Auth, S3SigV4QueryAuth, SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials

from aws_parts import start_ministack, start_seaweedfs
from swift_suite import run_swift_suite


@pytest.fixture(scope="module", params=[start_ministack, start_seaweedfs], ids=["ministack", "seaweedfs"])
def part(request, tmp_path_factory):
    server, part = request.param(tmp_path_factory.mktemp("part"))
    yield part
    server.stop()


def test_store_on_a_server(part):
    bucket = f"darkroom-{uuid.uuid4().hex[:12]}"
    part.client("s3").create_bucket(Bucket=bucket)
    lenient = {"DARKROOM_TEST_S3_IS_LENIENT": "1"} if part.name == "ministack" else {}
    output = run_swift_suite("S3StoreTests", DARKROOM_TEST_S3_BUCKET=bucket, **part.environment(), **lenient)
    assert int(re.search(r"Test run with (\d+) test", output).group(1)) >= 10


def test_queue_on_a_server(tmp_path):
    server, part = start_ministack(tmp_path)
    try:
        run_swift_suite("SQSClientTests", DARKROOM_TEST_SQS="1", **part.environment())
    finally:
        server.stop()


def test_signatures_are_those_of_botocore(tmp_path):
    cases = [signed_by_botocore(random.Random(seed)) for seed in range(400)]
    file = tmp_path / "cases.json"
    file.write_text(json.dumps(cases))
    run_swift_suite("SigV4OracleTests", DARKROOM_TEST_SIGV4_CASES=str(file))


def test_certificates_are_checked(tmp_path):
    certificate, key = tmp_path / "certificate.pem", tmp_path / "key.pem"
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=localhost",
         "-addext", "subjectAltName=DNS:localhost", "-keyout", key, "-out", certificate],
        check=True, capture_output=True)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), http.server.BaseHTTPRequestHandler)
    server.socket = context.wrap_socket(server.socket, server_side=True)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        run_swift_suite(
            "CertificateTests", DARKROOM_TEST_HTTPS_PORT=str(server.server_port),
            DARKROOM_TEST_HTTPS_CERTIFICATE=str(certificate))
    finally:
        server.shutdown()


class Storage(http.server.BaseHTTPRequestHandler):
    """One object in a bucket, and nothing else."""

    protocol_version = "HTTP/1.1"

    def do_GET(self):
        found = self.path == "/storage.dots/object"
        body = b"content" if found else f"nothing at {self.path}".encode()
        self.send_response(200 if found else 404)
        for name, value in (("X-From", "server"), ("Content-Length", str(len(body))), ("ETag", '"abc"'),
                            ("Last-Modified", "Sun, 22 Nov 2026 09:30:00 GMT")):
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        pass


class Tunnel(socketserver.StreamRequestHandler):
    """A proxy that makes a tunnel to one port, whatever host is asked for, or refuses."""

    def handle(self):
        method, target, _ = self.rfile.readline().decode().split()
        while self.rfile.readline().strip():
            pass
        if method != "CONNECT" or target.startswith("refused."):
            self.wfile.write(b"HTTP/1.1 403 Forbidden\r\nContent-Length: 2\r\n\r\nno")
            return
        self.server.tunnels.append(target)
        self.wfile.write(b"HTTP/1.1 200 Connection established\r\nX-Via: proxy\r\n\r\n")
        with socket.create_connection(("127.0.0.1", self.server.target)) as upstream:
            back = threading.Thread(target=self.carry, args=(upstream, self.connection), daemon=True)
            back.start()
            self.carry(self.connection, upstream)
            back.join()

    @staticmethod
    def carry(source: socket.socket, sink: socket.socket) -> None:
        try:
            while piece := source.recv(65536):
                sink.sendall(piece)
            sink.shutdown(socket.SHUT_WR)
        except OSError:
            pass


def test_answers_through_a_proxy_are_the_servers(tmp_path):
    certificate, key = tmp_path / "certificate.pem", tmp_path / "key.pem"
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=storage.test",
         "-addext", "subjectAltName=DNS:storage.test", "-keyout", key, "-out", certificate],
        check=True, capture_output=True)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Storage)
    server.socket = context.wrap_socket(server.socket, server_side=True)
    socketserver.ThreadingTCPServer.daemon_threads = True
    proxy = socketserver.ThreadingTCPServer(("127.0.0.1", 0), Tunnel)
    proxy.target, proxy.tunnels = server.server_port, []
    for part in (server, proxy):
        threading.Thread(target=part.serve_forever, daemon=True).start()
    try:
        run_swift_suite(
            "ProxyTests", DARKROOM_TEST_PROXIED="1", AWS_CA_BUNDLE=str(certificate),
            https_proxy=f"http://127.0.0.1:{proxy.server_address[1]}")
    finally:
        for part in (server, proxy):
            part.shutdown()
            part.server_close()
    assert proxy.tunnels and set(proxy.tunnels) == {"storage.test:443"}


def signed_by_botocore(dice: random.Random) -> dict:
    """A random request, odd in every part, with botocore's signatures of it."""

    def text(most: int, alphabet: str = "aZ09-_.~/=+&?#%()!*'\"<>[]{}|^`\\@:;,$ \té写😀") -> str:
        return "".join(dice.choice(alphabet) for _ in range(dice.randint(0, most)))

    service = dice.choice(["s3", "s3", "s3", "sqs"])
    method = dice.choice(["GET", "PUT", "POST", "DELETE", "HEAD"])
    host = dice.choice(["raw.s3.eu-central-1.amazonaws.com", "127.0.0.1:8333", "localhost:4566"])
    # Beside S3, paths are normalised before they are signed; this system's calls have none that this would change.
    path = "/" + (text(20) if service == "s3" else dice.choice(["", "base", "a b", "a%20b", "é/+"]))
    query = {text(6) or "q": text(6) for _ in range(dice.randint(0, 4))}
    headers = {
        "x-amz-meta-note": dice.choice(["plain", "two  spaces", "  around  ", "a,b;c=d"]),
        **({"Range": "bytes=5-"} if dice.random() < 0.3 else {}),
        **({"If-None-Match": "*"} if dice.random() < 0.3 else {}),
    }
    body = text(30) if method in ("PUT", "POST") else ""
    token = "token/+=" if dice.random() < 0.3 else None
    credentials = Credentials("AKID", "secret/+", token)
    region = dice.choice(["eu-central-1", "us-east-1"])

    def request() -> AWSRequest:
        return AWSRequest(
            method=method, url=f"http://{host}{quote(path, safe='/~')}", params=query,
            headers={**headers, "Host": host}, data=body.encode())

    signed = request()
    (S3SigV4Auth if service == "s3" else SigV4Auth)(credentials, service, region).add_auth(signed)
    time = datetime.strptime(signed.context["timestamp"], "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC)
    case = {
        "service": service, "region": region, "method": method, "host": host, "path": path,
        "query": [list(item) for item in query.items()], "headers": [list(item) for item in headers.items()],
        "body": body, "token": token, "time": time.timestamp(), "authorization": signed.headers["Authorization"],
    }
    if service == "s3":
        presigned = AWSRequest(
            method=method, url=f"http://{host}{quote(path, safe='/~')}?{canonical(query)}", headers={"Host": host})
        auth = S3SigV4QueryAuth(credentials, service, region, expires=3600)
        auth.add_auth(presigned)
        if presigned.context["timestamp"] == signed.context["timestamp"]:
            case["presigned"] = urlsplit(presigned.url).query
    return case


def canonical(query: dict[str, str]) -> str:
    return "&".join(f"{quote(name, safe='-_.~')}={quote(value, safe='-_.~')}" for name, value in query.items())
