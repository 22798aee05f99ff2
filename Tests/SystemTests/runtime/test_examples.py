"""The examples: each is built as its README says, and run under AWS's emulator with an event of its kind."""

import base64
import http.server
import json
import subprocess
import threading
from contextlib import contextmanager
from pathlib import Path

import pytest
import requests

from runtime_parts import ROOT, Emulator, RuntimeAPI, build_local, free_port, generated

EXAMPLES = sorted(folder.parent.name for folder in (ROOT / "Examples").glob("*/Package.swift"))
STATIC = ["--static-swift-stdlib", "--toolset", "../../functions/static-executable.json"]


@pytest.fixture(scope="module")
def built():
    """Builds an example, once; what several are made of is compiled once for each way to link."""
    binaries = {}

    def build(name: str) -> Path:
        if name not in binaries:
            options = [] if name == "custom-resource" else STATIC
            scratch = ROOT / (".build-examples-dynamic" if name == "custom-resource" else ".build-examples")
            ran = subprocess.run(
                ["swift", "build", "-c", "release", *options, "--scratch-path", str(scratch)],
                cwd=ROOT / "Examples" / name, capture_output=True, text=True)
            assert ran.returncode == 0, ran.stdout + ran.stderr
            assert "warning:" not in ran.stdout + ran.stderr, ran.stdout + ran.stderr
            binaries[name] = scratch / "release" / name
        return binaries[name]

    return build


@pytest.fixture
def emulated(built, tmp_path):
    started = []

    def start(name: str) -> Emulator:
        started.append(Emulator([str(built(name))], tmp_path / "log"))
        return started[-1]

    yield start
    for emulator in started:
        emulator.__exit__()


def test_each_has_a_readme_and_a_line_in_the_table():
    table = (ROOT / "Examples" / "README.md").read_text()
    assert [name for name in EXAMPLES if f"[{name}]({name}/README.md)" not in table] == []
    assert [name for name in EXAMPLES if not (ROOT / "Examples" / name / "README.md").exists()] == []


def rest(method: str, path: str, body: str | None = None) -> dict:
    event = json.loads(generated("apigateway", "aws-proxy"))
    return {**event, "httpMethod": method, "path": path, "body": body, "isBase64Encoded": False}


def url(method: str, path: str, body: str | None = None) -> dict:
    event = json.loads(generated("apigateway", "http-api-proxy"))
    event["requestContext"]["http"]["method"] = method
    return {**event, "rawPath": path, "body": body, "isBase64Encoded": False}


def balanced(method: str, path: str, body: str | None = None) -> dict:
    event = json.loads(generated("alb", "request"))
    return {**event, "httpMethod": method, "path": path, "body": body, "isBase64Encoded": False}


@pytest.mark.parametrize("request_", [rest, url, balanced])
def test_http_api(emulated, request_):
    api = emulated("http-api")

    def call(*arguments: str) -> dict:
        return api.invoke(json.dumps(request_(*arguments))).json()

    made = call("POST", "/orders", '{"article":"tea","count":2}')
    assert made["statusCode"] == 201 and json.loads(made["body"]) == {"article": "tea", "count": 2, "id": 1}
    listed = call("GET", "/orders")
    assert json.loads(listed["body"]) == [{"article": "tea", "count": 2, "id": 1}]
    cookie = "seen=1; HttpOnly; Path=/"
    assert cookie in (
        listed.get("cookies") or listed.get("multiValueHeaders", {}).get("Set-Cookie")
        or [listed["headers"]["Set-Cookie"]])
    assert call("GET", "/orders.csv")["body"] == "id,article,count\n1,tea,2\n"
    wrong = call("POST", "/orders", '{"article":7}')
    assert wrong["statusCode"] == 400 and "article is not a string" in wrong["body"]
    assert call("POST", "/orders", '{"article":"tea","count":0}')["statusCode"] == 422
    assert call("DELETE", "/orders/1")["statusCode"] == 204
    assert call("GET", "/orders/1")["statusCode"] == 404
    assert call("PUT", "/orders/1")["statusCode"] == 405
    pixel = call("GET", "/pixel")
    assert pixel["isBase64Encoded"] is True and base64.b64decode(pixel["body"]).startswith(b"GIF89a")


@contextmanager
def served(binary: Path, **options):
    """The address at which lambda-local answers plain HTTP for a function."""
    port = free_port()
    command = [str(build_local()), str(binary), "--port", str(free_port()), "--http", str(port)]
    server = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, **options)
    try:
        assert server.stdout.readline().endswith(f", and at http://127.0.0.1:{port}/\n")
        yield f"http://127.0.0.1:{port}"
    finally:
        server.kill()
        server.wait()


def test_http_api_as_a_server_on_this_machine(built):
    with served(built("http-api")) as address, requests.Session() as client:
        made = client.post(f"{address}/orders", json={"article": "tea é", "count": 2})
        assert (made.status_code, made.headers["Location"]) == (201, "/orders/1")
        listed = client.get(f"{address}/orders?a=b%20c")
        assert listed.json() == [{"article": "tea é", "count": 2, "id": 1}]
        assert listed.headers["Content-Type"] == "application/json" and client.cookies["seen"] == "1"
        assert client.get(f"{address}/orders.csv").text == "id,article,count\n1,tea é,2\n"
        assert client.get(f"{address}/pixel").content.startswith(b"GIF89a")
        assert client.head(f"{address}/orders/1").status_code == 200
        wrong = client.post(f"{address}/orders", data=b"\xff\xfe", headers={"Content-Type": "application/json"})
        assert (wrong.status_code, "not valid JSON" in wrong.json()["message"]) == (400, True)
        assert client.delete(f"{address}/orders/1").status_code == 204
        assert client.put(f"{address}/orders/1").status_code == 405
        assert client.post(f"{address}/orders", data=b"x" * (7 << 20)).status_code == 413


