"""The fixtures of the hosts' tests. Hosts share a network, so one runs at a time."""

import pytest

import kafka_release
from aws_parts import start_ministack
from booted_host import METADATA, BootedHost
from host_parts import STORE, Surroundings, user_data
from instance_metadata import InstanceMetadata


@pytest.fixture(scope="session")
def surroundings(tmp_path_factory):
    server, part = start_ministack(tmp_path_factory.mktemp("ministack"))
    found = Surroundings(part)
    found.metadata = InstanceMetadata(METADATA, *found.credentials)
    yield found
    found.metadata.close()
    server.stop()


@pytest.fixture(scope="session")
def release() -> bytes:
    """Of Apache Kafka, or what stands in for it."""
    return kafka_release.archive()


@pytest.fixture(scope="session")
def make_host(surroundings):
    """Makes a host that has not booted yet."""
    def make(folder, variables: dict, store: str = "folder", kind: str = "web", devices=None) -> BootedHost:
        host = BootedHost(folder / "host", user_data(folder / "terraform", kind, variables), {
            "AWS_ENDPOINT_URL": surroundings.part.endpoint,
            "AWS_EC2_METADATA_SERVICE_ENDPOINT": f"http://{METADATA}"}, devices)
        if store == "folder":
            host.write("etc/systemd/system/upload-web.service.d/store.conf", STORE)
        return host

    return make
