"""Wrong settings are refused at start, all at once, by name, and without secrets; the guide's table is the help's."""

import re
import subprocess

import pytest

from aws_parts import CLEAN
from runtime_parts import ROOT
from stream_parts import kafka_ingest
from stream_web_parts import stream_web

RIGHT = {"DARKROOM_INGEST_BROKERS": "127.0.0.1:1", "DARKROOM_INGEST_TOPICS": "images"}


def refused(*arguments: str, program=kafka_ingest, **environment: str) -> str:
    done = subprocess.run(
        [str(program()), *arguments], env=CLEAN | environment, capture_output=True, text=True, timeout=30)
    assert done.returncode == 2, done.stderr
    return done.stderr


@pytest.mark.parametrize(("program", "file"), [(kafka_ingest, "docs/kafka.md"), (stream_web, "docs/stream.md")])
def test_the_guide_lists_every_setting_as_the_help_does(program, file):
    told = subprocess.run([str(program()), "--help"], capture_output=True, text=True, check=True).stdout
    listed = re.findall(r"^  --\S+ VALUE, (\w+) \[(.*)\]\n      (.*)$", told, flags=re.MULTILINE)
    text = (ROOT / file).read_text()
    guide = re.findall(r"^\| `(DARKROOM_\w+)` \| (.*?) \| (.*) \|$", text, flags=re.MULTILINE)
    assert guide == listed and len(listed) > 10


def test_wrong_settings_are_told_all_at_once():
    said = refused(
        "--uploads", "0", "--nothing", DARKROOM_INGEST_TOPICS="images,a/b", DARKROOM_INGEST_TYPO="1",
        DARKROOM_RAW_BUCKET="Raw", DARKROOM_INGEST_KAFKA_NOT_THERE="1",
        DARKROOM_INGEST_KAFKA_ENABLE_AUTO_COMMIT="true", DARKROOM_INGEST_KAFKA_BOOTSTRAP_SERVERS="elsewhere:9092",
        DARKROOM_INGEST_KAFKA_SESSION_TIMEOUT_MS="soon")
    for line in (
        "DARKROOM_INGEST_BROKERS: not set; name at least one broker",
        'DARKROOM_INGEST_TOPICS: "a/b" is not a topic\'s name',
        "DARKROOM_INGEST_TYPO: no such setting",
        'DARKROOM_INGEST_UPLOADS: "0" is not a whole number from 1 to 1024',
        'DARKROOM_RAW_BUCKET: "Raw" may hold only',
        '"--nothing": no such flag',
        "DARKROOM_INGEST_KAFKA_NOT_THERE: librdkafka knows no such property",
        "DARKROOM_INGEST_KAFKA_ENABLE_AUTO_COMMIT: kafka-ingest sets enable.auto.commit itself",
        "DARKROOM_INGEST_KAFKA_BOOTSTRAP_SERVERS: set DARKROOM_INGEST_BROKERS instead",
        "DARKROOM_INGEST_KAFKA_SESSION_TIMEOUT_MS: librdkafka refuses the value",
    ):
        assert line in said


def test_memory_that_is_too_little_for_one_message_is_refused():
    said = refused(**RIGHT, DARKROOM_INGEST_MEMORY_MB="32")
    assert "DARKROOM_INGEST_MEMORY_MB: 32 is too little for one message of DARKROOM_INGEST_MAX_BYTES" in said
    said = refused(**RIGHT, DARKROOM_INGEST_KAFKA_MAX_POLL_INTERVAL_MS="30000")
    assert "10 s below max.poll.interval.ms, which is 30000" in said


def test_a_file_of_properties_is_held_to_the_same_rules_and_its_secrets_are_not_told(tmp_path):
    file = tmp_path / "kafka.properties"
    file.write_text(
        "# how the broker is reached\nsecurity.protocol=sasl_ssl\nsasl.mechanisms = SCRAM-SHA-512\n"
        "sasl.password=correct horse\nsasl.pasword=correct horse\ngroup.id=x\nnot a property\n"
        "security.protocol=ssl\n")
    said = refused(**RIGHT, DARKROOM_INGEST_PROPERTIES=str(file))
    assert "property sasl.pasword: librdkafka knows no such property" in said
    assert "property group.id: set DARKROOM_INGEST_GROUP instead" in said
    assert "line 7: not `name=value`" in said and "line 8: security.protocol is there twice" in said
    assert "horse" not in said
    assert "cannot be read" in refused(**RIGHT, DARKROOM_INGEST_PROPERTIES=str(tmp_path / "none"))


def test_the_web_application_s_settings_are_told_all_at_once():
    said = refused(
        "--max-bytes", "300000000", program=stream_web, DARKROOM_STREAM_TOPIC="a/b", DARKROOM_STREAM_TYPO="1",
        DARKROOM_RAW_BUCKET="Raw", DARKROOM_STREAM_ADDRESS="0.0.0.0", DARKROOM_STREAM_OPERATORS="ann",
        DARKROOM_STREAM_ACK_SECONDS="45", DARKROOM_STREAM_KAFKA_ACKS="1", DARKROOM_STREAM_KAFKA_NOT_THERE="1",
        DARKROOM_STREAM_KAFKA_MESSAGE_TIMEOUT_MS="1")
    for line in (
        "DARKROOM_STREAM_BROKERS: not set; name at least one broker",
        'DARKROOM_STREAM_TOPIC: "a/b" is not a topic\'s name',
        "DARKROOM_STREAM_TYPO: no such setting",
        'DARKROOM_RAW_BUCKET: "Raw" may hold only',
        "DARKROOM_STREAM_SIGN_IN: none, and 0.0.0.0 can be reached from elsewhere",
        "DARKROOM_STREAM_OPERATORS: of no use where nobody signs in",
        "DARKROOM_STREAM_QUEUE_MB: 256 is too little for one image of DARKROOM_STREAM_MAX_BYTES, which is 300000000",
        "DARKROOM_STREAM_SHUTDOWN_SECONDS: 45 is not above DARKROOM_STREAM_ACK_SECONDS",
        "DARKROOM_STREAM_KAFKA_ACKS: stream-web sets acks itself",
        "DARKROOM_STREAM_KAFKA_NOT_THERE: librdkafka knows no such property",
        "DARKROOM_STREAM_KAFKA_MESSAGE_TIMEOUT_MS: set DARKROOM_STREAM_ACK_SECONDS instead",
    ):
        assert line in said
