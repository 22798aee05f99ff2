"""Rows are what their schema and documentation say, and image ids what the documentation's one-liners give."""

import hashlib
import json
import re
import subprocess
import sys

import jsonschema
import pytest
from PIL import Image

from processor_parts import FUNCTION
from runtime_parts import ROOT

SCHEMA = json.loads((FUNCTION / "metadata.schema.json").read_text())
CHECKER = jsonschema.Draft202012Validator(SCHEMA, format_checker=jsonschema.FormatChecker())
DOCUMENT = (ROOT / "docs/rows.md").read_text()
KEYS = ["web/_DSC0001.JPG", "web/2026/Grüße an Zoë + 1.jpg", "a", "a/b", "写真/😀 %41'.png"]


def run(*arguments, status: int = 0) -> str:
    result = subprocess.run([ROOT / "bootstrap", *map(str, arguments)], capture_output=True, text=True, timeout=60)
    assert result.returncode == status, result.stderr
    return result.stdout


@pytest.fixture(scope="module")
def store(tmp_path_factory):
    """A store with a row of every status but `expired`."""
    folder = tmp_path_factory.mktemp("store")
    run("invoke", FUNCTION / "events/sqs-batch-one-bad.json", "--store", folder, status=1)
    run("invoke", FUNCTION / "events/sqs-s3-odd-key.json", "--store", folder)
    run("delete", "darkroom-raw/web/chelsea.jpg", "--store", folder, "--yes")
    return folder


def test_rows_keep_to_the_schema(store):
    rows = [json.loads(path.read_text()) for path in (store / "darkroom-processed/metadata").rglob("*.json")]
    assert {row["status"] for row in rows} == {"processed", "rejected", "deleted"}
    for row in rows:
        CHECKER.validate(row)


def test_no_serial_number_of_a_camera_or_lens_is_in_a_row(tmp_path):
    serial = "SN4711081542"
    exif = Image.Exif()
    exif[0x0110], exif[0xC62F] = "Sample Camera 1", serial  # Model, CameraSerialNumber (DNG)
    for tag in (0xA431, 0xA435, 0x927C, 0xA430):  # BodySerialNumber, LensSerialNumber, MakerNote, CameraOwnerName
        exif.get_ifd(0x8769)[tag] = serial.encode() if tag == 0x927C else serial
    xmp = f"""<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">
      <rdf:Description xmlns:aux="http://ns.adobe.com/exif/1.0/aux/" aux:SerialNumber="{serial}"/>
      </rdf:RDF></x:xmpmeta>"""
    folder = tmp_path / "samples/web"
    folder.mkdir(parents=True)
    Image.new("RGB", (64, 48), "teal").save(folder / "chelsea.jpg", exif=exif, xmp=xmp.encode())
    assert (folder / "chelsea.jpg").read_bytes().count(serial.encode()) >= 5
    event = FUNCTION / "events/sqs-s3-put.json"
    [job] = json.loads(
        run("invoke", event, "--store", tmp_path / "store", "--samples", tmp_path / "samples", "--json"))["jobs"]
    assert (job["outcome"], job["record"]["exif_model"]) == ("processed", "Sample Camera 1")
    assert serial not in json.dumps(job["record"]) and "serial" not in json.dumps(job["record"]).lower()
    for path in (tmp_path / "store/darkroom-processed").rglob("*"):
        assert not path.is_file() or serial.encode() not in path.read_bytes(), path


@pytest.mark.parametrize("change", [
    {"status": "gone"}, {"schema_version": 1}, {"camera_serial": "1"}, {"image_id": "1"}, {"error_code": "Not Snake"},
])  # fmt: skip
def test_the_schema_refuses_what_is_not_a_row(store, change):
    row = json.loads(run("locate", "darkroom-raw/web/2026/Grüße an Zoë + 1.jpg", "--store", store, "--json"))["row"]
    assert not list(CHECKER.iter_errors(row))
    assert list(CHECKER.iter_errors(row | change))


def test_the_documentation_names_every_column_once():
    documented = re.findall(r"^\| `([a-z0-9_]+)` \| (?:string|integer|number|boolean|array) \|", DOCUMENT, re.MULTILINE)
    assert documented == list(SCHEMA["properties"])
    source = (ROOT / "Sources/ImageProcessing/Output/MetadataRecord.swift").read_text()
    cases = source.split("enum CodingKeys")[1].split("}")[0]
    columns = re.findall(r'= "([a-z0-9_]+)"', cases) + [
        name.strip() for line in re.findall(r"case ([^=\n]+)\n", cases) for name in line.split(",")
    ]
    assert sorted(columns) == sorted(documented)


