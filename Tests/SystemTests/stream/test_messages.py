"""What becomes of messages of every kind: images, other bytes, none, too many, odd headers and keys."""

import json
from pathlib import Path

from stream_parts import Stream, key, stored, wait_for_commits, wait_until

SAMPLES = Path(__file__).resolve().parents[3] / "functions" / "image-processor" / "samples"
LIMIT = 200_000


def attributes(store: Path, name: str) -> dict:
    """What a directory store keeps beside an object's bytes."""
    file = store / ".darkroom" / "attributes" / "darkroom-raw" / f"{name.encode().hex()}.object"
    return json.loads(file.read_bytes())["attributes"]


def test_each_message_becomes_one_object_with_its_type_and_headers(broker, ingest, tmp_path):
    jpeg = next(SAMPLES.rglob("*.jpg")).read_bytes()
    png = next(SAMPLES.rglob("*.png")).read_bytes()
    stream = Stream.make(broker, 1)
    headers = [
        ("File-Name", "Käse 100%.jpg".encode()), ("file-name", b"second"), ("nul\u00e4", b"\x00\xff"), ("null", None),
        ("large", b"x" * 4000), ("after", b"has room"),
    ]
    stream.produce([jpeg, png, b"x"], headers=headers, key=b"\x00binary\xff")
    consumer = ingest(stream, tmp_path / "store")
    wait_for_commits(stream)
    topic_id = stream.topic_id()
    objects = stored(tmp_path / "store")
    assert objects == {key(topic_id, 0, place[1]): digest for place, digest in stream.acknowledged.items()}
    kept = [attributes(tmp_path / "store", key(topic_id, 0, number)) for number in range(3)]
    assert [one["contentType"] for one in kept] == ["image/jpeg", "image/png", "application/octet-stream"]
    metadata = kept[0]["userMetadata"]
    assert metadata.pop("kafka-timestamp").startswith("20")
    assert metadata == {
        "kafka-topic": stream.topic, "kafka-partition": "0", "kafka-offset": "0", "kafka-key": "%00binary%FF",
        "header-file-name": "K%C3%A4se%20100%25.jpg", "header-file-name.2": "second", "header-nul_c3_a4": "%00%FF",
        "header-null": "", "header-after": "has%20room", "kafka-headers-left-out": "1",
    }
    assert consumer.stop() == 0


def test_what_cannot_be_an_image_is_kept_apart_with_its_reason_and_holds_nothing_up(broker, ingest, tmp_path):
    stream = Stream.make(broker, 1)
    values = [b"", b"\xff\xd8\xff" + b"x" * (LIMIT - 3), b"x" * LIMIT + b"y", b"GIF89a", None, b"noise",
              b"\xff\xd8\xff last"]
    stream.produce(values)
    consumer = ingest(
        stream, tmp_path / "store", DARKROOM_INGEST_MAX_BYTES=str(LIMIT), DARKROOM_INGEST_IMAGES_ONLY="yes")
    wait_for_commits(stream)
    objects, topic_id = stored(tmp_path / "store"), stream.topic_id()
    assert {name for name in objects if name.startswith("kafka/")} == {key(topic_id, 0, 1), key(topic_id, 0, 6)}
    rejected = sorted(name for name in objects if name.startswith(f"kafka-rejected/{topic_id}/0/"))
    # The bytes are kept, whatever was wrong: a person can send them again.
    assert [objects[name] for name in rejected] == [
        stream.acknowledged[0, number] for number in (0, 2, 3, 5)]
    reasons = [attributes(tmp_path / "store", name)["userMetadata"]["rejected-reason"] for name in rejected]
    assert [reason.split(":")[0] for reason in reasons] == ["empty", "too_large", "not_an_image", "not_an_image"]
    assert reasons[1] == f"too_large:%20{LIMIT + 1}%20bytes,%20over%20the%20limit%20of%20{LIMIT}"
    wait_until(lambda: consumer.metric("rejected_total") == 4, 10, "the metric")
    text = (tmp_path / "ingest-0.prom").read_text()
    assert 'darkroom_ingest_messages_total{result="tombstone"} 1' in text
    assert 'darkroom_ingest_rejected_total{reason="not_an_image"} 2' in text
    assert consumer.stop() == 0


