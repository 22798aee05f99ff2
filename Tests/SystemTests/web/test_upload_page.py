"""The upload page in a real browser: every way in, a bad network, a reload, and what cannot be taken."""

import requests

from upload_page import UploadPage, large_picture, write
from web_parts import SlowLink, picture


def begun(server) -> int:
    """How many uploads scripts have begun."""
    return sum(entry["method"] == "POST" and entry["path"] == "/api/uploads" for entry in server.entries())


def test_chosen_files_become_pictures_or_a_sentence(page, tmp_path):
    page.choose(
        write(tmp_path, "first.jpg", picture(101)), write(tmp_path, "second.PNG", picture(102, form="PNG")),
        write(tmp_path, "page.jpg", b"<!doctype html>"), write(tmp_path, "empty.png", b""),
        write(tmp_path, "phone.heic", b"\0\0\0\x18ftypheic\0\0\0\0mif1heic"),
        write(tmp_path, "wrong.png", picture(103)))
    lines = page.wait_for("Ready", "Refused", count=6)
    assert {name for name, (state, _) in lines.items() if state == "Ready"} == {"first.jpg", "second.PNG"}
    assert "web page" in lines["page.jpg"][1] and "empty" in lines["empty.png"][1]
    assert "Most Compatible" in lines["phone.heic"][1] and "this is a JPEG picture" in lines["wrong.png"][1]
    page.wait(lambda: page.evaluate("document.querySelectorAll('#queue .picture img').length") == 2)
    page.wait(lambda: page.text("summary") == page.text("live") == "2 of 6 ready, 4 refused.")
    assert page.errors() == []


def test_dropped_and_pasted_files_are_taken_and_known_ones_are_not_sent_again(page):
    name = "<b>\u202egpj.\U0001f600.jpg"
    shown = "<b>⟨U+202E⟩gpj.\U0001f600.jpg"
    page.drop((name, picture(111)), ("two.jpg", picture(112)))
    page.paste("pasted.png", picture(113, form="PNG"))
    assert set(page.wait_for("Ready", count=3)) == {shown, "two.jpg", "pasted.png"}
    page.drop(("again.jpg", picture(111)))
    lines = page.wait_for("Ready", count=4)
    assert "here already" in lines["again.jpg"][1]


def test_a_lost_network_only_delays(page):
    page.network(offline=True)
    page.drop(("offline.jpg", picture(121)))
    page.wait(lambda: "no network" in page.lines()["offline.jpg"][1])
    page.network()
    page.wait_for("Ready", count=1)


def test_an_upload_goes_on_after_a_loss_in_the_middle(tmp_path, server):
    with SlowLink(server.port, rate=200_000) as link, UploadPage(tmp_path, width=1280, height=900) as page:
        before = begun(server)
        page.show(link.url)
        page.drop(("large.jpg", large_picture(1)))
        # So much has really passed: a browser's own figures have what waits in its sockets.
        page.wait(lambda: link.passed > 600_000)
        assert "/s" in page.lines()["large.jpg"][1] and "left" in page.lines()["large.jpg"][1]
        link.cut()
        page.wait(lambda: page.lines()["large.jpg"][0] == "Queued")
        passed = link.passed
        link.mend()
        page.wait_for("Ready", count=1)
        # What had come was not sent again, but for what the server had not yet written.
        assert begun(server) == before + 1
        assert link.passed - passed < len(large_picture(1)) - 200_000


def test_the_queue_survives_a_reload(page, server):
    page.network(upload=120_000)
    page.drop(("reloaded.jpg", large_picture(2)), ("behind.jpg", picture(131)))
    page.wait(lambda: page.has_sent(0.2))
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
    page.wait(lambda: "10000 files are the most" in page.evaluate("document.querySelector('#notice').textContent"))
    assert page.evaluate("document.querySelectorAll('#queue li').length") == 200
    assert page.evaluate("document.querySelector('#more').hidden") is False
    page.network()


