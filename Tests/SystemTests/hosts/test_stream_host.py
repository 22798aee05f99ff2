"""The Kafka host boots from its user data, on a Debian with systemd and a volume of its own.

Kafka itself cannot be had here: its release is a stand-in with another broker in it (support/kafka_release.py says what
is real). Consumer and page are the built ones where there is a bundle; else programs that do nothing take their place,
and the tests that ask something of them are skipped."""

import hashlib
import json
import re
import subprocess
from pathlib import Path

import pytest
from confluent_kafka import Producer
from confluent_kafka.admin import AdminClient

import kafka_release
from host_parts import STREAM_BUNDLE, needs_user_data

pytestmark = needs_user_data
BROKER = "127.0.0.1:9092"
KEY = f"kafka/{kafka_release.NAME}.tgz"
VOLUME = "vol-0123456789abcdef0"
UNITS = ("kafka-volume.service", "kafka.service", "kafka-setup.service", "kafka-health.service", "kafka-health.timer",
         "kafka-ingest.service", "stream-web.service", "darkroom-packages.service")
needs_bundle = pytest.mark.skipif(
    not STREAM_BUNDLE.exists(), reason="consumer and page are missing: run `make package-stream` first")


# capabilities(7): 24 is CAP_SYS_RESOURCE.
MAY_GROW = bool(int(re.search(r"CapEff:\s*(\w+)", Path("/proc/self/status").read_text())[1], 16) >> 24 & 1)


@pytest.fixture(scope="module")
def release() -> bytes:
    return kafka_release.archive()


@pytest.fixture
def volume(tmp_path):
    yield from a_volume(tmp_path)


@pytest.fixture(scope="module")
def lasting_volume(tmp_path_factory):
    yield from a_volume(tmp_path_factory.mktemp("volume"))


def a_volume(folder):
    """An empty disk of 64 MiB, by the name that EC2 gives it."""
    image = folder / "volume.img"
    with image.open("wb") as file:
        file.truncate(64 << 20)
    device = subprocess.run(
        ["losetup", "--find", "--show", str(image)], check=True, capture_output=True, text=True).stdout.strip()
    try:
        yield {f"/dev/disk/by-id/nvme-Amazon_Elastic_Block_Store_{VOLUME.replace('-', '')}": device}
    finally:
        subprocess.run(["losetup", "--detach", device], check=True)


def variables(surroundings, release: bytes, **others) -> dict:
    bundle = STREAM_BUNDLE.read_bytes() if STREAM_BUNDLE.exists() else kafka_release.programs()
    surroundings.put_bundle(release, KEY)
    return {
        "region": "us-east-1", "bundle": surroundings.put_bundle(bundle, "stream/stream.tar.gz"),
        "kafka": {"bucket": surroundings.artefacts, "key": KEY, "checksum": hashlib.sha512(release).hexdigest()},
        "volume_id": VOLUME, "raw_bucket": f"{surroundings.prefix}-raw",
        "processed_bucket": f"{surroundings.prefix}-processed", "topic": "images", "partitions": 3,
        "retention_hours": 24, "maximum_message_mb": 32, "memory_mb": 3328, "page_port": 8090, "client_port": 9094,
        "clients": None, "log_group": f"/ec2/{surroundings.prefix}-stream",
    } | others


def partitions() -> dict[str, int]:
    """Those of each topic, or none where the broker does not answer."""
    try:
        listed = AdminClient({"bootstrap.servers": BROKER, "log_level": 0}).list_topics(timeout=3)
        return {name: len(topic.partitions) for name, topic in listed.topics.items()}
    except Exception:
        return {}


@pytest.fixture(scope="module")
def stream(tmp_path_factory, surroundings, make_host, release, lasting_volume):
    made = make_host(
        tmp_path_factory.mktemp("stream"), variables(surroundings, release), "s3", "stream", lasting_volume)
    try:
        made.boot()
        made.wait("the topic", lambda: partitions().get("images"), 120)
        yield made
    finally:
        made.remove()


def test_the_broker_answers_and_has_the_topic(stream):
    assert partitions() == {"images": 3}
    assert stream.property("kafka.service", "NRestarts") == "0"
    listening = stream.run("ss", "--no-header", "--tcp", "--listening", "--numeric", "sport = :9092")
    assert listening.split()[3] == BROKER
    stream.wait("its programs", lambda: stream.property("stream-web.service", "ActiveState") == "active")
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
        stream.wait(unit, lambda unit=unit: stream.property(unit, "ActiveState") == "active")
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
    assert "cluster.id=" in meta and files
    stream.shut_down()
    stream.boot()
    stream.wait("the topic", lambda: partitions().get("images"), 120)
    assert stream.digests() == files
    assert stream.run("cat", "/var/lib/kafka/data/meta.properties") == meta
    assert stream.journal("kafka.service").count("is in /opt/darkroom/kafka-") == 1
    stream.shut_down()

    # Of the first host nothing is left but its volume.
    another = make_host(tmp_path, variables(surroundings, release), "s3", "stream", lasting_volume)
    try:
        another.boot()
        another.wait("the topic", lambda: partitions().get("images"), 120)
        assert another.run("cat", "/var/lib/kafka/data/meta.properties") == meta
        assert len(another.run("cat", "/var/lib/kafka/data/started").splitlines()) >= 3
        assert another.run("stat", "--format=%U", "/var/lib/kafka/data/meta.properties").strip() == "kafka"
    finally:
        another.remove()


