"""The daily compaction's state machine, as Terraform plans it, run."""

import shutil
from datetime import UTC, datetime, timedelta

import pytest

import analytics_parts as parts
from aws_parts import start_ministack
from compaction_parts import TABLE_INPUT, Compaction, planned

pytestmark = pytest.mark.skipif(shutil.which("terraform") is None, reason="terraform is missing: nothing is planned")


@pytest.fixture(scope="module")
def rows() -> list[dict]:
    """A row of each of the last nine days: today's is not over, and the oldest ones are past their day."""
    days = [datetime.now(UTC) - timedelta(days=age) for age in range(9)]
    return [{"dt": day.strftime("%Y-%m-%d"), "schema_version": 2, "image_id": f"{age:032x}",
             "uploaded_at": parts.stamp(day), "purge_after": parts.stamp(day + timedelta(days=7, minutes=-1))}
            for age, day in enumerate(days)]


@pytest.fixture
def compaction(rows, tmp_path):
    plan = planned(tmp_path)
    server, part = start_ministack(tmp_path)
    try:
        yield Compaction(plan, part, tmp_path, rows)
    finally:
        server.stop()


def test_past_days_are_written_and_the_table_turned_to_them_until_a_run_fails(compaction, rows):
    before = compaction.table()
    for name in ("first", "second"):
        assert compaction.run(name)["status"] == "SUCCEEDED"
        query = compaction.queries()[-1]
        assert (query["WorkGroup"], query["QueryExecutionContext"]["Database"]) == (compaction.group, "darkroom")
        compaction.unload(query["Query"])
        table = compaction.table()
        assert table["Parameters"]["storage.location.template"] == f"s3://athena/compacted/run={name}/dt=${{dt}}/"
        found = compaction.compacted()
        # Columns come by name, with the day at their end, and days that are over alone, while their images are kept.
        assert list(found[0]) == [*(one["name"] for one in parts.CATALOGUE["record"]), "dt"]
        assert [row["image_id"] for row in sorted(found, key=lambda row: row["image_id"])] == [
            row["image_id"] for row in rows[1:7]]
    columns = lambda table: [(one["Name"], one["Type"]) for one in table["StorageDescriptor"]["Columns"]]  # noqa: E731
    assert columns(table) == columns(before) and table["PartitionKeys"] == before["PartitionKeys"]
    assert "parquet" in table["StorageDescriptor"]["SerdeInfo"]["SerializationLibrary"]

    # Athena refuses the third, which the workgroup's end brings about here.
    compaction.athena.delete_work_group(WorkGroup=compaction.group, RecursiveDeleteOption=True)
    failed = compaction.run("third")
    assert (failed["status"], failed["error"]) == ("FAILED", "CompactionFailed")
    after = compaction.table()
    assert {key: after[key] for key in TABLE_INPUT} == before, "the views read the rows as they were written again"
