"""The pages as a person uses them, in a real browser: dropping, losing the network, reloading, looking, deleting."""

import base64
import io
import os
import time
from pathlib import Path

import pytest
import requests
from PIL import Image

from browser_parts import Browser
from web_parts import SlowLink, picture

# With a folder named here the pictures of the pages are kept; docs/images has chosen ones.
KEPT = os.environ.get("WEB_SCREENSHOTS")


def large_picture(number: int) -> bytes:
    """A JPEG of some 1.5 MB that no other number has."""
    noise = Image.effect_noise((1400, 1000), 60 + number).convert("RGB")
    buffer = io.BytesIO()
    noise.save(buffer, "JPEG", quality=92)
    return buffer.getvalue()


class Page(Browser):
    """A browser that knows the upload page."""

    def choose(self, *files) -> None:
        self.driver.find_element("css selector", "input[name=file]").send_keys("\n".join(str(file) for file in files))

    def drop(self, *files: tuple[str, bytes]) -> None:
        """Drops files on the page, as a file manager does."""
        given = [(name, base64.b64encode(content).decode()) for name, content in files]
        self.driver.execute_script(
            """
            const data = new DataTransfer();
            for (const [name, content] of arguments[0]) {
              data.items.add(new File([Uint8Array.from(atob(content), c => c.charCodeAt(0))], name));
            }
            document.querySelector("#drop").dispatchEvent(
              new DragEvent("drop", {bubbles: true, cancelable: true, dataTransfer: data}));
            """, given)

    def paste(self, name: str, content: bytes) -> None:
        self.driver.execute_script(
            """
            const data = new DataTransfer();
            const bytes = Uint8Array.from(atob(arguments[1]), c => c.charCodeAt(0));
            data.items.add(new File([bytes], arguments[0], {type: "image/png"}));
            document.dispatchEvent(new ClipboardEvent("paste", {bubbles: true, cancelable: true, clipboardData: data}));
            """, name, base64.b64encode(content).decode())

    def network(self, *, offline: bool = False, upload: int = -1) -> None:
        """`upload` in bytes a second."""
        self.driver.execute_cdp_cmd("Network.enable", {})
        self.driver.execute_cdp_cmd("Network.emulateNetworkConditions", {
            "offline": offline, "latency": 0, "downloadThroughput": -1, "uploadThroughput": upload})

    def lines(self) -> dict[str, tuple[str, str]]:
        """Each file's state and what is said of it."""
        found = self.evaluate(
            "[...document.querySelectorAll('#queue li')].map(row => "
            "['.name', '.state', '.details'].map(part => row.querySelector(part).textContent))")
        return {name: (state, details) for name, state, details in found}

    def wait(self, condition, seconds: float = 90):
        end = time.monotonic() + seconds
        while not (found := condition()):
            assert time.monotonic() < end, self.lines()
            time.sleep(0.1)
        return found

    def wait_for(self, *states: str, count: int | None = None) -> dict[str, tuple[str, str]]:
        """The lines, once all of them are in one of these states."""
        def found():
            lines = self.lines()
            enough = len(lines) == count if count is not None else bool(lines)
            return lines if enough and all(state in states for state, _ in lines.values()) else None
        return self.wait(found)

    def press(self, selector: str) -> None:
        self.driver.find_element("css selector", selector).click()

    def errors(self) -> list[str]:
        """What the browser objects to, among it every breach of the content security policy."""
        return [entry["message"] for entry in self.driver.get_log("browser") if "/api/" not in entry["message"]]


@pytest.fixture
def page(tmp_path, server):
    with Page(tmp_path, width=1280, height=900) as page:
        page.open(server.url)
        page.wait(lambda: page.evaluate("document.documentElement.classList.contains('script')"))
        yield page


def write(folder, name: str, content: bytes):
    file = folder / name
    file.write_bytes(content)
    return file


def test_chosen_files_become_pictures_or_a_sentence(page, tmp_path):
    page.choose(
        write(tmp_path, "first.jpg", picture(101)), write(tmp_path, "second.PNG", picture(102, form="PNG")),
        write(tmp_path, "page.jpg", b"<!doctype html>"), write(tmp_path, "empty.png", b""),
        write(tmp_path, "phone.heic", b"\0\0\0\x18ftypheic\0\0\0\0mif1heic"),
        write(tmp_path, "wrong.png", picture(103)))
    lines = page.wait_for("Ready", "Refused", count=6)
    assert {name for name, (state, _) in lines.items() if state == "Ready"} == {"first.jpg", "second.PNG"}
    assert "web page" in lines["page.jpg"][1] and "empty" in lines["empty.png"][1]
    assert "Most Compatible" in lines["phone.heic"][1] and "holds a JPEG" in lines["wrong.png"][1]
    page.wait(lambda: page.evaluate("document.querySelectorAll('#queue .picture img').length") == 2)
    assert "2 of 6 ready" in page.evaluate("document.querySelector('#summary').textContent")
    assert page.errors() == []


def test_dropped_and_pasted_files_are_taken_and_known_ones_are_not_sent_again(page):
    name = "<b>\u202egpj.\U0001f600.jpg"
    page.drop((name, picture(111)), ("two.jpg", picture(112)))
    page.paste("pasted.png", picture(113, form="PNG"))
    assert set(page.wait_for("Ready", count=3)) == {name, "two.jpg", "pasted.png"}
    page.drop(("again.jpg", picture(111)))
    lines = page.wait_for("Ready", count=4)
    assert "here already" in lines["again.jpg"][1]


