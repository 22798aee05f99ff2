"""Every page in a real browser: for people who see little or use a keyboard, small and large, light and dark, without a
script, and light enough for a phone."""

import os
from pathlib import Path

import pytest
import requests
from selenium.webdriver.common.action_chains import ActionChains
from selenium.webdriver.common.keys import Keys

from runtime_parts import ROOT
from upload_page import UploadPage, write
from web_parts import picture

# With a folder named here the pictures of the pages are kept; docs/images has chosen ones.
KEPT = os.environ.get("WEB_SCREENSHOTS")
SAMPLES = ROOT / "functions/image-processor/samples/web"


def test_the_gallery_finds_and_an_image_is_deleted(page, server):
    page.drop(("find-me.jpg", picture(141)))
    page.wait_for("Ready", count=1)
    page.open(f"{server.url}/gallery?q=find-me")
    assert page.evaluate("document.querySelectorAll('.images li').length") == 1
    page.follow(".images a")
    assert page.evaluate("document.querySelectorAll('.renditions img').length") >= 1
    page.follow("a.danger")
    page.follow("button.danger")
    assert "Deleted" in page.evaluate("document.querySelector('main').textContent")
    page.open(f"{server.url}/gallery?q=find-me")
    assert page.evaluate("document.querySelectorAll('.images li').length") == 0


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [390, 1280])
def test_every_page_is_accessible_and_fits(tmp_path, started, width, scheme):
    server = started()
    with UploadPage(tmp_path, width=width, height=900, scheme=scheme) as page:
        def look(name: str) -> None:
            assert page.accessibility_faults() == [], name
            assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"), name
            if KEPT:
                page.screenshot(Path(KEPT) / f"{name}-{width}-{scheme}.webp")

        page.show(server.url)
        look("empty")
        phone = write(tmp_path, "IMG_2041.heic", b"\0\0\0\x18ftypheic\0\0\0\0mif1heic")
        page.choose(*(SAMPLES / name for name in ("chelsea.jpg", "coffee-cutout.png", "hubble-deep-field.jpg")), phone,
                    SAMPLES / "corrupt.jpg")
        page.wait_for("Ready", "Refused", count=5)
        page.wait(lambda: page.evaluate("document.querySelectorAll('#queue .picture img').length") == 3)
        page.wait(lambda: page.text("summary") == "3 of 5 ready, 2 refused.")
        look("upload")
        found = requests.get(f"{server.url}/api/images").json()["images"]
        ids = {image["name"]: image["image_id"] for image in found}
        for name, path in {
            "gallery": "/gallery", "nothing": "/gallery?q=no-such-name", "image": f"/images/{ids['chelsea.jpg']}",
            "refused": f"/images/{ids['corrupt.jpg']}", "delete": f"/images/{ids['chelsea.jpg']}/delete",
            "error": "/nothing",
        }.items():
            page.open(server.url + path)
            page.wait(lambda: page.evaluate("[...document.images].every((image) => image.complete)"))
            look(name)


def test_the_upload_page_weighs_little(page):
    loaded = page.evaluate(
        """[...performance.getEntriesByType("navigation"), ...performance.getEntriesByType("resource")]
        .filter((entry) => !entry.name.includes("/api/")).map((entry) => [entry.name, entry.encodedBodySize])""")
    assert len(loaded) > 10 and sum(size for _, size in loaded) <= 60_000, loaded


def test_what_scripts_import_is_asked_for_again_and_not_sent_again(server):
    first = requests.get(f"{server.url}/assets/upload-queue.js")
    assert first.headers["cache-control"] == "no-cache"
    again = requests.get(f"{server.url}/assets/upload-queue.js", headers={"If-None-Match": first.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")
    named = requests.get(f"{server.url}/assets/upload-queue.js?v={first.headers['etag'].strip(chr(34))}")
    assert "immutable" in named.headers["cache-control"]


def test_the_gallery_tells_of_new_images(page, server):
    page.open(f"{server.url}/gallery")
    (file,) = server.upload(("newcomer.jpg", picture(2400)))
    server.wait_for([file["image_id"]], "processed")
    page.wait(lambda: not page.evaluate("document.getElementById('fresh').hidden"))
    assert page.text("live") == "1 new image."
    page.follow("#fresh")
    assert "newcomer.jpg" in page.text("main")


def test_everything_works_without_a_script(page, server, tmp_path):
    page.driver.execute_cdp_cmd("Emulation.setScriptExecutionDisabled", {"value": True})
    page.open(f"{server.url}/")
    page.choose(*(write(tmp_path, f"plain-{number}.jpg", picture(2500 + number)) for number in range(3)))
    page.follow("form button.primary")
    assert len(page.driver.find_elements("css selector", ".results a")) == 3
    page.follow(".actions a:last-child")
    assert "plain-2.jpg" in page.driver.find_element("css selector", ".images").text


def test_the_keyboard_reaches_every_way_in(page):
    reached = set()
    for _ in range(6):
        ActionChains(page.driver).send_keys(Keys.TAB).perform()
        reached.add(page.evaluate(
            "(document.activeElement.closest('label') ?? document.activeElement).textContent.trim()"))
    assert {"To the content", "Upload", "Gallery", "Choose pictures", "Choose a folder"} <= reached
