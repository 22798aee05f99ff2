"""lambda-local: the Invoke API for a built function, as AWS's own client calls it."""

import base64
import json
import subprocess
from contextlib import contextmanager

import boto3
import pytest
import requests
from botocore.config import Config

from runtime_parts import build_local, build_probe, free_port


@pytest.fixture(scope="module")
def parts():
    return build_local(), build_probe()


@contextmanager
def started(parts, folder, role: str, *options: str):
    """The process and the address of lambda-local with a probe."""
    local, probe = parts
    command = folder / "function"
    command.write_text(f'#!/bin/sh\nexec "{probe}" "{role}"\n')
    command.chmod(0o755)
    port = free_port()
    server = subprocess.Popen([str(local), str(command), str(port), *options], stdout=subprocess.PIPE, text=True)
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


def test_the_command_line_says_what_it_takes(parts):
    local, _ = parts
    shown = subprocess.run([str(local), "--help"], capture_output=True, text=True)
    assert (shown.returncode, shown.stderr) == (0, "") and "--timeout SECONDS" in shown.stdout
    for wrong in [[], ["f", "0x"], ["f", "--timeout"], ["f", "--timeout", "901"], ["f", "1", "2"], ["--odd"],
                  ["f", "--http"], ["f", "--http", "x"]]:
        refused = subprocess.run([str(local), *wrong], capture_output=True, text=True)
        assert (refused.returncode, refused.stdout) == (2, "") and refused.stderr == shown.stdout
