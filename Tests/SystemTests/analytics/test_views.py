"""The views, over rows that the image processor wrote, beside the same figures computed without SQL."""

import json
import subprocess
from datetime import UTC, datetime, timedelta

import pytest
import trino_sql_validator

import analytics_parts as parts
from processor_parts import ROW_SCHEMA
from runtime_parts import ROOT


@pytest.fixture(scope="module")
def corpus(tmp_path_factory):
    corpus = parts.Corpus(tmp_path_factory.mktemp("analytics") / "store")
    corpus.fill()
    corpus.process()
    return corpus


def test_rows_are_of_every_kind_and_of_the_published_schema(corpus):
    rows = corpus.rows()
    assert len(rows) > 240
    assert {row["status"] for row in rows} == {"processed", "rejected", "expired", "deleted"}
    for row in rows:
        ROW_SCHEMA.validate({key: value for key, value in row.items() if key != "dt"})


def test_no_image_is_hidden_by_its_key(corpus):
    keys = {row["raw_key"] for row in parts.answer(corpus.root, "images")}
    assert "web/copy-1.jpg" in keys and "web/copy-0.jpg" not in keys, "the second has been deleted"
    assert set(parts.ODD_KEYS) <= keys
    assert "web/a//b.jpg" in {row["raw_key"] for row in parts.answer(corpus.root, "renditions")}
    for file in (corpus.root / "darkroom-processed").rglob("*.*"):
        assert not any(part[0] in "_." for part in file.relative_to(corpus.root).parts), file


def test_an_image_is_there_once_by_its_latest_event(corpus):
    found = parts.answer(corpus.root, "images")
    expected = parts.images(corpus.rows(), datetime.now(UTC))
    assert {row["image_id"]: row["raw_sequencer"] for row in found} == {
        row["image_id"]: row["raw_sequencer"] for row in expected}
    assert len(found) == len(expected) < len(corpus.rows())
    assert [row["raw_sequencer"] for row in found if row["raw_key"] == "web/again.jpg"] == [f"{10_003:018X}"]


def test_images_have_every_column_of_the_record(corpus):
    assert set(parts.answer(corpus.root, "images")[0]) == {"dt"} | {one["name"] for one in parts.CATALOGUE["record"]}


@pytest.mark.parametrize("view", parts.EXPECTED)
def test_a_view_has_the_figures_that_are_computed_without_sql(corpus, view):
    expected = parts.EXPECTED[view](parts.images(corpus.rows(), datetime.now(UTC)))
    found = {tuple(row[key] for key in parts.KEYS[view]): row for row in parts.answer(corpus.root, view)}
    assert expected and set(found) == set(expected)
    for key, figures in expected.items():
        assert set(found[key]) == {*parts.KEYS[view], *figures}, "every column is compared"
        for name, value in figures.items():
            same = pytest.approx(value, rel=1e-9, abs=1e-9) if isinstance(value, int | float) else value
            assert found[key][name] == same, (view, key, name)


def test_what_is_past_its_day_is_told(corpus):
    expected = parts.purge_audit(corpus.rows(), datetime.now(UTC))
    found = {(row["dt"],): row for row in parts.answer(corpus.root, "purge_audit")}
    assert {key: {"dt": key[0], **figures} for key, figures in expected.items()} == found
    assert {row["faults"] > 0 for row in found.values()} == {True, False}, "days with faults, and days without"


def test_late_is_a_day_or_more_after_the_upload_and_retried_a_second_delivery(corpus, tmp_path):
    row = next(row for row in corpus.rows() if row["status"] == "processed")
    day = tmp_path / f"store/darkroom-processed/metadata/dt={row.pop('dt')}"
    day.mkdir(parents=True)
    uploaded = datetime.fromisoformat(row["uploaded_at"])
    waits = {1: timedelta(days=1, milliseconds=-1), 2: timedelta(days=1), 3: timedelta(days=3)}
    for attempts, wait in waits.items():
        name = f"{attempts:032x}"
        day.joinpath(f"{name}.json").write_text(json.dumps(
            row | {"image_id": name, "attempts": attempts, "processed_at": parts.stamp(uploaded + wait)}))
    (found,) = parts.answer(tmp_path / "store", "latency")
    assert (found["images"], found["late"], found["retried"]) == (3, 2, 2)


@pytest.mark.parametrize("file", [*sorted(parts.VIEWS.glob("*.sql")), parts.VIEWS.parent / "compaction.sql"],
                         ids=lambda file: file.stem)
def test_a_views_text_is_athenas_sql(file):
    result = trino_sql_validator.validate(file.read_text(), jinja="reject")
    # An unknown function is a warning to the validator, and an error to Athena.
    assert result.valid and not result.warnings, result
    assert file.read_text().startswith("-- ")


def test_the_compactions_parquet_gives_the_same_images(corpus, tmp_path):
    """What Athena does in three steps, by DuckDB: write past days, turn the table to them, ask the views."""
    rows = tmp_path / "rows.jsonl"
    rows.write_text("".join(json.dumps(row) + "\n" for row in corpus.rows()))
    compaction = (parts.VIEWS.parent / "compaction.sql").read_text()
    names = ", ".join(one["name"] for one in parts.CATALOGUE["record"])
    script = parts.metadata_table(rows) + f"""
        COPY ({compaction}) TO '{tmp_path}/run' (FORMAT parquet, COMPRESSION zstd, PARTITION_BY (dt));
        CREATE VIEW metadata_compacted AS SELECT {names}, dt
          FROM read_parquet('{tmp_path}/run/*/*.parquet', hive_types = {{'dt': 'varchar'}});
        CREATE VIEW metadata_all AS {(parts.VIEWS / "metadata_all.sql").read_text()};
        CREATE VIEW images AS {(parts.VIEWS / "images.sql").read_text()};
        SELECT image_id, raw_sequencer, dt FROM images ORDER BY 1;
        SELECT count(*) AS twice FROM (SELECT image_id, dt FROM metadata_all GROUP BY 1, 2 HAVING count(*) > 1);
        SELECT count(DISTINCT dt) AS days FROM metadata_compacted;
        """
    *images, twice, days = parts.duckdb(script)
    expected = parts.images(corpus.rows(), datetime.now(UTC))
    assert {(row["image_id"], row["raw_sequencer"], row["dt"]) for row in images} == {
        (row["image_id"], row["raw_sequencer"], row["dt"]) for row in expected}
    assert twice == {"twice": 0} and days["days"] >= 4


def test_the_catalogue_is_up_to_date():
    run = subprocess.run([ROOT / "scripts/catalogue", "--check"], capture_output=True, text=True)
    assert run.returncode == 0, run.stderr
