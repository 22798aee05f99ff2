"""The command `report`: what a person, a program and a browser get, and what becomes of wrong input."""

import csv
import html.parser
import io
import json
import re
import shutil
import subprocess

import pytest
from PIL import Image

from analytics_parts import report
from browser_parts import Browser
from processor_parts import FUNCTION
from runtime_parts import ROOT


@pytest.fixture(scope="module")
def store(tmp_path_factory):
    root = tmp_path_factory.mktemp("report") / "store"
    for event in ("sqs-batch-one-bad", "sqs-s3-odd-key"):
        subprocess.run(
            [ROOT / "bootstrap", "invoke", FUNCTION / "events" / f"{event}.json", "--store", root], capture_output=True)
    return root


@pytest.fixture
def copy(store, tmp_path):
    return shutil.copytree(store, tmp_path / "store")


def add_row(store, name="extra", **fields):
    metadata = store / "darkroom-processed/metadata"
    row = json.loads(next(metadata.rglob("*.json")).read_text()) | {"image_id": "f" * 32} | fields
    next(metadata.iterdir()).joinpath(f"{name}.json").write_text(json.dumps(row))


def test_every_question_is_answered_with_its_words(store):
    run = report("--store", store)
    assert run.returncode == 0, run.stderr
    assert "daily_volume: How much comes in" in run.stdout and "purge_audit: Is anything still there" in run.stdout


def test_a_view_as_json_and_as_csv_says_the_same(store):
    rows = json.loads(report("--store", store, "--view", "formats", "--json").stdout)
    lines = list(csv.DictReader(io.StringIO(report("--store", store, "--view", "formats", "--csv").stdout)))
    assert rows and [row["images"] for row in rows] == [int(line["images"]) for line in lines]


def test_several_views_as_json_are_one_object(store):
    assert set(json.loads(report("--store", store, "--view", "sizes", "--view", "errors", "--json").stdout)) == {
        "sizes", "errors"}


def test_a_question_of_ones_own_keeps_its_columns_order(store):
    run = report("--store", store, "--sql", "SELECT width AS w, format AS f, 1 AS a FROM images LIMIT 1;", "--csv")
    assert run.stdout.splitlines()[0] == "w,f,a"


@pytest.mark.parametrize(
    "arguments, hint",
    [
        (["--sql", "SELECT frob(1)\n  FROM images"], "LINE 1: SELECT frob(1)"),
        (["--sql", "SELECT 1\n  FROM images WHERE x = )"], "LINE 2"),
        (["--sql", "SELECT * FROM read_csv('/etc/passwd')"], "file system operations are disabled"),
        (["--sql", "COPY images TO '/tmp/x.csv'"], "disabled"),
        (["--sql", "INSTALL httpfs"], "disabled"),
        (["--sql", "SELECT 1; SELECT 2"], "one SELECT"),
        (["--sql", "SELECT 1 AS a, 2 AS a"], "same name"),
        (["--sql", "SELECT 'NaN'::DOUBLE AS x"], "NaN"),
        (["--sql", ".shell id"], "not SQL"),
        (["--sql", " "], "empty"),
        (["--view", "nonsense"], "there are"),
        (["--limit", "0"], "--limit"),
        (["--json", "--csv"], "choose one"),
        (["--csv"], "--csv"),
        (["--bucket", "nothing-there"], "nothing-there"),
        (["--html", "/nowhere/at/all.html"], "/nowhere/at/all.html"),
        (["--html", "/"], "folder"),
    ],
)
def test_wrong_questions_say_what_to_do_and_end_with_2(store, arguments, hint):
    run = report("--store", store, *arguments)
    assert run.returncode == 2 and hint in run.stderr, run.stderr


def test_a_store_that_is_none_is_told(tmp_path):
    run = report("--store", tmp_path / "missing")
    assert run.returncode == 2 and "no store at" in run.stderr


def test_without_the_engine_it_says_how_to_get_it(store, tmp_path):
    binary = tmp_path / "image-processor"
    shutil.copy(ROOT / ".build/static/release/image-processor", binary)
    run = subprocess.run([binary, "report", "--store", store], capture_output=True, text=True, env={"PATH": "/nowhere"})
    assert run.returncode == 2 and "pip install duckdb-cli" in run.stderr


@pytest.mark.parametrize(
    "content, fault",
    [
        (b'{"schema_version":', "is not JSON"), (b"", "is not JSON"), (b"[1]", "not"), (b"\x00\xff", "is not JSON"),
        (b'{"schema_version": 2}', "is missing"),
        (b'{"schema_version": 2, "image_id": 7}', "image_id"), (b"x" * 1_100_000, "bytes"),
    ],
)
def test_a_bad_row_is_named_skipped_and_makes_the_status_1(copy, content, fault):
    before = json.loads(report("--store", copy, "--sql", "SELECT count(*) AS n FROM images", "--json").stdout)
    next((copy / "darkroom-processed/metadata").iterdir()).joinpath("bad.json").write_bytes(content)
    run = report("--store", copy, "--sql", "SELECT count(*) AS n FROM images", "--json")
    assert run.returncode == 1 and json.loads(run.stdout) == before
    assert "bad.json" in run.stderr and fault in run.stderr and "1 of" in run.stderr


