"""Calls of the image processor carry the invocation's trace, one invocation at a time and several side by side."""

import http.server
import json
import subprocess
import threading

import pytest

from aws_parts import CLEAN
from cloud_parts import SAMPLES
from fault_proxy import FaultProxy
from runtime_parts import ROOT


class RuntimeAPI:
    """Lambda's Runtime API with a trace header of its own for each event, which AWS's emulator does not send."""

    def __init__(self, events: list[dict]):
        self.responses: dict[str, bytes] = {}
        tail = "Parent=53995c3f42cd8ad8;Sampled=0"
        self.traces = [f"Root=1-67891233-{number:024x};{tail}" for number in range(len(events))]
        self.done = threading.Event()
        waiting, lock, ours = list(enumerate(events)), threading.Lock(), self

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self):
                with lock:
                    number, event = waiting.pop(0) if waiting else (None, None)
                if event is None:
                    ours.done.wait()
                    return
                body = json.dumps(event).encode()
                self.send_response(200)
                for name, value in {
                    "Lambda-Runtime-Aws-Request-Id": f"request-{number}", "Lambda-Runtime-Deadline-Ms": "9999999999999",
                    "Lambda-Runtime-Invoked-Function-Arn": "arn:aws:lambda:us-east-1:0:function:f",
                    "Lambda-Runtime-Trace-Id": ours.traces[number], "Content-Length": str(len(body)),
                }.items():
                    self.send_header(name, value)
                self.end_headers()
                self.wfile.write(body)

            def do_POST(self):
                body = self.rfile.read(int(self.headers["Content-Length"]))
                with lock:
                    ours.responses[self.path] = body
                    if len(ours.responses) == len(events):
                        ours.done.set()
                self.send_response(202)
                self.send_header("Content-Length", "0")
                self.end_headers()

            def log_message(self, *_):
                pass

        self._server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self._server.block_on_close = False
        self.address = f"127.0.0.1:{self._server.server_port}"
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    def stop(self) -> None:
        self.done.set()
        self._server.shutdown()
        self._server.server_close()


@pytest.mark.parametrize("concurrency", [1, 3])
def test_every_call_carries_the_trace_of_its_invocation(cloud, tmp_path, concurrency):
    for number in range(3):
        cloud.upload(f"web/{number}.jpg", (SAMPLES / "web/chelsea.jpg").read_bytes())
    records = cloud.lambda_event(3)["Records"]
    api = RuntimeAPI([{"Records": [record]} for record in records])
    keys = [json.loads(record["body"])["Records"][0]["s3"]["object"]["key"] for record in records]
    seen = []
    with FaultProxy(cloud.part.endpoint) as proxy:

        def note(exchange):
            seen.append((exchange.bucket, exchange.key, exchange.header("x-amzn-trace-id")))
            assert "x-amzn-trace-id" not in exchange.header("authorization")
            exchange.answer(exchange.forward())

        proxy.on("*", note, times=None)
        environment = cloud.settings(
            AWS_ENDPOINT_URL=proxy.endpoint, AWS_ENDPOINT_URL_S3=proxy.endpoint, AWS_LAMBDA_RUNTIME_API=api.address,
            AWS_LAMBDA_FUNCTION_NAME="f", LAMBDA_TASK_ROOT=str(ROOT), _HANDLER="image-processor",
            **({"AWS_LAMBDA_MAX_CONCURRENCY": str(concurrency)} if concurrency > 1 else {}))
        with (tmp_path / "log").open("wb") as log:
            process = subprocess.Popen([str(ROOT / "bootstrap")], env=CLEAN | environment, stdout=log, stderr=log)
            try:
                assert api.done.wait(60), (tmp_path / "log").read_text()
            finally:
                process.kill()
                process.wait()
                api.stop()
    assert set(api.responses.values()) == {b'{"batchItemFailures":[]}'}, api.responses
    of_raw = {(key, trace) for bucket, key, trace in seen if bucket == cloud.raw}
    assert of_raw == set(zip(keys, api.traces, strict=True))
    written = [(key, trace) for bucket, key, trace in seen if bucket == cloud.processed]
    assert len(written) >= 6 and not [key for key, trace in written if trace not in api.traces], written
    for key, trace in written:
        owners = [raw for raw in keys if cloud.image_id(raw) in key or raw in key]
        assert [trace] == [api.traces[keys.index(raw)] for raw in owners], key