def test_a_dropped_folder_comes_with_all_that_is_below_it(page, tmp_path):
    for number in range(130):
        write(tmp_path, f"album/{number:03}.jpg", picture(1100 + number, 64, 48))
    write(tmp_path, "album/deep/er/last.jpg", picture(1300))
    page.drop_paths(tmp_path / "album")
    page.wait(lambda: "131 of 131 ready" in page.text("summary"), 180)
    assert "album/deep/er/last.jpg" in page.lines()


def test_a_broken_picture_says_why_after_it_was_processed(page):
    page.drop(("cut.jpg", picture(1450)[:400]))
    assert "Refused: " in page.wait_for("Refused", count=1)["cut.jpg"][1]


def test_only_what_failed_is_tried_again(page, server):
    page.drop(("good.jpg", picture(1600)))
    page.wait_for("Ready", count=1)
    page.block("*/api/uploads*")
    page.drop(("bad.jpg", picture(1601)))
    page.wait(lambda: page.lines().get("bad.jpg", ("", ""))[0] == "Not sent", 120)
    assert "tried 6 times" in page.lines()["bad.jpg"][1]
    page.block()
    before = begun(server)
    page.wait(lambda: page.driver.find_element("css selector", "#retry").is_displayed())
    page.press("#retry")
    page.wait_for("Ready", count=2)
    assert begun(server) == before + 1


def test_a_file_whose_response_was_lost_is_not_sent_again(page, server):
    page.block("*/api/images*", "*/api/events*")
    page.driver.execute_script(
        """
        // The bytes arrive, and the response does not.
        const send = XMLHttpRequest.prototype.send;
        XMLHttpRequest.prototype.send = function (body) {
          XMLHttpRequest.prototype.send = send;
          this.addEventListener("loadend", () => {});
          const loaded = this.onload;
          this.onload = () => this.onerror();
          send.call(this, body);
        };
        """)
    before = begun(server)
    page.drop(("once.jpg", picture(1650)))
    page.wait(lambda: "connection was lost" in page.lines().get("once.jpg", ("", ""))[1])
    page.block()
    page.wait_for("Ready", count=1)
    assert begun(server) == before + 1


def test_two_tabs_have_queues_of_their_own(page, server):
    page.network(upload=200_000)
    page.drop(("mine.jpg", large_picture(20)))
    page.wait(lambda: page.has_sent(0.05))
    first = page.driver.current_window_handle
    page.driver.switch_to.new_window("tab")
    page.show(server.url)
    assert page.lines() == {}
    page.driver.close()
    page.driver.switch_to.window(first)
    page.network()
    page.wait_for("Ready", count=1)


def test_a_closed_tabs_queue_goes_on_in_the_next_one(page, server):
    page.network(upload=200_000)
    page.drop(("left.jpg", large_picture(21)))
    page.wait(lambda: page.has_sent(0.05))
    old = page.driver.current_window_handle
    page.driver.switch_to.new_window("tab")
    new = page.driver.current_window_handle
    page.driver.switch_to.window(old)
    page.driver.close()
    page.driver.switch_to.window(new)
    page.show(server.url)
    page.wait_for("Ready", count=1)


def test_ten_thousand_refusals_do_not_stop_the_page(page):
    longest = page.driver.execute_async_script(
        """
        const done = arguments[arguments.length - 1];
        const data = new DataTransfer();
        for (let n = 0; n < 10000; n++) data.items.add(new File([], `${n}.jpg`));
        let longest = 0, last = performance.now();
        setInterval(() => {
          longest = Math.max(longest, performance.now() - last);
          last = performance.now();
        }, 10);
        document.dispatchEvent(new ClipboardEvent("paste", {bubbles: true, cancelable: true, clipboardData: data}));
        const look = () => {
          if (document.getElementById("summary").textContent.includes("10000 refused")) done(longest);
          else setTimeout(look, 100);
        };
        look();
        """)
    assert longest < 1500
    assert len(page.lines()) == 200
