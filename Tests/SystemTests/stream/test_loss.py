"""Consumers that are killed, frozen, ended and started at random: each acknowledged message is one object, whole."""

import os
import random
import signal
import threading
import time

from stream_parts import Stream, Watcher, key, stored, wait_for_commits, wait_until

SEED = int(os.environ.get("DARKROOM_TEST_SEED", "0")) or random.SystemRandom().randrange(1, 1 << 31)
PARTITIONS = 6


def values(random_numbers: random.Random, count: int) -> list[bytes]:
    """Mostly small ones, down to one byte, and some of up to 8 MB."""
    sizes = []
    for number in range(count):
        most = 8_000_000 if number % 25 == 0 else 1_000_000 if number % 8 == 0 else 60_000
        sizes.append(8_000_000 if number == 0 else 1 if number == 1 else random_numbers.randint(1, most))
    return [random_numbers.randbytes(size) for size in sizes]


def disturb(consumers, random_numbers: random.Random, until: float) -> dict[str, int]:
    """What happens to processes: kills, freezes beyond the session's end, orderly ends, new members."""
    done = {"killed": 0, "frozen": 0, "ended": 0}
    while time.monotonic() < until or not all(done.values()):
        consumer = random_numbers.choice(consumers)
        what = random_numbers.choice(list(done))
        if what == "killed":
            consumer.kill()
        elif what == "frozen":
            consumer.signal(signal.SIGSTOP)
            time.sleep(random_numbers.uniform(0.2, 4))
            consumer.signal(signal.SIGCONT)
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
            return run_once(broker, ingest, folder / f"{attempt}", f"{strategy} {attempt}", count, seconds, summary)
        except GroupIsStuck:
            summary(f"{strategy}, seed {SEED}: the broker gives the group no assignments any more, nor anybody in it")
    raise AssertionError("the broker was stuck three times")


def run_once(broker, ingest, folder, name: str, count: int, seconds: float, summary) -> None:
    strategy = name.split()[0]
    random_numbers = random.Random(f"{SEED} {name}")
    stream = Stream.make(broker, PARTITIONS)
    store = folder / "store"
    consumers = [
        ingest(stream, store, DARKROOM_INGEST_KAFKA_PARTITION_ASSIGNMENT_STRATEGY=strategy) for _ in range(3)]
    watcher = Watcher(stream, lambda name: (store / "darkroom-raw" / name).is_file())
    wait_until(
        lambda: all(consumer.lines("partitions assigned") for consumer in consumers), 30, "the first assignments")
    producing = threading.Thread(
        target=stream.produce, args=(values(random_numbers, count),), kwargs={"pause": seconds * 0.8 / count})
    producing.start()
    done = disturb(consumers, random_numbers, time.monotonic() + seconds)
    producing.join()
    for consumer in consumers:
        if not consumer.is_running:
            consumer.start()
    try:
        wait_for_commits(stream, 120)
    except AssertionError:
        for consumer in consumers:
            consumer.kill()
        watcher.stop()
        # Whatever the broker does, what it has of commits is stored.
        assert watcher.violations == []
        # The judge is another client, with nobody else in the group: if it is served, the consumers were at fault.
        if stream.serves_another_client():
            raise
        raise GroupIsStuck from None
    watcher.stop()
    statuses = [consumer.stop() for consumer in consumers]

    assert len(stream.acknowledged) == count
    topic_id = stream.topic_id()
    expected = {key(topic_id, *place): digest for place, digest in stream.acknowledged.items()}
    objects = stored(store)
    rebalances = sum(len(consumer.lines("partitions assigned")) for consumer in consumers)
    lost = sum(objects.get(name) != digest for name, digest in expected.items())
    summary(
        f"{strategy}, seed {SEED}: {count} messages, {sum(done.values())} disturbances {done}, {rebalances} "
        f"assignments, {watcher.looks} looks at commits, lost {lost}, beyond {len(objects) - len(expected)}")
    assert lost == 0, f"seed {SEED}"
    assert objects == expected
    assert watcher.violations == [] and watcher.looks > 10
    assert statuses == [0, 0, 0]
    # The test has to have tested something.
    assert min(done.values()) > 0 and rebalances > 0


def test_cooperative_members_killed_and_frozen_at_random_lose_nothing(broker, ingest, tmp_path, capsys):
    run(broker, ingest, tmp_path, "cooperative-sticky", 500, 35, summary_on(capsys))


def test_eager_members_killed_and_frozen_at_random_lose_nothing(broker, ingest, tmp_path, capsys):
    run(broker, ingest, tmp_path, "range", 300, 30, summary_on(capsys))


def summary_on(capsys):
    def tell(line: str) -> None:
        with capsys.disabled():
            print(f"\n{line}")

    return tell
