"""A small HTTP server on loopback that answers in JSON: for the agents that AWS puts beside a container, and for a
service of AWS's that no emulator has."""

import http.server
import json
import threading


class JSONServer:
    """Subclasses give the answers."""

    def __init__(self):
        ours = self

        class Handler(http.server.BaseHTTPRequestHandler):
            def serve(self):
                body = self.rfile.read(int(self.headers["Content-Length"] or 0))
                status, answer = ours.answer(self.command, self.path, self.headers, body)
                self.send_response(status)
                self.end_headers()
                self.wfile.write(json.dumps(answer).encode())

            do_GET = do_PUT = do_POST = serve

            def log_message(self, *_):
                pass

        self._server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self._server.server_port}"
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    def answer(self, method: str, path: str, headers, body: bytes) -> tuple[int, dict]:
        """The status and the answer to one request."""
        raise NotImplementedError

    def __enter__(self):
        return self

    def __exit__(self, *_) -> None:
        self._server.shutdown()
        # Does not wait for an answer that hangs.
        self._server.block_on_close = False
        self._server.server_close()
