"""The whole path over S3 and SQS, with signatures checked: put, notification, queue, function, processed bucket."""

import io
import json
import os
import signal
import subprocess
import time
import uuid
from dataclasses import dataclass

import pytest
from PIL import Image

from aws_parts import CLEAN, Part, start_ministack
from conftest import FUNCTION, ROOT, Function

SAMPLES = FUNCTION / "samples"


@dataclass
class Cloud:
    """The buckets and queues of one deployment on ministack."""

    part: Part
    raw: str
    processed: str
    images: str
    large: str

    def __post_init__(self):
        self.s3, self.sqs = self.part.client("s3"), self.part.client("sqs")

    def settings(self, **more: str) -> dict[str, str]:
        return {
            **self.part.environment(), "DARKROOM_PROCESSED_BUCKET": self.processed,
            "DARKROOM_LARGE_JOBS_QUEUE_URL": self.large, **more,
        }

    def upload(self, key: str, body: bytes, content_type: str = "image/jpeg") -> None:
        self.s3.put_object(Bucket=self.raw, Key=key, Body=body, ContentType=content_type)

    def lambda_event(self, count: int) -> dict:
        """What Lambda's event source mapping would hand to the function: `count` messages of the images queue."""
        records, deadline = [], time.monotonic() + 20
        while len(records) < count:
            assert time.monotonic() < deadline, f"only {len(records)} of {count} notifications came"
            answer = self.sqs.receive_message(
                QueueUrl=self.images, MaxNumberOfMessages=10, WaitTimeSeconds=1, AttributeNames=["All"])
            for message in answer.get("Messages", []):
                if "s3:TestEvent" in message["Body"]:
                    continue
                records.append({
                    "messageId": message["MessageId"], "receiptHandle": message["ReceiptHandle"],
                    "body": message["Body"], "attributes": message["Attributes"], "messageAttributes": {},
                    "eventSource": "aws:sqs", "eventSourceARN": "arn:aws:sqs:us-east-1:000000000000:images",
                    "awsRegion": "us-east-1",
                })
        return {"Records": records}

    def keys(self, prefix: str) -> list[str]:
        listing = self.s3.list_objects_v2(Bucket=self.processed, Prefix=prefix)
        return [entry["Key"] for entry in listing.get("Contents", [])]

    def rows(self) -> dict[str, dict]:
        rows = {}
        for key in self.keys("metadata/"):
            row = json.loads(self.s3.get_object(Bucket=self.processed, Key=key)["Body"].read())
            rows[row["raw_key"]] = row
        return rows

    def waiting(self, queue: str) -> int:
        names = ["ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible"]
        answer = self.sqs.get_queue_attributes(QueueUrl=queue, AttributeNames=names)
        return sum(int(answer["Attributes"][name]) for name in names)


@pytest.fixture(scope="module")
def part(tmp_path_factory):
    server, part = start_ministack(tmp_path_factory.mktemp("ministack"))
    yield part
    server.stop()


