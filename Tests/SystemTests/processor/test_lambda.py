"""The image processor under AWS's own Lambda emulator: events in over HTTP, pictures and rows out."""

import json

import pytest

from processor_parts import sample_event
from renditions import assert_renditions_hold


@pytest.mark.parametrize(
    "event, key",
    [
        ("sqs-s3-put", "web/chelsea.jpg"),
        ("sqs-sns-s3-put", "web/coffee-cutout.png"),
        ("sqs-s3-odd-key", "web/2026/Grüße an Zoë + 1.jpg"),
    ],
)
def test_a_message_from_the_queue_becomes_renditions_and_a_row(emulator, store, event, key):
    assert emulator().invoke(sample_event(event)) == {"batchItemFailures": []}
    row = assert_renditions_hold(store, key)
    assert row["compute"] == "lambda"


@pytest.mark.parametrize(
    "event, key", [("s3-put", "web/chelsea.jpg"), ("eventbridge-s3", "web/2026/Grüße an Zoë + 1.jpg")]
)
def test_an_event_without_a_queue_is_worked_off_too(emulator, store, event, key):
    assert emulator().invoke(sample_event(event)) == [{"key": key, "outcome": "processed"}]
    assert_renditions_hold(store, key)


def test_one_bad_message_leaves_the_others_untouched(emulator, store):
    event = sample_event("sqs-batch-one-bad")
    no_event = next(record for record in event["Records"] if record["body"] == "this is not an event")
    response = emulator().invoke(event)
    assert response == {"batchItemFailures": [{"itemIdentifier": no_event["messageId"]}]}
    rows = store.rows()
    rejected = rows.pop("web/corrupt.jpg")
    assert (rejected["status"], rejected["error_code"]) == ("rejected", "truncated_image")
    assert not any("corrupt" in str(image) for image in store.images())
    assert len(rows) == len(event["Records"]) - 2
    for key in rows:
        assert_renditions_hold(store, key)


def test_the_row_tells_what_is_in_the_photograph(emulator, store):
    emulator().invoke(sample_event("sqs-s3-put"))
    row = store.rows()["web/chelsea.jpg"]
    expected = {
        "schema_version": 2, "source": "web", "raw_bucket": "darkroom-raw", "format": "jpeg",
        "declared_type": "image/jpeg", "width": 451, "height": 300, "orientation": 6, "channels": 3, "bit_depth": 8,
        "colour_space": "ycbcr", "has_alpha": False, "has_gps": True, "exif_make": "Darkroom",
        "exif_model": "Sample Camera 1", "exif_taken_at": "2013-02-17T10:15:30", "exif_iso": 200, "exif_f_number": 2.8,
        "exif_exposure_s": 0.008, "exif_focal_mm": 50, "bytes_in": 31975,
    }  # fmt: skip
    assert {name: row.get(name) for name in expected} == expected
    latitude = 33 + 55 / 60 + 30 / 3600
    assert not [name for name in row if name.startswith("gps_")]
    assert not [value for value in row.values() if isinstance(value, float) and abs(abs(value) - latitude) < 1e-3]


def test_the_test_event_of_s3_is_acknowledged(emulator, store):
    assert emulator().invoke(sample_event("sqs-s3-test-event")) == {"batchItemFailures": []}
    assert store.rows() == {}


def test_a_repeated_event_changes_nothing(emulator, store):
    part, event = emulator(), sample_event("sqs-s3-put")
    part.invoke(event)
    before = {path: path.stat().st_mtime_ns for path in store.processed.rglob("*")}
    assert part.invoke(event) == {"batchItemFailures": []}
    assert {path: path.stat().st_mtime_ns for path in store.processed.rglob("*")} == before


def test_an_object_that_is_gone_ends_as_expired(emulator, store):
    (store.raw / "web" / "chelsea.jpg").unlink()
    assert emulator().invoke(sample_event("sqs-s3-put")) == {"batchItemFailures": []}
    row = store.rows()["web/chelsea.jpg"]
    assert (row["status"], row["error_code"]) == ("expired", "expired")


def test_what_is_no_event_at_all_is_an_error_and_the_next_invocation_works(emulator, store):
    part = emulator()
    for event in ["{}", "[1, 2]", '"text"', "7", '{"Records": 3}']:
        error = part.invoke(event)
        assert error["errorType"] and error["errorMessage"], error
    assert part.invoke(sample_event("sqs-s3-put")) == {"batchItemFailures": []}


def test_a_wrong_recipe_is_refused_at_start_with_every_fault(emulator, tmp_path):
    recipe = tmp_path / "recipe.json"
    recipe.write_text('{"renditions": [{"name": "a", "width": 0}, {"name": "b", "widht": 5}]}')
    part = emulator(DARKROOM_RECIPE=str(recipe))
    message = json.dumps(part.invoke("{}"))
    assert "renditions[0].width: 0 is outside 1 to 65500" in message + part.log
    assert "renditions[1].widht: no such field" in message + part.log
