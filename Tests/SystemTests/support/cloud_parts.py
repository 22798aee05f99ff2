"""One deployment of the system on real servers, the processes that work in it, and what must hold in the end."""

import contextlib
import io
import json
import os
import re
import signal
import subprocess
import tempfile
import time
import uuid
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from hashlib import md5, sha256
from pathlib import Path
from urllib.parse import quote_plus, unquote_plus

from PIL import Image

from aws_parts import CLEAN, REGION, Part
from processor_parts import FUNCTION, ROW_SCHEMA, Function
from runtime_parts import ROOT
from undisturbed import undisturbed

SAMPLES = FUNCTION / "samples"


@dataclass
class Cloud:
    """The buckets and queues of one deployment."""

    part: Part
    raw: str
    processed: str
    images: str
    large: str
    dead: str
    objects: Part  # where the buckets are, if not beside the queues
    unannounced: str | None = None  # the queue that the test has to tell of new objects, where S3 does not
    recipe: str | None = None  # a file, in place of the built-in recipe
    uploads: dict[str, bytes] = field(default_factory=dict)

    def __post_init__(self):
        self.s3, self.sqs = self.objects.client("s3"), self.part.client("sqs")

    @classmethod
    def deploy(
        cls, part: Part, notified: str = "images", receives: int = 10, visibility: int = 30, region: str = REGION,
        objects: Part | None = None,
    ) -> "Cloud":
        """Makes buckets and queues.

        notified: which queue is told of new objects. receives: after so many a message goes to the dead letters.
        visibility: how many seconds a message stays hidden that Lambda has been given. region: the buckets'.
        objects: another server for the buckets.
        """
        tag = uuid.uuid4().hex[:10]
        s3, sqs = (objects or part).client("s3"), part.client("sqs")
        place = {} if region == REGION else {"CreateBucketConfiguration": {"LocationConstraint": region}}
        for bucket in (f"raw-{tag}", f"processed-{tag}"):
            s3.create_bucket(Bucket=bucket, **place)
        urls = {name: sqs.create_queue(QueueName=f"{name}-{tag}")["QueueUrl"] for name in ("images", "large", "dead")}
        arns = {
            name: sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
            for name, url in urls.items()
        }
        redrive = json.dumps({"deadLetterTargetArn": arns["dead"], "maxReceiveCount": receives})
        for name in ("images", "large"):
            sqs.set_queue_attributes(
                QueueUrl=urls[name], Attributes={"RedrivePolicy": redrive, "VisibilityTimeout": str(visibility)})
        # SeaweedFS notifies nobody, and S3 only queues of its own region.
        announces = objects is None and region == REGION
        if announces:
            policy = {
                "Version": "2012-10-17",
                "Statement": [{
                    "Effect": "Allow", "Principal": {"Service": "s3.amazonaws.com"}, "Action": "sqs:SendMessage",
                    "Resource": arns[notified],
                    "Condition": {"ArnLike": {"aws:SourceArn": f"arn:aws:s3:::raw-{tag}"}},
                }],
            }
            sqs.set_queue_attributes(QueueUrl=urls[notified], Attributes={"Policy": json.dumps(policy)})
            s3.put_bucket_notification_configuration(
                Bucket=f"raw-{tag}",
                NotificationConfiguration={
                    "QueueConfigurations": [{"QueueArn": arns[notified], "Events": ["s3:ObjectCreated:*"]}]})
        return cls(
            part, f"raw-{tag}", f"processed-{tag}", urls["images"], urls["large"], urls["dead"], objects or part,
            None if announces else urls[notified])

    def settings(self, **more: str) -> dict[str, str]:
        return {
            **self.part.environment(), "AWS_ENDPOINT_URL_S3": self.objects.endpoint,
            "DARKROOM_PROCESSED_BUCKET": self.processed, "DARKROOM_LARGE_JOBS_QUEUE_URL": self.large,
            **({"DARKROOM_RECIPE": self.recipe} if self.recipe else {}), **more,
        }

    def upload(self, key: str, body: bytes, content_type: str = "image/jpeg") -> None:
        self.uploads[key] = body
        answer = self.s3.put_object(Bucket=self.raw, Key=key, Body=body, ContentType=content_type)
        if self.unannounced:
            self.announce(key, len(body), answer["ETag"])

    def announce(self, key: str, size: int, etag: str) -> None:
        """Tells the queue of an object that is there, as S3 does by itself."""
        now = datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
        record = {
            "eventVersion": "2.1", "eventSource": "aws:s3", "eventName": "ObjectCreated:Put", "eventTime": now,
            "awsRegion": REGION,
            "s3": {
                "bucket": {"name": self.raw, "arn": f"arn:aws:s3:::{self.raw}"},
                "object": {
                    "key": quote_plus(key, safe="/"), "size": size, "eTag": etag.strip('"'),
                    "sequencer": f"{time.time_ns():X}",
                },
            },
        }
        self.sqs.send_message(QueueUrl=self.unannounced, MessageBody=json.dumps({"Records": [record]}))

    def receive(self, queue: str) -> list[dict]:
        """Up to ten messages as Lambda's event source mapping hands them to a function."""
        answer = self.sqs.receive_message(
            QueueUrl=queue, MaxNumberOfMessages=10, WaitTimeSeconds=1, AttributeNames=["All"])
        return [
            {
                "messageId": message["MessageId"], "receiptHandle": message["ReceiptHandle"],
                "body": message["Body"], "attributes": message["Attributes"], "messageAttributes": {},
                "eventSource": "aws:sqs", "eventSourceARN": "arn:aws:sqs:us-east-1:000000000000:images",
                "awsRegion": "us-east-1",
            }
            for message in answer.get("Messages", [])
        ]

    def lambda_event(self, count: int) -> dict:
        """What Lambda's event source mapping would hand to the function: `count` messages of the images queue."""
        records, deadline = [], time.monotonic() + 20
        while len(records) < count:
            assert time.monotonic() < deadline, f"only {len(records)} of {count} notifications came"
            records += [message for message in self.receive(self.images) if "s3:TestEvent" not in message["body"]]
        return {"Records": records}

    @contextlib.contextmanager
    def function(self, **more: str) -> Iterator[Function]:
        """The function under AWS's emulator."""
        settings = self.settings(**{"AWS_LAMBDA_FUNCTION_TIMEOUT": "60"} | more)
        with tempfile.TemporaryDirectory() as folder:
            with Function([str(ROOT / "bootstrap")], Path(folder) / "emulator.log", **settings) as function:
                yield function

    def deliver(self, function: Function) -> None:
        """What Lambda's event source mapping does: invokes with batches, and deletes what has not failed."""
        deadline = time.monotonic() + 60
        while self.waiting(self.images):
            assert time.monotonic() < deadline, function.log[-4000:]
            records = self.receive(self.images)
            if not records:
                continue
            answer = function.invoke({"Records": records})
            failed = {failure["itemIdentifier"] for failure in answer["batchItemFailures"]}
            for record in records:
                if record["messageId"] not in failed:
                    self.sqs.delete_message(QueueUrl=self.images, ReceiptHandle=record["receiptHandle"])

    def keys(self, prefix: str) -> list[str]:
        pages = self.s3.get_paginator("list_objects_v2").paginate(Bucket=self.processed, Prefix=prefix)
        return [entry["Key"] for page in pages for entry in page.get("Contents", [])]

    def image_id(self, key: str) -> str:
        """What stands for the raw object in the keys of what is made of it."""
        return sha256(f"{self.raw}/{key}".encode()).hexdigest()[:32]

    def rows(self) -> dict[str, dict]:
        rows = {}
        for key in self.keys("metadata/"):
            row = json.loads(self.s3.get_object(Bucket=self.processed, Key=key)["Body"].read())
            ROW_SCHEMA.validate(row)
            # A key that is uploaded again on another day (UTC) has a row of each day: the latest is the object's.
            assert key == f"metadata/dt={row['uploaded_at'][:10]}/{self.image_id(row['raw_key'])}.json", row
            rows[row["raw_key"]] = max(row, rows.get(row["raw_key"], row), key=lambda row: row["uploaded_at"])
        return rows

    def waiting(self, queue: str) -> int:
        names = ["ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible"]
        answer = self.sqs.get_queue_attributes(QueueUrl=queue, AttributeNames=names)
        return sum(int(answer["Attributes"][name]) for name in names)

    def dead_letters(self) -> list[str]:
        """The messages that ended in the dead-letter queue, which keeps them."""
        bodies = {}
        while messages := self.receive(self.dead):
            bodies |= {message["messageId"]: message["body"] for message in messages}
        return list(bodies.values())

    def fargate(self, *arguments: str, **more: str) -> subprocess.Popen:
        """A worker on the queue of large jobs."""
        return subprocess.Popen(
            [str(ROOT / "bootstrap"), "fargate", "--queue-url", self.large, *arguments],
            env=CLEAN | self.settings(**more), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)

    def drain(self, **more: str) -> str:
        """Works until the queue is empty: what a worker that died had taken, with its last poll too, comes again later.

        Returns the log."""
        log, deadline = "", time.monotonic() + 120
        while True:
            # Longer than a failed message stays hidden.
            worker = self.fargate("--idle-seconds", "3", "--visibility-seconds", "2", **more)
            try:
                _, more_log = worker.communicate(timeout=deadline - time.monotonic())
            except subprocess.TimeoutExpired:
                worker.kill()
                raise AssertionError(f"the worker hangs:\n{worker.communicate()[1][-4000:]}") from None
            log += more_log
            ended = re.search(r"(\d+) messages finished, (\d+) failed", more_log)
            assert ended, log
            assert worker.returncode == (1 if int(ended[2]) else 0), log
            if not self.waiting(self.large):
                return log
            assert time.monotonic() < deadline, log

    def assert_nothing_is_lost(self, log: str = "") -> dict[str, dict]:
        """Every accepted object has exactly one row or one dead letter, and every row is true.

        Returns the rows."""
        for queue in (self.images, self.large):
            messages = [message["body"] for message in self.receive(queue)]
            assert all("s3:TestEvent" in body for body in messages), messages
            assert self.waiting(queue) == len(messages), log
        rows = self.rows()
        dead = [
            unquote_plus(record["s3"]["object"]["key"])
            for body in self.dead_letters() for record in json.loads(body)["Records"]
        ]
        ends = Counter([*rows, *dead])
        astray = {key: ends[key] for key in {*ends, *self.uploads} if ends[key] != (key in self.uploads)}
        assert not astray, f"how often objects ended that should have ended once: {astray}\n{log}"
        for key, row in rows.items():
            self.assert_row_is_true(row, self.uploads[key])
        return rows

    def assert_row_is_true(self, row: dict, body: bytes) -> None:
        """The row is of these bytes, and the renditions that it points to are those of a run that nothing disturbed."""
        key = row["raw_key"]
        assert row["raw_etag"] == md5(body).hexdigest(), key
        clean = undisturbed(body, self.recipe)
        assert row["status"] == clean.status, row
        assert row.get("error_code") == clean.error_code, row
        assert {rendition["name"] for rendition in row["renditions"]} == set(clean.renditions), key
        for rendition in row["renditions"]:
            stored = self.s3.get_object(Bucket=self.processed, Key=rendition["key"])["Body"].read()
            assert len(stored) == rendition["bytes"], rendition["key"]
            picture = Image.open(io.BytesIO(stored))
            picture.load()
            assert picture.size == (rendition["width"], rendition["height"]), rendition["key"]
            assert stored == clean.renditions[rendition["name"]], f"{rendition['key']} differs from a clean run's"


def kill(process: subprocess.Popen) -> None:
    os.kill(process.pid, signal.SIGKILL)
    process.communicate()


def large_progressive() -> bytes:
    """Progressive, of 6 megapixels: its coefficients alone take 18 MB, whatever is made of it."""
    buffer = io.BytesIO()
    Image.open(SAMPLES / "web/hubble-deep-field.jpg").resize((3000, 2000)).save(
        buffer, "JPEG", quality=80, progressive=True)
    return buffer.getvalue()
