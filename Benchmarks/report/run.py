"""The report's time and memory over many rows, beside DuckDB alone on the same rows, and what compaction saves.

    python run.py                       # 1,000, 100,000 and 1,000,000 rows; writes results/report.md
    python run.py --rows 1000           # a quick look; writes nothing
    python run.py --data FOLDER         # keeps the rows there, or takes those of a run of the last hours
"""

import argparse
import datetime
import gzip
import json
import os
import pathlib
import platform
import random
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
import threading
import time

ROOT = pathlib.Path(__file__).resolve().parents[2]
DUCKDB = ROOT / ".tools/duckdb/lib/python3/site-packages/duckdb_cli/duckdb"
ANALYTICS = ROOT / "infrastructure/analytics"
CATALOGUE = json.loads((ANALYTICS / "catalogue.json").read_text())


def rows(count):
    """Rows as a week brings them: of several sources, sizes, cameras, outcomes."""
    chance = random.Random(1)
    now = datetime.datetime.now(datetime.UTC)
    stamp = lambda time: time.strftime("%Y-%m-%dT%H:%M:%S.%f")[:-3] + "Z"  # noqa: E731
    for number in range(count):
        uploaded = now - datetime.timedelta(hours=chance.uniform(0, 160))
        width, height = chance.choice([(800, 600), (1600, 1200), (4000, 3000), (6000, 4000)])
        day, name = uploaded.strftime("%Y-%m-%d"), f"{chance.getrandbits(128):032x}"
        row = {
            "schema_version": 2, "image_id": name, "source": chance.choice(["web", "kafka"]),
            "raw_bucket": "darkroom-raw",
            "raw_key": f"web/{day}/{name[:8]}/IMG_{number:06}.jpg", "raw_etag": f"{chance.getrandbits(128):032x}",
            "raw_sequencer": f"{number:018X}", "uploaded_at": stamp(uploaded),
            "purge_after": stamp(uploaded + datetime.timedelta(days=7)), "attempts": 1, "compute": "lambda",
            "processor_version": "1.0.0", "recipe_id": "0123456789abcdef",
            "processed_at": stamp(uploaded + datetime.timedelta(seconds=2)), "duration_ms": chance.uniform(10, 400),
            "queue_ms": chance.uniform(5, 3000), "peak_rss_mb": chance.uniform(60, 200),
            "bytes_in": chance.randrange(100_000, 8_000_000), "sha256": f"{chance.getrandbits(256):064x}",
        }
        if chance.random() < 0.02:
            yield day, row | {"status": "rejected", "error_code": "corrupt_image", "error_detail": "it is damaged",
                              "renditions": []}
            continue
        yield day, row | {
            "status": "processed", "bytes_out": 400_000, "dhash": f"{chance.getrandbits(64):016x}",
            "thumbhash": "1QcSHQRnh493V4dIh4eXh1h4kJUI", "format": "jpeg", "declared_type": "image/jpeg",
            "width": width, "height": height, "megapixels": width * height / 1e6,
            "aspect_ratio": round(width / height, 4), "channels": 3, "bit_depth": 8,
            "colour_space": "ycbcr", "has_alpha": False, "orientation": 1, "exif_make": "Canon",
            "exif_model": chance.choice(["EOS R5", "EOS R6", "EOS 5D"]), "exif_iso": 100, "has_gps": False,
            "has_xmp": False, "warnings": 0, "dominant_hex": f"#{chance.getrandbits(24):06x}",
            "renditions": [{"name": size, "key": f"images/dt={day}/{name}/{size}-0123456789ab.jpg", "format": "jpeg",
                            "width": pixels, "height": pixels * 3 // 4, "bytes": pixels * 200}
                           for size, pixels in (("large", 1600), ("medium", 800), ("thumbnail", 256))]}


def measured(arguments, **options):
    """Seconds by the clock, CPU seconds, and the peak memory in MB of a command and of its child, each by itself."""
    start = time.monotonic()
    process = subprocess.Popen(arguments, stdout=subprocess.DEVNULL, **options)
    peaks, ended = {}, threading.Event()

    def watch():
        while not ended.wait(0.01):
            children = pathlib.Path(f"/proc/{process.pid}/task").glob("*/children")
            for number in [str(process.pid), *(name for file in children for name in text(file).split())]:
                mark = text(pathlib.Path(f"/proc/{number}/status")).partition("VmHWM:")[2].split()
                if mark:
                    peaks[number] = int(mark[0]) / 1024

    watcher = threading.Thread(target=watch)
    watcher.start()
    _, status, usage = os.wait4(process.pid, 0)
    seconds = time.monotonic() - start
    ended.set()
    watcher.join()
    if status:
        sys.exit(f"{arguments[0]} failed with {status}")
    own = peaks.pop(str(process.pid), 0)
    return seconds, usage.ru_utime + usage.ru_stime, own, max(peaks.values(), default=0)


def text(file):
    """A file of /proc, empty where its process has ended meanwhile."""
    try:
        return file.read_text()
    except OSError:
        return ""


def columns():
    kinds = {"dt": "varchar"} | {one["name"]: one["duckdb"] for one in CATALOGUE["record"]}
    return "{" + ", ".join(f"'{name}': '{kind}'" for name, kind in kinds.items()) + "}"


def json_lines(source):
    return f"read_json('{source}', format='newline_delimited', columns={columns()})"


def alone(source):
    """All questions by DuckDB alone, over lines that need no listing, no check and no page."""
    views = [view for view in CATALOGUE["order"] if view != "metadata_all"]
    script = (ANALYTICS / "prelude.sql").read_text()
    script += f"SET memory_limit = '1GB'; SET temp_directory = '{source.parent}/spilled';"
    script += "SET preserve_insertion_order = false;"
    script += f"CREATE TABLE metadata AS SELECT * FROM {json_lines(source)};"
    script += "CREATE VIEW metadata_compacted AS SELECT * FROM metadata;"
    for view in CATALOGUE["order"]:
        kind = "TABLE" if view == "images" else "VIEW"
        script += f"CREATE {kind} {view} AS {(ANALYTICS / 'views' / (view + '.sql')).read_text()};\n"
    return script + "".join(f"SELECT * FROM {view} LIMIT 20;" for view in views)


def size(path):
    files = path.rglob("*") if path.is_dir() else [path]
    return sum(file.stat().st_size for file in files if file.is_file())


def generate(folder, count):
    """A store of so many rows, and the same rows as lines; those of an earlier run where they are there."""
    lines = folder / "rows.jsonl"
    if lines.exists():
        return lines
    unfinished = folder / "unfinished.jsonl"
    with unfinished.open("w") as out:
        for day, row in rows(count):
            file = folder / "store/darkroom-processed/metadata" / f"dt={day}" / f"{row['image_id']}.json"
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(json.dumps(row))
            out.write(json.dumps(row | {"dt": day}) + "\n")
    return unfinished.rename(lines)


def compared(folder, lines, count, rounds):
    """Lines of the table for so many rows: the report, and DuckDB alone, in turns."""
    script = folder / "script.sql"
    script.write_text(alone(lines))
    contenders = {
        "report --html": [ROOT / "bootstrap", "report", "--store", folder / "store", "--html", folder / "page.html"],
        "DuckDB alone": [DUCKDB, "-json", "-bail", "-no-init", "-f", script],
    }
    taken = {name: [] for name in contenders}
    for _ in range(rounds):
        for name, arguments in contenders.items():
            taken[name].append(measured(arguments, env=os.environ | {"DARKROOM_DUCKDB": str(DUCKDB)}))
    for name, values in taken.items():
        seconds, cpu, own, child = (statistics.median(column) for column in zip(*values))
        memory = f"{own:.0f} | {child:.0f}" if child else f"– | {own:.0f}"
        yield f"| {count:,} | {name} | {seconds:.2f} | {cpu:.2f} | {memory} |"


def model():
    with open("/proc/cpuinfo") as info:
        return next((line.split(":")[1].strip() for line in info if line.startswith("model name")), platform.machine())


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rows", type=int, nargs="+", default=[1000, 100_000, 1_000_000])
    parser.add_argument("--rounds", type=int, default=3, help="of up to 100,000 rows; of more there is one")
    parser.add_argument("--data", type=pathlib.Path)
    options = parser.parse_args()
    (ROOT / ".build").mkdir(exist_ok=True)
    data = options.data or pathlib.Path(tempfile.mkdtemp(dir=ROOT / ".build"))
    text = [f"""# The report
`make bench-report`: {model()}, {os.cpu_count()} cores, {datetime.date.today()}. All questions over rows as a week
brings them: `report --html` from a store of one object a row, and DuckDB alone with the same questions and limit of
memory, over the same rows in one file of lines. Medians of rounds in turns: {options.rounds} of up to 100,000 rows, one
of more.

| rows | | s | CPU s | own peak, MB | DuckDB's peak, MB |
|---:|---|---:|---:|---:|---:|"""]
    try:
        for count in options.rows:
            folder = data / str(count)
            folder.mkdir(parents=True, exist_ok=True)
            lines = generate(folder, count)
            text += compared(folder, lines, count, options.rounds if count <= 100_000 else 1)
        count = next((count for count in options.rows if count == 100_000), options.rows[-1])
        text += ["", *compaction(data / str(count), data / str(count) / "rows.jsonl", count)]
    finally:
        if options.data is None:
            shutil.rmtree(data)
    print("\n".join(text))
    if options.rows == parser.get_default("rows"):
        (pathlib.Path(__file__).parent / "results/report.md").write_text("\n".join(text) + "\n")


def compaction(folder, lines, count):
    """One query over the rows in each layout: bytes, time, and what Athena and S3 charge."""
    packed = folder / "rows.jsonl.gz"
    packed.write_bytes(gzip.compress(lines.read_bytes(), 6))
    prelude = (ANALYTICS / "prelude.sql").read_text()
    copy = f"COPY (SELECT * FROM {json_lines(lines)}) TO"
    subprocess.run([DUCKDB, "-no-init", "-c", f"{copy} '{folder}/parquet' (FORMAT parquet, COMPRESSION zstd, "
                    "PARTITION_BY (dt), OVERWRITE)"], check=True)
    objects = folder / "store/darkroom-processed/metadata"
    layouts = {
        "one object a row": (f"read_json('{objects}/*/*.json', columns={columns()})", count, size(objects)),
        "JSON lines": (json_lines(lines), 8, size(lines)),
        "JSON lines, gzip": (json_lines(packed), 8, size(packed)),
        "Parquet, zstd": (f"read_parquet('{folder}/parquet/*/*.parquet')", 8, size(folder / "parquet")),
    }
    yield f"""## What compaction saves
One query (images and mean duration by format) over {count:,} rows in each layout, by DuckDB, median of three. Prices of
us-east-1 in November 2026: Athena $5 a TB, at least 10 MB a query; S3 $0.40 a million GETs, $5 a million LISTs.

| layout | objects | MB | s | Athena, $ a query | S3, $ a query |
|---|---:|---:|---:|---:|---:|"""
    for name, (source, files, total) in layouts.items():
        query = f"{prelude} SELECT format, count(*), avg(duration_ms) FROM {source} GROUP BY 1;"
        seconds = statistics.median(measured([DUCKDB, "-no-init", "-json", "-c", query])[0] for _ in range(3))
        # A query on Parquet reads the columns that it asks for, of 60: less than the minimum here.
        scanned = max(10e6, total if "Parquet" not in name else total / 10)
        yield (f"| {name} | {files:,} | {total / 1e6:.1f} | {seconds:.2f} | {scanned * 5e-12:.5f} | "
               f"{files * 0.4e-6 + -(-files // 1000) * 5e-6:.5f} |")


if __name__ == "__main__":
    resource.setrlimit(resource.RLIMIT_NOFILE, (4096, resource.getrlimit(resource.RLIMIT_NOFILE)[1]))
    main()
