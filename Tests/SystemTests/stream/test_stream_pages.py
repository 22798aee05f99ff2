"""The pages for those who run the stream: what they show is so, what they do is guarded, and everybody can use them."""

import os
import re
import subprocess
from html import unescape
from pathlib import Path

import html5lib
import pytest
import requests
from confluent_kafka import Consumer

from browser_parts import Browser
from runtime_parts import ROOT
from stream_parts import QUIET, Ingest, Stream, messages, stored, wait_for_commits, wait_until
from stream_web_parts import StreamServer
from web_parts import picture

# With a folder named here the pictures of the pages are kept; docs/images has chosen ones.
KEPT = os.environ.get("WEB_SCREENSHOTS")
SAMPLES = ROOT / "functions/image-processor/samples/web"


def cells(page: str, region: str) -> list[list[str]]:
    """The rows of the table in a region, as text."""
    tree = html5lib.parse(page, namespaceHTMLElements=False)
    [found] = [one for one in tree.iter("div") if one.get("aria-label") == region]
    return [
        [" ".join("".join(cell.itertext()).split()).replace("\u202f", "") for cell in row]
        for row in found.findall(".//tbody/tr")
    ]


@pytest.fixture(scope="module")
def running(broker, tmp_path_factory):
    """A stream with two groups, images that have rows, and messages that were put aside."""
    folder = tmp_path_factory.mktemp("pages")
    stream = Stream.make(broker, 2)
    store = folder / "store"
    # One record a batch: the broker's end of a partition would be too low otherwise.
    values = [(SAMPLES / name).read_bytes() for name in ("chelsea.jpg", "coffee-cutout.png")]
    for value in [*values, b"not a picture <script>alert(1)</script>", b"", picture(1)]:
        stream.produce([value], headers=[("Site", b"north")], key=b"camera-7", partition=0)
    for number in range(3):
        stream.produce([picture(10 + number)], partition=1)
    consumer = Ingest(stream, folder, store, DARKROOM_INGEST_IMAGES_ONLY="yes")
    wait_for_commits(stream)
    # A group that stopped half-way.
    other = Stream(broker, stream.topic, 2, group="audit b")
    broker.commit("audit b", stream.topic, 0, 2)
    broker.commit("audit b", stream.topic, 1, 3)
    server = StreamServer(folder / "web", stream, store=store)
    yield server, stream, other, consumer
    assert server.stop() == 0
    consumer.kill()


def test_brokers_and_partitions_are_shown_as_they_are(running):
    server, stream, _, _ = running
    [broker] = cells(server.page("/"), "Brokers")
    assert broker[1] == stream.broker.address
    # The state of the connection comes with the client's statistics, a second later.
    wait_until(lambda: cells(server.page("/"), "Brokers")[0][2] == "up", 15, "the broker is not up")
    page = server.page(f"/topics?name={stream.topic}")
    assert [row[4:] for row in cells(page, "Partitions")] == [["0", "5", "5"], ["0", "3", "3"]]
    assert cells(page, "Topics")[0][:2] == [f"{stream.topic} images", "2"]
    assert stream.topic in server.page("/topics")
    assert requests.get(f"{server.url}/topics?name=none", timeout=10).status_code == 404


def test_groups_are_shown_with_their_lag_and_sorted(running):
    server, stream, other, _ = running
    wait_until(lambda: "audit" in server.page("/groups"), 15, "the group is not shown")
    rows = {row[0]: row for row in cells(server.page("/groups"), "Consumer groups")}
    assert rows["audit b"][3] == "3" and rows[stream.group][3] == "0"
    names = [row[0] for row in cells(server.page("/groups?sort=name"), "Consumer groups")]
    assert names == sorted(names) and names[0] == "audit b"
    by_lag = [int(row[3]) for row in cells(server.page("/groups"), "Consumer groups")]
    assert by_lag == sorted(by_lag, reverse=True)
    assert requests.get(f"{server.url}/groups?sort=x", timeout=10).status_code == 400
    # Two looks make a line.
    wait_until(lambda: "<polyline" in server.page("/groups"), 15, "no line is drawn")
    page = server.page("/group?name=audit%20b")
    assert cells(page, "Partitions") == [[stream.topic, "0", "2", "5", "3"], [stream.topic, "1", "3", "3", "0"]]


