"""The plain form, the gallery, an image's page, its pictures and its deletion: all without a script."""

import re

import pytest
import requests

from web_parts import picture

HEADERS = {
    "x-content-type-options": "nosniff",
    "referrer-policy": "same-origin",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
}


def test_files_of_one_form_become_pictures_or_a_sentence(server):
    files = server.upload(
        ("a photo.jpg", picture(1)),
        ("page.jpg", b"<!doctype html><script>alert(1)</script>"),
        ("empty.png", b""),
        ("phone.heic", b"\0\0\0\x18ftypheic\0\0\0\0mif1heic"),
        ("<b>\u202egpj.\U0001f600" + "n" * 300 + ".png", picture(2, form="PNG")),
    )
    assert [file["stored"] for file in files] == [True, False, False, False, True]
    assert [file["error"]["code"] for file in files[1:4]] == ["unsupported_format", "empty_file", "unsupported_format"]
    assert "export it as JPEG" in files[3]["error"]["message"]
    for file in (files[0], files[4]):
        assert re.fullmatch(r"web/\d{4}/\d\d/\d\d/[0-9a-f-]{36}/[^/<>\u202e]+", file["key"])
        assert len(file["key"].rsplit("/", 1)[1].encode()) <= 150
    images = server.wait_for([file["image_id"] for file in (files[0], files[4])], "processed")
    assert {image["format"] for image in images.values()} == {"jpeg", "png"}
    assert all(image["thumbhash"] and image["thumbnail"]["url"] for image in images.values())


def test_a_picture_that_turns_out_to_be_broken_says_why(server):
    (file,) = server.upload(("cut.jpg", picture(3)[:400]))
    image = server.wait_for([file["image_id"]], "rejected", "processed")[file["image_id"]]
    assert image["state"] == "rejected" and image["error_code"]
    assert image["sentence"].startswith("Refused: ")


def test_the_same_form_answers_with_a_page(server):
    files = [("<i>x</i>.jpg", picture(4)), ("x.jpg", b"GIF89a" + b"0" * 20)]
    response = requests.post(f"{server.url}/upload", files=[("file", file) for file in files])
    assert response.status_code == 200 and response.headers["content-type"].startswith("text/html")
    assert "&lt;i&gt;" in response.text and "<i>" not in response.text
    assert "GIF picture" in response.text
    page = re.search(r'href="(/images/[0-9a-f]{32})"', response.text)[1]
    assert requests.get(server.url + page).status_code == 200


def test_an_image_is_shown_in_parts_saved_and_deleted(server):
    (file,) = server.upload(("holiday é.jpg", picture(5)))
    id = file["image_id"]
    url = server.url + server.wait_for([id], "processed")[id]["thumbnail"]["url"]
    whole = requests.get(url)
    assert whole.headers["cache-control"] == "private, max-age=604800, immutable"
    size = len(whole.content)
    for asked, status, bytes in [
        ("bytes=0-9", 206, whole.content[:10]), ("bytes=-10", 206, whole.content[-10:]),
        (f"bytes={size - 1}-", 206, whole.content[-1:]), (f"bytes={size}-", 416, b""),
        ("bytes=5-2", 200, whole.content),
        (f"bytes=0-{10**30}", 206, whole.content), ("bytes=0-1,3-4", 200, whole.content),
    ]:
        part = requests.get(url, headers={"Range": asked})
        assert (part.status_code, part.content) == (status, bytes), asked
    assert requests.get(url, headers={"If-None-Match": whole.headers["etag"]}).status_code == 304

    original = requests.get(f"{server.url}/images/{id}/original")
    assert original.content == picture(5)
    assert original.headers["content-disposition"].startswith("attachment;")
    assert "sandbox" in original.headers["content-security-policy"]

    asked = requests.get(f"{server.url}/images/{id}/delete")
    assert f'action="/images/{id}/delete"' in asked.text
    done = requests.post(f"{server.url}/images/{id}/delete", allow_redirects=False)
    assert (done.status_code, done.headers["location"]) == (303, f"/images/{id}")
    assert server.images([id])[id]["state"] == "deleted"
    assert requests.get(url).status_code == 404
    assert requests.get(f"{server.url}/images/{id}/original").status_code == 404
    assert id not in requests.get(f"{server.url}/gallery").text


def test_the_gallery_pages_and_filters(server):
    files = server.upload(*((f"row {number}.jpg", picture(100 + number)) for number in range(70)))
    server.wait_for([file["image_id"] for file in files], "processed")
    first = requests.get(f"{server.url}/gallery", params={"q": "row", "format": "jpeg", "source": "web"}).text
    assert first.count("<img ") == 60
    older = re.search(r'href="(/gallery\?[^"]*cursor=[^"]+)"', first)[1].replace("&amp;", "&")
    second = requests.get(server.url + older).text
    assert second.count("<img ") == 10
    assert requests.get(f"{server.url}/gallery", params={"size": "huge"}).status_code == 400
    assert "0 images" in requests.get(f"{server.url}/gallery", params={"q": "no such name"}).text


@pytest.mark.parametrize(
    "path, status",
    [
        ("/", 200), ("/gallery", 200), ("/healthz", 200), ("/nothing", 404), ("/images/none", 404),
        ("/media/images/../x", 404), ("/media/metadata/x", 404), ("/assets/x", 404),
    ],
)
def test_every_response_carries_the_strict_headers(server, path, status):
    response = requests.get(server.url + path)
    assert response.status_code == status
    for name, value in HEADERS.items():
        assert response.headers[name] == value
    policy = response.headers["content-security-policy"]
    for rule in ("default-src 'none'", "frame-ancestors 'none'", "require-trusted-types-for 'script'"):
        assert rule in policy
    assert "strict-transport-security" not in response.headers


def test_another_sites_page_and_another_name_are_refused(server):
    files = {"file": ("a.jpg", picture(6))}
    cross = requests.post(f"{server.url}/upload", files=files, headers={"Sec-Fetch-Site": "cross-site"})
    assert cross.status_code == 403 and cross.headers["x-content-type-options"] == "nosniff"
    assert requests.get(server.url, headers={"Host": "evil.example.org"}).status_code == 421


def test_the_log_has_no_queries(server):
    requests.get(f"{server.url}/gallery?q=secret")
    entries = server.entries()
    assert any(entry["path"] == "/gallery" and entry["status"] == 200 for entry in entries)
    assert "secret" not in server.log.read_text()


def test_a_search_is_read_as_forms_write_it(server):
    assert 'value="a b+c"' in requests.get(f"{server.url}/gallery?q=a+b%2Bc").text
    wrong = requests.get(f"{server.url}/gallery?q=%ff")
    assert wrong.status_code == 400 and "two digits" in wrong.text