def test_streamed_response_as_a_server_on_this_machine(built):
    with served(built("streamed-response")) as address, requests.get(address, stream=True) as response:
        assert response.headers["Content-Type"] == "text/plain; charset=utf-8"
        pieces = [piece.decode() for piece in response.iter_content(chunk_size=None)]
        assert pieces == [f"line {number}\n" for number in range(1, 6)]


def test_what_is_not_an_http_response_is_told_where_the_function_is_served(built, tmp_path):
    with (tmp_path / "errors").open("wb") as errors, served(built("schedule"), stderr=errors) as address:
        refused = requests.get(address)
    assert (refused.status_code, refused.json()) == (502, {"message": "Internal Server Error"})
    assert "source is missing" in (tmp_path / "errors").read_text()


def test_queue_worker(emulated):
    event = json.loads(generated("sqs", "receive-message"))
    bodies = {"fine": '{"article":"tea","count":2}', "nothing": '{"article":"tea","count":0}', "odd": "[]"}
    event["Records"] = [
        {**event["Records"][0], "messageId": name, "body": body} for name, body in bodies.items()]
    worker = emulated("queue-worker")
    assert worker.invoke(json.dumps(event)).json() == {
        "batchItemFailures": [{"itemIdentifier": "nothing"}, {"itemIdentifier": "odd"}]}
    assert "Shipped 2 × tea" in worker.log and "count is 0" in worker.log


def test_table_stream(emulated):
    event = json.loads(generated("dynamodb", "update"))
    for record, (key, image) in zip(event["Records"], [("a", "1"), ("b", "x"), ("c", "3")]):
        change = record["dynamodb"]
        change["Keys"] = {"id": {"S": key}}
        for name in {"NewImage", "OldImage"} & set(change):
            change[name] = {"id": {"S": key}, "count": {"N": image}}
    stream = emulated("table-stream")
    checkpoint = event["Records"][1]["dynamodb"]["SequenceNumber"]
    assert stream.invoke(json.dumps(event)).json() == {"batchItemFailures": [{"itemIdentifier": checkpoint}]}
    assert "New: a" in stream.log and "“x” is not a number of DynamoDB" in stream.log
    del event["Records"][1]
    assert stream.invoke(json.dumps(event)).json() == {"batchItemFailures": []}
    assert "Gone: c" in stream.log


def test_streamed_response(emulated):
    response = emulated("streamed-response").invoke("{}").content
    head, _, content = response.partition(b"\0" * 8)
    assert json.loads(head)["statusCode"] == 200
    assert content.decode().splitlines() == [f"line {number}" for number in range(1, 6)]


def test_schedule(emulated):
    schedule = emulated("schedule")
    assert schedule.invoke(generated("cloudwatch", "scheduled-event")).json() is None
    assert "It is 1970-01-01T00:00:00Z" in schedule.log and "rule/ExampleRule" in schedule.log


@pytest.fixture
def uploads():
    """What is put to a server on this machine, the first time in vain."""
    received = []

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_PUT(self):
            body = self.rfile.read(int(self.headers["Content-Length"]))
            received.append((self.path, self.headers.get("Content-Type"), json.loads(body)))
            self.send_response(503 if len(received) == 1 else 200)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *_):
            pass

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_address[1]}/stack?X-Amz-Signature=1", received
    server.shutdown()
    server.server_close()


@pytest.mark.parametrize(("name", "status"), [("orders", "SUCCESS"), ("forbidden", "FAILED"), (7, "FAILED")])
def test_custom_resource(emulated, uploads, name, status):
    address, received = uploads
    event = json.loads(generated("cloudformation", "create-request"))
    event |= {"ResponseURL": address, "ResourceProperties": {"name": name, "rows": "3"}}
    assert emulated("custom-resource").invoke(json.dumps(event)).json() is None
    first, (path, content_type, response) = received
    assert first == (path, content_type, response)
    assert (path, content_type) == ("/stack?X-Amz-Signature=1", None)
    assert response["Status"] == status
    assert (response["StackId"], response["RequestId"], response["LogicalResourceId"]) == (
        event["StackId"], event["RequestId"], event["LogicalResourceId"])
    if status == "SUCCESS":
        assert (response["PhysicalResourceId"], response["Data"]) == ("table/orders", {"Rows": "3"})
    elif name == 7:
        assert "ResourceProperties.name is not a string" in response["Reason"]
    else:
        assert response["Reason"] == "no table may be called so"


def test_snapstart(built):
    with RuntimeAPI([str(built("snapstart"))], AWS_LAMBDA_INITIALIZATION_TYPE="snap-start") as api:
        connection = api.accept()
        assert connection.request().call == "GET /2018-06-01/runtime/restore/next"
        connection.answer(200)
        # A connection of the snapshot's would be every copy's.
        connection = api.accept()
        assert connection.request().call == RuntimeAPI.NEXT
        connection.event(b"{}")
        assert connection.request().body == b'{"open":true}'