def test_images_are_shown_with_thumbnails_and_rows(running):
    server, stream, _, _ = running
    wait_until(lambda: server.page("/images").count("<img ") == 6, 60, lambda: server.page("/images"))
    page = server.page("/images")
    assert "partition 0, offset 0" in page and "451 × 300" in page
    source = unescape(re.search(r'<img src="([^"]+)"', page)[1])
    thumbnail = requests.get(server.url + source, timeout=10)
    assert thumbnail.status_code == 200 and thumbnail.content[:2] in (b"\xff\xd8", b"\x89P")
    assert "immutable" in thumbnail.headers["cache-control"]
    assert requests.get(f"{server.url}/thumbnails/none", timeout=10).status_code == 404


def test_rejected_messages_are_shown_with_their_reasons_and_given_as_attachments(running):
    server, stream, _, _ = running
    page = server.page("/rejected")
    assert f"{stream.topic}[0]@2" in page and "not_an_image:" in page
    assert f"{stream.topic}[0]@3" in page and "empty: the value has no bytes" in page
    assert "key <bdi>camera-7</bdi>" in page and "<dt><bdi>site</bdi></dt><dd><bdi>north</bdi></dd>" in page
    # Nothing can be sent of one that has no bytes.
    assert page.count("/rejected/replay?") == 1
    original = unescape(re.search(r'href="([^"]*/rejected/original[^"]*)" download', page)[1])
    got = requests.get(server.url + original, timeout=10)
    assert got.content == b"not a picture <script>alert(1)</script>"
    assert got.headers["content-disposition"].startswith("attachment")
    assert got.headers["content-type"] == "application/octet-stream"
    for key in ("", "kafka-rejected/none", "kafka/x", "../etc/passwd", "kafka-rejected/../x"):
        refused = requests.get(f"{server.url}/rejected/original", params={"key": key}, timeout=10)
        assert refused.status_code == 404, key


def test_a_message_is_replayed_once_it_was_asked_for_and_goes_the_way_of_all(running):
    server, stream, _, consumer = running
    before = len(stored(server.store))
    asked = server.page(unescape(re.search(r'href="([^"]*/rejected/replay[^"]*)"', server.page("/rejected"))[1]))
    assert f"sent to the topic {stream.topic}" in asked
    key = unescape(re.search(r'name="key" value="([^"]+)"', asked)[1])
    foreign = requests.post(
        f"{server.url}/rejected/replay", data={"key": key}, headers={"Sec-Fetch-Site": "cross-site"}, timeout=10)
    assert foreign.status_code == 403
    assert requests.get(f"{server.url}/rejected/replay?key={key}", timeout=10).status_code == 200
    assert len(stored(server.store)) == before
    done = requests.post(f"{server.url}/rejected/replay", data={"key": key}, timeout=30)
    assert done.status_code == 200 and "acknowledged" in done.text
    # It is no picture still: put aside again, with what it came with.
    wait_until(lambda: len(stored(server.store)) == before + 1, 30, "it did not come round")
    page = server.page("/rejected")
    assert page.count("not_an_image:") == 2 and key in page and "Replayed as" in page
    assert "replayed-from" in page and "north" in page


def test_offsets_are_set_only_as_shown_and_only_of_a_stopped_group(running):
    server, stream, other, _ = running
    name = {"name": "audit b"}
    wait_until(lambda: "Set its offsets" in server.page("/group?name=audit%20b"), 15, "no reset is offered")

    def form(page: str) -> dict[str, str]:
        return {
            field: unescape(value) for field, value in re.findall(r'type="hidden" name="(\w+)" value="([^"]*)"', page)}

    shown = requests.get(
        f"{server.url}/group/reset", params=name | {"topic": stream.topic, "to": "earliest"}, timeout=30)
    assert "5 messages would be read once more, 0 would never be read" in shown.text
    assert other.committed() == {0: 2, 1: 3}
    stale = form(shown.text)
    # Something else is committed in between: what was shown is not what would happen.
    stream.broker.commit("audit b", stream.topic, 0, 1)
    refused = requests.post(f"{server.url}/group/reset", data=stale, timeout=30)
    assert refused.status_code == 409 and other.committed() == {0: 1, 1: 3}
    latest = requests.get(
        f"{server.url}/group/reset", params=name | {"topic": stream.topic, "to": "latest"}, timeout=30)
    done = requests.post(f"{server.url}/group/reset", data=form(latest.text), timeout=30)
    assert done.status_code == 200, done.text
    places = messages(stream)
    assert other.committed() == {
        partition: 1 + max(offset for number, offset in places if number == partition) for partition in (0, 1)}
    for bad in ({"to": "time", "time": "soon"}, {"to": "x"}):
        assert requests.get(
            f"{server.url}/group/reset", params=name | {"topic": stream.topic} | bad, timeout=30).status_code == 400
    assert requests.post(f"{server.url}/group/reset", data={"name": "x"}, timeout=30).status_code == 400
    # Whoever reads keeps others from it.
    consumer = Consumer({
        "bootstrap.servers": stream.broker.address, "group.id": "audit b", "session.timeout.ms": 6000, **QUIET})
    consumer.subscribe([stream.topic])
    assigned = []
    consumer.subscribe([stream.topic], on_assign=lambda _, partitions: assigned.extend(partitions))
    wait_until(lambda: consumer.poll(0.2) or assigned, 30, "no assignment")
    asked = requests.get(
        f"{server.url}/group/reset", params=name | {"topic": stream.topic, "to": "earliest"}, timeout=30)
    assert asked.status_code == 409, asked.text
    consumer.close()