def test_a_row_of_a_newer_schema_is_read(copy):
    add_row(copy, schema_version=99, invention={"a": [1]}, raw_key="web/newer.jpg")
    run = report("--store", copy, "--sql", "SELECT raw_key FROM images WHERE schema_version = 99", "--json")
    assert run.returncode == 0 and json.loads(run.stdout) == [{"raw_key": "web/newer.jpg"}]


def test_odd_keys_do_no_harm_in_a_terminal(copy):
    add_row(copy, raw_key="web/\u001b[2J\u202egpj.<script>'; DROP TABLE images; --")
    run = report("--store", copy, "--sql", "SELECT raw_key FROM images")
    assert run.returncode == 0 and "\x1b" not in run.stdout and "\u202e" not in run.stdout
    assert "\\u{1b}[2J" in run.stdout


class Page(html.parser.HTMLParser):
    def __init__(self, text):
        super().__init__()
        self.tags, self.text, self.identifiers, self.open = [], [], [], []
        self.feed(text)
        self.close()

    def handle_starttag(self, tag, attributes):
        self.tags.append((tag, dict(attributes)))
        self.identifiers += [value for name, value in attributes if name == "id"]

    def handle_data(self, data):
        self.text.append(data)


def test_the_page_is_complete_in_itself_and_escapes_what_came_from_outside(copy, tmp_path):
    add_row(copy, raw_key="web/<img src=x onerror=alert(1)>\u202e.jpg", status="rejected", renditions=[],
            error_code="<script>x</script>")
    out = tmp_path / "page.html"
    run = report("--store", copy, "--html", out)
    assert run.returncode == 0, run.stderr
    text = out.read_text()
    page = Page(text)
    names = {tag for tag, _ in page.tags}
    assert not names & {"script", "link", "iframe", "object"} and "<img src=x" not in text and "\u202e" not in text
    assert not re.findall(r"https?://", text.replace("http://www.w3.org/2000/svg", ""))
    assert all("style" not in attributes and not any(name.startswith("on") for name in attributes)
               for _, attributes in page.tags)
    assert len(set(page.identifiers)) == len(page.identifiers)
    assert "default-src 'none'" in text and "unsafe-inline" not in text
    pictures = [attributes["src"] for tag, attributes in page.tags if tag == "img"]
    assert pictures and all(picture.startswith("data:image/") for picture in pictures)
    assert sum(tag == "table" for tag, _ in page.tags) >= 8 and sum(tag == "svg" for tag, _ in page.tags) >= 6


@pytest.mark.parametrize("width", [390, 1280])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_page_fits_a_phone_and_a_desktop_in_light_and_dark(store, tmp_path, width, scheme):
    """In a real browser: nothing is wider than the window, and axe-core finds nothing to object to."""
    out = tmp_path / "page.html"
    assert report("--store", store, "--html", out).returncode == 0
    with Browser(tmp_path, width=width, height=900, scheme=scheme) as browser:
        browser.open(out.as_uri())
        assert browser.evaluate("document.documentElement.scrollWidth") <= width
        assert browser.accessibility_faults() == []
        folder = ROOT / ".build/screenshots"
        folder.mkdir(parents=True, exist_ok=True)
        browser.screenshot(folder / f"report-{scheme}-{width}.png")
    background = Image.open(folder / f"report-{scheme}-{width}.png").convert("L").getpixel((2, 2))
    assert background > 200 if scheme == "light" else background < 60


def test_on_paper_no_table_is_cut(copy, tmp_path):
    """Printed on A4 between Chromium's margins, where nobody can scroll."""
    add_row(copy, raw_key=f"web/{'long' * 40}.jpg", duration_ms=1_234_567.8, queue_ms=539_792_114.0)
    out = tmp_path / "page.html"
    assert report("--store", copy, "--html", out).returncode == 0
    with Browser(tmp_path, width=718, height=1000) as browser:
        browser.driver.execute_cdp_cmd("Emulation.setEmulatedMedia", {"media": "print"})
        browser.open(out.as_uri())
        tables = browser.evaluate("[...document.querySelectorAll('.table')].map(one =>"
                                  " [one.closest('section').id, one.scrollWidth - one.clientWidth])")
        assert len(tables) >= 8 and not [one for one in tables if one[1] > 0]
        assert browser.evaluate("document.documentElement.scrollWidth") <= 718
