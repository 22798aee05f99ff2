"""Uploads straight to S3 as programs make them, honest ones and others: SeaweedFS holds them to what was signed."""

import base64
import hashlib
import json
import time
from datetime import UTC, datetime, timedelta

import pytest
import requests

from aws_parts import CLEAN, start_seaweedfs
from clocks import shifted_clock
from web_cloud import WebCloud
from web_parts import picture, read_response

MEBIBYTE = 1 << 20


@pytest.fixture(scope="module")
def web(ministack, tmp_path_factory):
    folder = tmp_path_factory.mktemp("direct")
    part, objects = start_seaweedfs(folder, ministack)
    web = WebCloud(folder / "web", ministack, objects)
    yield web
    web.stop()
    part.stop()


def begin(web: WebCloud, name: str, size: int, **more) -> dict:
    response = requests.post(
        f"{web.server.url}/api/uploads", json={"name": name, "size": size, "media_type": "image/jpeg", **more})
    assert response.status_code == 201, response.text
    return response.json()


def tell(web: WebCloud, upload: dict, what: str, document: dict | None = None) -> requests.Response:
    return requests.post(f"{web.server.url}/api/uploads/{upload['upload_id']}/{what}", json=document or {})


def post(form: dict, content: bytes, **changed: str) -> int:
    fields = dict(form["fields"]) | changed
    return requests.post(form["url"], data=fields, files={"file": ("a.jpg", content)}).status_code


def put(web: WebCloud, upload: dict, number: int, content: bytes) -> str:
    """Sends a part with its checksum, which it returns."""
    checksum = base64.b64encode(hashlib.sha256(content).digest()).decode()
    (signed,) = tell(web, upload, "parts", {"parts": [{"number": number, "sha256": checksum}]}).json()["parts"]
    response = requests.put(signed["url"], data=content, headers=signed["headers"])
    assert response.status_code == 200, response.text
    return checksum


def stands(web: WebCloud, upload: dict) -> bool:
    return upload["key"] in web.raw()


def test_a_form_takes_this_file_and_nothing_else(web):
    content = picture(6001)
    upload = begin(web, "one.jpg", len(content), sha256=hashlib.sha256(content).hexdigest())
    form = upload["form"]
    assert upload["way"] == "form"
    assert post(form, content + b"1") == 400 and post(form, content[:-1]) == 400
    assert post(form, content[:-1] + b"1") == 400
    assert post(form, content, key="web/other.jpg") == 403
    assert post(form, content, **{"Content-Type": "text/html"}) == 403
    assert tell(web, upload, "complete").json()["stored"] is False and not stands(web, upload)
    assert post(form, content) == 204
    done = tell(web, upload, "complete").json()
    assert (done["stored"], done["state"], done["image_id"]) == (True, "stored", upload["image_id"])
    # Told so again, whoever asks in which way.
    state = requests.get(f"{web.server.url}/api/uploads/{upload['upload_id']}").json()
    assert (state["stored"], state["offset"]) == (True, len(content))
    assert tell(web, upload, "form").status_code == 404
    web.server.wait_for([upload["image_id"]], "processed")
    assert begin(web, "two.jpg", len(content), sha256=hashlib.sha256(content).hexdigest())["way"] == "known"


def test_parts_beyond_what_was_planned_are_dropped(web):
    part = bytes(16 * MEBIBYTE)
    upload = begin(web, "more.jpg", 20 * MEBIBYTE, part_checksums=True)
    assert (upload["way"], upload["part_bytes"]) == ("parts", 16 * MEBIBYTE)
    sums = [put(web, upload, 1, part), put(web, upload, 2, part)]
    refused = tell(web, upload, "complete", {"checksums": sums})
    assert refused.status_code == 413 and refused.json()["error"]["actual"] == 32 * MEBIBYTE
    assert web.unfinished("more.jpg") == [] and not stands(web, upload)
    assert tell(web, upload, "complete").status_code == 404


