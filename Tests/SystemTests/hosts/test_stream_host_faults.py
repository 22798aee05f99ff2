"""Kafka hosts with something wrong, and one that is open: each is refused by name, and mends itself once it can.

What is real, and what stands in for Kafka's release: support/kafka_release.py."""

import hashlib
import json
import subprocess

import pytest

from host_parts import needs_user_data
from stream_host_parts import BROKER, KEY, empty_volume, partitions, stream_variables

pytestmark = needs_user_data


@pytest.fixture
def volume(tmp_path):
    with empty_volume(tmp_path) as made:
        yield made


@pytest.mark.parametrize("fault", ["other-bytes", "none-there", "no-archive"])
def test_a_wrong_or_missing_release_leaves_no_broker_until_the_right_one_is_there(
        tmp_path, surroundings, make_host, release, volume, fault):
    told = stream_variables(surroundings, release)
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
    made = make_host(tmp_path, stream_variables(surroundings, release), "s3", "stream", volume)
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
    made = make_host(tmp_path, stream_variables(
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
