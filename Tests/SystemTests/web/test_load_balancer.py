"""Sign-in by the load balancer's token, its key fetched from an address that a setting names."""

import base64
import json
import subprocess
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

import requests

KEY_ID = "12345678-1234-1234-1234-123456789abc"


def raw_signature(der: bytes) -> bytes:
    """The two numbers of an ECDSA signature, 32 bytes each."""
    first = der[4 : 4 + der[3]]
    second = der[6 + der[3] :]
    return b"".join(number.lstrip(b"\0").rjust(32, b"\0") for number in (first, second))


def test_only_a_token_of_our_load_balancer_lets_a_person_in(started, tmp_path):
    key = tmp_path / "key.pem"
    command = ["openssl", "ecparam", "-name", "prime256v1", "-genkey", "-noout", "-out", str(key)]
    subprocess.run(command, check=True)
    public = subprocess.run(["openssl", "ec", "-in", str(key), "-pubout"], check=True, capture_output=True).stdout

    class Keys(BaseHTTPRequestHandler):
        def do_GET(self):
            self.send_response(200 if self.path == f"/keys/{KEY_ID}" else 404)
            self.end_headers()
            self.wfile.write(public)

        def log_message(self, *arguments):
            pass

    def token(**header) -> str:
        fields = {"alg": "ES256", "kid": KEY_ID, "signer": "arn:1", "client": "web", "iss": "https://idp"}
        fields |= {"exp": int(time.time()) + 60, **header}
        parts = [json.dumps(fields).encode(), b'{"sub": "1", "email": "ada@example.org"}']
        signed = b".".join(base64.urlsafe_b64encode(part) for part in parts)
        sign = ["openssl", "dgst", "-sha256", "-sign", str(key)]
        der = subprocess.run(sign, input=signed, check=True, capture_output=True).stdout
        return (signed + b"." + base64.urlsafe_b64encode(raw_signature(der))).decode()

    keys = ThreadingHTTPServer(("127.0.0.1", 0), Keys)
    Thread(target=keys.serve_forever, daemon=True).start()
    address = f"http://127.0.0.1:{keys.server_port}/keys"
    server = started(
        "--sign-in", "alb", "--alb-signer", "arn:1", "--alb-client", "web", "--alb-issuer", "https://idp",
        "--alb-keys", address,
    )

    def ask(token: str | None) -> requests.Response:
        return requests.get(server.url, headers={"x-amzn-oidc-data": token} if token else {})

    assert ask(None).status_code == 401
    good = ask(token())
    assert good.status_code == 200 and "ada@example.org" in good.text
    for wrong in ({"signer": "arn:2"}, {"client": "x"}, {"iss": "x"}, {"exp": 1}, {"alg": "none"}):
        assert ask(token(**wrong)).status_code == 401, wrong
    assert ask(token(kid=KEY_ID[:-1] + "0")).status_code == 503
    assert ask(token()[:-8] + "AAAAAAA=").status_code == 401
    keys.shutdown()
