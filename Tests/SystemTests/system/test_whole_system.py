"""The whole system, as `make system` runs it: what is sent by the page and by the stream, with services killed in
between, ends as one true row each, is seen alike in the gallery and in the report, and is gone after its days."""

import shutil
from collections import Counter
from datetime import UTC, datetime, timedelta
from hashlib import sha256

import pytest

from clocks import shifted_clock
from interlaced_png import beginning, interlaced
from stream_parts import kafka_ingest, wait_for_commits
from stream_web_parts import stream_web
from terraform_stack import PACKAGE, deployed
from web_parts import picture, upload_web
from whole_system import WholeSystem

pytestmark = [
    pytest.mark.skipif(shutil.which("terraform") is None, reason="terraform is missing: the system cannot be deployed"),
    pytest.mark.skipif(not PACKAGE.exists(), reason="the package is missing: run `make package` first"),
    pytest.mark.skipif(not all(program().exists() for program in (upload_web, kafka_ingest, stream_web)),
                       reason="the services are missing: run `make services` first"),
]
IMAGES = 300
DAYS = 9


@pytest.fixture(scope="module")
def system(tmp_path_factory):
    folder = tmp_path_factory.mktemp("system")
    with deployed(folder) as stack:
        system = WholeSystem(stack, folder)
        try:
            yield system
        finally:
            system.stop()


def files() -> dict[str, bytes]:
    """Pictures of several kinds and sizes; among them damaged, hostile, huge and repeated ones."""
    sizes, forms = [(320, 240), (800, 600), (64, 48), (1500, 1000)], ["JPEG", "JPEG", "PNG"]
    some = {f"{number:03}.{forms[number % 3].lower()}": picture(9000 + number, *sizes[number % 4], forms[number % 3])
            for number in range(IMAGES - 12)}
    for number in range(4):
        some[f"cut-{number}.jpg"] = picture(9500 + number)[:-400]
        some[f"repeated-{number}.jpg"] = some["000.jpeg"]
    some["panorama.png"] = interlaced(8000, 5000)
    some["gigantic.png"] = beginning(21_000, 14_000)
    some["page.jpg"] = b"<!doctype html><p>not a picture"
    some["nothing.jpg"] = b""
    # In a mixed order, which is the same each time.
    return dict(sorted(some.items(), key=lambda entry: sha256(entry[0].encode()).digest()))


def test_all_that_was_accepted_ends_as_one_true_row_and_is_gone_after_its_days(system):
    system.send(files(), through_page=IMAGES // 2)
    system.cloud.s3.put_object(Bucket=system.cloud.raw, Key="web/replaced.jpg", Body=picture(9900))
    system.cloud.s3.put_object(Bucket=system.cloud.raw, Key="web/replaced.jpg", Body=picture(9901))
    wait_for_commits(system.stream)

    # What the senders were told, and what is in the bucket.
    raw = system.raw()
    by_page = Counter(body for key, body in raw.items() if key.startswith("web/") and key != "web/replaced.jpg")
    assert not Counter(system.accepted) - by_page, "what the page said to be stored is in the bucket"
    assert not by_page - Counter(system.sent), "nothing else is"
    by_stream = {key: sha256(body).hexdigest() for key, body in raw.items() if key.startswith("kafka/")}
    assert system.acknowledged().items() <= by_stream.items(), "what the broker has acknowledged is in the bucket"
    assert by_stream == system.stream_messages(), "every message is one object, and nothing else is"

    # One true row for each object, and each rendition as a run makes it that nothing disturbed.
    system.stack.rows(len(raw), seconds=300)
    system.cloud.uploads = raw
    rows = system.cloud.assert_nothing_is_lost((system.folder / "worker.log").read_text(errors="replace"))
    assert {row["compute"] for row in rows.values()} == {"lambda", "fargate"}
    assert len(rows) >= IMAGES - 2 and (system.service_kills, system.worker_kills) == (4, 1)

    # The gallery and the report, beside a count of the rows.
    ids = {row["image_id"] for row in rows.values()}
    system.web.wait_for(sorted(ids), "processed", "rejected")
    assert system.gallery() == ids
    assert {row["image_id"] for row in system.report("images")} == ids
    errors = Counter(row["error_code"] for row in rows.values() if row["status"] == "rejected")
    assert errors and Counter({row["error_code"]: row["images"] for row in system.report("errors")}) == errors
    print(f"\n{len(raw)} objects, {len(rows)} rows ({errors.total()} rejected), {system.service_kills} services and "
          f"{system.worker_kills} workers killed, 0 lost")

    # The purge: by the rules of the buckets, and by the index's own clock.
    moment = datetime.now(UTC) + timedelta(days=DAYS)
    for bucket in (system.cloud.raw, system.cloud.processed):
        for key in system.expiring(bucket, moment):
            system.cloud.s3.delete_object(Bucket=bucket, Key=key)
        assert not system.cloud.s3.list_objects_v2(Bucket=bucket).get("Contents"), bucket
    assert system.report("images") == []
    assert system.web.stop() == 0
    system.web.environment["LD_PRELOAD"] = shifted_clock(system.folder, 8 * 86_400)
    system.web.start()
    assert system.gallery() == set()
    assert system.web.stop() == 0
    left = b"".join(file.read_bytes() for file in (system.folder / "web" / "data").rglob("*") if file.is_file())
    assert not [key for key in rows if key.encode() in left], "the index keeps no key of what it has forgotten"