def test_a_second_message_under_a_taken_key_is_kept_apart(broker, ingest, tmp_path):
    """As after an unclean election, in which a broker gives offsets a second time."""
    stream = Stream.make(broker, 1)
    name = tmp_path / "store" / "darkroom-raw" / key(stream.topic_id(), 0, 0)
    name.parent.mkdir(parents=True)
    name.write_bytes(b"other bytes")
    stream.produce([b"first", b"second"])
    consumer = ingest(stream, tmp_path / "store")
    wait_for_commits(stream)
    objects = stored(tmp_path / "store")
    rejected = [name for name in objects if name.startswith("kafka-rejected/")]
    assert len(objects) == 3 and [objects[name] for name in rejected] == [stream.acknowledged[0, 0]]
    assert name.read_bytes() == b"other bytes"
    assert [line["reason"].split(":")[0] for line in consumer.lines("a message was rejected")] == ["key_taken"]


def test_a_topic_that_was_made_anew_is_read_from_its_first_message(broker, ingest, tmp_path):
    stream = Stream.make(broker, 1)
    stream.produce([b"old 0", b"old 1", b"old 2"])
    consumer = ingest(stream, tmp_path / "store")
    wait_for_commits(stream)
    assert consumer.stop() == 0
    old = stream.topic_id()
    broker.admin.delete_topics([stream.topic])[stream.topic].result(20)
    again = Stream(broker, stream.topic, 1, group=stream.group)
    broker.make(stream.topic, 1)
    again.produce([b"new 0", b"new 1", b"new 2", b"new 3", b"new 4"])
    new = again.topic_id()
    assert new != old
    consumer.start()
    wait_for_commits(again)
    objects = stored(tmp_path / "store")
    assert [objects.get(key(new, 0, number)) for number in range(5)] == [
        again.acknowledged[0, number] for number in range(5)]
    assert len(objects) == 8


def test_what_is_delivered_again_is_written_once(broker, ingest, tmp_path):
    stream = Stream.make(broker, 1)
    stream.produce([b"%d" % number for number in range(50)])
    consumer = ingest(stream, tmp_path / "store")
    wait_for_commits(stream)
    assert consumer.stop() == 0
    before = {path: path.stat().st_mtime_ns for path in (tmp_path / "store" / "darkroom-raw").rglob("*")}
    # Somebody sets the group back, by a tool that writes nothing beside the commit.
    broker.commit(stream.group, stream.topic, 0, 10)
    consumer.start()
    wait_until(lambda: consumer.metric("messages_total") == 40, 30, "the forty again")
    assert 'result="already_there"} 40' in (tmp_path / "ingest-0.prom").read_text()
    assert before == {path: path.stat().st_mtime_ns for path in (tmp_path / "store" / "darkroom-raw").rglob("*")}


def test_in_an_orderly_hand_over_no_message_is_uploaded_twice(broker, ingest, tmp_path):
    stream = Stream.make(broker, 6)
    stream.produce([b"%d" % number for number in range(1200)])
    first = ingest(stream, tmp_path / "store", DARKROOM_INGEST_UPLOADS="2")
    wait_until(lambda: first.metric("messages_total") > 20, 20, "the first messages")
    second = ingest(stream, tmp_path / "store", DARKROOM_INGEST_UPLOADS="2")
    wait_until(lambda: second.lines("partitions assigned"), 20, "the second's share")
    assert first.stop() == 0
    wait_for_commits(stream)
    assert second.stop() == 0
    assert first.metric("messages_total") + second.metric("messages_total") == 1200
    assert len(stored(tmp_path / "store")) == 1200
