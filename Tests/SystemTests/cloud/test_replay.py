"""`replay`: what is in the raw bucket already is processed again, once, and loses to nothing newer."""

import json
import os
import signal
import subprocess
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from aws_parts import CLEAN
from cloud_parts import SAMPLES, Cloud
from fault_proxy import Answer, FaultProxy
from runtime_parts import ROOT

OBJECTS = 300
PHOTO = (SAMPLES / "web/chelsea.jpg").read_bytes()


def recipe(width: int) -> str:
    return json.dumps({"renditions": [{"name": "tiny", "width": width, "height": 32, "fit": "cover"}]})


def replay(cloud: Cloud, *arguments, status: int = 0, **settings) -> dict:
    """Runs the command. Returns its summary."""
    result = subprocess.run(
        [str(ROOT / "bootstrap"), "replay", "--bucket", cloud.raw, "--json", *map(str, arguments)],
        env=CLEAN | cloud.settings(**settings), capture_output=True, text=True, timeout=120)
    assert result.returncode == status, result.stderr
    return json.loads(result.stdout)


def counts(summary: dict) -> dict:
    """What is not zero."""
    names = ["listed", "sent", "failed", "done", "too_old", "deleted", "before", "refused"]
    return {name: summary[name] for name in names if summary[name]}


def take_all(cloud: Cloud) -> list[dict]:
    """The notifications of the images queue, off it."""
    events = []
    while messages := cloud.receive(cloud.images):
        for message in messages:
            if "s3:TestEvent" not in message["body"]:
                events += json.loads(message["body"])["Records"]
            cloud.sqs.delete_message(QueueUrl=cloud.images, ReceiptHandle=message["receiptHandle"])
    return events


def work(cloud: Cloud, **settings) -> None:
    """Drains the images queue."""
    task = subprocess.run(
        [str(ROOT / "bootstrap"), "fargate", "--queue-url", cloud.images, "--idle-seconds", "1"],
        env=CLEAN | cloud.settings(**settings), capture_output=True, text=True, timeout=120)
    assert task.returncode == 0, task.stderr[-4000:]


def test_a_changed_recipe_is_applied_to_all_that_is_there_once(ministack):
    cloud = Cloud.deploy(ministack)
    for number in range(OBJECTS):
        cloud.upload(f"web/{number % 7}/{number:04} ä+.jpg", PHOTO)
    cloud.upload("other/1.jpg", PHOTO)
    first = {"DARKROOM_RECIPE": recipe(32)}
    second = {"DARKROOM_RECIPE": recipe(40)}
    work(cloud, **first)
    before = cloud.rows()
    assert len(before) == OBJECTS + 1

    to_queue = ["--prefix", "web/", "--queue-url", cloud.images]
    assert counts(replay(cloud, *to_queue, **first)) == {"listed": OBJECTS, "done": OBJECTS}
    dry = replay(cloud, *to_queue, "--dry-run", **second)
    assert counts(dry) == {"listed": OBJECTS, "sent": OBJECTS} and dry["dry_run"]
    assert take_all(cloud) == []
    assert counts(replay(cloud, *to_queue, **second)) == {"listed": OBJECTS, "sent": OBJECTS}
    work(cloud, **second)

    after = cloud.rows()
    assert sorted(after) == sorted(before)
    for key, row in after.items():
        is_replayed = key.startswith("web/")
        assert row["renditions"][0]["width"] == (40 if is_replayed else 32), key
        assert (row["recipe_id"] != before[key]["recipe_id"]) == is_replayed
        # The event is the upload's still: its day, its place among the events, the end of its life.
        for name in ("uploaded_at", "purge_after", "raw_sequencer", "raw_etag", "image_id"):
            assert row[name] == before[key][name], (key, name)
    assert len(cloud.keys("metadata/")) == OBJECTS + 1
    assert counts(replay(cloud, *to_queue, **second)) == {"listed": OBJECTS, "done": OBJECTS}


