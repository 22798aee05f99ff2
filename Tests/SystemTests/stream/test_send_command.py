"""`stream-web send`: files and folders as messages, held to a rate, with the broker's word on each as its status."""

import subprocess
import time

from aws_parts import CLEAN
from stream_parts import Stream, messages
from stream_web_parts import stream_web
from web_parts import picture


def send(*arguments: object, **environment: str) -> subprocess.CompletedProcess:
    return subprocess.run(
        [str(stream_web()), "send", *(str(argument) for argument in arguments)], env=CLEAN | environment,
        capture_output=True, text=True, timeout=120)


def test_files_and_folders_are_sent_with_headers_and_key(broker, tmp_path):
    stream = Stream.make(broker, 2)
    folder = tmp_path / "photos" / "below"
    folder.mkdir(parents=True)
    (folder / "a.jpg").write_bytes(picture(1))
    (tmp_path / "photos" / "b.png").write_bytes(picture(2, form="PNG"))
    (tmp_path / "c.bin").write_bytes(b"\0\1\2")
    done = send(
        "--brokers", broker.address, "--topic", stream.topic, "--header", "site=north", "-H", "note=a=b", "--key", "k",
        tmp_path / "photos", tmp_path / "c.bin")
    assert done.returncode == 0, done.stderr
    found = {dict(message.headers())["file-name"]: message for message in messages(stream).values()}
    assert set(found) == {b"a.jpg", b"b.png", b"c.bin"}
    assert found[b"a.jpg"].value() == picture(1) and found[b"a.jpg"].key() == b"k"
    assert dict(found[b"b.png"].headers()) == {
        "site": b"north", "note": b"a=b", "file-name": b"b.png", "content-type": b"image/png"}
    lines = [line.split("\t") for line in done.stdout.splitlines()]
    places = {f"{stream.topic}[{partition}]@{offset}" for partition, offset in messages(stream)}
    assert {line[0] for line in lines} == places
    assert sorted(int(line[1]) for line in lines) == sorted(len(message.value()) for message in found.values())
    assert "3 of 3 stored" in done.stderr


def test_a_rate_is_held_and_files_come_again(broker, tmp_path):
    stream = Stream.make(broker, 1)
    file = tmp_path / "a.jpg"
    file.write_bytes(picture(1))
    begun = time.monotonic()
    done = send(
        "--repeat", 20, "--rate", 10, "--quiet", file, DARKROOM_STREAM_BROKERS=broker.address,
        DARKROOM_STREAM_TOPIC=stream.topic)
    took = time.monotonic() - begun
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    assert 1.8 < took < 10 and len(messages(stream)) == 20


def test_what_is_not_stored_is_in_the_status(broker, tmp_path):
    stream = Stream.make(broker, 1)
    file = tmp_path / "a.jpg"
    file.write_bytes(picture(1))
    done = send("-b", broker.address, "-t", stream.topic, file, tmp_path / "none.jpg")
    assert done.returncode == 1 and "none.jpg: it cannot be read; not stored" in done.stderr
    assert "1 of 2 stored" in done.stderr
    done = send("-b", "127.0.0.1:1", "-t", stream.topic, "--timeout", 1, file)
    assert done.returncode == 1 and "a.jpg: not stored: " in done.stderr


def test_wrong_arguments_and_settings_are_told_apart(tmp_path):
    assert send().returncode == 64
    for bad in (["--rate", "0"], ["--repeat", "0"], ["--header", "x"], ["--timeout", "0"], ["--nothing"]):
        assert send("-b", "x:1", "-t", "t", *bad, "file").returncode == 64, bad
    done = send("file")
    assert done.returncode == 2 and "DARKROOM_STREAM_BROKERS: not set" in done.stderr
    done = send("-b", "x:1", "-t", "a/b", "file", DARKROOM_STREAM_KAFKA_NOT_THERE="1")
    assert done.returncode == 2 and "is not a topic's name" in done.stderr
    assert "DARKROOM_STREAM_KAFKA_NOT_THERE: librdkafka knows no such property" in done.stderr
    told = send("--help")
    assert told.returncode == 0 and "EXAMPLES" in told.stdout and "EXIT STATUS" in told.stdout
