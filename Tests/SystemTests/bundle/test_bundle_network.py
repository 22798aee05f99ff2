"""Names and certificates in a root that holds the bundle and nothing else: no /etc to speak of,
no system's libraries.
"""

import json
import socket
import socketserver
import ssl
import subprocess
import threading

import pytest

from aws_parts import CLEAN
from bundle_parts import bare_root, in_root, needs_namespaces, open_to_all
from processor_parts import Store, sample_event

pytestmark = needs_namespaces
HOST = "sqs.darkroom.test"


class Forwarder(socketserver.ThreadingTCPServer):
    """TLS in front of a server without it."""

    daemon_threads = True

    def __init__(self, context: ssl.SSLContext, target: int):
        super().__init__(("127.0.0.1", 0), None)
        self.context, self.target = context, target
        threading.Thread(target=self.serve_forever, daemon=True).start()

    def finish_request(self, request: socket.socket, _) -> None:
        try:
            outside = self.context.wrap_socket(request, server_side=True)
        except (ssl.SSLError, ConnectionError):
            return  # a client that does not trust the certificate
        with outside, socket.create_connection(("127.0.0.1", self.target)) as inside:
            back = threading.Thread(target=self.copy, args=[inside, outside], daemon=True)
            back.start()
            self.copy(outside, inside)
            back.join(10)

    @staticmethod
    def copy(source: socket.socket, target: socket.socket) -> None:
        try:
            while data := source.recv(65536):
                target.sendall(data)
            target.shutdown(socket.SHUT_WR)
        except OSError:
            pass


class Resolver(socketserver.ThreadingUDPServer):
    """A name server that knows one name, at 127.0.0.1. Source: RFC 1035, section 4."""

    daemon_threads = True

    def __init__(self):
        super().__init__(("127.0.0.1", 53), None)
        self.asked = 0
        threading.Thread(target=self.serve_forever, daemon=True).start()

    def finish_request(self, request, address) -> None:
        query, answer_to = request
        end = query.index(b"\0", 12) + 1
        name, kind = query[12:end], query[end : end + 2]
        known = name == b"".join(bytes([len(label)]) + label for label in HOST.encode().split(b".")) + b"\0"
        self.asked += known
        record = b""
        if known and kind == b"\0\1":  # of IPv4, for a minute
            record = b"\xc0\x0c\0\1\0\1\0\0\0\x3c\0\4" + socket.inet_aton("127.0.0.1")
        status = b"\x81\x80" if known else b"\x81\x83"
        counts = b"\0\1\0" + bytes([bool(record)]) + bytes(4)
        answer_to.sendto(query[:2] + status + counts + query[12 : end + 4] + record, address)


@pytest.fixture(scope="module")
def authority(tmp_path_factory):
    """A certificate for the host, which is its own authority."""
    folder = tmp_path_factory.mktemp("authority")
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", f"/CN={HOST}",
         "-addext", f"subjectAltName=DNS:{HOST}", "-keyout", folder / "key.pem", "-out", folder / "ca.pem"],
        check=True, capture_output=True)
    return folder


@pytest.fixture
def port(cloud, authority):
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(authority / "ca.pem", authority / "key.pem")
    with Forwarder(context, int(cloud.part.endpoint.rsplit(":")[-1])) as server:
        yield server.server_address[1]
        server.shutdown()


@pytest.fixture
def root(tmp_path):
    return bare_root(tmp_path)


def drain(cloud, root, tmp_path, port: int, **more: str) -> tuple[subprocess.CompletedProcess, Store]:
    """Puts an event on the queue, and lets the bundle work it off through TLS, by the queue's name."""
    cloud.sqs.send_message(QueueUrl=cloud.large, MessageBody=json.dumps(sample_event("s3-put")))
    store = Store(tmp_path / "writable" / "store")
    open_to_all(tmp_path / "writable")
    environment = CLEAN | cloud.settings(
        DARKROOM_STORE_DIRECTORY="/tmp/store",
        DARKROOM_PROCESSED_BUCKET="darkroom-processed",
        AWS_ENDPOINT_URL=f"https://{HOST}:{port}",
        **more,
    )
    command = in_root(
        root, tmp_path / "writable", "/var/task/bootstrap", "fargate", "--queue-url", cloud.large, "--idle-seconds", "1"
    )
    return subprocess.run(command, env=environment, capture_output=True, text=True, timeout=60), store


def assert_drained(run: subprocess.CompletedProcess, store: Store) -> None:
    assert run.returncode == 0, run.stderr
    assert store.rows()["web/chelsea.jpg"]["status"] == "processed"


@pytest.mark.parametrize(
    "place",
    ["etc/ssl/certs/ca-certificates.crt", "etc/pki/tls/certs/ca-bundle.crt", "var/task/share/ca-certificates.crt"],
    ids=["Debian's", "Amazon Linux's", "the bundle's own"])
def test_certificates_are_found_in_each_usual_place(cloud, root, tmp_path, port, authority, place):
    (root / "etc/hosts").write_text(f"127.0.0.1 {HOST}\n")
    (root / place).parent.mkdir(parents=True, exist_ok=True)
    (root / place).write_bytes((authority / "ca.pem").read_bytes())
    assert_drained(*drain(cloud, root, tmp_path, port))


def test_the_environment_can_name_the_certificates(cloud, root, tmp_path, port, authority):
    (root / "etc/hosts").write_text(f"127.0.0.1 {HOST}\n")
    (root / "etc/own.pem").write_bytes((authority / "ca.pem").read_bytes())
    assert_drained(*drain(cloud, root, tmp_path, port, AWS_CA_BUNDLE="/etc/own.pem"))


def test_a_certificate_of_nobody_known_is_refused(cloud, root, tmp_path, port):
    """What the bundle trusts by itself is Debian's list."""
    (root / "etc/hosts").write_text(f"127.0.0.1 {HOST}\n")
    run, store = drain(cloud, root, tmp_path, port)
    assert run.returncode == 1
    assert "certificate" in run.stderr
    assert store.rows() == {}


def test_names_are_asked_of_the_name_server(cloud, root, tmp_path, port, authority):
    (root / "etc/resolv.conf").write_text("nameserver 127.0.0.1\n")
    (root / "var/task/share/ca-certificates.crt").write_bytes((authority / "ca.pem").read_bytes())
    with Resolver() as resolver:
        assert_drained(*drain(cloud, root, tmp_path, port))
        resolver.shutdown()
    assert resolver.asked > 0