def test_objects_that_were_there_before_the_system_get_their_rows(ministack):
    cloud = Cloud.deploy(ministack)
    for number in range(25):
        cloud.upload(f"web/{number}.jpg", PHOTO)
    cloud.upload("images/own.jpg", PHOTO)
    take_all(cloud)
    summary = replay(cloud, "--queue-url", cloud.images)
    assert counts(summary) == {"listed": 26, "sent": 25, "refused": 1}
    records = take_all(cloud)
    assert sorted(record["s3"]["object"]["key"] for record in records) == sorted(f"web/{n}.jpg" for n in range(25))
    for record in records:
        written = cloud.s3.head_object(Bucket=cloud.raw, Key=record["s3"]["object"]["key"])["LastModified"]
        event = datetime.fromisoformat(record["eventTime"].replace("Z", "+00:00"))
        assert abs((event - written).total_seconds()) < 1
    assert replay(cloud, "--queue-url", cloud.images)["sent"] == 25
    work(cloud)
    assert counts(replay(cloud, "--queue-url", cloud.images)) == {"listed": 26, "done": 25, "refused": 1}
    tomorrow = (datetime.now(UTC) + timedelta(days=1)).strftime("%Y-%m-%d")
    assert counts(replay(cloud, "--queue-url", cloud.images, "--since", tomorrow))["before"] == 25


def test_an_upload_since_the_row_is_sent_and_wins_it(ministack):
    cloud = Cloud.deploy(ministack)
    cloud.upload("web/a.jpg", PHOTO)
    work(cloud)
    time.sleep(2.1)  # S3 lists times in whole seconds
    cloud.upload("web/a.jpg", (SAMPLES / "web/hubble-deep-field.jpg").read_bytes())
    take_all(cloud)  # the news of it is lost
    assert counts(replay(cloud, "--queue-url", cloud.images)) == {"listed": 1, "sent": 1}
    work(cloud)
    assert cloud.rows()["web/a.jpg"]["width"] == 1000
    assert counts(replay(cloud, "--queue-url", cloud.images)) == {"listed": 1, "done": 1}


