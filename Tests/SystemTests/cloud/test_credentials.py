"""A task's credentials run out in the middle of its work, and are renewed at the agent beside the container."""

import json
import time
from datetime import UTC, datetime, timedelta

from aws_parts import Part
from cases import cases
from cloud_parts import SAMPLES, Cloud
from fault_proxy import FaultProxy
from json_server import JSONServer

PHOTO = (SAMPLES / "web/chelsea.jpg").read_bytes()


class CredentialsAgent(JSONServer):
    """The endpoint that `AWS_CONTAINER_CREDENTIALS_FULL_URI` names: hands out the first key, and then the second."""

    def __init__(self, keys: list[dict], outage: float):
        """`outage`: for how many seconds after the first key has been refused there is none."""
        self.asked = 0
        self.refused_at: float | None = None
        self._keys, self._outage = keys, outage
        super().__init__()

    def answer(self, method, path, headers, body):
        self.asked += 1
        if headers["Authorization"] != "container token":
            return 403, {}
        if self.refused_at is not None and time.monotonic() < self.refused_at + self._outage:
            return 500, {}
        key = self._keys[0 if self.refused_at is None else 1]
        expires = (datetime.now(UTC) + timedelta(hours=1)).strftime("%Y-%m-%dT%H:%M:%SZ")
        return 200, {
            "AccessKeyId": key["AccessKeyId"], "SecretAccessKey": key["SecretAccessKey"], "Expiration": expires}


def expiring(outage, ministack):
    cloud = Cloud.deploy(ministack, notified="large")
    iam = Part("ministack", ministack.endpoint, "test", "test").client("iam")
    name = f"task-{cloud.raw}"
    iam.create_user(UserName=name)
    everything = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*"}]}
    iam.put_user_policy(UserName=name, PolicyName="all", PolicyDocument=json.dumps(everything))
    keys = [iam.create_access_key(UserName=name)["AccessKey"] for _ in range(2)]
    for number in range(6):
        cloud.upload(f"web/{number}.jpg", PHOTO)

    with CredentialsAgent(keys, outage={"at once": 0, "after an outage": 3}[outage]) as agent:
        with FaultProxy(ministack.endpoint) as proxy:

            def refuse(exchange):
                agent.refused_at = agent.refused_at or time.monotonic()
                exchange.refuse(*(400, "ExpiredToken") if exchange.is_s3 else (403, "ExpiredTokenException"))

            first = f"Credential={keys[0]['AccessKeyId']}/"
            expired = proxy.on(
                "*", refuse, times=None, after=12, when=lambda exchange: first in exchange.header("authorization"))
            log = cloud.drain(
                AWS_ACCESS_KEY_ID="", AWS_SECRET_ACCESS_KEY="", AWS_CONTAINER_CREDENTIALS_FULL_URI=agent.url,
                AWS_CONTAINER_AUTHORIZATION_TOKEN="container token", AWS_ENDPOINT_URL=proxy.endpoint,
                AWS_ENDPOINT_URL_S3=proxy.endpoint, DARKROOM_CONCURRENCY="3")
    assert expired.hits > 0 and agent.asked > 1
    rows = cloud.assert_nothing_is_lost(log)
    if outage == "at once":
        assert agent.asked == 2, "one renewal serves all that wait for it"
        assert {row["attempts"] for row in rows.values()} == {1}, log


@cases(expiring, ["at once", "after an outage"])
def test_credentials_that_have_run_out_are_renewed(case, finished):
    finished(case)
