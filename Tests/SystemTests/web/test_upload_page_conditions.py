"""The upload page under other conditions than usual: a phone's camera, text from right to left, forced colours, a page
that is not seen, tabs that share a session, a clock that is wrong, and files that are too large to be kept."""

import json
import re

import pytest
import requests
from selenium.webdriver.common.action_chains import ActionChains

from upload_page import UploadPage, large_picture, write
from web_parts import SERVICES, picture

MEBIBYTE = 1 << 20
SESSION = "sessionStorage.getItem('darkroom-queue')"


def padded(number: int, size: int) -> bytes:
    """A picture of so many bytes, nearly all of them behind its end marker."""
    start = picture(number)
    return start + bytes(size - len(start))


def stored(server, name: str) -> int:
    return len(requests.get(f"{server.url}/api/images", params={"q": name}).json()["images"])


# MARK: Ways in


def test_a_phone_offers_its_camera_and_takes_the_photo(tmp_path, server):
    with UploadPage(tmp_path, width=390, height=800) as page:
        page.show(server.url)
        camera = page.driver.find_element("css selector", "#camera input")
        assert page.driver.find_element("css selector", "#camera").is_displayed()
        assert camera.get_attribute("capture") == "environment" and camera.get_attribute("accept") == "image/jpeg"
        camera.send_keys(str(write(tmp_path, "image.jpg", picture(8000))))
        page.wait_for("Ready", count=1)
        # Phones name every photo alike.
        camera.send_keys(str(write(tmp_path, "second/image.jpg", picture(8001))))
        page.wait(lambda: page.text("summary") == "2 of 2 ready.")


def test_a_desk_has_no_camera_to_offer(page):
    assert not page.driver.find_element("css selector", "#camera").is_displayed()


# MARK: Looks


NAMES = ("שלום עולם 2.jpg", "صورة.jpg", "abc\u202egpj.jpg", "\u2067rtl\u2069.jpg")


@pytest.mark.parametrize("width", [390, 1280])
def test_a_page_from_right_to_left_is_a_mirror_and_names_stay_what_they_are(tmp_path, server, width):
    with UploadPage(tmp_path, width=width, height=900) as page:
        page.driver.execute_cdp_cmd("Page.addScriptToEvaluateOnNewDocument", {
            "source": "new MutationObserver(() => document.documentElement.dir ||= 'rtl')"
                      ".observe(document, {childList: true, subtree: true});"})
        page.show(server.url)
        page.drop(*((name, picture(8010 + width + number)) for number, name in enumerate(NAMES)))
        lines = page.wait_for("Ready", count=4)
        assert set(lines) == {*NAMES[:2], "abc⟨U+202E⟩gpj.jpg", "⟨U+2067⟩rtl⟨U+2069⟩.jpg"}
        assert page.evaluate("getComputedStyle(document.body).direction") == "rtl"
        left = "[...document.querySelectorAll('#queue li')].map(row => ['.picture', '.name', '.actions']" \
               ".map(part => row.querySelector(part).getBoundingClientRect().right))"
        for picture_right, name_right, actions_right in page.evaluate(left):
            assert picture_right > name_right and (width < 600 or name_right > actions_right)
        ids = [image["image_id"] for image in requests.get(f"{server.url}/api/images").json()["images"][:1]]
        for path in ("/", "/gallery", f"/images/{ids[0]}"):
            page.open(server.url + path)
            assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"), path
            assert page.accessibility_faults() == [], path


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_forced_colours_leave_every_control_and_state_to_be_seen(tmp_path, server, scheme):
    with UploadPage(tmp_path, width=1280, height=900, scheme=scheme, has_forced_colours=True) as page:
        page.show(server.url)
        assert page.evaluate("matchMedia('(forced-colors: active)').matches")
        page.network(upload=100_000)
        page.drop(("sending.jpg", large_picture(50 if scheme == "light" else 51)), ("page.jpg", b"<html>"))
        page.wait(lambda: page.has_sent(0.02))
        # The bar is seen by more than its colour, and so is what each line has come to.
        bar = page.driver.find_element("css selector", "#queue progress")
        assert bar.is_displayed() and bar.size["height"] >= 4
        assert {state for state, _ in page.lines().values()} == {"Sending", "Refused"}
        button = page.driver.find_element("css selector", "#queue [data-do=pause]")
        assert button.value_of_css_property("border-style") == "solid"
        page.driver.execute_script("arguments[0].focus({focusVisible: true})", button)
        assert button.value_of_css_property("outline-style") == "solid"
        assert page.accessibility_faults() == []
        page.network()
        page.wait_for("Ready", "Refused", count=2)
        page.open(f"{server.url}/gallery")
        assert page.accessibility_faults() == []


