"""Consumers that are killed, frozen, ended and started at random: each acknowledged message is one object, whole."""

import itertools
import os
import random
import signal
import threading
import time
from hashlib import sha256

import pytest

from fault_proxy import FaultProxy
from runtime_parts import free_port
from stream_parts import (
    FAULTS,
    Broker,
    Bucket,
    EveryFault,
    Folder,
    Stream,
    Watcher,
    key,
    messages,
    wait_for_commits,
    wait_until,
)

SEED = int(os.environ.get("DARKROOM_TEST_SEED", "0")) or random.SystemRandom().randrange(1, 1 << 31)
PARTITIONS = 6


def values(random_numbers: random.Random, count: int) -> list[bytes]:
    """Mostly small ones, down to one byte, and some twenty of up to 8 MB."""
    sizes = []
    for number in range(count):
        most = 8_000_000 if number % (count // 20) == 0 else 1_000_000 if number % (count // 60) == 0 else 60_000
        sizes.append(8_000_000 if number == 0 else 1 if number == 1 else random_numbers.randint(1, most))
    return [random_numbers.randbytes(size) for size in sizes]


def disturb(consumers, random_numbers: random.Random, until: float, broker: Broker | None) -> dict[str, int]:
    """What happens to processes: kills, freezes beyond the session's end, orderly ends, new members; and to a broker
    that keeps what it has, restarts."""
    done = {"killed": 0, "frozen": 0, "ended": 0, **({"broker restarted": 0} if broker else {})}
    while time.monotonic() < until or not all(done.values()):
        consumer = random_numbers.choice(consumers)
        what = random_numbers.choice(list(done))
        if what == "killed":
            consumer.kill()
        elif what == "frozen":
            consumer.signal(signal.SIGSTOP)
            time.sleep(random_numbers.uniform(0.2, 4))
            consumer.signal(signal.SIGCONT)
        elif what == "broker restarted":
            broker.stop()
            time.sleep(random_numbers.uniform(0.1, 3))
            broker.start()
        else:
            assert consumer.stop() == 0
        done[what] += 1
        time.sleep(random_numbers.uniform(0.1, 2))
        if not consumer.is_running:
            joined = len(consumer.lines("partitions assigned"))
            consumer.start()
            # The broker takes a member's end in its first join badly, so that is waited for.
            limit = time.monotonic() + 5
            while len(consumer.lines("partitions assigned")) == joined and time.monotonic() < limit:
                time.sleep(0.05)
        time.sleep(random_numbers.uniform(0.1, 1.5))
    return done


class GroupIsStuck(Exception):
    """tansu gives a group no assignments any more when a member has left at the wrong moment of a join."""


def run(broker, ingest, folder, strategy: str, count: int, seconds: float, summary) -> None:
    for attempt in range(3):
        try:
            store = Folder(folder / f"{attempt}")
            return run_once(broker, ingest, store, f"{strategy} {attempt}", count, seconds, summary)
        except GroupIsStuck:
            summary(f"{strategy}, seed {SEED}: the broker gives the group no assignments any more, nor anybody in it")
    raise AssertionError("the broker was stuck three times")


def run_once(
    broker, ingest, store, name: str, count: int, seconds: float, summary, restarts: Broker | None = None
) -> None:
    strategy = name.split()[0]
    random_numbers = random.Random(f"{SEED} {name}")
    stream = Stream.make(broker, PARTITIONS)
    consumers = [
        ingest(stream, **store.environment, DARKROOM_INGEST_KAFKA_PARTITION_ASSIGNMENT_STRATEGY=strategy)
        for _ in range(3)]
    watcher = Watcher(stream, store.holds)
    wait_until(
        lambda: all(consumer.lines("partitions assigned") for consumer in consumers), 30, "the first assignments")
    producing = threading.Thread(
        target=stream.produce, args=(values(random_numbers, count),), kwargs={"pause": seconds * 0.8 / count})
    producing.start()
    done = disturb(consumers, random_numbers, time.monotonic() + seconds, restarts)
    producing.join()
    for consumer in consumers:
        if not consumer.is_running:
            consumer.start()
    try:
        wait_for_commits(stream, 120)
    except AssertionError:
        for consumer in consumers:
            consumer.kill()
        # The judge is another client, with nobody else in the group: if it is served, the consumers were at fault.
        is_served = stream.serves_another_client()
        if is_served or not restarts:
            watcher.stop()
            # Whatever the broker does, what it has of commits is stored.
            assert restarts or watcher.violations == {}
            if is_served:
                raise
            raise GroupIsStuck from None
        # A broker that keeps what it has can be freed.
        restarts.stop()
        restarts.start()
        for consumer in consumers:
            consumer.start()
        wait_for_commits(stream, 120)
    watcher.stop()
    statuses = [consumer.stop() for consumer in consumers]

    assert len(stream.acknowledged) + len(stream.placeless) == count
    topic_id = stream.topic_id()
    expected = {key(topic_id, *place): digest for place, digest in stream.acknowledged.items()}
    # A broker that was restarted may have a message twice: each is one object.
    there = messages(stream)
    topic = {key(topic_id, *place): sha256(message.value()).hexdigest() for place, message in there.items()}
    objects = store.objects()
    rebalances = sum(len(consumer.lines("partitions assigned")) for consumer in consumers)
    lost = sum(objects.get(name) != digest for name, digest in expected.items())
    lost += len(set(stream.placeless) - set(objects.values()))
    summary(
        f"{strategy}, seed {SEED}: {count} messages, {sum(done.values())} disturbances {done}, {rebalances} "
        f"assignments, {watcher.looks} looks at commits, {len(watcher.violations)} offsets without a message, "
        f"lost {lost}, beyond {len(objects) - count}")
    assert lost == 0, f"seed {SEED}"
    assert objects == topic
    assert restarts or len(topic) == count
    # A broker that is killed may use up offsets for nothing; in each of the others there is a message.
    violations = {place: found for place, found in watcher.violations.items() if not restarts or place in there}
    assert violations == {} and watcher.looks > 10
    assert statuses == [0, 0, 0]
    # The test has to have tested something.
    assert min(done.values()) > 0 and rebalances > 0


def test_cooperative_members_killed_and_frozen_at_random_lose_nothing(broker, ingest, tmp_path, capsys):
    run(broker, ingest, tmp_path, "cooperative-sticky", 500, 35, summary_on(capsys))


def test_eager_members_killed_and_frozen_at_random_lose_nothing(broker, ingest, tmp_path, capsys):
    run(broker, ingest, tmp_path, "range", 300, 30, summary_on(capsys))


@pytest.mark.skipif(
    not os.environ.get("DARKROOM_TEST_LOSS"),
    reason="DARKROOM_TEST_LOSS is not set: it takes five minutes, and tansu may give its group up")
def test_two_thousand_messages_outlast_kills_a_bucket_that_fails_and_a_broker_that_restarts(
    seaweedfs, ingest, tmp_path, capsys
):
    own_broker = Broker(tmp_path, port=free_port(), s3=seaweedfs)
    try:
        with FaultProxy(seaweedfs.endpoint) as proxy:
            every_fault, turns = EveryFault(), itertools.cycle([True, False, False, False])
            proxy.on("PutObject", every_fault, times=None, when=lambda exchange: next(turns))
            store = Bucket(seaweedfs, proxy.endpoint)
            run_once(
                own_broker, ingest, store, "cooperative-sticky", 2000, 60, summary_on(capsys), restarts=own_broker)
            assert every_fault.met == set(FAULTS)
    finally:
        own_broker.stop()


def summary_on(capsys):
    def tell(line: str) -> None:
        with capsys.disabled():
            print(f"\n{line}")

    return tell
