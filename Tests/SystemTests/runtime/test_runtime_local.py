"""lambda-local: the Invoke API for a built function, as AWS's own client calls it."""

import base64
import json
import os
import re
import subprocess
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

import boto3
import pytest
import requests
from botocore.config import Config

from runtime_parts import build_local, build_probe, free_port


@pytest.fixture(scope="module")
def parts():
    return build_local(), build_probe()


def function(parts, folder, role: str) -> Path:
    """A program that is the probe in one of its roles."""
    command = folder / "function"
    command.write_text(f'#!/bin/sh\nexec "{parts[1]}" "{role}"\n')
    command.chmod(0o755)
    return command


@contextmanager
def started(parts, folder, role: str, *options: str):
    """The process and the address of lambda-local with a probe."""
    port = free_port()
    server = subprocess.Popen(
        [str(parts[0]), str(function(parts, folder, role)), "--port", str(port), *options], stdout=subprocess.PIPE,
        text=True)
    try:
        assert server.stdout.readline().startswith("Serving ")
        yield server, f"http://127.0.0.1:{port}"
    finally:
        server.kill()
        server.wait()


@contextmanager
def served(parts, folder, role: str, *options: str):
    """A client, and the address, of a probe that lambda-local serves."""
    with started(parts, folder, role, *options) as (_, endpoint):
        yield (
            boto3.client(
                "lambda", endpoint_url=endpoint, region_name="eu-west-1", aws_access_key_id="a",
                aws_secret_access_key="b", config=Config(retries={"total_max_attempts": 1}),
            ),
            f"{endpoint}/2015-03-31/functions/probe/invocations",
        )


def test_an_invocation_gets_the_response_or_the_error_and_the_end_of_its_log(parts, tmp_path):
    with served(parts, tmp_path, "context") as (client, _):
        fine = client.invoke(FunctionName="probe", Payload=b"{}")
        assert (fine["StatusCode"], fine["ExecutedVersion"]) == (200, "$LATEST")
        assert "FunctionError" not in fine and "LogResult" not in fine
        assert json.load(fine["Payload"])["invocations"] == 1
        failed = client.invoke(FunctionName="probe", Payload=b'{"throw": "no"}', LogType="Tail")
        assert failed["FunctionError"] == "Unhandled"
        assert json.load(failed["Payload"]) == {"errorMessage": "no", "errorType": "Asked", "stackTrace": []}
        log = base64.b64decode(failed["LogResult"]).decode()
        assert log.startswith("ERROR\t") and log.endswith("\tno errorType=Asked\n")


def test_an_event_is_taken_at_once_and_a_dry_run_does_nothing(parts, tmp_path):
    with served(parts, tmp_path, "context") as (client, _):
        assert client.invoke(FunctionName="probe", InvocationType="DryRun")["StatusCode"] == 204
        assert client.invoke(FunctionName="probe", InvocationType="Event", Payload=b"{}")["StatusCode"] == 202
        # One at a time: this one's turn comes after the event's.
        assert json.load(client.invoke(FunctionName="probe", Payload=b"{}")["Payload"])["invocations"] == 2


def test_a_function_that_cannot_start_is_the_error_that_it_reported(parts, tmp_path):
    with served(parts, tmp_path, "broken") as (client, _):
        for _ in range(3):
            failed = client.invoke(FunctionName="probe", Payload=b"{}")
            assert failed["FunctionError"] == "Unhandled"
            error = json.load(failed["Payload"])
            assert (error["errorType"], error["errorMessage"]) == ("NoTable", "the table is missing")


def test_a_reader_of_its_output_that_has_seen_enough_does_not_end_it(parts, tmp_path):
    with started(parts, tmp_path, "context") as (server, endpoint):
        server.stdout.close()
        for _ in range(3):
            # Each error is a line of the function's log, which nobody reads.
            address = f"{endpoint}/2015-03-31/functions/probe/invocations"
            assert requests.post(address, json={"throw": "no"}, timeout=20).json()["errorType"] == "Asked"
        assert server.poll() is None