def test_only_operators_act(running, tmp_path):
    server, stream, _, _ = running
    passwords = tmp_path / "htpasswd"
    hashed = subprocess.run(
        ["openssl", "passwd", "-6", "secret"], capture_output=True, text=True, check=True).stdout.strip()
    passwords.write_text(f"ann:{hashed}\nbob:{hashed}\n")
    guarded = StreamServer(
        tmp_path / "web", stream, store=server.store, DARKROOM_STREAM_SIGN_IN="htpasswd",
        DARKROOM_STREAM_HTPASSWD=str(passwords), DARKROOM_STREAM_OPERATORS="ann")
    assert requests.get(f"{guarded.url}/", timeout=10).status_code == 401
    refused = requests.post(f"{guarded.url}/images", data=picture(1), timeout=10)
    assert refused.status_code == 401 and refused.json()["error"]["code"]
    key = unescape(re.search(r'href="[^"]*/rejected/replay\?key=([^"]*)"', server.page("/rejected"))[1])
    for person, status, buttons in (("ann", 200, True), ("bob", 403, False)):
        listed = requests.get(f"{guarded.url}/rejected", auth=(person, "secret"), timeout=10)
        assert ("/rejected/replay?" in listed.text) == buttons
        asked = requests.get(f"{guarded.url}/rejected/replay?key={key}", auth=(person, "secret"), timeout=10)
        assert asked.status_code == status
    denied = requests.post(
        f"{guarded.url}/group/reset", data={"name": "x"}, auth=("bob", "secret"), timeout=10)
    assert denied.status_code == 403
    assert requests.post(
        f"{guarded.url}/images", data=picture(1), auth=("bob", "secret"), timeout=30).status_code == 201
    assert guarded.stop() == 0


PAGES = {
    "stream": "/", "topics": "/topics", "topic": "/topics?name={topic}", "groups": "/groups?sort=members",
    "group": "/group?name={group}", "images": "/images", "rejected": "/rejected",
    "replay": "/rejected/replay?key={key}",
    "reset": "/group/reset?name=audit%20b&topic={topic}&to=earliest", "nothing": "/nothing",
}


def address(running, path: str) -> str:
    server, stream, _, _ = running
    key = re.search(r'/rejected/replay\?key=([^"]*)"', server.page("/rejected"))[1]
    return server.url + path.format(topic=stream.topic, group=stream.group, key=key)


@pytest.mark.parametrize("name", PAGES)
def test_a_page_has_no_error_of_html(running, name):
    text = requests.get(address(running, PAGES[name]), timeout=10).text
    html5lib.HTMLParser(strict=True, namespaceHTMLElements=False).parse(text)
    tree = html5lib.parse(text, namespaceHTMLElements=False)
    assert len(tree.findall(".//h1")) == 1 and len(tree.findall(".//main")) == 1
    for element in tree.iter():
        assert not element.get("style") and not any(key.startswith("on") for key in element.keys())
        assert element.tag != "script"


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [390, 1280])
def test_every_page_is_accessible_and_fits(running, tmp_path, width, scheme):
    server, _, _, _ = running
    wait_until(lambda: server.page("/images").count("<img ") >= 6, 60, "no thumbnails")
    with Browser(tmp_path, width=width, height=900, scheme=scheme) as browser:
        for name, path in PAGES.items():
            browser.open(address(running, path))
            assert browser.accessibility_faults() == [], name
            assert browser.evaluate("document.documentElement.scrollWidth <= window.innerWidth"), name
            if KEPT:
                browser.screenshot(Path(KEPT) / f"stream-{name}-{width}-{scheme}.webp")
