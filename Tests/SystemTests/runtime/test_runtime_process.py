"""Built functions under a Runtime API that each test plays by hand, byte by byte."""

import json
import subprocess
import time

import pytest

from runtime_parts import RuntimeAPI, build_probe

RESPONSE = "POST /2018-06-01/runtime/invocation/r/response"


@pytest.fixture(scope="module")
def probe():
    return build_probe()


FORMS = ["blocking", "asynchronous", "made", "Codable", "streaming"]


@pytest.mark.parametrize("form", FORMS)
def test_every_front_door_registers_serves_and_exports_the_trace_of_the_invocation(probe, form):
    with RuntimeAPI([str(probe), f"trace, {form}"], _X_AMZN_TRACE_ID="Root=stale") as api:
        api.register()
        connection = api.accept()
        for trace in [None, "Root=1-2-3;Sampled=1", "Root=4-5-6", None]:
            request = connection.request()
            assert (request.call, request.headers["host"]) == (api.NEXT, api.address)
            connection.event(b"{}", **({"Lambda_Runtime_Trace_Id": trace} if trace else {}))
            request = connection.request()
            assert request.call == RESPONSE
            expected = trace or "-"
            assert request.body.decode() == (json.dumps([expected]) if form == "Codable" else expected)
            connection.answer(202)
        assert connection.request().call == api.NEXT
        connection.answer(500)
        assert api.status == 1


@pytest.mark.parametrize("form", FORMS)
def test_where_invocations_run_side_by_side_the_trace_in_the_environment_is_left_alone(probe, form):
    environment = {"_X_AMZN_TRACE_ID": "Root=untouched", "AWS_LAMBDA_MAX_CONCURRENCY": "2"}
    with RuntimeAPI([str(probe), f"trace, {form}"], **environment) as api:
        api.register()
        for connection in [api.accept(), api.accept()]:
            assert connection.request().call == api.NEXT
            connection.event(b"{}", Lambda_Runtime_Trace_Id="Root=1-2-3")
            assert b"Root=untouched" in connection.request().body


def test_an_error_while_the_handler_is_made_is_reported_and_ends_the_process(probe):
    with RuntimeAPI([str(probe), "broken"]) as api:
        connection = api.accept()
        request = connection.request()
        assert request.call == "POST /2018-06-01/runtime/init/error"
        assert request.headers["lambda-runtime-function-error-type"] == "Function.NoTable"
        assert json.loads(request.body)["errorMessage"] == "the table is missing"
        connection.answer(202)
        assert api.status == 1


@pytest.mark.parametrize("form", ["blocking", "asynchronous"])
def test_one_of_several_workers_ends_the_process_without_taking_it_apart_around_the_others(probe, form):
    with RuntimeAPI([str(probe), f"at exit, {form}"], subprocess.PIPE, AWS_LAMBDA_MAX_CONCURRENCY="2") as api:
        api.register()
        connections = [api.accept(), api.accept()]
        for connection in connections:
            assert connection.request().call == api.NEXT
        connections[0].answer(500)
        assert api.status == 1
        lines = api.process.stdout.read().decode().splitlines()
        assert "buffered" in lines
        assert "exit handlers ran" not in lines


def serve(connection, event: dict) -> dict:
    """One whole invocation on a connection that has asked for it."""
    connection.event(json.dumps(event).encode())
    request = connection.request()
    assert request.call == RESPONSE
    connection.answer(202)
    assert connection.request().call == RuntimeAPI.NEXT
    return json.loads(request.body)


def test_a_function_that_is_frozen_while_it_waits_takes_the_event_that_came_meanwhile(probe):
    with RuntimeAPI([str(probe), "context"]) as api:
        api.register()
        connection = api.accept()
        assert connection.request().call == api.NEXT
        for number in [1, 3]:
            api.freeze()
            connection.event(b"{}")
            assert connection.says_nothing(3)
            api.thaw()
            request = connection.request()
            assert (request.call, json.loads(request.body)["invocations"]) == (RESPONSE, number)
            connection.answer(202)
            assert connection.request().call == api.NEXT
            assert serve(connection, {})["invocations"] == number + 1


def test_a_function_that_is_frozen_in_the_middle_of_an_invocation_goes_on_with_it(probe):
    with RuntimeAPI([str(probe), "context"]) as api:
        api.register()
        connection = api.accept()
        assert connection.request().call == api.NEXT
        connection.event(b'{"sleep": "500"}')
        time.sleep(0.2)
        api.freeze()
        assert connection.says_nothing(3)
        api.thaw()
        request = connection.request()
        assert (request.call, json.loads(request.body)["invocations"]) == (RESPONSE, 1)
        # Frozen once more, between the response and what is made of it.
        api.freeze()
        connection.answer(202)
        assert connection.says_nothing(1)
        api.thaw()
        assert connection.request().call == api.NEXT
        assert serve(connection, {})["invocations"] == 2


def test_a_function_whose_connection_ends_while_it_is_frozen_asks_again_over_a_new_one(probe):
    with RuntimeAPI([str(probe), "context"]) as api:
        api.register()
        connection = api.accept()
        assert connection.request().call == api.NEXT
        assert serve(connection, {})["invocations"] == 1
        api.freeze()
        connection.close()
        time.sleep(1)
        api.thaw()
        connection = api.accept()
        assert connection.request().call == api.NEXT
        assert serve(connection, {})["invocations"] == 2