def test_a_lost_network_only_delays(page):
    page.network(offline=True)
    page.drop(("offline.jpg", picture(121)))
    page.wait(lambda: "tried again by itself" in page.lines()["offline.jpg"][1])
    page.network()
    page.wait_for("Ready", count=1)


def test_an_upload_goes_on_after_a_loss_in_the_middle(tmp_path, server):
    with SlowLink(server.port, rate=200_000) as link, Page(tmp_path, width=1280, height=900) as page:
        page.open(link.url)
        page.wait(lambda: page.evaluate("document.documentElement.classList.contains('script')"))
        page.drop(("large.jpg", large_picture(1)))
        page.wait(lambda: page.evaluate("document.querySelector('#queue progress').value") > 0.2)
        link.cut()
        page.wait(lambda: page.lines()["large.jpg"][0] == "Waiting")
        before = link.passed
        link.mend()
        page.wait_for("Ready", count=1)
        # What had come was not sent again.
        assert link.passed - before < len(large_picture(1))


def test_the_queue_survives_a_reload(page, server):
    page.network(upload=120_000)
    page.drop(("reloaded.jpg", large_picture(2)), ("behind.jpg", picture(131)))
    page.wait(lambda: page.evaluate("document.querySelector('#queue progress').value") > 0.2)
    page.driver.refresh()
    page.network()
    page.wait_for("Ready", count=2)
    found = requests.get(f"{server.url}/api/images", params={"q": "reloaded"}).json()["images"]
    assert len(found) == 1


def test_a_file_is_paused_and_cancelled(page, server):
    page.network(upload=100_000)
    page.drop(("paused.jpg", large_picture(3)))
    page.wait(lambda: page.lines()["paused.jpg"][0] == "Sending")
    page.press("#queue [data-do=pause]")
    assert page.lines()["paused.jpg"][0] == "Paused"
    page.network()
    page.press("#queue [data-do=resume]")
    page.wait_for("Ready", count=1)
    page.network(upload=100_000)
    page.drop(("cancelled.jpg", large_picture(4)))
    page.wait(lambda: page.lines()["cancelled.jpg"][0] == "Sending")
    page.press("#queue li:last-child [data-do=cancel]")
    assert page.lines()["cancelled.jpg"][0] == "Cancelled"
    assert requests.get(f"{server.url}/api/images", params={"q": "cancelled"}).json()["images"] == []


def test_ten_thousand_files_leave_the_page_alive(page):
    page.network(offline=True)
    page.driver.execute_script(
        """
        const data = new DataTransfer();
        for (let n = 0; n < 10001; n++) data.items.add(new File(["x"], `${n}.jpg`));
        document.querySelector("input[name=file]").files = data.files;
        document.querySelector("input[name=file]").dispatchEvent(new Event("change"));
        """)
    page.wait(lambda: "10,000 files are the most" in page.evaluate("document.querySelector('#notice').textContent"))
    assert page.evaluate("document.querySelectorAll('#queue li').length") == 200
    assert page.evaluate("document.querySelector('#more').hidden") is False
    page.network()


def test_the_gallery_finds_and_an_image_is_deleted(page, server):
    page.drop(("find-me.jpg", picture(141)))
    page.wait_for("Ready", count=1)
    page.open(f"{server.url}/gallery?q=find-me")
    assert page.evaluate("document.querySelectorAll('.images li').length") == 1
    page.press(".images a")
    assert page.evaluate("document.querySelectorAll('.renditions img').length") >= 1
    page.press("a.danger")
    page.press("button.danger")
    assert "Deleted" in page.evaluate("document.querySelector('main').textContent")
    page.open(f"{server.url}/gallery?q=find-me")
    assert page.evaluate("document.querySelectorAll('.images li').length") == 0


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [390, 1280])
def test_every_page_is_accessible_and_fits(tmp_path, server, width, scheme):
    (file,) = server.upload((f"shown {width} {scheme}.jpg", large_picture(10 + width + len(scheme))))
    server.wait_for([file["image_id"]], "processed")
    image = f"/images/{file['image_id']}"
    with Page(tmp_path, width=width, height=900, scheme=scheme) as page:
        for name, path in {
            "upload": "/", "gallery": "/gallery", "image": image, "delete": f"{image}/delete", "error": "/nothing",
        }.items():
            page.open(server.url + path)
            if name == "upload":
                page.wait(lambda: page.evaluate("document.documentElement.classList.contains('script')"))
                page.drop(("a.jpg", picture(150 + width)), ("b.jpg", b"no picture"))
                page.wait_for("Ready", "Refused", count=2)
            assert page.accessibility_faults() == [], name
            assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"), name
            if KEPT:
                page.screenshot(Path(KEPT) / f"{name}-{width}-{scheme}.png")


def test_the_upload_page_weighs_little(server):
    html = requests.get(server.url).text
    total = len(html.encode())
    for name in ("style.css", "upload.js", "thumbhash.js", "icon.svg"):
        response = requests.get(f"{server.url}/assets/{name}")
        assert response.status_code == 200 and response.headers["cache-control"] == "no-cache"
        total += len(response.content)
    assert total <= 60_000