@pytest.fixture
def cloud(part) -> Cloud:
    tag = uuid.uuid4().hex[:10]
    s3, sqs = part.client("s3"), part.client("sqs")
    for bucket in (f"raw-{tag}", f"processed-{tag}"):
        s3.create_bucket(Bucket=bucket)
    images, large = (sqs.create_queue(QueueName=f"{name}-{tag}")["QueueUrl"] for name in ("images", "large"))
    arn = sqs.get_queue_attributes(QueueUrl=images, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
    policy = {
        "Version": "2012-10-17",
        "Statement": [{
            "Effect": "Allow", "Principal": {"Service": "s3.amazonaws.com"}, "Action": "sqs:SendMessage",
            "Resource": arn, "Condition": {"ArnLike": {"aws:SourceArn": f"arn:aws:s3:::raw-{tag}"}},
        }],
    }
    sqs.set_queue_attributes(QueueUrl=images, Attributes={"Policy": json.dumps(policy)})
    s3.put_bucket_notification_configuration(
        Bucket=f"raw-{tag}",
        NotificationConfiguration={"QueueConfigurations": [{"QueueArn": arn, "Events": ["s3:ObjectCreated:*"]}]})
    return Cloud(part, f"raw-{tag}", f"processed-{tag}", images, large)


@pytest.fixture
def function(cloud, tmp_path):
    started = []

    def start(**more: str) -> Function:
        settings = cloud.settings(AWS_LAMBDA_FUNCTION_TIMEOUT="60", **more)
        started.append(Function([str(ROOT / "bootstrap")], tmp_path / f"emulator{len(started)}.log", **settings))
        return started[-1]

    yield start
    for emulator in started:
        emulator.stop()


def fargate(cloud, *arguments: str, **more: str) -> subprocess.Popen:
    return subprocess.Popen(
        [str(ROOT / "bootstrap"), "fargate", "--queue-url", cloud.large, *arguments],
        env=CLEAN | cloud.settings(**more), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def large_progressive() -> bytes:
    """Progressive, of 6 megapixels: its coefficients alone take 18 MB, whatever is made of it."""
    buffer = io.BytesIO()
    Image.open(SAMPLES / "web/hubble-deep-field.jpg").resize((3000, 2000)).save(
        buffer, "JPEG", quality=80, progressive=True)
    return buffer.getvalue()


def test_uploads_become_renditions_and_rows(cloud, function):
    keys = ["web/chelsea.jpg", "web/coffee-cutout.png", "web/2026/Grüße an Zoë + 1.jpg", "web/corrupt.jpg"]
    for key in keys:
        cloud.upload(key, (SAMPLES / key).read_bytes(), "image/png" if key.endswith("png") else "image/jpeg")
    event = cloud.lambda_event(len(keys))
    emulator = function()
    assert emulator.invoke(event) == {"batchItemFailures": []}, emulator.log
    rows = cloud.rows()
    assert sorted(rows) == sorted(keys)
    assert rows.pop("web/corrupt.jpg")["error_code"] == "truncated_image"
    for key, row in rows.items():
        assert row["status"] == "processed", row
        assert row["raw_etag"] == cloud.s3.head_object(Bucket=cloud.raw, Key=key)["ETag"].strip('"')
        for rendition in row["renditions"]:
            stored = cloud.s3.get_object(Bucket=cloud.processed, Key=rendition["key"])
            assert stored["ContentType"] == f"image/{rendition['format']}"
            assert stored["CacheControl"] == "public, max-age=604800, immutable"
            picture = Image.open(io.BytesIO(stored["Body"].read()))
            picture.load()
            assert picture.size == (rendition["width"], rendition["height"])


def test_events_of_one_key_in_any_order_leave_the_row_of_the_latest(cloud, function):
    key = "web/again.jpg"
    cloud.upload(key, (SAMPLES / "web/chelsea.jpg").read_bytes())
    cloud.upload(key, (SAMPLES / "web/hubble-deep-field.jpg").read_bytes())
    records = cloud.lambda_event(2)["Records"]
    records.sort(key=lambda record: json.loads(record["body"])["Records"][0]["s3"]["object"]["sequencer"])
    emulator = function()
    for record in [records[1], records[0], records[1], records[0]]:
        assert emulator.invoke({"Records": [record]}) == {"batchItemFailures": []}, emulator.log
    row = cloud.rows()[key]
    latest = json.loads(records[1]["body"])["Records"][0]["s3"]["object"]
    assert (row["raw_sequencer"], row["raw_etag"]) == (latest["sequencer"], latest["eTag"])
    assert (row["width"], row["height"]) == (1000, 872)


def test_an_object_that_was_deleted_ends_as_expired(cloud, function):
    cloud.upload("web/gone.jpg", b"soon gone")
    event = cloud.lambda_event(1)
    cloud.s3.delete_object(Bucket=cloud.raw, Key="web/gone.jpg")
    assert function().invoke(event) == {"batchItemFailures": []}
    assert cloud.rows()["web/gone.jpg"]["status"] == "expired"


def test_a_store_that_refuses_makes_the_message_come_again(cloud, function):
    cloud.upload("web/a.jpg", (SAMPLES / "web/chelsea.jpg").read_bytes())
    event = cloud.lambda_event(1)
    emulator = function(AWS_SECRET_ACCESS_KEY="wrong")
    assert emulator.invoke(event) == {"batchItemFailures": [{"itemIdentifier": event["Records"][0]["messageId"]}]}
    assert "SignatureDoesNotMatch" in emulator.log
    assert cloud.rows() == {}


def test_a_job_over_the_limits_is_handed_over_and_fargate_does_it(cloud, function):
    cloud.upload("web/large.jpg", large_progressive())
    event = cloud.lambda_event(1)
    emulator = function(DARKROOM_MEMORY_MB="16")
    assert emulator.invoke(event) == {"batchItemFailures": []}, emulator.log
    assert cloud.rows() == {}
    assert cloud.waiting(cloud.large) == 1

    task = fargate(cloud, "--idle-seconds", "1", DARKROOM_MEMORY_MB="1024")
    _, log = task.communicate(timeout=60)
    assert task.returncode == 0, log
    row = cloud.rows()["web/large.jpg"]
    assert (row["status"], row["compute"], row["width"]) == ("processed", "fargate", 3000)
    assert cloud.waiting(cloud.large) == 0


def test_without_a_queue_a_job_over_the_limits_is_rejected_with_both_figures(cloud, function):
    cloud.upload("web/large.jpg", large_progressive())
    settings = cloud.settings(DARKROOM_MEMORY_MB="16")
    del settings["DARKROOM_LARGE_JOBS_QUEUE_URL"]
    event = cloud.lambda_event(1)
    result = subprocess.run(
        [str(ROOT / "bootstrap"), "fargate", "--event", json.dumps(event)], env=CLEAN | settings,
        capture_output=True, text=True, timeout=60)
    assert result.returncode == 0, result.stderr
    row = cloud.rows()["web/large.jpg"]
    assert (row["status"], row["error_code"]) == ("rejected", "over_limits")
    assert "there are 16 MiB" in row["error_detail"]


def test_fargate_stops_on_sigterm_and_loses_nothing(cloud):
    keys = [f"web/{number}.png" for number in range(30)]
    body = (SAMPLES / "web/coffee-cutout.png").read_bytes()
    for key in keys:
        cloud.upload(key, body, "image/png")
    for record in cloud.lambda_event(len(keys))["Records"]:
        cloud.sqs.send_message(QueueUrl=cloud.large, MessageBody=record["body"])

    task = fargate(cloud, "--stop-seconds", "20", DARKROOM_CONCURRENCY="1")
    deadline = time.monotonic() + 30
    while not cloud.rows() and time.monotonic() < deadline:
        time.sleep(0.05)
    task.send_signal(signal.SIGTERM)
    _, log = task.communicate(timeout=60)
    assert task.returncode == 0, log
    done = len(cloud.rows())
    assert 1 <= done < len(keys), log
    assert cloud.waiting(cloud.large) == len(keys) - done

    task = fargate(cloud, "--idle-seconds", "1")
    assert task.wait(timeout=120) == 0
    assert len(cloud.rows()) == len(keys)
    assert cloud.waiting(cloud.large) == 0


def test_a_killed_task_loses_nothing(cloud):
    cloud.sqs.set_queue_attributes(QueueUrl=cloud.large, Attributes={"VisibilityTimeout": "1"})
    body = (SAMPLES / "web/coffee-cutout.png").read_bytes()
    keys = [f"web/{number}.png" for number in range(6)]
    for key in keys:
        cloud.upload(key, body, "image/png")
    records = cloud.lambda_event(len(keys))["Records"]
    for pause in (0.02, 0.05, 0.1, 0.2, 0.3):
        task = subprocess.Popen(
            [str(ROOT / "bootstrap"), "fargate", "--event", json.dumps({"Records": records})],
            env=CLEAN | cloud.settings(), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        time.sleep(pause)
        os.kill(task.pid, signal.SIGKILL)
        task.wait()
        for row in cloud.rows().values():
            for rendition in row["renditions"]:
                head = cloud.s3.head_object(Bucket=cloud.processed, Key=rendition["key"])
                assert head["ContentLength"] == rendition["bytes"]
    result = subprocess.run(
        [str(ROOT / "bootstrap"), "fargate", "--event", json.dumps({"Records": records})],
        env=CLEAN | cloud.settings(), capture_output=True, text=True, timeout=60)
    assert result.returncode == 0, result.stderr
    assert sorted(cloud.rows()) == sorted(keys)
    assert len(cloud.keys("images/")) == 3 * len(keys)