def test_an_interrupted_run_ends_cleanly_and_is_gone_on_with(ministack):
    cloud = Cloud.deploy(ministack)
    keys = [f"web/{number:03}.jpg" for number in range(120)]
    for key in keys:
        cloud.upload(key, b"no image at all")
    take_all(cloud)
    command = [str(ROOT / "bootstrap"), "replay", "--bucket", cloud.raw, "--json", "--queue-url", cloud.images]
    for number in (signal.SIGINT, signal.SIGTERM):
        began = time.monotonic()
        run = subprocess.Popen([*command, "--rate", "20"], env=CLEAN | cloud.settings(), text=True,
                               stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        time.sleep(1.5)
        run.send_signal(number)
        output, errors = run.communicate(timeout=20)
        assert run.returncode == 130, errors
        summary = json.loads(output)
        assert summary["interrupted"] and "--after" in errors
        # By the rate, and not before the signal or long after it.
        assert 10 <= summary["sent"] <= 20 * (time.monotonic() - began) + 10
        assert summary["last_key"] == keys[summary["sent"] - 1]
        assert len(take_all(cloud)) == summary["sent"]
    rest = replay(cloud, "--queue-url", cloud.images, "--after", summary["last_key"])
    assert rest["sent"] == len(keys) - summary["sent"]


def test_what_the_queue_does_not_take_is_tried_again_and_counted(ministack):
    cloud = Cloud.deploy(ministack)
    for number in range(30):
        cloud.upload(f"web/{number}.jpg", b"no image at all")
    take_all(cloud)

    def lose_some(exchange) -> None:
        """Answers for the first entry as a queue that is overloaded, without asking the queue for it."""
        body = json.loads(exchange.read())
        lost, body["Entries"] = body["Entries"][:1], body["Entries"][1:]
        failed = [{"Id": entry["Id"], "Code": "ServiceUnavailable", "SenderFault": False} for entry in lost]
        answer = cloud.sqs.send_message_batch(QueueUrl=cloud.images, Entries=body["Entries"]) if body["Entries"] else {}
        document = {"Successful": answer.get("Successful", []), "Failed": failed}
        exchange.answer(Answer(200, [("Content-Type", "application/x-amz-json-1.0")], json.dumps(document).encode()))

    with FaultProxy(ministack.endpoint) as proxy:
        proxy.on("SendMessageBatch", lose_some, times=4)
        summary = replay(cloud, "--queue-url", cloud.images, AWS_ENDPOINT_URL_SQS=proxy.endpoint)
    assert counts(summary) == {"listed": 30, "sent": 30}
    assert len({record["s3"]["object"]["key"] for record in take_all(cloud)}) == 30


def test_a_bucket_or_queue_that_is_not_there_is_told(ministack):
    cloud = Cloud.deploy(ministack)
    cloud.upload("web/a.jpg", PHOTO)
    missing = cloud.images.replace("/images-", "/nothing-")
    assert counts(replay(cloud, "--queue-url", missing, status=1)) == {}
    result = subprocess.run(
        [str(ROOT / "bootstrap"), "replay", "--bucket", "nothing-there", "--queue-url", cloud.images],
        env=CLEAN | cloud.settings(), capture_output=True, text=True, timeout=60)
    assert result.returncode == 1 and "NoSuchBucket" in result.stderr


@pytest.mark.parametrize("arguments, hint", [
    ([], "--bucket"), (["--bucket", "raw"], "--queue-url"), (["--bucket", "RAW", "--dry-run"], "--bucket"),
    (["--bucket", "raw", "--queue-url", "images"], "--queue-url"),
    (["--bucket", "raw", "--dry-run", "--since", "yesterday"], "--since"),
    (["--bucket", "raw", "--dry-run", "--rate", "0"], "--rate"),
    (["--bucket", "darkroom-processed", "--dry-run"], "processed bucket"),
])
def test_a_wrong_call_is_refused(arguments, hint):
    result = subprocess.run([str(ROOT / "bootstrap"), "replay", *arguments], env=CLEAN, capture_output=True, text=True)
    assert result.returncode == 2 and hint in result.stderr, result.stderr


class Folder:
    """A directory store with objects in its raw bucket."""

    def __init__(self, root: Path):
        self.root = root
        (root / "raw").mkdir(parents=True)

    def put(self, key: str, body: bytes, age: timedelta = timedelta()) -> None:
        file = self.root / "raw" / key
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(body)
        then = time.time() - age.total_seconds()
        os.utime(file, (then, then))

    def replay(self, *arguments, status: int = 0, **settings) -> dict:
        result = subprocess.run(
            [str(ROOT / "bootstrap"), "replay", "--bucket", "raw", "--store", str(self.root), "--json", *arguments],
            env=CLEAN | settings, capture_output=True, text=True, timeout=120)
        assert result.returncode == status, result.stderr
        return counts(json.loads(result.stdout))

    def rows(self) -> dict[str, dict]:
        files = (self.root / "darkroom-processed/metadata").rglob("*.json")
        return {row["raw_key"]: row for row in (json.loads(file.read_text()) for file in files)}


def test_a_directory_is_replayed_in_place(tmp_path):
    folder = Folder(tmp_path / "store")
    for number in range(20):
        folder.put(f"web/{number}.jpg", PHOTO, age=timedelta(hours=5 * number))
    folder.put("web/corrupt.jpg", (SAMPLES / "web/corrupt.jpg").read_bytes())
    folder.put("web/old.jpg", PHOTO, age=timedelta(days=7, seconds=1))
    first, second = {"DARKROOM_RECIPE": recipe(32)}, {"DARKROOM_RECIPE": recipe(40)}
    assert folder.replay("--dry-run", **first) == {"listed": 22, "sent": 21, "too_old": 1}
    assert folder.rows() == {}
    assert folder.replay(**first) == {"listed": 22, "sent": 21, "too_old": 1}
    assert folder.replay(**first) == {"listed": 22, "done": 21, "too_old": 1}
    before = folder.rows()
    assert before.pop("web/corrupt.jpg")["status"] == "rejected"
    assert sorted(before) == sorted(f"web/{number}.jpg" for number in range(20))
    assert folder.replay("--prefix", "web/1", **second) == {"listed": 11, "sent": 11}
    after = folder.rows()
    for key, row in before.items():
        written = (folder.root / "raw" / key).stat().st_mtime
        kept = datetime.fromisoformat(row["purge_after"].replace("Z", "+00:00")).timestamp() - written
        assert abs(kept - 7 * 86400) < 1
        is_replayed = key.startswith("web/1")
        assert after[key]["renditions"][0]["width"] == (40 if is_replayed else 32)
        assert after[key]["uploaded_at"] == row["uploaded_at"]


def test_a_directory_may_feed_a_queue(ministack, tmp_path):
    cloud = Cloud.deploy(ministack)
    take_all(cloud)
    folder = Folder(tmp_path / "store")
    folder.put("web/a.jpg", PHOTO)
    assert folder.replay("--queue-url", cloud.images, **cloud.settings()) == {"listed": 1, "sent": 1}
    assert [record["s3"]["object"]["key"] for record in take_all(cloud)] == ["web/a.jpg"]
    assert folder.rows() == {}
