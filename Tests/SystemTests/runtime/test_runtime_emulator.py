"""The runtime under AWS's own Runtime Interface Emulator, which judges what the runtime sends."""

import json
import time

import pytest

from runtime_parts import Emulator, build_probe


@pytest.fixture(scope="module")
def probe():
    return build_probe()


def test_the_context_is_whole_and_the_main_actor_is_served(probe, tmp_path):
    with Emulator([str(probe), "context"], tmp_path / "log", AWS_LAMBDA_FUNCTION_TIMEOUT="30") as lambda_:
        seen = [lambda_.invoke("{}").json() for _ in range(3)]
    assert [one["invocations"] for one in seen] == [1, 2, 3]
    assert [one["isColdStart"] for one in seen] == [True, False, False]
    assert len({one["requestID"] for one in seen}) == 3
    assert all(one["functionName"] == "probe" for one in seen)
    assert all(20_000 < one["remainingMilliseconds"] <= 30_000 for one in seen)


@pytest.mark.parametrize("message", ["plain", 'two\nlines, "quotes"', "été 日本 \U0001f4f7", "nul \x00"])
def test_an_error_arrives_as_it_was_thrown_and_the_next_event_is_served(probe, tmp_path, message):
    with Emulator([str(probe), "context"], tmp_path / "log") as lambda_:
        failure = lambda_.invoke(json.dumps({"throw": message})).json()
        assert failure == {"errorMessage": message, "errorType": "Asked", "stackTrace": []}
        assert lambda_.invoke("{}").json()["invocations"] == 1


def test_an_event_of_another_shape_is_an_error_that_names_the_place(probe, tmp_path):
    with Emulator([str(probe), "context"], tmp_path / "log") as lambda_:
        failure = lambda_.invoke('{"throw": 5}').json()
        assert failure["errorType"] == "InvalidEvent"
        assert "throw is not a string" in failure["errorMessage"]
        assert lambda_.invoke("no JSON at all").json()["errorType"] == "InvalidEvent"
        assert lambda_.invoke("{}").json()["invocations"] == 1


def test_a_response_over_6_mb_fails_alone(probe, tmp_path):
    with Emulator([str(probe), "size"], tmp_path / "log") as lambda_:
        largest = lambda_.invoke(str(6 * 1024 * 1024))
        assert len(largest.content) == 6 * 1024 * 1024
        # The emulator answers an error object that names the limit; the function goes on.
        assert b"exceeded maximum allowed payload size" in lambda_.invoke(str(6 * 1024 * 1024 + 1000)).content
        assert lambda_.invoke("3").content == b"xxx"
        assert "status=413" in lambda_.log


def test_a_streamed_response_arrives_whole(probe, tmp_path):
    with Emulator([str(probe), "stream"], tmp_path / "log") as lambda_:
        assert lambda_.invoke("abc").content == b"abcabcabc"
        assert lambda_.invoke("de").content == b"dedede"


def test_an_initialisation_error_is_what_the_caller_gets(probe, tmp_path):
    with Emulator([str(probe), "broken"], tmp_path / "log") as lambda_:
        failure = lambda_.invoke("{}").json()
        assert failure["errorType"] == "NoTable"
        assert failure["errorMessage"] == "the table is missing"


def test_after_a_time_out_the_function_is_started_again(probe, tmp_path):
    with Emulator([str(probe), "context"], tmp_path / "log", AWS_LAMBDA_FUNCTION_TIMEOUT="1") as lambda_:
        assert "timed out" in lambda_.invoke('{"sleep": "5000"}').text
        assert lambda_.invoke("{}").json()["invocations"] == 1


def test_sigterm_runs_the_shutdown_hooks_in_time(probe, tmp_path):
    with Emulator([str(probe), "context"], tmp_path / "log") as lambda_:
        assert lambda_.invoke("{}").json()["invocations"] == 1
        started = time.monotonic()
        assert "the hook ran" not in lambda_.log
    assert time.monotonic() - started < 5
    assert "the hook ran inTime=true" in lambda_.log