def test_parts_that_are_missing_are_named_and_those_that_never_were_are_refused(web):
    upload = begin(web, "less.jpg", 40 * MEBIBYTE, part_checksums=True)
    put(web, upload, 2, bytes(16 * MEBIBYTE))
    state = tell(web, upload, "complete").json()
    assert state["stored"] is False
    assert [(part["number"], part["size"]) for part in state["parts"]] == [(2, 16 * MEBIBYTE)]
    checksum = base64.b64encode(bytes(32)).decode()
    for part in ({"number": 0, "sha256": checksum}, {"number": 4, "sha256": checksum}, {"number": 1},
                 {"number": 1, "sha256": "AAAA"}):
        assert tell(web, upload, "parts", {"parts": [part]}).status_code == 400, part
    assert tell(web, upload, "parts", {"parts": [{"number": 1, "sha256": checksum}] * 101}).status_code == 400
    assert requests.delete(f"{web.server.url}/api/uploads/{upload['upload_id']}").status_code == 204
    assert web.unfinished("less.jpg") == []


def test_what_cannot_be_taken_is_told_before_it_is_sent(web):
    def refused(**document) -> tuple[int, str]:
        response = requests.post(f"{web.server.url}/api/uploads", json={"name": "a", **document})
        return response.status_code, response.json()["error"]["code"]

    assert refused(size=10, media_type="text/html") == (400, "unsupported_format")
    assert refused(size=10) == (400, "unsupported_format")
    assert refused(size=1 << 40, media_type="image/jpeg") == (413, "too_large")
    assert refused(size=0, media_type="image/jpeg") == (400, "empty_file")


def test_a_kill_of_the_server_loses_nothing(web):
    content = picture(6020)
    upload = begin(web, "killed.jpg", len(content))
    web.server.kill()
    assert post(upload["form"], content) == 204
    web.server.start()
    assert tell(web, upload, "complete").json()["stored"] is True
    web.server.wait_for([upload["image_id"]], "processed")


def test_rows_that_came_while_no_server_was_there_are_found(web):
    content = picture(6030)
    upload = begin(web, "absent.jpg", len(content))
    web.server.kill()
    assert post(upload["form"], content) == 204
    key = f"metadata/dt={upload['key'][4:14].replace('/', '-')}/{upload['image_id']}.json"
    for _ in range(300):
        if key in web.cloud.keys("metadata/"):
            break
        web.ended.wait(0.1)
    web.server.start()
    # Nobody has told this server of it: it is known by its row alone.
    web.server.wait_for([upload["image_id"]], "processed")


def test_after_a_longer_absence_the_rows_of_all_days_are_read(web):
    known = begin(web, "known.jpg", len(picture(6040)))
    assert post(known["form"], picture(6040)) == 204 and tell(web, known, "complete").json()["stored"] is True
    web.server.wait_for([known["image_id"]], "processed")
    day = known["key"][4:14].replace("/", "-")
    stored = web.cloud.s3.get_object(
        Bucket=web.cloud.processed, Key=f"metadata/dt={day}/{known['image_id']}.json")["Body"].read()
    mark = web.server.folder / "data/index-in-step"

    def absent(id: str, since: float) -> None:
        """A row of two days ago comes while the server is away since then."""
        web.server.kill()
        uploaded = datetime.now(UTC) - timedelta(days=2)
        row = json.loads(stored) | {
            "image_id": id, "uploaded_at": uploaded.strftime("%Y-%m-%dT%H:%M:%SZ"),
            "purge_after": (uploaded + timedelta(days=7)).strftime("%Y-%m-%dT%H:%M:%SZ")}
        web.cloud.s3.put_object(
            Bucket=web.cloud.processed, Key=f"metadata/dt={uploaded:%Y-%m-%d}/{id}.json", Body=json.dumps(row))
        mark.write_text(str(since))
        web.server.start()

    absent("0" * 31 + "1", time.time() - 60)
    time.sleep(3)
    # Today's rows are looked at; those of earlier days were in the index already, as far as it knows.
    assert web.server.images(["0" * 31 + "1"]) == {}
    absent("0" * 31 + "2", time.time() - 7200)
    web.server.wait_for(["0" * 31 + "1", "0" * 31 + "2"], "processed")


