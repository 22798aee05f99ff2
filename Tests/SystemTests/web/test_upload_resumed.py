"""Uploads in several requests: they go on where they broke off."""

import hashlib

import requests

from web_parts import picture


def begin(server, name: str, content: bytes, **more) -> dict:
    response = requests.post(f"{server.url}/api/uploads", json={"name": name, "size": len(content), **more})
    assert response.status_code == 201, response.text
    return response.json()


def send(server, upload: dict, offset: int, content: bytes) -> requests.Response:
    return requests.put(server.url + upload["url"], data=content, headers={"Upload-Offset": str(offset)})


def test_an_upload_goes_on_after_a_kill_from_the_byte_that_it_had(started):
    server = started()
    content = picture(1, 640, 480)
    upload = begin(server, "big.jpg", content, sha256=hashlib.sha256(content).hexdigest())
    assert upload["way"] == "server"
    assert send(server, upload, 0, content[:1000]).json() | {"offset": 1000, "stored": False} == send(
        server, upload, 1000, b""
    ).json()
    server.kill()
    server.start()
    state = requests.get(f"{server.url}/api/uploads/{upload['upload_id']}").json()
    assert (state["state"], state["offset"]) == ("open", 1000)
    wrong = send(server, upload, 500, content[500:])
    assert wrong.status_code == 409 and wrong.json()["error"]["limit"] == 1000
    done = send(server, upload, 1000, content[1000:])
    assert done.json()["stored"] is True
    server.wait_for([upload["image_id"]], "processed")


def test_a_kill_between_the_store_and_the_word_of_it_is_made_good(started):
    server = started()
    content = picture(5)
    upload = begin(server, "told-late.jpg", content)
    assert send(server, upload, 0, content[:-1]).json()["stored"] is False
    # As a kill leaves it: the object stands, and the upload is open still.
    file = server.folder / "store/darkroom-raw" / upload["key"]
    file.parent.mkdir(parents=True)
    file.write_bytes(content)
    assert send(server, upload, len(content) - 1, content[-1:]).json()["stored"] is True
    server.wait_for([upload["image_id"]], "processed")
    assert file.read_bytes() == content


def test_the_same_bytes_are_known_before_they_are_sent(server):
    content = picture(2)
    (file,) = server.upload(("first.jpg", content))
    server.wait_for([file["image_id"]], "processed")
    again = begin(server, "second.jpg", content, sha256=hashlib.sha256(content).hexdigest())
    assert again["way"] == "known" and again["image"]["image_id"] == file["image_id"]


def test_other_bytes_than_were_told_are_not_stored(server):
    content = picture(3)
    upload = begin(server, "a.jpg", content, sha256=hashlib.sha256(b"other").hexdigest())
    refused = send(server, upload, 0, content)
    assert (refused.status_code, refused.json()["error"]["code"]) == (422, "wrong_sha256")


def test_more_bytes_than_were_told_are_refused(server):
    upload = begin(server, "a.jpg", b"x" * 100)
    assert send(server, upload, 0, b"x" * 101).status_code == 413


def test_what_cannot_be_taken_is_told_before_it_is_sent(server):
    too_large = requests.post(f"{server.url}/api/uploads", json={"name": "a.jpg", "size": 5 << 40})
    assert too_large.status_code == 413 and too_large.json()["error"]["limit"] > 0
    empty = requests.post(f"{server.url}/api/uploads", json={"name": "a.jpg", "size": 0})
    assert empty.json()["error"]["code"] == "empty_file"
    assert requests.post(f"{server.url}/api/uploads", data=b"{").json()["error"]["code"] == "bad_json"
    assert requests.get(f"{server.url}/api/uploads/{'0' * 36}").status_code == 404
