"""The shipped binary under a Runtime API that does nothing but hand it events and take its answers."""

import http.server
import json
import os
import queue
import subprocess
import threading
import time
import uuid
from pathlib import Path

from aws_parts import CLEAN

PREFIX = "/2018-06-01/runtime/"


class Function:
    """A warm function; `invoke` says how long an event took, from its hand-over to the answer."""

    def __init__(self, binary: Path, log: Path, **settings: str):
        self._events: queue.Queue = queue.Queue()
        self._answers: queue.Queue = queue.Queue()
        self._server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self._server.daemon_threads = True
        threading.Thread(target=self._server.serve_forever, daemon=True).start()
        self._output = log.open("wb")
        self._process = subprocess.Popen(
            [str(binary), "lambda"], stdout=self._output, stderr=subprocess.STDOUT,
            env={**CLEAN, "PATH": os.environ["PATH"], "AWS_LAMBDA_FUNCTION_NAME": "overlap",
                 "AWS_LAMBDA_FUNCTION_MEMORY_SIZE": "2048",
                 "AWS_LAMBDA_RUNTIME_API": f"127.0.0.1:{self._server.server_port}", **settings})
        self._log = log

    def _handler(self):
        events, answers = self._events, self._answers

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"
            wbufsize = -1
            disable_nagle_algorithm = True

            def do_GET(self):
                event = events.get()
                self.send_response(200)
                self.send_header("Lambda-Runtime-Aws-Request-Id", str(uuid.uuid4()))
                self.send_header("Lambda-Runtime-Deadline-Ms", str(int(time.time() * 1000) + 300_000))
                self.send_header("Lambda-Runtime-Invoked-Function-Arn", "arn:aws:lambda:us-east-1:1:function:overlap")
                self.send_header("Content-Length", str(len(event)))
                self.end_headers()
                self.wfile.write(event)

            def do_POST(self):
                body = self.rfile.read(int(self.headers["Content-Length"]))
                if not self.path.endswith("/init/error"):
                    answers.put((time.perf_counter(), self.path, body))
                self.send_response(202)
                self.send_header("Content-Length", "0")
                self.end_headers()

            def log_message(self, *_):
                pass

        return Handler

    def invoke(self, event: dict) -> float:
        """Seconds that the event took. It must have been processed."""
        start = time.perf_counter()
        self._events.put(json.dumps(event).encode())
        end, path, body = self._answers.get(timeout=120)
        if not path.endswith("/response") or [job["outcome"] for job in json.loads(body)] != ["processed"]:
            raise RuntimeError(f"{path}: {body.decode()}\n{self._log.read_text()[-2000:]}")
        return end - start

    def stop(self) -> None:
        self._process.kill()
        self._process.wait()
        self._server.shutdown()
        self._output.close()
