"""The Kafka host boots from its user data, on a Debian with systemd and a volume of its own.

Kafka itself cannot be had here: its release is a stand-in with another broker in it (support/kafka_release.py says what
is real). Consumer and page are the built ones where there is a bundle; else programs that do nothing take their place,
and the test that asks something of them is skipped."""

import json
import re
import subprocess

import pytest
from confluent_kafka import Producer

from host_parts import STREAM_BUNDLE, needs_user_data
from stream_host_parts import BROKER, MAY_GROW, empty_volume, partitions, stream_variables

pytestmark = needs_user_data
UNITS = ("kafka-volume.service", "kafka.service", "kafka-setup.service", "kafka-health.service", "kafka-health.timer",
         "kafka-ingest.service", "stream-web.service", "darkroom-packages.service")
needs_bundle = pytest.mark.skipif(
    not STREAM_BUNDLE.exists(), reason="consumer and page are missing: run `make package-stream` first")


@pytest.fixture(scope="module")
def lasting_volume(tmp_path_factory):
    with empty_volume(tmp_path_factory.mktemp("volume")) as volume:
        yield volume


@pytest.fixture(scope="module")
def stream(tmp_path_factory, surroundings, make_host, release, lasting_volume):
    made = make_host(
        tmp_path_factory.mktemp("stream"), stream_variables(surroundings, release), "s3", "stream", lasting_volume)
    try:
        made.boot()
        made.wait("the topic", lambda: partitions().get("images"), 120)
        for unit in ("kafka-ingest.service", "stream-web.service"):
            made.wait(unit, lambda unit=unit: made.property(unit, "ActiveState") == "active")
        yield made
    finally:
        made.remove()


def test_the_broker_answers_and_has_the_topic(stream):
    assert partitions() == {"images": 3}
    assert stream.property("kafka.service", "NRestarts") == "0"
    listening = stream.run("ss", "--no-header", "--tcp", "--listening", "--numeric", "sport = :9092")
    assert listening.split()[3] == BROKER
    assert stream.run("systemctl", "list-units", "--failed", "--no-legend", "--plain").split()[:1] == []


def test_the_broker_is_a_user_of_its_own_that_writes_to_its_volume_alone(stream):
    process = stream.property("kafka.service", "MainPID")
    lines = stream.run("cat", f"/proc/{process}/status").splitlines()
    status = dict(line.split(":\t", 1) for line in lines if ":\t" in line)
    assert set(status["Uid"].split()) == {"9092"} and int(status["CapEff"], 16) == 0 and status["NoNewPrivs"] == "1"
    mounts = [line.split() for line in stream.run("cat", f"/proc/{process}/mounts").splitlines()]
    writable = {fields[1] for fields in mounts if "rw" in fields[3].split(",")}
    assert "/var/lib/kafka" in writable and not writable & {"/", "/etc", "/opt", "/var", "/usr"}
    [volume] = {(fields[2], *fields[3].split(",")) for fields in mounts if fields[1] == "/var/lib/kafka"}
    assert {"ext4", "noexec", "nosuid", "nodev", "noatime"} <= set(volume)


def test_consumer_and_page_are_users_of_nobodys(stream):
    for unit in ("kafka-ingest.service", "stream-web.service"):
        lines = stream.run("cat", f"/proc/{stream.property(unit, 'MainPID')}/status").splitlines()
        status = dict(line.split(":\t", 1) for line in lines if ":\t" in line)
        assert 61184 <= int(status["Uid"].split()[0]) <= 65519  # systemd.exec(5), DynamicUser=
        assert int(status["CapBnd"], 16) == 0 and status["Seccomp"] == "2"
        assert stream.property(unit, "MemoryMax") == str(640 << 20)


def test_the_hosts_health_is_a_line_of_numbers(stream):
    stream.run("systemctl", "start", "kafka-health.service")
    line = (stream.root / "var/log/darkroom/kafka-health.log").read_text().splitlines()[-1]
    health = json.loads(line)
    assert health["broker_answers"] == 1 and 0 <= health["volume_used_percent"] < 75


