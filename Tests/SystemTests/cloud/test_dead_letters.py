"""Messages that never succeed end in the dead-letter queue, alone, and can be sent back once the cause is mended."""

import json

from aws_parts import Part
from cases import cases
from cloud_parts import SAMPLES, Cloud

PHOTO = (SAMPLES / "web/chelsea.jpg").read_bytes()
GOOD = [f"web/{number}.jpg" for number in range(5)]
HIDDEN = "web/hidden.jpg"
NO_EVENT = "this is not an event"


class Reader:
    """A user whom a policy keeps from one object."""

    def __init__(self, ministack: Part, cloud: Cloud):
        self.iam = Part("ministack", ministack.endpoint, "test", "test").client("iam")
        self.name = f"reader-{cloud.raw}"
        self.iam.create_user(UserName=self.name)
        self.allow({
            "Effect": "Deny", "Action": "s3:GetObject", "Resource": f"arn:aws:s3:::{cloud.raw}/{HIDDEN}",
        })
        key = self.iam.create_access_key(UserName=self.name)["AccessKey"]
        self.settings = {"AWS_ACCESS_KEY_ID": key["AccessKeyId"], "AWS_SECRET_ACCESS_KEY": key["SecretAccessKey"]}

    def allow(self, *exceptions: dict) -> None:
        """Everything but these."""
        statements = [{"Effect": "Allow", "Action": "*", "Resource": "*"}, *exceptions]
        self.iam.put_user_policy(
            UserName=self.name, PolicyName="reader",
            PolicyDocument=json.dumps({"Version": "2012-10-17", "Statement": statements}))


def poisoned(compute, ministack):
    is_lambda = compute == "lambda"
    cloud = Cloud.deploy(ministack, notified="images" if is_lambda else "large", receives=2, visibility=1)
    queue = cloud.images if is_lambda else cloud.large
    reader = Reader(ministack, cloud)

    def work_off() -> str:
        if not is_lambda:
            return cloud.drain(**reader.settings)
        with cloud.function(**reader.settings) as function:
            cloud.deliver(function)
            return function.log

    for key in [*GOOD[:2], HIDDEN, *GOOD[2:]]:
        cloud.upload(key, PHOTO)
    cloud.sqs.send_message(QueueUrl=queue, MessageBody=NO_EVENT)
    log = work_off()
    assert "AccessDenied" in log
    rows = cloud.rows()
    assert sorted(rows) == sorted(GOOD), log
    assert {row["attempts"] for row in rows.values()} == {1}, "the others of the batch are done once"
    assert cloud.waiting(queue) == 0
    dead = cloud.dead_letters()
    assert len(dead) == 2 and NO_EVENT in dead and any(HIDDEN in body for body in dead), dead
    before = {key: row["processed_at"] for key, row in rows.items()}

    reader.allow()
    for body in dead:
        cloud.sqs.send_message(QueueUrl=queue, MessageBody=body)
    cloud.sqs.purge_queue(QueueUrl=cloud.dead)
    log = work_off()
    assert cloud.dead_letters() == [NO_EVENT], log
    cloud.sqs.purge_queue(QueueUrl=cloud.dead)
    rows = cloud.assert_nothing_is_lost(log)
    assert {key: rows[key]["processed_at"] for key in before} == before


@cases(poisoned, ["lambda", "fargate"])
def test_poison_ends_in_the_dead_letters_and_goes_back_when_it_is_mended(case, finished):
    finished(case)
