"""The whole path over S3 and SQS, with signatures checked: put, notification, queue, function, processed bucket."""

import contextlib
import io
import json
import signal
import subprocess
import sys
import time
from datetime import UTC, datetime, timedelta
from urllib.parse import urlsplit

import pytest
from PIL import Image

from aws_parts import CLEAN
from cloud_parts import SAMPLES, large_progressive
from fault_proxy import FaultProxy
from faults import dripping
from runtime_parts import ROOT


@pytest.fixture
def function(cloud):
    with contextlib.ExitStack() as started:
        yield lambda **more: started.enter_context(cloud.function(**more))


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


def test_what_is_made_late_is_tagged_to_end_earlier(cloud, function):
    cloud.upload("web/late.jpg", (SAMPLES / "web/chelsea.jpg").read_bytes())
    event = cloud.lambda_event(1)
    notification = json.loads(event["Records"][0]["body"])
    uploaded = datetime.now(UTC) - timedelta(days=3, hours=1)
    notification["Records"][0]["eventTime"] = uploaded.strftime("%Y-%m-%dT%H:%M:%S.000Z")
    event["Records"][0]["body"] = json.dumps(notification)
    assert function().invoke(event) == {"batchItemFailures": []}
    keys = cloud.keys("")
    assert len(keys) == 4, keys
    for key in keys:
        tags = cloud.s3.get_object_tagging(Bucket=cloud.processed, Key=key)["TagSet"]
        assert tags == [{"Key": "purge-days", "Value": "4"}], key


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

    task = cloud.fargate("--idle-seconds", "1", DARKROOM_MEMORY_MB="1024")
    _, log = task.communicate(timeout=60)
    assert task.returncode == 0, log
    row = cloud.rows()["web/large.jpg"]
    assert (row["status"], row["compute"], row["width"]) == ("processed", "fargate", 3000)
    assert cloud.waiting(cloud.large) == 0


def test_a_long_job_logs_how_far_it_has_come_in_lines_of_json(cloud):
    body = large_progressive()
    cloud.upload("web/large.jpg", body)
    event = cloud.lambda_event(1)
    link = subprocess.Popen(
        [sys.executable, str(ROOT / "Benchmarks/overlap/link.py"), "--to", str(urlsplit(cloud.objects.endpoint).port),
         "--megabytes", str(len(body) / 3e6), "--milliseconds", "1"], stdout=subprocess.PIPE, text=True)
    try:
        endpoint = f"http://127.0.0.1:{int(link.stdout.readline())}"
        result = subprocess.run(
            [str(ROOT / "bootstrap"), "fargate", "--event", json.dumps(event), "--progress-seconds", "1"],
            env=CLEAN | cloud.settings(AWS_ENDPOINT_URL_S3=endpoint), capture_output=True, text=True, timeout=60)
    finally:
        link.kill()
        link.wait()
    assert result.returncode == 0, result.stderr
    lines = [json.loads(line) for line in result.stderr.splitlines()]
    told = [line for line in lines if line["message"] == "still at work"]
    assert len(told) >= 2, result.stderr
    assert all(line["key"] == "web/large.jpg" and int(line["bytes_total"]) == len(body) for line in told)
    read = [int(line["bytes_read"]) for line in told]
    assert read == sorted(read) and 0 < read[0] < len(body)
    elapsed = [int(line["elapsed_ms"]) for line in told]
    assert elapsed == sorted(elapsed) and elapsed[0] >= 1000
    assert lines[-1]["message"] == "image processed"


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

    task = cloud.fargate("--stop-seconds", "20", DARKROOM_CONCURRENCY="1")
    deadline = time.monotonic() + 30
    while not cloud.rows() and time.monotonic() < deadline:
        time.sleep(0.05)
    task.send_signal(signal.SIGTERM)
    _, log = task.communicate(timeout=60)
    assert task.returncode == 0, log
    done = len(cloud.rows())
    assert 1 <= done < len(keys), log
    assert cloud.waiting(cloud.large) == len(keys) - done

    task = cloud.fargate("--idle-seconds", "1")
    assert task.wait(timeout=120) == 0
    assert len(cloud.rows()) == len(keys)
    assert cloud.waiting(cloud.large) == 0


def test_one_download_that_drips_does_not_cost_a_batch_its_answer(cloud, function):
    good = [f"web/{number}.jpg" for number in range(9)]
    for key in good:
        cloud.upload(key, (SAMPLES / "web/chelsea.jpg").read_bytes())
    cloud.upload("web/drip.jpg", (SAMPLES / "web/hubble-deep-field.jpg").read_bytes())
    event = cloud.lambda_event(10)
    drip = next(record["messageId"] for record in event["Records"] if "drip" in record["body"])
    with FaultProxy(cloud.objects.endpoint) as proxy:
        proxy.on("GetObject", dripping(30), key="^web/drip")
        emulator = function(
            AWS_ENDPOINT_URL_S3=proxy.endpoint, DARKROOM_CONCURRENCY="4", AWS_LAMBDA_FUNCTION_TIMEOUT="10")
        assert emulator.invoke(event) == {"batchItemFailures": [{"itemIdentifier": drip}]}, emulator.log
    assert sorted(cloud.rows()) == sorted(good)
    # The next one has what the first was given up for.
    again = {"Records": [record for record in event["Records"] if record["messageId"] == drip]}
    assert emulator.invoke(again) == {"batchItemFailures": []}, emulator.log
    assert cloud.rows()["web/drip.jpg"]["status"] == "processed"


def test_a_job_over_its_limit_in_fargate_frees_its_place(cloud):
    records = []
    for key in ("web/drip.jpg", "web/good.jpg"):
        cloud.upload(key, (SAMPLES / "web/hubble-deep-field.jpg").read_bytes())
        records += cloud.lambda_event(1)["Records"]
        for record in records[-1:]:
            cloud.sqs.delete_message(QueueUrl=cloud.images, ReceiptHandle=record["receiptHandle"])
    cloud.sqs.send_message(QueueUrl=cloud.large, MessageBody=records[0]["body"])
    with FaultProxy(cloud.objects.endpoint) as proxy:
        drip = proxy.on("GetObject", dripping(30), key="^web/drip")
        task = cloud.fargate(
            "--job-minutes", "1", "--idle-seconds", "5", "--visibility-seconds", "4", DARKROOM_CONCURRENCY="1",
            AWS_ENDPOINT_URL_S3=proxy.endpoint)
        cloud.sqs.send_message(QueueUrl=cloud.large, MessageBody=records[1]["body"])
        _, log = task.communicate(timeout=120)
    assert drip.hits == 1 and "given up: its time was over" in log
    assert task.returncode == 0, log
    assert sorted(cloud.rows()) == ["web/drip.jpg", "web/good.jpg"], log
    assert cloud.rows()["web/drip.jpg"]["attempts"] == 2