def test_a_function_over_its_time_is_ended_and_started_again(parts, tmp_path):
    with served(parts, tmp_path, "context", "--timeout", "1") as (client, _):
        seen = json.load(client.invoke(FunctionName="probe", Payload=b"{}")["Payload"])
        assert (seen["isColdStart"], 0 < seen["remainingMilliseconds"] <= 1000) == (True, True)
        late = client.invoke(FunctionName="probe", Payload=b'{"sleep": "60000"}')
        assert late["FunctionError"] == "Unhandled"
        error = json.load(late["Payload"])
        assert error["errorType"] == "Sandbox.Timedout"
        assert error["errorMessage"].endswith(" Error: Task timed out after 1.00 seconds")
        again = json.load(client.invoke(FunctionName="probe", Payload=b"{}")["Payload"])
        assert (again["isColdStart"], again["invocations"]) == (True, 1)


def events(response) -> list[dict]:
    return list(response["EventStream"])


def test_a_stream_reaches_awss_client_as_its_events(parts, tmp_path):
    with served(parts, tmp_path, "stream") as (client, address):
        response = client.invoke_with_response_stream(FunctionName="probe", Payload=b"abc", LogType="Tail")
        *chunks, complete = events(response)
        assert b"".join(chunk["PayloadChunk"]["Payload"] for chunk in chunks) == b"abcabcabc"
        assert set(complete["InvokeComplete"]) == {"LogResult"}
        assert requests.post(address, data=b"de").content == b"dedede"


def test_an_error_half_way_is_in_the_last_event_and_tears_a_plain_transfer(parts, tmp_path):
    with served(parts, tmp_path, "torn stream") as (client, address):
        chunk, complete = events(client.invoke_with_response_stream(FunctionName="probe", Payload=b"abc"))
        assert chunk["PayloadChunk"]["Payload"] == b"abc"
        assert complete["InvokeComplete"]["ErrorCode"] == "Unhandled"
        assert json.loads(complete["InvokeComplete"]["ErrorDetails"])["errorMessage"] == "half-way"
        with pytest.raises(requests.exceptions.ChunkedEncodingError):
            requests.post(address, data=b"abc")


def test_a_function_that_does_not_stream_can_be_asked_for_a_stream(parts, tmp_path):
    with served(parts, tmp_path, "context") as (client, _):
        chunk, complete = events(client.invoke_with_response_stream(FunctionName="probe", Payload=b"{}"))
        assert json.loads(chunk["PayloadChunk"]["Payload"])["invocations"] == 1
        assert complete == {"InvokeComplete": {}}
        (complete,) = events(client.invoke_with_response_stream(FunctionName="probe", Payload=b'{"throw": "no"}'))
        assert json.loads(complete["InvokeComplete"]["ErrorDetails"])["errorType"] == "Asked"


def invoke(parts, path, *options: str, text: str = "", **environment: str) -> subprocess.CompletedProcess:
    return subprocess.run(
        [str(parts[0]), "invoke", str(path), *options], input=text, capture_output=True, text=True,
        env={"PATH": os.environ["PATH"], **environment})


SUMMARY = re.compile(r"^function ok \d+\.\d\d ms, start \d+\.\d\d ms, billed \d+ ms, \d+ MB\n$")


def test_one_invocation_prints_the_response_and_a_line_about_it(parts, tmp_path):
    path = function(parts, tmp_path, "context")
    ran = invoke(parts, path)
    seen = json.loads(ran.stdout)
    assert (ran.returncode, seen["functionName"], seen["isColdStart"]) == (0, "function", True)
    assert SUMMARY.match(ran.stderr), ran.stderr
    failed = invoke(parts, path, "--event", "-", "--log", text='{"throw": "two\\nlines"}')
    assert (failed.returncode, json.loads(failed.stdout)["errorType"]) == (1, "Asked")
    *log, line = failed.stderr.splitlines()
    assert any("errorType=Asked" in one for one in log)
    assert line.startswith("function failed ") and line.endswith(": Asked: two lines")


