"""What the guide shows is run: the command that tries the stream out, and the producer in Python."""

import json
import os
import re
import shutil
import subprocess
import sys

import pytest

from documents import blocks
from runtime_parts import ROOT
from stream_parts import Stream, messages, stored, wait_for_commits
from stream_web_parts import StreamServer
from web_parts import picture


def test_make_stream_takes_the_samples_through():
    ran = subprocess.run(
        [sys.executable, str(ROOT / "scripts" / "stream"), "--once"], capture_output=True, text=True, timeout=120)
    assert ran.returncode == 0, ran.stderr
    assert " images are in " in ran.stdout and ran.stdout.count("kafka/") > 5
    assert "The pages are at http://127.0.0.1:" in ran.stdout


def test_the_producer_of_the_guide_is_acknowledged(broker, ingest, tmp_path, capsys):
    [snippet] = [block.text for block in blocks("docs/kafka.md") if block.language == "python"]
    stream = Stream(broker, "images", 1)
    broker.make("images", 1)
    path = tmp_path / "picture.jpg"
    path.write_bytes(b"\xff\xd8\xff picture")
    exec(snippet, {"brokers": broker.address, "path": str(path)})
    assert capsys.readouterr().out == "stored as images[0]@0\n"
    stream.acknowledged[0, 0] = ""
    ingest(stream, tmp_path / "store")
    wait_for_commits(stream)
    assert len(stored(tmp_path / "store")) == 1


def test_the_guide_s_kcat_command_is_acknowledged(broker, tmp_path):
    lines = [line for block in blocks("docs/kafka.md") for line in block.text.splitlines()]
    [snippet] = [line for line in lines if line.startswith("kcat ")]
    stream = Stream(broker, broker.topic(1), 1)
    path = tmp_path / "picture.jpg"
    path.write_bytes(b"\xff\xd8\xff\n picture\n")
    # The broker here does not understand Debian 12's own librdkafka (2.0.2): kcat with the one that is used here.
    [library] = (ROOT / ".tools" / "rdkafka").glob("librdkafka-*.so.1")
    (tmp_path / "librdkafka.so.1").symlink_to(library)
    ran = subprocess.run(
        ["sh", "-c", snippet.replace("-t images", f"-t {stream.topic}")], capture_output=True, text=True, timeout=60,
        env=os.environ | {"brokers": broker.address, "path": str(path), "LD_LIBRARY_PATH": str(tmp_path)})
    assert ran.returncode == 0, ran.stderr
    [message] = messages(stream).values()
    assert message.value() == path.read_bytes() and dict(message.headers()) == {"sent-by": b"kcat"}


# The jars of org.apache.kafka:kafka-clients and what it needs; no registry that is used here has them.
CLASSPATH = os.environ.get("DARKROOM_TEST_KAFKA_CLASSPATH")


@pytest.mark.skipif(
    not (CLASSPATH and shutil.which("java")), reason="DARKROOM_TEST_KAFKA_CLASSPATH names no kafka-clients, or no java")
def test_the_guide_s_java_producer_is_acknowledged(broker, tmp_path):
    [snippet] = [block.text for block in blocks("docs/kafka.md") if block.language == "java"]
    stream = Stream(broker, broker.topic(1), 1)
    (tmp_path / "SendImage.java").write_text(snippet.replace('"images"', f'"{stream.topic}"'))
    path = tmp_path / "picture.jpg"
    path.write_bytes(b"\xff\xd8\xff picture")
    ran = subprocess.run(
        ["java", "-cp", CLASSPATH, str(tmp_path / "SendImage.java"), broker.address, str(path)], capture_output=True,
        text=True, timeout=120)
    assert re.search(r"^stored as images\[0\]@0$", ran.stdout, flags=re.MULTILINE), ran.stderr
    [message] = messages(stream).values()
    assert message.value() == path.read_bytes()


def test_the_guide_s_requests_are_answered_as_it_says(broker, tmp_path):
    text = next(block.text for block in blocks("docs/stream.md") if "curl " in block.text)
    one, form = (line for line in text.splitlines() if line.startswith("curl "))
    server = StreamServer(tmp_path / "web", Stream.make(broker, 1))
    for name in ("photo.jpg", "scan.png"):
        (tmp_path / name).write_bytes(picture(1, form=name.endswith("png") and "PNG" or "JPEG"))

    def run(command: str) -> dict:
        command = command.replace("http://127.0.0.1:8090", server.url)
        return json.loads(subprocess.run(
            ["sh", "-c", command], cwd=tmp_path, check=True, capture_output=True, text=True, timeout=60).stdout)

    assert run(one) == {"offset": 0, "outcome": "stored", "partition": 0, "topic": server.stream.topic}
    assert [entry["outcome"] for entry in run(form)["images"]] == ["stored", "stored"]
    assert server.stop() == 0
