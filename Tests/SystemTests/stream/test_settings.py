"""Wrong settings are refused at start, all at once, by name, and without secrets; the guide's table is the help's."""

import re
import subprocess

from aws_parts import CLEAN
from runtime_parts import ROOT
from stream_parts import kafka_ingest

RIGHT = {"DARKROOM_INGEST_BROKERS": "127.0.0.1:1", "DARKROOM_INGEST_TOPICS": "images"}


def refused(*arguments: str, **environment: str) -> str:
    done = subprocess.run(
        [str(kafka_ingest()), *arguments], env=CLEAN | environment, capture_output=True, text=True, timeout=30)
    assert done.returncode == 2, done.stderr
    return done.stderr


def test_the_guide_lists_every_setting_as_the_help_does():
    told = subprocess.run([str(kafka_ingest()), "--help"], capture_output=True, text=True, check=True).stdout
    listed = re.findall(r"^  --\S+ VALUE, (\w+) \[(.*)\]\n      (.*)$", told, flags=re.MULTILINE)
    text = (ROOT / "docs/kafka.md").read_text()
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
