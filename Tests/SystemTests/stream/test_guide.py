"""What the guide shows is run: the command that tries the stream out, and the producer in Python."""

import subprocess
import sys

from documents import blocks
from runtime_parts import ROOT
from stream_parts import Stream, stored, wait_for_commits


def test_make_stream_takes_the_samples_through():
    ran = subprocess.run(
        [sys.executable, str(ROOT / "scripts" / "stream"), "--once"], capture_output=True, text=True, timeout=120)
    assert ran.returncode == 0, ran.stderr
    assert " images are in " in ran.stdout and ran.stdout.count("kafka/") > 5


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