def test_sample_events_are_sent_by_their_names(parts, tmp_path):
    ran = invoke(parts, function(parts, tmp_path, "s3"), "--event", "s3-put")
    assert json.loads(ran.stdout) == [["ObjectCreated:Put", "example-bucket", "photos/a cat, asleep.jpg", "1024"]]
    listed = subprocess.run([str(parts[0]), "events"], capture_output=True, text=True).stdout
    assert dict(line.split() for line in listed.splitlines())["sqs-receive-message"] == "SQSEvent"
    printed = subprocess.run([str(parts[0]), "events", "s3-put"], capture_output=True, text=True).stdout
    (tmp_path / "event.json").write_text(printed)
    from_file = invoke(parts, tmp_path / "function", "--event", str(tmp_path / "event.json"))
    assert from_file.stdout == ran.stdout
    refused = invoke(parts, tmp_path / "function", "--event", "s3-putt")
    assert refused.returncode == 2 and "s3-putt is neither a sample event nor a file" in refused.stderr


def test_each_invocation_is_a_line_with_what_it_took(parts, tmp_path):
    with started(parts, tmp_path, "context", "--memory", "128") as (server, endpoint):
        address = f"{endpoint}/2015-03-31/functions/anything/invocations"
        for event in [{}, {}, {"throw": "no"}]:
            requests.post(address, json=event, timeout=20)
        lines = [server.stdout.readline() for _ in range(3)]
    assert re.match(r"function ok \d+\.\d\d ms, start \d+\.\d\d ms, billed \d+ ms, \d+ of 128 MB\n$", lines[0])
    assert re.match(r"function ok \d+\.\d\d ms, billed \d+ ms, \d+ of 128 MB\n$", lines[1])
    assert re.match(r"function failed .*, \d+ of 128 MB: Asked: no\n$", lines[2])


@pytest.mark.parametrize(("environment", "coloured"), [({}, True), ({"NO_COLOR": "1"}, False)])
def test_lines_are_coloured_on_a_terminal_alone_and_not_where_that_is_not_wanted(
    parts, tmp_path, environment, coloured
):
    path = function(parts, tmp_path, "context")
    near, far = os.openpty()
    subprocess.run(
        [str(parts[0]), "invoke", str(path)], stdout=subprocess.DEVNULL, stderr=far, check=True,
        env={"PATH": os.environ["PATH"], **environment})
    line = os.read(near, 4096).decode()
    os.close(near)
    os.close(far)
    assert ("\x1b[32mok\x1b[0m" in line) == coloured and ("\x1b" in line) == coloured
    assert "\x1b" not in invoke(parts, path).stderr


def test_a_function_over_its_memory_is_ended_and_started_again(parts, tmp_path):
    with served(parts, tmp_path, "context", "--memory", "128") as (client, _):
        assert json.load(client.invoke(FunctionName="probe", Payload=b"{}")["Payload"])["invocations"] == 1
        large = client.invoke(FunctionName="probe", Payload=b'{"hold": "300", "sleep": "20000"}')
        error = json.load(large["Payload"])
        assert (large["FunctionError"], error["errorType"]) == ("Unhandled", "Runtime.ExitError")
        assert error["errorMessage"].endswith(" Error: Runtime exited with error: signal: killed")
        assert json.load(client.invoke(FunctionName="probe", Payload=b"{}")["Payload"])["invocations"] == 1


@contextmanager
def configured(parts, folder, functions: dict, *options: str):
    """The process, the lines that it begins with, and the address of lambda-local with a file of functions."""
    (folder / "lambda-local.json").write_text(json.dumps({"functions": functions}))
    port = free_port()
    server = subprocess.Popen(
        [str(parts[0]), "--port", str(port), *options], cwd=folder, stdout=subprocess.PIPE, text=True)
    try:
        lines = [server.stdout.readline() for _ in functions]
        yield server, lines, f"http://127.0.0.1:{port}"
    finally:
        server.kill()
        server.wait()