def test_a_store_that_refuses_is_told_and_its_words_stay_in_the_log(web, started):
    environment = {
        **CLEAN, **web.cloud.objects.environment(), "AWS_SECRET_ACCESS_KEY": "wrong",
        "DARKROOM_RAW_BUCKET": web.cloud.raw, "DARKROOM_PROCESSED_BUCKET": web.cloud.processed}
    server = started(**environment)
    response = requests.post(
        f"{server.url}/api/uploads", json={"name": "a", "size": 20 << 20, "media_type": "image/jpeg"})
    assert (response.status_code, response.json()["error"]["code"]) == (502, "store_failed")
    assert "SignatureDoesNotMatch" not in response.text
    # What the server says is taken to the file a moment later.
    deadline = time.monotonic() + 20
    while "SignatureDoesNotMatch" not in (server.folder / "error.log").read_text():
        assert time.monotonic() < deadline
        time.sleep(0.05)
    assert requests.get(f"{server.url}/gallery").status_code == 200


def test_the_policy_of_pages_names_the_buckets_origin(web):
    policy = requests.get(web.server.url).headers["content-security-policy"]
    origin = web.link.url
    assert f"img-src 'self' blob: {origin};" in policy and f"connect-src 'self' {origin};" in policy
    assert "form-action 'self';" in policy


def test_forms_beyond_the_memory_for_their_parts_are_asked_to_come_again(web, started):
    """Each form may hold 32 MiB of its file: two fit."""
    server = started(
        **{**CLEAN, **web.cloud.objects.environment()}, DARKROOM_RAW_BUCKET=web.cloud.raw,
        DARKROOM_PROCESSED_BUCKET=web.cloud.processed, DARKROOM_MEMORY_MB="64")
    content = picture(6050)
    start = (
        b'--B\r\nContent-Disposition: form-data; name="file"; filename="held.jpg"\r\n\r\n' + content[:200])
    end = content[200:] + b"\r\n--B--\r\n"
    head = (
        f"POST /upload HTTP/1.1\r\nHost: 127.0.0.1:{server.port}\r\nAccept: application/json\r\n"
        f"Content-Type: multipart/form-data; boundary=B\r\nContent-Length: {len(start) + len(end)}\r\n\r\n").encode()
    held = [server.connect() for _ in range(2)]
    for connection in held:
        connection.sendall(head + start)
    deadline = time.monotonic() + 30
    while (response := requests.post(
            f"{server.url}/upload", files={"file": ("a.jpg", content)},
            headers={"Accept": "application/json"})).status_code == 200:
        assert time.monotonic() < deadline, "a third form was taken"
    assert (response.status_code, response.headers["retry-after"]) == (503, "5")
    assert response.json()["error"]["code"] == "busy"
    # What waits is not lost, and who comes again is taken.
    for connection in held:
        connection.sendall(end)
        status, _, body = read_response(connection)
        assert status == 200 and json.loads(body)["files"][0]["stored"] is True, body
    assert server.upload(("later.jpg", content))[0]["stored"] is True


def test_a_server_whose_clock_is_two_hours_behind_signs_by_the_stores_clock(web, started, tmp_path):
    server = started(
        **{**CLEAN, **web.cloud.objects.environment()}, DARKROOM_RAW_BUCKET=web.cloud.raw,
        DARKROOM_PROCESSED_BUCKET=web.cloud.processed, LD_PRELOAD=shifted_clock(tmp_path, -7200))
    told = requests.get(f"{server.url}/api/settings").json()["server_time"]
    assert datetime.now(UTC) - datetime.fromisoformat(told) > timedelta(hours=1.9)
    content = picture(6060)
    upload = requests.post(f"{server.url}/api/uploads", json={
        "name": "late.jpg", "size": len(content), "media_type": "image/jpeg"}).json()
    assert post(upload["form"], content) == 204
    done = requests.post(f"{server.url}/api/uploads/{upload['upload_id']}/complete", json={})
    assert done.json()["stored"] is True
