"""A person deletes an image on a real S3, whose conditional writes decide, while jobs of it run and come again."""

import contextlib
import json
import subprocess
import tempfile
import threading
import time
from pathlib import Path

from aws_parts import CLEAN, start_seaweedfs
from cases import cases
from cloud_parts import SAMPLES, Cloud
from fault_proxy import Exchange, FaultProxy
from faults import pass_on
from runtime_parts import ROOT

PHOTO = (SAMPLES / "web/chelsea.jpg").read_bytes()
KEY = "web/_DSC0001.JPG"

# Where a job stands while the image is deleted: the request that waits meanwhile.
STEPS = {
    "before the row is looked at": ("GetObject", "^metadata/"),
    "before the object is read": ("GetObject", "^web/"),
    "before a rendition is written": ("PutObject", "^images/.*/large-"),
    "before the row is written": ("PutObject", "^metadata/"),
}


@contextlib.contextmanager
def deployed(server: str, ministack):
    with tempfile.TemporaryDirectory() as folder, contextlib.ExitStack() as started:
        objects = None
        if server == "seaweedfs":
            part, objects = start_seaweedfs(Path(folder), ministack)
            started.callback(part.stop)
        yield Cloud.deploy(ministack, notified="large", objects=objects)


def delete(cloud: Cloud) -> dict:
    settings = cloud.settings()
    run = subprocess.run(
        [ROOT / "bootstrap", "delete", f"{cloud.raw}/{KEY}", "--yes", "--json"], env=CLEAN | settings,
        capture_output=True, text=True, timeout=60)  # fmt: skip
    assert run.returncode == 0, run.stderr
    return json.loads(run.stdout)


def rows(cloud: Cloud) -> list[dict]:
    return [
        json.loads(cloud.s3.get_object(Bucket=cloud.processed, Key=key)["Body"].read())
        for key in cloud.keys("metadata/")
    ]


def assert_deleted(cloud: Cloud, log: str) -> None:
    found = rows(cloud)
    assert {row["status"] for row in found} == {"deleted"}, log
    assert {row["image_id"] for row in found} == {cloud.image_id(KEY)}
    assert KEY not in json.dumps(found)
    assert cloud.keys("images/") == [], log
    assert "Contents" not in cloud.s3.list_objects_v2(Bucket=cloud.raw)
    assert cloud.waiting(cloud.large) == 0, log


def notification(cloud: Cloud) -> str:
    """The message of the upload, which stays in the queue; S3's test event is taken from it."""
    deadline = time.monotonic() + 20
    while time.monotonic() < deadline:
        for message in cloud.receive(cloud.large):
            handle = {"QueueUrl": cloud.large, "ReceiptHandle": message["receiptHandle"]}
            if "s3:TestEvent" in message["body"]:
                cloud.sqs.delete_message(**handle)
            else:
                cloud.sqs.change_message_visibility(**handle, VisibilityTimeout=0)
                return message["body"]
    raise AssertionError("no notification came")


def deleted_at_a_step(case, ministack):
    server, step = case.split(": ")
    with deployed(server, ministack) as cloud, FaultProxy(cloud.objects.endpoint) as proxy:
        arrived, released = threading.Event(), threading.Event()

        def wait(exchange: Exchange) -> None:
            exchange.read()
            arrived.set()
            released.wait(60)
            pass_on(exchange)

        operation, key = STEPS[step]
        proxy.on(operation, wait, key=key)
        cloud.upload(KEY, PHOTO)
        body = notification(cloud)
        worker = cloud.fargate("--idle-seconds", "3", AWS_ENDPOINT_URL_S3=proxy.endpoint)
        try:
            assert arrived.wait(30)
            report = delete(cloud)
        finally:
            released.set()
        _, log = worker.communicate(timeout=60)
        assert worker.returncode == 0, log
        assert report["removed_raw_object"] and 8 <= len(report["tombstones"]) <= 9
        assert_deleted(cloud, log)

        # The message once more, as SQS may deliver it.
        cloud.sqs.send_message(QueueUrl=cloud.large, MessageBody=body)
        assert_deleted(cloud, cloud.drain())

        # The same bytes once more, as a person may upload them: a new image.
        time.sleep(0.01)
        cloud.upload(KEY, PHOTO)
        log = cloud.drain()
        row = max(rows(cloud), key=lambda row: row["uploaded_at"])
        assert (row["status"], row["raw_key"]) == ("processed", KEY), log
        assert row["earlier_deletions"] == [report["deleted_at"]] or row["uploaded_at"][:10] > report["deleted_at"][:10]
        assert sorted(cloud.keys("images/")) == sorted(rendition["key"] for rendition in row["renditions"])

        # The late message of the deleted upload changes nothing about that either.
        cloud.sqs.send_message(QueueUrl=cloud.large, MessageBody=body)
        log = cloud.drain()
        assert max(rows(cloud), key=lambda row: row["uploaded_at"]) == row, log
        assert sorted(cloud.keys("images/")) == sorted(rendition["key"] for rendition in row["renditions"])


@cases(deleted_at_a_step, [f"{server}: {step}" for server in ("ministack", "seaweedfs") for step in STEPS])
def test_what_is_deleted_stays_deleted_wherever_its_job_stood_and_a_later_upload_wins(case, finished):
    finished(case)


def deleted_at_once(server, ministack):
    """Deletions and jobs of one key as they come, all at once."""
    with deployed(server, ministack) as cloud:
        cloud.upload(KEY, PHOTO)
        body = notification(cloud)
        for _ in range(15):
            cloud.sqs.send_message(QueueUrl=cloud.large, MessageBody=body)
        worker = cloud.fargate("--idle-seconds", "3", DARKROOM_CONCURRENCY="4")
        deletions = [threading.Thread(target=delete, args=(cloud,)) for _ in range(3)]
        for deletion in deletions:
            deletion.start()
        for deletion in deletions:
            deletion.join()
        _, log = worker.communicate(timeout=120)
        assert worker.returncode == 0, log
        assert_deleted(cloud, log)


@cases(deleted_at_once, ["ministack", "seaweedfs"])
def test_deletions_and_jobs_of_one_image_at_once_leave_it_deleted(case, finished):
    finished(case)