@pytest.mark.parametrize("fault", ["other-bytes", "none-there", "no-archive"])
def test_a_wrong_or_missing_release_leaves_no_broker_until_the_right_one_is_there(
        tmp_path, surroundings, make_host, release, volume, fault):
    told = variables(surroundings, release)
    s3 = surroundings.part.client("s3")
    if fault == "none-there":
        s3.delete_object(Bucket=surroundings.artefacts, Key=KEY)
    else:
        content = b"no archive" if fault == "no-archive" else release + b"\0"
        s3.put_object(Bucket=surroundings.artefacts, Key=KEY, Body=content)
        if fault == "no-archive":
            told["kafka"]["checksum"] = hashlib.sha256(content).hexdigest()
    words = {"other-bytes": f"has the SHA-512 {hashlib.sha512(release + bytes(1)).hexdigest()}, and not",
             "none-there": "cannot be fetched", "no-archive": "cannot be unpacked"}[fault]
    made = make_host(tmp_path, told, "s3", "stream", volume)
    try:
        made.boot()
        # These words are what the alarm looks for.
        made.wait("a failure", lambda: "darkroom-host-failure" in made.journal("kafka.service"))
        [line, *_] = [one for one in made.journal("kafka.service").splitlines() if "darkroom-host-failure" in one]
        assert words in line and f"s3://{surroundings.artefacts}/{KEY}," in line
        assert not list((made.root / "opt/darkroom").glob("kafka-*")) and partitions() == {}
        # Nobody else says anything: what waits for the broker waits.
        assert "darkroom-host-failure" not in made.journal("kafka-setup.service")
        made.run("systemctl", "start", "kafka-health.service")
        log = made.root / "var/log/darkroom/kafka-health.log"
        assert json.loads(log.read_text().splitlines()[-1])["broker_answers"] == 0
        if fault == "no-archive":
            return
        # It tries again by itself.
        surroundings.put_bundle(release, KEY)
        made.wait("the topic", lambda: partitions().get("images"), 120)
    finally:
        made.remove()


def test_a_volume_that_is_not_there_is_waited_for_and_one_that_holds_something_else_is_left_as_it_is(
        tmp_path, surroundings, make_host, release, volume):
    [device] = volume.values()
    subprocess.run(["mkfs.ext4", "-q", device], check=True)
    (tmp_path / "mounted").mkdir()
    subprocess.run(["mount", device, str(tmp_path / "mounted")], check=True)
    (tmp_path / "mounted" / "data").mkdir()
    (tmp_path / "mounted" / "data" / "somebodys").write_text("own")
    subprocess.run(["umount", str(tmp_path / "mounted")], check=True)
    made = make_host(tmp_path, variables(surroundings, release), "s3", "stream", volume)
    try:
        made.boot()
        made.wait("a failure", lambda: "darkroom-host-failure" in made.journal("kafka.service"))
        assert "/var/lib/kafka/data holds files and no meta.properties" in made.journal("kafka.service")
        assert made.run("cat", "/var/lib/kafka/data/somebodys") == "own" and partitions() == {}
        missing = made.run(
            "sh", "-c", "/usr/local/lib/darkroom/mount-volume /dev/none /var/lib/none kafka 0 2>&1", check=False)
        assert "the volume /dev/none is not attached" in missing
    finally:
        made.remove()


def test_clients_in_the_network_have_passwords_which_are_nobodys_arguments(
        tmp_path, surroundings, make_host, release, volume):
    names = {kind: f"/{surroundings.prefix}/stream/{kind}" for kind in ("certificate", "passwords")}
    for kind, value in {"certificate": "-----BEGIN PRIVATE KEY-----\nkey\n", "passwords": "camera:0123456789abcdef\n"
                        }.items():
        surroundings.part.client("ssm").put_parameter(Name=names[kind], Value=value, Type="SecureString")
        surroundings.allow("ssm:GetParameter", names[kind])
    made = make_host(tmp_path, variables(
        surroundings, release, clients={"domain": "kafka.example.org", "version": 1, **names}), "s3", "stream", volume)
    try:
        made.boot()
        made.wait("the rights", lambda: "acls" in made.run("cat", "/var/lib/kafka/asked", check=False), 120)
        asked = made.run("cat", "/var/lib/kafka/asked").splitlines()
        assert asked[0].startswith(
            f"configs --bootstrap-server {BROKER} --alter --entity-type users --entity-name camera")
        assert asked[1] == "SCRAM-SHA-512=iterations=8192,password=0123456789abcdef"
        assert asked[2].endswith(
            "--add --allow-principal User:camera --operation Write --operation Describe --topic images")
        assert "0123456789abcdef" not in asked[0] + asked[2] + made.journal()
        assert made.run("stat", "--format=%a %U", "/run/darkroom/certificate.pem").strip() == "600 root"
        properties = made.run("cat", "/etc/darkroom/kafka.properties")
        [place] = [
            line.split("=", 1)[1] for line in properties.splitlines() if line.startswith("ssl.keystore.location")]
        # Where systemd puts it for the broker alone.
        process = made.property("kafka.service", "MainPID")
        assert made.run("nsenter", f"--target={process}", "--mount", "cat", place).startswith("-----BEGIN PRIVATE KEY")
    finally:
        made.remove()
