"""Any sequence of uploads and removals under one key, with the events in any order, several times and side by side,
leaves the row of the newest upload."""

import io
import json
import os
import random
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field

from PIL import Image

from cloud_parts import SAMPLES, Cloud
from fault_proxy import FaultProxy
from faults import slow

KEYS = 12
CHANGES = 40
ROUNDS = 8
SEED = int(os.environ.get("DARKROOM_TEST_SEED") or random.randrange(1 << 32))


@dataclass
class History:
    """What has happened to one key."""

    key: str
    newest: bytes = b""
    uploads: int = 0
    removed_since: bool = False  # whether the newest upload has been removed
    events: list[dict] = field(default_factory=list)  # the notifications, in the order of their sequencers at the end


def pictures() -> list[bytes]:
    """Small, so that many cases fit into little time; and some that end as rejected."""
    bodies = []
    for number in range(6):
        buffer = io.BytesIO()
        picture = Image.new("RGB", (40 + number, 30), (40 * number, 90, 200 - 30 * number))
        picture.save(buffer, ["JPEG", "PNG"][number % 2])
        bodies.append(buffer.getvalue())
    return [*bodies, b"no image at all", bodies[0][:200], (SAMPLES / "web/chelsea.jpg").read_bytes()]


def change(cloud: Cloud, histories: list[History], dice: random.Random) -> int:
    """A few uploads and removals. Returns the number of uploads, each of which S3 announces."""
    count = 0
    bodies = pictures()
    for _ in range(CHANGES):
        history = dice.choice(histories)
        if history.newest and dice.random() < 0.2:
            cloud.s3.delete_object(Bucket=cloud.raw, Key=history.key)
            history.removed_since = True
        else:
            history.newest, history.removed_since = dice.choice(bodies), False
            history.uploads += 1
            cloud.upload(history.key, history.newest)
            count += 1
    return count


def collect(cloud: Cloud, by_key: dict[str, History], count: int) -> list[dict]:
    """Takes the notifications of so many uploads off the queue."""
    records = cloud.lambda_event(count)["Records"]
    for record in records:
        by_key[object_of(record)["key"]].events.append(record)
        cloud.sqs.delete_message(QueueUrl=cloud.images, ReceiptHandle=record["receiptHandle"])
    return records


def object_of(record: dict) -> dict:
    return json.loads(record["body"])["Records"][0]["s3"]["object"]


def deliver(function, records: list[dict]) -> None:
    """In batches of up to ten, as the queue would; what fails comes again."""
    while records:
        batch = {record["messageId"]: record for record in records[:10]}
        failed = function.invoke({"Records": list(batch.values())})["batchItemFailures"]
        records = records[10:] + [batch[failure["itemIdentifier"]] for failure in failed]


def test_the_newest_upload_has_the_row_whatever_the_order_of_events(ministack):
    dice = random.Random(SEED)
    print(f"DARKROOM_TEST_SEED={SEED} repeats this")
    cloud = Cloud.deploy(ministack)
    histories = [History(f"web/{number}") for number in range(KEYS)]
    by_key = {history.key: history for history in histories}
    known: list[dict] = []
    undelivered: list[dict] = []
    with FaultProxy(ministack.endpoint) as proxy:
        # Time between a look at the row and its writing, for others to come between.
        proxy.on("PutObject", lambda exchange: slow(random.random() / 10)(exchange), key="^metadata/", times=None)
        settings = {"AWS_ENDPOINT_URL_S3": proxy.endpoint, "DARKROOM_CONCURRENCY": "8"}
        with cloud.function(**settings) as one, cloud.function(**settings) as other, ThreadPoolExecutor(2) as pool:
            for turn in range(ROUNDS + 1):
                # The last turn delivers whatever has not been delivered yet, once at least.
                is_last = turn == ROUNDS
                now = [record for record in undelivered if is_last or dice.random() < 0.6]
                undelivered = [record for record in undelivered if record not in now]
                now += dice.sample(known, min(len(known), CHANGES // 2))  # once more
                dice.shuffle(now)
                deliveries = [pool.submit(deliver, one, now[::2]), pool.submit(deliver, other, now[1::2])]
                if not is_last:
                    # While some are worked on, the next ones come in.
                    fresh = collect(cloud, by_key, change(cloud, histories, dice))
                    known += fresh
                    undelivered += fresh
                for delivery in deliveries:
                    delivery.result()
            log = one.log + other.log

    rows = cloud.rows()
    used = [history for history in histories if history.uploads]
    assert sorted(rows) == sorted(history.key for history in used), f"seed {SEED}\n{log}"
    for history in used:
        row = rows[history.key]
        assert len(history.events) == history.uploads
        newest = max(history.events, key=lambda record: object_of(record)["sequencer"])
        assert row["raw_sequencer"] == object_of(newest)["sequencer"], f"seed {SEED}: {history}\n{row}"
        assert row["raw_etag"] == object_of(newest)["eTag"], f"seed {SEED}: {history}\n{row}"
        if row["status"] == "expired":
            assert history.removed_since, f"seed {SEED}: {row}"
        else:
            cloud.assert_row_is_true(row, history.newest)
