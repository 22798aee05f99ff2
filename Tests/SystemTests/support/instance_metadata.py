"""EC2's instance metadata, version 2: the credentials of a host's role, for whoever has asked for a token first."""

import http.server
import json
import threading
import time

ROLE = "darkroom-web"


class InstanceMetadata:
    """Answers on port 80 of an address until it is closed. What was asked without a token is in `refused`."""

    def __init__(self, address: str, access_key: str, secret_key: str):
        ours = self
        self.refused: list[str] = []
        self.asked: list[str] = []
        credentials = {
            "Code": "Success", "Type": "AWS-HMAC", "AccessKeyId": access_key, "SecretAccessKey": secret_key,
            "Token": "", "LastUpdated": "2026-01-01T00:00:00Z",
            "Expiration": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(time.time() + 6 * 3600)),
        }
        folder = "/latest/meta-data/iam/security-credentials/"
        answers = {folder: ROLE, folder + ROLE: json.dumps(credentials)}

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_PUT(self):
                self.respond(200 if self.path == "/latest/api/token" else 404, "token")

            def do_GET(self):
                ours.asked.append(self.path)
                if self.headers.get("X-aws-ec2-metadata-token") != "token":
                    ours.refused.append(self.path)
                    self.respond(401, "")
                else:
                    self.respond(200 if self.path in answers else 404, answers.get(self.path, ""))

            def respond(self, status: int, text: str):
                self.send_response(status)
                self.send_header("X-aws-ec2-metadata-token-ttl-seconds", "21600")
                self.send_header("Content-Length", str(len(text)))
                self.end_headers()
                self.wfile.write(text.encode())

            def log_message(self, *_):
                pass

        self._server = http.server.ThreadingHTTPServer((address, 80), Handler)
        self._server.daemon_threads = True
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()
