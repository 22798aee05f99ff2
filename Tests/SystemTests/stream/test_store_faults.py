"""S3 that fails in every way: nothing is committed that is not stored, and membership is not lost over it."""

import itertools
import random
import time

import faults
from fault_proxy import FaultProxy
from stream_parts import FAULTS, Bucket, EveryFault, Stream, Watcher, key, wait_for_commits, wait_until


def test_every_fault_of_s3_is_outlasted_and_no_offset_passed(broker, ingest, seaweedfs):
    stream = Stream.make(broker, 3)
    every_fault = EveryFault()
    with FaultProxy(seaweedfs.endpoint) as proxy:
        bucket = Bucket(seaweedfs, proxy.endpoint)
        # Two of three uploads fail, each time in another way.
        turns = itertools.cycle([True, True, False])
        proxy.on("PutObject", every_fault, times=None, when=lambda exchange: next(turns))
        random_numbers = random.Random(1)
        stream.produce([random_numbers.randbytes(random_numbers.choice([1, 5000, 300_000])) for _ in range(90)])
        watcher = Watcher(stream, bucket.holds)
        consumer = ingest(stream, **bucket.environment)
        wait_for_commits(stream, 90)
        watcher.stop()
        topic_id = stream.topic_id()
        assert every_fault.met == set(FAULTS)
        assert watcher.violations == {} and watcher.looks > 10
        assert bucket.objects() == {key(topic_id, *place): digest for place, digest in stream.acknowledged.items()}
        assert consumer.metric("upload_retries_total") > 10
        assert consumer.stop() == 0


def test_an_outage_longer_than_the_poll_interval_costs_neither_membership_nor_messages(broker, ingest, seaweedfs):
    stream = Stream.make(broker, 2)
    with FaultProxy(seaweedfs.endpoint) as proxy:
        bucket = Bucket(seaweedfs, proxy.endpoint)
        outage = proxy.on("PutObject", faults.refused(403, "AccessDenied"), times=None)
        consumer = ingest(
            stream, **bucket.environment, DARKROOM_INGEST_KAFKA_MAX_POLL_INTERVAL_MS="12000",
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
    stream = Stream.make(broker, 1)
    with FaultProxy(seaweedfs.endpoint) as proxy:
        bucket = Bucket(seaweedfs, proxy.endpoint)
        # The first few are stored, one in their midst is not.
        proxy.on("PutObject", faults.refused(403, "AccessDenied"), key="0{18}05$", times=None)
        stream.produce([b"%d" % number for number in range(20)])
        consumer = ingest(stream, **bucket.environment)
        wait_until(lambda: stream.committed() == {0: 5}, 30, lambda: f"{stream.committed()}")
        begun = time.monotonic()
        assert consumer.stop() == 0
        assert time.monotonic() - begun < 11
        assert stream.committed() == {0: 5}
        [closed] = consumer.lines("closed")
        assert closed["unfinished"] == "15" and closed["left_the_group"] == "yes"
