"""The protection of a Fargate task from being scaled in, against an agent that answers as Amazon's does.

Source of the agent's answers: Amazon ECS Developer Guide, "Task scale-in protection endpoint".
"""

import json
import time
from dataclasses import dataclass

from cases import cases
from cloud_parts import SAMPLES, Cloud
from fault_proxy import FaultProxy
from faults import slow
from json_server import JSONServer

PHOTO = (SAMPLES / "web/chelsea.jpg").read_bytes()
TASK = "arn:aws:ecs:us-east-1:000000000000:task/darkroom/0123"


@dataclass
class Asked:
    at: float
    method: str
    path: str
    content_type: str
    state: dict


class Agent(JSONServer):
    """The endpoint that ECS gives every task: `$ECS_AGENT_URI`."""

    def __init__(self, behaviour: str):
        self.asked: list[Asked] = []
        self._behaviour = behaviour
        super().__init__()
        self.uri = f"{self.url}/api/0123"

    def answer(self, method, path, headers, body):
        state = json.loads(body)
        self.asked.append(Asked(time.monotonic(), method, path, headers["Content-Type"], state))
        if self._behaviour == "error":
            return 500, {"requestID": "1", "error": {"Arn": TASK, "Code": "ServerException", "Message": "scripted"}}
        if self._behaviour == "failure":  # what ECS refuses, the agent passes on with status 200
            return 200, {"failure": {"Arn": TASK, "Reason": "TASK_NOT_VALID", "Detail": "scripted"}}
        if self._behaviour == "hang":
            time.sleep(30)
        expires = {"ExpirationDate": "2026-11-22T22:00:00Z"} if state["ProtectionEnabled"] else {}
        return 200, {"protection": {**state, "TaskArn": TASK, **expires}}


def protected(_, ministack):
    cloud = Cloud.deploy(ministack, notified="large")
    with Agent("works") as agent, FaultProxy(ministack.endpoint) as proxy:
        proxy.on("PutObject", slow(4), key="^images/.*/large")
        # Starts when the queue holds nothing but the test event, and idles after the job.
        worker = cloud.fargate(
            "--idle-seconds", "5", "--visibility-seconds", "3", ECS_AGENT_URI=agent.uri,
            AWS_ENDPOINT_URL_S3=proxy.endpoint)
        cloud.upload("web/a.jpg", PHOTO)
        deadline = time.monotonic() + 30
        while not cloud.rows():
            assert time.monotonic() < deadline, "the job does not end"
            time.sleep(0.05)
        ended = time.monotonic()
        _, log = worker.communicate(timeout=60)
    assert worker.returncode == 0, log
    assert {(asked.method, asked.path, asked.content_type) for asked in agent.asked} == {
        ("PUT", "/api/0123/task-protection/v1/state", "application/json")}
    on = [asked for asked in agent.asked if asked.state["ProtectionEnabled"]]
    during = [asked for asked in on if asked.at < ended]
    assert len(during) >= 3, "renewed while the job takes its four seconds"
    assert all(1 <= asked.state["ExpiresInMinutes"] <= 2880 for asked in on)
    assert agent.asked[-1].state == {"ProtectionEnabled": False}
    assert agent.asked[-1].at > ended
    assert "task protection could not be" not in log
    cloud.assert_nothing_is_lost(log)


@cases(protected, ["a job of four seconds"])
def test_a_task_is_protected_while_it_works_and_free_when_it_idles(case, finished):
    finished(case)


def with_a_bad_agent(behaviour, ministack):
    cloud = Cloud.deploy(ministack, notified="large")
    for number in range(6):
        cloud.upload(f"web/{number}.jpg", PHOTO)
    with Agent(behaviour) as agent:
        log = cloud.drain(ECS_AGENT_URI=agent.uri, DARKROOM_CONCURRENCY="1")
    assert len(agent.asked) >= 2
    assert "task protection could not be set" in log
    rows = cloud.assert_nothing_is_lost(log)
    assert {row["attempts"] for row in rows.values()} == {1}


@cases(with_a_bad_agent, ["error", "failure", "hang"])
def test_an_agent_that_fails_does_not_stop_the_work(case, finished):
    finished(case)


def without_an_agent(_, ministack):
    cloud = Cloud.deploy(ministack, notified="large")
    cloud.upload("web/a.jpg", PHOTO)
    log = cloud.drain(ECS_AGENT_URI="http://127.0.0.1:9/api/0123")
    assert "task protection could not be set" in log
    cloud.assert_nothing_is_lost(log)


@cases(without_an_agent, ["refused connection"])
def test_an_agent_that_is_not_there_does_not_stop_the_work(case, finished):
    finished(case)
