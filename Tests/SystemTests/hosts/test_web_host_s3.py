"""A web host in front of S3, with nothing but what Terraform tells it: the role, the buckets, the queue."""

import json

import pytest
import requests

from host_parts import WEB_BUNDLE, needs_host

BINARY = WEB_BUNDLE.parent / "upload-web" / "bin" / "upload-web"
pytestmark = [
    *needs_host,
    pytest.mark.skipif(
        not BINARY.exists() or b"DARKROOM_WEB_ROWS_QUEUE_URL" not in BINARY.read_bytes(),
        reason="this build of upload-web has no S3 in it yet"),
]
PAGE = "http://127.0.0.1:8080"


@pytest.fixture(scope="module")
def web(tmp_path_factory, surroundings, make_host):
    bundle = surroundings.put_bundle(WEB_BUNDLE.read_bytes())
    made = make_host(
        tmp_path_factory.mktemp("web"), surroundings.variables(bundle, rows_queue_url=surroundings.queue), store="s3")
    try:
        made.boot()
        made.wait("an answer", made.answers)
        yield made
    finally:
        made.remove()


def test_a_picture_goes_from_the_browser_to_the_bucket_by_a_form_that_the_host_has_signed(web, surroundings):
    web.wait("the index", lambda: web.answers("/readyz"))
    picture = b"\xff\xd8\xff" + bytes(997)
    begun = requests.post(
        f"{PAGE}/api/uploads", data=json.dumps({"name": "a.jpg", "size": len(picture), "media_type": "image/jpeg"}),
        headers={"Origin": PAGE, "Sec-Fetch-Site": "same-origin", "Content-Type": "application/json"})
    assert begun.status_code == 201, begun.text
    form = begun.json()["form"]
    fields = dict(form["fields"])
    sent = requests.post(
        f"{surroundings.part.endpoint}/{surroundings.prefix}-raw", data=fields, files={"file": ("a.jpg", picture)})
    assert sent.status_code == 204, sent.text
    kept = surroundings.part.client("s3").get_object(Bucket=f"{surroundings.prefix}-raw", Key=fields["key"])
    assert kept["Body"].read() == picture and fields["key"].startswith("web/")


def test_the_queue_that_tells_of_rows_is_read_by_the_host(web, surroundings):
    """Of renditions it is told nothing, and a row's message is taken off."""
    s3, sqs = surroundings.part.client("s3"), surroundings.part.client("sqs")
    s3.put_object(Bucket=f"{surroundings.prefix}-processed", Key="images/dt=2026-01-01/x/large.jpg", Body=b"x")
    s3.put_object(Bucket=f"{surroundings.prefix}-processed", Key="metadata/dt=2026-01-01/x.json", Body=b"no row")

    def waiting() -> int:
        names = ["ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible"]
        found = sqs.get_queue_attributes(QueueUrl=surroundings.queue, AttributeNames=names)["Attributes"]
        return sum(map(int, found.values()))

    # What is not a row is named in the log, and left for the dead letters.
    web.wait("a word about the row", lambda: "notification was not taken in" in web.journal("upload-web.service"))
    assert waiting() == 1


def test_no_credentials_are_asked_for_without_a_token(web, surroundings):
    assert surroundings.metadata.refused == []
