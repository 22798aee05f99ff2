"""The upload page, the gallery and deletion in front of S3, in a real browser: files go from it straight to the bucket,
and what processes them is the program that is deployed."""

import re

import pytest
import requests

from aws_parts import start_seaweedfs
from upload_page import UploadPage, write
from web_cloud import WebCloud
from web_parts import picture

MEBIBYTE = 1 << 20


@pytest.fixture(scope="module", params=["seaweedfs", "ministack"])
def web(request, ministack, tmp_path_factory):
    """SeaweedFS holds forms to their policies and checksums; ministack notifies queues, as S3 does."""
    folder = tmp_path_factory.mktemp("s3")
    server, objects = start_seaweedfs(folder, ministack) if request.param == "seaweedfs" else (None, None)
    web = WebCloud(folder / "web", ministack, objects)
    yield web
    web.stop()
    if server:
        server.stop()


@pytest.fixture
def page(tmp_path, web):
    with UploadPage(tmp_path, width=1280, height=900) as page:
        page.show(web.server.url)
        yield page
    web.link.rate = None


def large(number: int, size: int = 40 * MEBIBYTE) -> bytes:
    """A picture that is followed by so many bytes that it goes in parts."""
    start = picture(number)
    return start + (number.to_bytes(4, "big") * (size // 4 + 1))[: size - len(start)]


def test_a_small_file_goes_straight_to_the_bucket_and_is_seen(page, web):
    page.drop(("first.jpg", picture(5001)))
    page.wait_for("Ready", count=1)
    page.wait(lambda: page.evaluate("document.querySelectorAll('#queue .picture img').length") == 1)
    (key,) = [key for key in web.raw() if key.endswith("/first.jpg")]
    assert re.fullmatch(r"web/\d{4}/\d\d/\d\d/[0-9a-f-]{36}/first\.jpg", key)
    body = web.cloud.s3.get_object(Bucket=web.cloud.raw, Key=key)
    assert body["Body"].read() == picture(5001) and body["ContentType"] == "image/jpeg"
    assert not any(entry["bytes_in"] > 2000 for entry in web.server.entries())
    assert page.errors() == []


def test_forty_files_over_a_network_that_breaks_off_are_forty_pictures(page, web):
    web.link.rate = 20_000
    page.drop(*((f"album-{number:02}.jpg", picture(5200 + number, 200, 150)) for number in range(40)))
    page.wait(lambda: any(state in ("Processing", "Ready") for state, _ in page.lines().values()))
    web.link.cut()
    page.wait(lambda: any("connection was lost" in said for _, said in page.lines().values()))
    web.link.rate = None
    web.link.mend()
    page.wait(lambda: "40 of 40 ready" in page.text("summary"), 180)
    assert len([key for key in web.raw() if "/album-" in key]) == 40


def test_the_gallery_shows_pictures_of_the_bucket_and_an_image_is_deleted(page, web):
    page.drop(("find-me.jpg", picture(5010)))
    page.wait_for("Ready", count=1)
    gallery = f"{web.server.url}/gallery?q=find-me"
    page.open(gallery)
    page.wait(lambda: page.evaluate(
        "[...document.querySelectorAll('.images img')].filter(image => image.naturalWidth > 0).length") == 1)
    address = page.evaluate("document.querySelector('.images img').src")
    assert address.startswith(web.link.url) and "X-Amz-Signature" in address
    # The same address at the next look, so that the browser has the picture already.
    assert address.replace("&", "&amp;") in requests.get(gallery).text
    page.follow(".images a")
    page.wait(lambda: page.evaluate(
        "[...document.querySelectorAll('.renditions img')].every(image => image.naturalWidth > 0)"))
    original = requests.get(page.evaluate("document.querySelector('a[download]').href"))
    assert original.content == picture(5010)
    assert original.headers["content-disposition"].startswith('attachment; filename="find-me.jpg"')
    address = page.evaluate("document.querySelector('a[download]').href")
    page.follow("a.danger")
    page.follow("button.danger")
    assert requests.get(address).status_code == 404
    assert "Deleted" in page.evaluate("document.querySelector('main').textContent")
    page.open(gallery)
    assert page.evaluate("document.querySelectorAll('.images li').length") == 0
    assert not [key for key in web.raw() if key.endswith("/find-me.jpg")]
    assert page.errors() == []


def test_a_large_file_goes_on_after_a_loss_with_the_parts_that_are_missing(page, web, tmp_path):
    web.link.rate = 3 * MEBIBYTE
    content = large(5020, 60 * MEBIBYTE)
    before = len(web.requests("/parts"))
    page.choose(write(tmp_path, "large.jpg", content))
    page.wait(lambda: len(web.parts("large.jpg")) == 3 and len(web.requests("/parts")) == before + 4)
    assert "/s" in page.lines()["large.jpg"][1]
    page.network(offline=True)
    # DevTools lets pass what is on its way.
    web.link.cut()
    page.wait(lambda: "no network" in page.lines()["large.jpg"][1])
    signed = len(web.requests("/parts"))
    web.link.rate = None
    web.link.mend()
    page.network()
    page.wait(lambda: page.lines()["large.jpg"][0] in ("Processing", "Ready", "Refused"))
    (key,) = [key for key in web.raw() if key.endswith("/large.jpg")]
    assert web.cloud.s3.get_object(Bucket=web.cloud.raw, Key=key)["Body"].read() == content
    assert web.unfinished("large.jpg") == []
    # The one that was missing once more.
    assert signed - before == 4 and len(web.requests("/parts")) == signed + 1
    page.wait_for("Ready", count=1)


def test_a_connection_that_is_cut_costs_the_parts_that_were_on_their_way(page, web, tmp_path):
    web.link.rate = 3 * MEBIBYTE
    content = large(5025, 40 * MEBIBYTE)
    page.choose(write(tmp_path, "cut.jpg", content))
    page.wait(lambda: page.has_sent(0.3))
    web.link.cut()
    page.wait(lambda: page.lines()["cut.jpg"][0] == "Queued")
    web.link.rate = None
    web.link.mend()
    page.wait_for("Ready", count=1)
    assert len([key for key in web.raw() if key.endswith("/cut.jpg")]) == 1 and web.unfinished("cut.jpg") == []


def test_a_large_file_goes_on_after_a_reload(page, web, tmp_path):
    web.link.rate = 3 * MEBIBYTE
    content = large(5030, 60 * MEBIBYTE)
    before = len(web.requests("/parts"))
    page.choose(write(tmp_path, "reloaded.jpg", content))
    # The last part is on its way.
    page.wait(lambda: len(web.parts("reloaded.jpg")) == 3 and len(web.requests("/parts")) == before + 4)
    (upload,) = web.unfinished("reloaded.jpg")
    signed = len(web.requests("/parts"))
    page.driver.refresh()
    page.wait_for("Ready", count=1)
    assert len(web.requests("/parts")) == signed + 1
    assert upload["Key"] in web.raw() and web.unfinished("reloaded.jpg") == []
    assert len([key for key in web.raw() if key.endswith("/reloaded.jpg")]) == 1


def test_a_file_that_is_chosen_again_goes_on_and_a_changed_part_is_sent_anew(page, web, tmp_path):
    if web.cloud.objects.name == "seaweedfs":
        pytest.skip("SeaweedFS does not list the checksums of parts")
    web.link.rate = 3 * MEBIBYTE
    content = large(5040, 60 * MEBIBYTE)
    file = write(tmp_path, "again.jpg", content)
    page.choose(file)
    page.wait(lambda: len(web.parts("again.jpg")) == 3)
    (upload,) = web.unfinished("again.jpg")
    # As where the browser had no room to keep it.
    page.driver.execute_async_script(
        """
        const done = arguments[arguments.length - 1];
        indexedDB.open("darkroom").onsuccess = ({target}) => {
          const transaction = target.result.transaction("files", "readwrite");
          transaction.objectStore("files").clear();
          transaction.oncomplete = done;
        };
        """)
    page.driver.refresh()
    page.wait(page.has_script)
    page.wait(lambda: page.lines()["again.jpg"][0] == "Interrupted")
    # Each of its parts is another one now, which those that are there may not hide.
    changed = b"".join(
        content[start : start + MEBIBYTE] + b"changed!" + content[start + MEBIBYTE + 8 : start + 16 * MEBIBYTE]
        for start in range(0, len(content), 16 * MEBIBYTE))
    assert len(changed) == len(content)
    file.write_bytes(changed)
    web.link.rate = None
    page.choose(file)
    page.wait(lambda: page.lines()["again.jpg"][0] in ("Processing", "Ready"))
    assert web.cloud.s3.get_object(Bucket=web.cloud.raw, Key=upload["Key"])["Body"].read() == changed


def test_a_cancelled_file_leaves_nothing_behind(page, web, tmp_path):
    web.link.rate = 2 * MEBIBYTE
    page.choose(write(tmp_path, "cancelled.jpg", large(5050)))
    page.wait(lambda: web.unfinished("cancelled.jpg"))
    page.wait(lambda: page.has_sent(0.1))
    page.press("#queue [data-do=cancel]")
    assert page.lines()["cancelled.jpg"][0] == "Cancelled"
    page.wait(lambda: not web.unfinished("cancelled.jpg"))
    assert not [key for key in web.raw() if key.endswith("/cancelled.jpg")]


def test_a_file_whose_response_was_lost_is_not_sent_again(page, web):
    page.driver.execute_script(
        """
        // The bytes arrive, and the response does not.
        const send = XMLHttpRequest.prototype.send;
        XMLHttpRequest.prototype.send = function (body) {
          XMLHttpRequest.prototype.send = send;
          this.onload = () => this.onerror();
          send.call(this, body);
        };
        """)
    before = len(web.requests("/form"))
    page.drop(("once.jpg", picture(5060)))
    page.wait(lambda: "connection was lost" in page.lines().get("once.jpg", ("", ""))[1])
    page.wait_for("Ready", count=1)
    assert len(web.requests("/form")) == before
    assert len([key for key in web.raw() if key.endswith("/once.jpg")]) == 1


def test_what_the_store_says_is_told_in_a_sentence_and_a_permission_that_ran_out_is_replaced(page, web):
    page.driver.execute_script(
        """
        window.forms = 0;
        const append = FormData.prototype.append;
        FormData.prototype.append = function (name, value) {
          // The policy of the first form is not what was signed; of the second it says that it ran out.
          if (name === "policy" && window.forms++ < 1) value = btoa('{"expiration":"2020-01-01T00:00:00Z"}');
          return append.call(this, name, value);
        };
        """)
    page.drop(("forged.jpg", picture(5070)))
    page.wait(lambda: "The store refused this file (" in page.lines().get("forged.jpg", ("", ""))[1])
    # Tried again by itself, with a fresh form.
    page.wait_for("Ready", count=1)
    assert page.evaluate("window.forms") == 2


def test_a_form_that_ran_out_is_replaced_without_a_word(page, web):
    expired = web.cloud.s3.generate_presigned_post(
        web.cloud.raw, "web/x", ExpiresIn=-60, Conditions=[
            ["starts-with", f"${field}", ""] for field in (
                "key", "Content-Type", "x-amz-checksum-algorithm", "x-amz-checksum-sha256")])["fields"]
    del expired["key"]
    page.driver.execute_script(
        """
        window.forms = 0;
        const append = FormData.prototype.append;
        FormData.prototype.append = function (name, value) {
          if (name === "key") window.forms++;
          return append.call(this, name, window.forms === 1 ? expired[name] ?? value : value);
        };
        const expired = arguments[0];
        """, expired)
    page.drop(("late.jpg", picture(5090)))
    page.wait_for("Ready", count=1)
    assert page.evaluate("window.forms") == 2
    assert len(web.requests("/form")) >= 1


def test_everything_works_without_a_script(page, web, tmp_path):
    page.driver.execute_cdp_cmd("Emulation.setScriptExecutionDisabled", {"value": True})
    page.open(f"{web.server.url}/")
    content = large(5080, 20 * MEBIBYTE)
    page.choose(write(tmp_path, "plain.jpg", content), write(tmp_path, "text.jpg", b"no picture"))
    page.follow("form button.primary")
    assert len(page.driver.find_elements("css selector", ".results a")) == 1
    (key,) = [key for key in web.raw() if key.endswith("/plain.jpg")]
    assert web.cloud.s3.get_object(Bucket=web.cloud.raw, Key=key)["Body"].read() == content
    page.follow(".actions a:last-child")
    assert "plain.jpg" in page.driver.find_element("css selector", ".images").text


def test_a_message_that_is_no_notification_is_named_and_does_not_stop_the_others(page, web):
    queue = web.server.environment.get("DARKROOM_WEB_ROWS_QUEUE_URL")
    if not queue:
        pytest.skip("the rows are looked for where the store tells no queue of them")
    web.cloud.sqs.send_message(QueueUrl=queue, MessageBody="no notification")
    page.drop(("after.jpg", picture(5100)))
    page.wait_for("Ready", count=1)
    page.wait(lambda: "a notification was not taken in" in (web.server.folder / "error.log").read_text())
