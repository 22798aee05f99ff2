"""A load balancer that signs people in, as a server behind it sees one: its tokens, and the address of its keys."""

import base64
import json
import subprocess
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

KEY_ID = "12345678-1234-1234-1234-123456789abc"


class LoadBalancer:
    """Gives tokens out, and its public key at an address of its own."""

    def __init__(self, folder: Path):
        self.key = folder / "key.pem"
        command = ["openssl", "ecparam", "-name", "prime256v1", "-genkey", "-noout", "-out", str(self.key)]
        subprocess.run(command, check=True)
        command = ["openssl", "ec", "-in", str(self.key), "-pubout"]
        public = subprocess.run(command, check=True, capture_output=True).stdout

        class Keys(BaseHTTPRequestHandler):
            def do_GET(self):
                self.send_response(200 if self.path == f"/keys/{KEY_ID}" else 404)
                self.end_headers()
                self.wfile.write(public)

            def log_message(self, *arguments):
                pass

        self.keys = ThreadingHTTPServer(("127.0.0.1", 0), Keys)
        Thread(target=self.keys.serve_forever, daemon=True).start()

    def __enter__(self) -> "LoadBalancer":
        return self

    def __exit__(self, *_) -> None:
        self.keys.shutdown()

    def settings(self) -> list[str]:
        """What a server is told of it."""
        return ["--sign-in", "alb", "--alb-signer", "arn:1", "--alb-client", "web", "--alb-issuer", "https://idp",
                "--alb-keys", f"http://127.0.0.1:{self.keys.server_port}/keys"]

    def token(self, **header) -> str:
        """The token of a person who is signed in, or one with another header."""
        fields = {"alg": "ES256", "kid": KEY_ID, "signer": "arn:1", "client": "web", "iss": "https://idp"}
        fields |= {"exp": int(time.time()) + 300, **header}
        parts = [json.dumps(fields).encode(), b'{"sub": "1", "email": "ada@example.org"}']
        signed = b".".join(base64.urlsafe_b64encode(part) for part in parts)
        sign = ["openssl", "dgst", "-sha256", "-sign", str(self.key)]
        der = subprocess.run(sign, input=signed, check=True, capture_output=True).stdout
        return (signed + b"." + base64.urlsafe_b64encode(raw_signature(der))).decode()


def raw_signature(der: bytes) -> bytes:
    """The two numbers of an ECDSA signature, 32 bytes each."""
    first = der[4 : 4 + der[3]]
    second = der[6 + der[3] :]
    return b"".join(number.lstrip(b"\0").rjust(32, b"\0") for number in (first, second))