def test_a_file_names_several_functions_with_limits_of_their_own(parts, tmp_path):
    function(parts, tmp_path, "context")
    functions = {
        "orders": {"path": "function", "timeout": 1, "memory": 256, "environment": {"TABLE": "orders"}},
        "stock": {"path": "./function"},
    }
    with configured(parts, tmp_path, functions) as (_, lines, endpoint):
        assert [line.split()[-1].rsplit("/", 2)[1] for line in lines] == ["orders", "stock"]

        def call(name: str, event: dict) -> requests.Response:
            return requests.post(f"{endpoint}/2015-03-31/functions/{name}/invocations", json=event, timeout=20)

        assert call("orders", {}).json()["functionName"] == "orders"
        arn = "arn:aws:lambda:eu-west-1:123456789012:function:stock:live"
        assert [call(name, {}).json()["invocations"] for name in ["stock", arn, "stock:live"]] == [1, 2, 3]
        assert call("orders", {"sleep": "60000"}).json()["errorMessage"].endswith("timed out after 1.00 seconds")
        missing = call("order", {})
        assert missing.status_code == 404 and missing.json()["Message"].endswith("order; served are orders, stock")
    one = subprocess.run([str(parts[0]), "invoke", "orders"], cwd=tmp_path, capture_output=True, text=True)
    assert json.loads(one.stdout)["functionName"] == "orders" and " of 256 MB" in one.stderr


@pytest.mark.parametrize(("content", "words"), [
    ("{", "not valid JSON"),
    ('{"functions": {}}', "functions is empty"),
    ('{"functions": {"f": {"timeout": 3}}}', "functions.f.path is missing"),
    ('{"functions": {"f": {"path": "f", "timeout": 901}}}', "f: timeout is 901, not 1 to 900 s"),
    ('{"functions": {"f": {"path": "f", "memory": 64}}}', "f: memory is 64, not 128 to 10240 MB"),
    ('{"functions": {"f": {"path": "f", "time-out": 3}}}', "functions.f.time-out is not a setting; there are path, "),
    ('{"functions": {"f": {"path": "f", "cors": {"AllowOrigins": [], "allow": 1}}}}', "functions.f.cors.allow is not"),
])
def test_a_file_that_is_wrong_is_refused_by_what_is_wrong_with_it(parts, tmp_path, content, words):
    (tmp_path / "lambda-local.json").write_text(content)
    refused = subprocess.run([str(parts[0])], cwd=tmp_path, capture_output=True, text=True)
    assert (refused.returncode, refused.stdout) == (2, "")
    assert refused.stderr.startswith("lambda-local: ") and words in refused.stderr


def test_pages_of_other_origins_may_call_where_they_are_allowed_to(parts, tmp_path):
    function(parts, tmp_path, "context")
    port = free_port()
    cors = {"AllowOrigins": ["https://a.example"], "AllowMethods": ["POST"], "AllowHeaders": ["x-a", "x-b"],
            "ExposeHeaders": ["x-c"], "MaxAge": 60, "AllowCredentials": True}
    functions = {"orders": {"path": "function", "http": port, "cors": cors}}
    with configured(parts, tmp_path, functions) as (_, lines, _):
        address = f"http://127.0.0.1:{port}/"
        assert lines[0].endswith(f", and at {address}\n")
        asking = {"Origin": "https://a.example", "Access-Control-Request-Method": "POST"}
        allowed = requests.options(address, headers=asking)
        assert allowed.status_code == 200 and allowed.content == b""
        expected = {"Allow-Origin": "https://a.example", "Allow-Methods": "POST", "Allow-Headers": "x-a,x-b",
                    "Expose-Headers": "x-c", "Max-Age": "60", "Allow-Credentials": "true"}
        for name, value in expected.items():
            assert allowed.headers[f"Access-Control-{name}"] == value
        refused = requests.options(address, headers={**asking, "Origin": "https://b.example"})
        assert not [name for name in refused.headers if name.startswith("Access-Control-")]
        # The handler takes another event, and so fails: the page is to see that, and not a refusal of its own.
        failed = requests.post(address, headers={"Origin": "https://a.example"})
        assert failed.status_code == 502


def test_a_response_to_another_origin_has_the_fields(parts, tmp_path):
    port = free_port()
    options = ["--http", str(port), "--cors", "https://a.example,https://b.example"]
    with started(parts, tmp_path, "stream", *options):
        streamed = requests.post(f"http://127.0.0.1:{port}/", headers={"Origin": "https://b.example"})
    assert streamed.headers["Access-Control-Allow-Origin"] == "https://b.example"
    assert streamed.headers["Vary"] == "Origin"