# MARK: Tabs


def events(server) -> int:
    """How many streams of events have ended."""
    return sum(entry["path"] == "/api/events" for entry in server.entries())


def running(server) -> int:
    """How many requests are running, besides the one that asks."""
    return int(re.search(r"requests_running (\d+)", requests.get(f"{server.url}/metrics").text)[1]) - 1


def test_a_page_that_is_hidden_has_no_stream_and_hears_afterwards_what_it_missed(page, server):
    page.open(f"{server.url}/gallery")
    page.wait(lambda: running(server) == 1)
    ended = events(server)
    gallery = page.driver.current_window_handle
    page.driver.switch_to.new_window("tab")
    other = page.driver.current_window_handle
    page.wait(lambda: events(server) == ended + 1)
    (file,) = server.upload(("meanwhile.jpg", picture(8030)))
    server.wait_for([file["image_id"]], "processed")
    page.driver.switch_to.window(gallery)
    page.wait(lambda: page.text("live") == "1 new image.")
    # It is followed again.
    (file,) = server.upload(("afterwards.jpg", picture(8031)))
    page.wait(lambda: page.text("live") == "2 new images.")
    page.driver.switch_to.window(other)
    page.driver.close()
    page.driver.switch_to.window(gallery)


def test_a_tab_that_was_duplicated_has_a_queue_of_its_own_and_takes_the_other_one_over(page, server):
    page.network(upload=150_000)
    page.drop(("twice.jpg", large_picture(52)))
    page.wait(lambda: page.has_sent(0.05))
    queue = page.evaluate(SESSION)
    first = page.driver.current_window_handle
    # The new tab begins with a copy of this one's session.
    page.driver.execute_script("window.open(location.href)")
    (second,) = set(page.driver.window_handles) - {first}
    page.driver.switch_to.window(second)
    page.wait(page.has_script)
    assert page.evaluate(SESSION) != queue and page.lines() == {}
    # Both are open: what the one has is not sent by the other too.
    page.driver.refresh()
    page.wait(page.has_script)
    assert page.lines() == {}
    page.driver.switch_to.window(first)
    assert page.lines()["twice.jpg"][0] == "Sending"
    page.driver.close()
    page.driver.switch_to.window(second)
    page.wait(lambda: page.driver.refresh() or page.wait(page.has_script) is None or page.lines())
    page.wait_for("Ready", count=1)
    assert stored(server, "twice.jpg") == 1


# MARK: Clocks


@pytest.mark.parametrize("hours", [2, -2])
def test_a_browser_whose_clock_is_two_hours_off_uploads_and_goes_on_after_a_reload(tmp_path, server, hours):
    name = f"clock{hours}.jpg"
    with UploadPage(tmp_path, width=1280, height=900) as page:
        # It is put right, or wrong, while a file is on its way.
        page.show(server.url)
        page.network(upload=150_000)
        page.drop((name, large_picture(60 + hours)))
        page.wait(lambda: page.has_sent(0.05))
        page.driver.execute_cdp_cmd("Page.addScriptToEvaluateOnNewDocument", {"source": f"""
            const RealDate = Date;
            Date = class extends RealDate {{
              constructor(...values) {{ super(...(values.length ? values : [Date.now()])); }}
              static now() {{ return RealDate.now() + {hours * 3_600_000}; }}
            }};"""})
        page.driver.refresh()
        page.network()
        page.wait_for("Ready", count=1)
        page.drop((f"second-{name}", picture(8040 + hours)))
        page.wait_for("Ready", count=2)
        page.wait(lambda: page.text("summary") == "2 of 2 ready.")
    assert stored(server, name) == 2


