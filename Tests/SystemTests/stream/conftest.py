"""A broker and an S3 server that a module's tests share, and consumers that end with their test."""

import pytest

from aws_parts import start_seaweedfs
from stream_parts import Broker, Ingest


@pytest.fixture(scope="module")
def broker(tmp_path_factory):
    broker = Broker(tmp_path_factory.mktemp("broker"))
    yield broker
    broker.stop()


@pytest.fixture(scope="module")
def seaweedfs(tmp_path_factory):
    server, part = start_seaweedfs(tmp_path_factory.mktemp("seaweedfs"))
    yield part
    server.stop()


@pytest.fixture
def ingest(tmp_path):
    started = []

    def start(stream, store=None, **environment) -> Ingest:
        started.append(Ingest(stream, tmp_path, store, name=f"ingest-{len(started)}", **environment))
        return started[-1]

    yield start
    for consumer in started:
        consumer.kill()