def write_package(folder, role: str, probe) -> None:
    """A package that SwiftPM builds in a moment: its program becomes the probe."""
    (folder / "Sources" / "turncoat").mkdir(parents=True, exist_ok=True)
    (folder / "Package.swift").write_text("""// swift-tools-version: 6.2
import PackageDescription

let package = Package(name: "turncoat", targets: [.executableTarget(name: "turncoat")])
""")
    (folder / "Sources" / "turncoat" / "main.c").write_text(f"""#include <unistd.h>

int main(void) {{ return execl("{probe}", "probe", "{role}", (char *)0); }}
""")


def test_a_change_to_the_package_builds_it_and_starts_it_anew(parts, tmp_path):
    write_package(tmp_path, "trace, blocking", parts[1])
    port = free_port()
    command = [str(parts[0]), str(tmp_path / ".build/debug/turncoat"), "--port", str(port), "--watch"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as server:
        try:
            assert server.stdout.readline().startswith("Serving ")
            address = f"http://127.0.0.1:{port}/2015-03-31/functions/turncoat/invocations"
            assert requests.post(address, data="abc").text == "-"
            assert server.stdout.readline().startswith("turncoat ok ")
            # In a folder that is new, and so was not watched before.
            (tmp_path / "Sources" / "turncoat" / "deep").mkdir()
            write_package(tmp_path, "stream", parts[1])
            assert re.match(r"turncoat built and started anew in \d+", server.stdout.readline())
            assert requests.post(address, data="abc").text == "abcabcabc"
            assert server.stdout.readline().startswith("turncoat ok ")
            (tmp_path / "Sources" / "turncoat" / "main.c").write_text("int main(void) { return nothing; }\n")
            while not (line := server.stdout.readline()).startswith("turncoat "):
                assert line
            assert line == "turncoat cannot be built: what ran before is still served\n"
            assert requests.post(address, data="abc").text == "abcabcabc"
        finally:
            server.kill()


def test_an_invocation_in_hand_ends_in_the_program_that_it_began_in(parts, tmp_path):
    write_package(tmp_path, "context", parts[1])
    port = free_port()
    command = [str(parts[0]), str(tmp_path / ".build/debug/turncoat"), "--port", str(port), "--watch"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as server, ThreadPoolExecutor(1) as pool:
        try:
            assert server.stdout.readline().startswith("Serving ")
            address = f"http://127.0.0.1:{port}/2015-03-31/functions/turncoat/invocations"
            slow = pool.submit(requests.post, address, json={"sleep": "30000"}, timeout=120)
            time.sleep(0.5)
            write_package(tmp_path, "trace, blocking", parts[1])
            assert server.stdout.readline().startswith("turncoat built and started anew ")
            assert requests.post(address, data="{}", timeout=20).text == "-"
            assert not slow.done()
            assert slow.result().json()["invocations"] == 1
        finally:
            server.kill()


def test_what_swiftpm_did_not_build_cannot_be_watched(parts, tmp_path):
    path = function(parts, tmp_path, "context")
    refused = subprocess.run([str(parts[0]), str(path), "--watch"], capture_output=True, text=True)
    assert refused.returncode == 2 and "is not a program that SwiftPM built" in refused.stderr


def test_the_command_line_says_what_it_takes(parts):
    local, _ = parts
    shown = subprocess.run([str(local), "--help"], capture_output=True, text=True)
    assert (shown.returncode, shown.stderr) == (0, "") and "lambda-local invoke .build/release/hello" in shown.stdout
    for command in ["serve", "invoke", "events"]:
        help_ = subprocess.run([str(local), command, "--help"], capture_output=True, text=True)
        assert help_.returncode == 0 and "USAGE: lambda-local " in help_.stdout
    for wrong in [[], ["f", "--port", "0x"], ["f", "--timeout"], ["f", "--timeout", "901"], ["f", "1"], ["--odd"],
                  ["f", "--http"], ["f", "--http", "x"], ["f", "--memory", "1"], ["f", "--cors", "*"], ["nowhere"]]:
        refused = subprocess.run([str(local), *wrong], capture_output=True, text=True)
        assert (refused.returncode, refused.stdout) == (2, ""), wrong
        assert refused.stderr.startswith("lambda-local: ") and len(refused.stderr.splitlines()) == 1