# MARK: Files that are too large to be kept


@pytest.fixture
def roomy(tmp_path, started):
    """A server that takes larger files than browsers keep, and its page."""
    recipe = json.loads((SERVICES / "Sources/JobQueue/Resources/recipe.json").read_text())
    recipe["limits"]["max_megabytes"] = 200
    file = write(tmp_path, "recipe.json", json.dumps(recipe).encode())
    with UploadPage(tmp_path, width=1280, height=900) as page:
        page.server = started(DARKROOM_RECIPE=str(file))
        page.show(page.server.url)
        yield page


def reload(page) -> None:
    page.driver.refresh()
    page.wait(page.has_script)
    page.wait(page.lines)


@pytest.mark.parametrize("name", ["dropped.jpg", "album/deep/dropped.jpg"])
def test_of_a_dropped_file_that_is_too_large_to_be_kept_the_browser_is_asked_after_a_reload(roomy, tmp_path, name):
    page, server = roomy, roomy.server
    file = write(tmp_path, name, padded(8050, 70 * MEBIBYTE))
    page.network(upload=4 * MEBIBYTE)
    page.drop_paths(tmp_path / name.split("/")[0])
    page.wait(lambda: page.has_sent(0.1))
    reload(page)
    page.network()
    state, said = page.lines()[name]
    assert state == "Interrupted" and "press Go on" in said
    # What the browser then asks is not the page's, and nobody is here to say yes: this person says no.
    page.driver.execute_script(
        """
        FileSystemHandle.prototype.requestPermission = async function ({mode}) {
          window.asked = [this.name, this.kind, mode, navigator.userActivation.isActive];
          return "denied";
        };
        """)
    page.press_on("Go on", name)
    assert page.wait(lambda: page.evaluate("window.asked")) == ["dropped.jpg", "file", "read", True]
    assert page.lines()[name][0] == "Interrupted"
    # It can still be chosen again, and goes on where it was.
    page.choose(file)
    page.wait_for("Ready", count=1)
    assert stored(server, "dropped.jpg") == 1


def test_a_file_of_the_browsers_own_dialog_too_and_one_that_was_changed_is_asked_for_again(roomy):
    page, server = roomy, roomy.server
    page.driver.execute_async_script(
        """
        const [done] = arguments;
        // The dialog itself is not the page's; what it gives is a handle, here of the browser's own file system.
        (async () => {
          const root = await navigator.storage.getDirectory();
          for (const name of ["dialog.jpg", "changed.jpg"]) {
            const writable = await (await root.getFileHandle(name, {create: true})).createWritable();
            const start = new Uint8Array([0xff, 0xd8, 0xff, name.length]);
            await writable.write(new Blob([start, new Uint8Array(70 << 20)]));
            await writable.close();
          }
          window.showOpenFilePicker = async (options) => {
            window.asked = options;
            return Promise.all(["dialog.jpg", "changed.jpg"].map((name) => root.getFileHandle(name)));
          };
          done();
        })();
        """)
    page.network(upload=4 * MEBIBYTE)
    chooser = page.driver.find_element("css selector", "input[name=file]")
    ActionChains(page.driver).move_to_element(chooser).click().perform()
    page.wait(lambda: page.has_sent(0.05))
    assert page.evaluate("window.asked.multiple") is True
    page.driver.execute_async_script(
        """
        const [done] = arguments;
        (async () => {
          const root = await navigator.storage.getDirectory();
          const writable = await (await root.getFileHandle("changed.jpg")).createWritable();
          await writable.write("another one");
          await writable.close();
          done();
        })();
        """)
    reload(page)
    assert page.lines()["dialog.jpg"][0] in ("Queued", "Being checked", "Sending")
    assert page.lines()["changed.jpg"][0] == "Interrupted"
    page.press_on("Go on", "changed.jpg")
    page.wait(lambda: "was changed or moved" in page.lines()["changed.jpg"][1])
    page.wait(lambda: "1 interrupted" in page.text("summary"))
    page.network()
    # Not a whole picture, as it turns out when it has come.
    page.wait(lambda: page.lines()["dialog.jpg"][0] == "Refused")
    assert stored(server, "dialog.jpg") == 1
