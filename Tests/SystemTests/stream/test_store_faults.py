"""S3 that fails in every way: nothing is committed that is not stored, and membership is not lost over it."""

import itertools
import random
import threading
import time
from hashlib import sha256

import pytest

import faults
from aws_parts import start_seaweedfs
from fault_proxy import FaultProxy
from stream_parts import Stream, Watcher, key, wait_for_commits, wait_until

WAYS = {
    "503": faults.refused(503, "SlowDown"),
    "500": faults.refused(500, "InternalError"),
    "403": faults.refused(403, "AccessDenied"),
    "401": faults.refused(401, "InvalidToken"),
    "404": faults.refused(404, "NoSuchBucket"),
    "409": faults.refused(409, "ConditionalRequestConflict"),
    # Of an object that is not there: a server that is wrong, and must not make the consumer pass the offset.
    "412": faults.refused(412, "PreconditionFailed"),
    "reset": faults.reset,
    "reset within the body": faults.reset_within_request(10),
    "done, and never heard of": faults.lost,
    "an error with status 200": faults.error_within_200,
}


@pytest.fixture(scope="module")
def seaweedfs(tmp_path_factory):
    server, part = start_seaweedfs(tmp_path_factory.mktemp("seaweedfs"))
    yield part
    server.stop()


class Bucket:
    """A bucket of its own, looked at past the proxy."""

    def __init__(self, part):
        self.name = f"raw-{random.randbytes(4).hex()}"
        self.s3 = part.client("s3")
        self.s3.create_bucket(Bucket=self.name)
        self._watched = part.client("s3")

    def holds(self, name: str) -> bool:
        try:
            self._watched.head_object(Bucket=self.name, Key=name)
            return True
        except self._watched.exceptions.ClientError:
            return False

    def objects(self) -> dict[str, str]:
        pages = self.s3.get_paginator("list_objects_v2").paginate(Bucket=self.name)
        names = [entry["Key"] for page in pages for entry in page.get("Contents", [])]
        return {
            name: sha256(self.s3.get_object(Bucket=self.name, Key=name)["Body"].read()).hexdigest() for name in names}

    def environment(self, part, endpoint: str) -> dict[str, str]:
        return part.environment() | {"AWS_ENDPOINT_URL": endpoint, "DARKROOM_RAW_BUCKET": self.name}


def test_every_fault_of_s3_is_outlasted_and_no_offset_passed(broker, ingest, seaweedfs):
    stream, bucket = Stream.make(broker, 3), Bucket(seaweedfs)
    ways = itertools.cycle(WAYS.items())
    met, lock = set(), threading.Lock()

    def act(exchange):
        with lock:
            name, way = next(ways)
            met.add(name)
        way(exchange)

    with FaultProxy(seaweedfs.endpoint) as proxy:
        # Two of three uploads fail, each time in another way.
        turns = itertools.cycle([True, True, False])
        proxy.on("PutObject", act, times=None, when=lambda exchange: next(turns))
        random_numbers = random.Random(1)
        stream.produce([random_numbers.randbytes(random_numbers.choice([1, 5000, 300_000])) for _ in range(90)])
        watcher = Watcher(stream, bucket.holds)
        consumer = ingest(stream, **bucket.environment(seaweedfs, proxy.endpoint))
        wait_for_commits(stream, 90)
        watcher.stop()
        topic_id = stream.topic_id()
        assert met == set(WAYS)
        assert watcher.violations == [] and watcher.looks > 10
        assert bucket.objects() == {key(topic_id, *place): digest for place, digest in stream.acknowledged.items()}
        assert consumer.metric("upload_retries_total") > 10
        assert consumer.stop() == 0


def test_an_outage_longer_than_the_poll_interval_costs_neither_membership_nor_messages(broker, ingest, seaweedfs):
    stream, bucket = Stream.make(broker, 2), Bucket(seaweedfs)
    with FaultProxy(seaweedfs.endpoint) as proxy:
        outage = proxy.on("PutObject", faults.refused(403, "AccessDenied"), times=None)
        consumer = ingest(
            stream, **bucket.environment(seaweedfs, proxy.endpoint), DARKROOM_INGEST_KAFKA_MAX_POLL_INTERVAL_MS="12000",
            DARKROOM_INGEST_REVOKE_SECONDS="1", DARKROOM_INGEST_START_SECONDS="2")
        stream.produce([b"%d" % number for number in range(200)])
        wait_until(lambda: outage.hits > 0, 20, "the first refusal")
        time.sleep(15)
        assert stream.committed() == {} and bucket.objects() == {}
        outage.times = 0
        wait_for_commits(stream, 60)
        topic_id = stream.topic_id()
        assert bucket.objects() == {key(topic_id, *place): digest for place, digest in stream.acknowledged.items()}
        assert len(consumer.lines("partitions assigned")) == 1 and consumer.lines("partitions lost") == []
        assert consumer.stop() == 0


def test_the_end_during_an_outage_is_bounded_and_commits_nothing_that_is_not_stored(broker, ingest, seaweedfs):
    stream, bucket = Stream.make(broker, 1), Bucket(seaweedfs)
    with FaultProxy(seaweedfs.endpoint) as proxy:
        # The first few are stored, one in their midst is not.
        proxy.on("PutObject", faults.refused(403, "AccessDenied"), key="0{18}05$", times=None)
        stream.produce([b"%d" % number for number in range(20)])
        consumer = ingest(stream, **bucket.environment(seaweedfs, proxy.endpoint))
        wait_until(lambda: stream.committed() == {0: 5}, 30, lambda: f"{stream.committed()}")
        begun = time.monotonic()
        assert consumer.stop() == 0
        assert time.monotonic() - begun < 11
        assert stream.committed() == {0: 5}
        [closed] = consumer.lines("closed")
        assert closed["unfinished"] == "15" and closed["left_the_group"] == "yes"
