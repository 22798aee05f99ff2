"""A proxy between the image processor and S3 or SQS, which does to chosen requests what networks and services do.

Signatures cover the Host header, so requests pass with their headers as they are: the proxy is the endpoint.
"""

import http.client
import json
import re
import socket
import struct
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from urllib.parse import parse_qs, unquote, urlsplit

HOP_BY_HOP = {"connection", "keep-alive", "transfer-encoding", "content-length"}


@dataclass
class Answer:
    """A whole response."""

    status: int
    headers: list[tuple[str, str]]
    body: bytes = b""
    length: int | None = None  # where it is not the body's: the answer to a HEAD

    def head(self) -> bytes:
        kept = [(name, value) for name, value in self.headers if name.lower() not in HOP_BY_HOP]
        kept.append(("Content-Length", str(len(self.body) if self.length is None else self.length)))
        lines = [f"HTTP/1.1 {self.status} {http.client.responses.get(self.status, '')}"]
        return "\r\n".join([*lines, *(f"{name}: {value}" for name, value in kept), "", ""]).encode("latin-1")


class Gone(Exception):
    """The connection to the client has ended."""


class Exchange:
    """One request, of which the head has been read, and the answer to it."""

    def __init__(self, client: socket.socket, reader, upstream: str):
        self._client, self._reader, self._upstream = client, reader, upstream
        line = reader.readline(65536).decode("latin-1").split()
        if len(line) != 3:
            raise Gone
        self.method, self.target = line[0], line[1]
        self.headers: list[tuple[str, str]] = []
        while text := reader.readline(65536).decode("latin-1").strip():
            name, value = text.split(":", 1)
            self.headers.append((name, value.strip()))
        self.length = self._unread = int(self.header("content-length") or 0)
        self._body = b""
        self.operation, self.bucket, self.key = self._classify()

    def header(self, name: str) -> str | None:
        return next((value for known, value in self.headers if known.lower() == name), None)

    def _classify(self) -> tuple[str, str, str]:
        if action := self.header("x-amz-target"):
            return action.split(".")[-1], "", ""
        url = urlsplit(self.target)
        bucket, _, key = unquote(url.path).lstrip("/").partition("/")
        query = parse_qs(url.query, keep_blank_values=True)
        kind = {
            "PUT": "UploadPart" if "partNumber" in query else "PutObject",
            "POST": "CreateMultipartUpload" if "uploads" in query else "CompleteMultipartUpload",
            "DELETE": "AbortMultipartUpload" if "uploadId" in query else "DeleteObject",
        }.get(self.method, f"{self.method.capitalize()}Object" if key else "ListObjectsV2")
        return kind, bucket, key

    @property
    def is_s3(self) -> bool:
        return bool(self.bucket)

    def read(self, count: int | None = None) -> bytes:
        """The next bytes of the request's body, or the rest of it."""
        wanted = self._unread if count is None else min(count, self._unread)
        piece = self._reader.read(wanted)
        if len(piece) < wanted:
            raise Gone
        self._unread -= wanted
        self._body += piece
        return piece

    def forward(self) -> Answer:
        """Lets the server do what was asked."""
        self.read()
        connection = http.client.HTTPConnection(urlsplit(self._upstream).netloc, timeout=60)
        try:
            connection.putrequest(self.method, self.target, skip_host=True, skip_accept_encoding=True)
            for name, value in self.headers:
                connection.putheader(name, value)
            connection.endheaders(self._body)
            response = connection.getresponse()
            headers, body = response.getheaders(), response.read()
            length = response.getheader("content-length") if self.method == "HEAD" else None
            return Answer(response.status, headers, body, None if length is None else int(length))
        finally:
            connection.close()

    def send(self, data: bytes) -> None:
        try:
            self._client.sendall(data)
        except OSError as error:
            raise Gone from error

    def answer(self, answer: Answer) -> None:
        self.send(answer.head() + answer.body)

    def refuse(self, status: int, code: str, headers: tuple[tuple[str, str], ...] = ()) -> None:
        """Answers as S3 or SQS would, without the server's having heard of the request."""
        self.read()
        if self.is_s3:
            body = f"<?xml version='1.0'?><Error><Code>{code}</Code><Message>scripted</Message></Error>".encode()
            media = "application/xml"
        else:
            body = json.dumps({"__type": f"com.amazonaws.sqs#{code}", "message": "scripted"}).encode()
            media = "application/x-amz-json-1.0"
        self.answer(Answer(status, [("Content-Type", media), *headers], b"" if self.method == "HEAD" else body))

    def reset(self) -> None:
        """Ends the connection with a reset, whatever is still on the way."""
        self._client.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        raise Gone

    def close(self) -> None:
        """Ends the connection in good order."""
        raise Gone


@dataclass
class Rule:
    """What to do to the requests of one kind."""

    operation: str
    act: Callable[[Exchange], None]
    key: str = ""  # a regular expression, found in the object's key
    times: int | None = 1  # None: to all of them
    after: int = 0  # how many go through before
    when: Callable[[Exchange], bool] = lambda exchange: True
    hits: int = field(default=0, init=False)

    def matches(self, exchange: Exchange) -> bool:
        if self.operation not in ("*", exchange.operation) or not re.search(self.key, exchange.key):
            return False
        if (self.times is not None and self.hits >= self.times) or not self.when(exchange):
            return False
        if self.after > 0:
            self.after -= 1
            return False
        self.hits += 1
        return True


class FaultProxy:
    """Listens on a port of its own; what no rule speaks of passes."""

    def __init__(self, upstream: str):
        self._upstream = upstream
        self._lock = threading.Lock()
        self._server = socket.create_server(("127.0.0.1", 0), backlog=256)
        self.endpoint = f"http://127.0.0.1:{self._server.getsockname()[1]}"
        self.rules: list[Rule] = []
        self.seen: list[tuple[str, str]] = []
        threading.Thread(target=self._accept, daemon=True).start()

    def __enter__(self) -> "FaultProxy":
        return self

    def __exit__(self, *_) -> None:
        self._server.close()

    def on(self, operation: str, act: Callable[[Exchange], None], **how) -> Rule:
        self.rules.append(Rule(operation, act, **how))
        return self.rules[-1]

    def count(self, operation: str, key: str = "") -> int:
        """How many requests of a kind have come."""
        return sum(kind == operation and bool(re.search(key, name)) for kind, name in self.seen)

    def _accept(self) -> None:
        while True:
            try:
                client, _ = self._server.accept()
            except OSError:
                return
            threading.Thread(target=self._serve, args=(client,), daemon=True).start()

    def _serve(self, client: socket.socket) -> None:
        client.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        reader = client.makefile("rb")
        try:
            while True:
                exchange = Exchange(client, reader, self._upstream)
                with self._lock:
                    self.seen.append((exchange.operation, exchange.key))
                    rule = next((rule for rule in self.rules if rule.matches(exchange)), None)
                if rule:
                    rule.act(exchange)
                else:
                    exchange.answer(exchange.forward())
        except (Gone, OSError):
            pass
        finally:
            # The socket closes with the last of its two owners, and only then does a reset go out.
            reader.close()
            client.close()