def one_liners(language: str) -> list[str]:
    return re.findall(rf"```{language}\n(.+)\n```", DOCUMENT)


def expected(key: str) -> str:
    return hashlib.sha256(f"darkroom-raw/{key}".encode()).hexdigest()[:32]


@pytest.mark.parametrize("key", KEYS)
def test_every_language_finds_the_image_id_that_locate_prints(key):
    found = {json.loads(run("locate", f"darkroom-raw/{key}", "--json"))["image_id"]}
    [shell], [python] = one_liners("sh"), one_liners("python")
    found.add(subprocess.run(
        ["bash", "-c", f"bucket=$1 key=$2; {shell}", "bash", "darkroom-raw", key],
        capture_output=True, text=True, check=True).stdout.strip())  # fmt: skip
    found.add(eval(python, {"hashlib": hashlib, "bucket": "darkroom-raw", "key": key}))
    athena, duckdb = one_liners("sql")
    # DuckDB's sha256 gives digits where Trino's gives bytes.
    macros = "CREATE MACRO to_utf8(x) AS x; CREATE MACRO to_hex(x) AS upper(x);"
    literal = key.replace("'", "''")
    for expression in (athena, duckdb):
        query = f"{macros} SELECT {expression} AS id FROM (SELECT 'darkroom-raw' AS raw_bucket, '{literal}' AS raw_key)"
        answer = subprocess.run(
            [f"{sys.prefix}/bin/duckdb", "-json", "-init", "/dev/null", "-c", query],
            capture_output=True, text=True, check=True).stdout  # fmt: skip
        found.add(json.loads(answer)[0]["id"])
    assert found == {expected(key)}


def test_locate_shows_patterns_without_a_store_and_keys_with_one(store):
    key = "web/2026/Grüße an Zoë + 1.jpg"
    image = expected(key)
    text = run("locate", f"darkroom-raw/{key}")
    assert image in text and f"metadata/dt=YYYY-MM-DD/{image}.json" in text
    report = json.loads(run("locate", f"darkroom-raw/{key}", "--store", store, "--json"))
    assert (report["bucket"], report["key"], report["row"]["raw_key"]) == ("darkroom-raw", key, key)
    for stored in [report["metadata"], *report["images"]]:
        assert (store / "darkroom-processed" / stored).is_file()
    assert json.loads(run("locate", f"darkroom-raw/{key}", "--store", store).splitlines()[-1]) == report["row"]
    assert "no row" in run("locate", "darkroom-raw/web/nothing.jpg", "--store", store)


def test_delete_leaves_nothing_of_the_image_and_asks_first(tmp_path):
    event = FUNCTION / "events/sqs-s3-put.json"
    run("invoke", event, "--store", tmp_path)
    files = {path for path in tmp_path.rglob("*") if path.is_file()}
    refused = subprocess.run(
        [ROOT / "bootstrap", "delete", "darkroom-raw/web/chelsea.jpg", "--store", tmp_path],
        stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=60)  # fmt: skip
    assert refused.returncode == 2 and "--yes" in refused.stderr
    assert {path for path in tmp_path.rglob("*") if path.is_file()} == files

    for expected_raw in (True, False):
        report = json.loads(run("delete", "darkroom-raw/web/chelsea.jpg", "--store", tmp_path, "--yes", "--json"))
        assert report["removed_raw_object"] == expected_raw
        assert len(report["removed_renditions"]) == (3 if expected_raw else 0)
        left = [path for path in tmp_path.rglob("*") if path.is_file() and "locks" not in path.parts]
        rows = [json.loads(path.read_text()) for path in left if path.parent.parent.name == "metadata"
                and ".darkroom" not in path.parts]  # fmt: skip
        assert {row["status"] for row in rows} == {"deleted"} and 8 <= len(rows) <= 9
        assert not any(b"chelsea" in path.read_bytes() for path in left), "the key is somewhere"
    located = json.loads(run("locate", "darkroom-raw/web/chelsea.jpg", "--store", tmp_path, "--json"))
    assert located["row"]["status"] == "deleted"
    # The same event once more does not bring the image back.
    report = json.loads(run("invoke", event, "--store", tmp_path, "--json"))
    assert [job["outcome"] for job in report["jobs"]] == ["superseded"]