def test_a_broker_that_is_killed_is_there_again(stream):
    before = stream.property("kafka.service", "MainPID")
    stream.run("kill", "-KILL", before)
    stream.wait("another process", lambda: stream.property("kafka.service", "MainPID") not in ("0", before))
    # The stand-in forgets its topic, which Kafka does not.
    stream.run("systemctl", "restart", "kafka-setup.service")
    assert partitions() == {"images": 3}


def test_units_and_configuration_are_written_without_a_fault(stream):
    for unit in UNITS:
        assert stream.run("sh", "-c", f"systemd-analyze verify --man=no /etc/systemd/system/{unit} 2>&1") == "", unit
    checked = stream.run("cloud-init", "schema", "--system", "--annotate", check=False)
    assert "Valid cloud-config" in checked, checked[-300:]


@needs_bundle
def test_a_message_becomes_an_object_in_the_bucket_with_the_hosts_role(stream, surroundings):
    stream.wait("the page", lambda: stream.answers(port=8090))
    picture = b"\xff\xd8\xff" + bytes(997)
    producer = Producer({"bootstrap.servers": BROKER, "log_level": 0})
    producer.produce("images", picture, partition=1)
    assert producer.flush(20) == 0
    s3, raw = surroundings.part.client("s3"), f"{surroundings.prefix}-raw"
    stream.wait("the object", lambda: s3.list_objects_v2(Bucket=raw, Prefix="kafka/").get("Contents"))
    [entry] = s3.list_objects_v2(Bucket=raw, Prefix="kafka/")["Contents"]
    assert s3.get_object(Bucket=raw, Key=entry["Key"])["Body"].read() == picture


def test_a_volume_that_has_grown_is_used_in_full_without_an_end_of_the_broker(stream, lasting_volume):
    [device] = lasting_volume.values()
    image = subprocess.run(["losetup", "--noheadings", "--output=BACK-FILE", device], check=True, capture_output=True,
                           text=True).stdout.strip()
    before = int(stream.run("df", "--output=size", "/var/lib/kafka").split()[1])
    process = stream.property("kafka.service", "MainPID")
    with open(image, "r+b") as file:
        file.truncate(128 << 20)
    subprocess.run(["losetup", "--set-capacity", device], check=True)
    if not MAY_GROW:
        pytest.skip("this machine's root may not resize a file system that is in use (CAP_SYS_RESOURCE)")
    stream.run("systemctl", "reload", "kafka-volume.service")
    assert int(stream.run("df", "--output=size", "/var/lib/kafka").split()[1]) > before * 1.8
    assert stream.property("kafka.service", "MainPID") == process


def test_a_second_boot_and_a_new_host_find_what_the_first_has_left(
        stream, tmp_path, surroundings, make_host, release, lasting_volume):
    files = stream.digests()
    meta = stream.run("cat", "/var/lib/kafka/data/meta.properties")
    assert re.search(r"^cluster\.id=[A-Za-z0-9]{22}$", meta, re.MULTILINE) and files
    stream.shut_down()
    stream.boot()
    stream.wait("the topic", lambda: partitions().get("images"), 120)
    assert stream.digests() == files
    assert stream.run("cat", "/var/lib/kafka/data/meta.properties") == meta
    assert stream.journal("kafka.service").count("is in /opt/darkroom/kafka-") == 1
    stream.shut_down()

    # Of the first host nothing is left but its volume.
    another = make_host(tmp_path, stream_variables(surroundings, release), "s3", "stream", lasting_volume)
    try:
        another.boot()
        another.wait("the topic", lambda: partitions().get("images"), 120)
        assert another.run("cat", "/var/lib/kafka/data/meta.properties") == meta
        assert len(another.run("cat", "/var/lib/kafka/data/started").splitlines()) >= 3
        assert another.run("stat", "--format=%U", "/var/lib/kafka/data/meta.properties").strip() == "kafka"
    finally:
        another.remove()
