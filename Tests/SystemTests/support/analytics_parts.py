"""A store with rows of every kind, written by the image processor, and the same figures as the views', without SQL."""

import colorsys
import io
import json
import math
import os
import random
import subprocess
from collections import Counter, defaultdict
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.parse import quote_plus

import numpy
from PIL import Image
from PIL.TiffImagePlugin import IFDRational

from runtime_parts import ROOT

CATALOGUE = json.loads((ROOT / "infrastructure/analytics/catalogue.json").read_text())
VIEWS = ROOT / "infrastructure/analytics/views"
DUCKDB = ROOT / ".tools/duckdb/lib/python3/site-packages/duckdb_cli/duckdb"
# Keys that Athena or a crawler would stumble over where they are part of an object's own key.
ODD_KEYS = [
    "web/_DSC0001.JPG", "web/.x.jpg", "web/a//b.jpg", "web/dt=x/y.jpg", "_hidden/z.png", "web/Grüße 🧑‍🚀.jpg",
    "web/<b>&amp;\"'.jpg", "web/bell\u0007.jpg",
]


def report(*arguments, **environment) -> subprocess.CompletedProcess:
    return subprocess.run(
        [str(ROOT / "bootstrap"), "report", *map(str, arguments)],
        capture_output=True, text=True, cwd=ROOT, env={"PATH": os.environ["PATH"], **environment}, timeout=300)


def answer(store: Path, view: str) -> list[dict]:
    run = report("--store", store, "--view", view, "--json", "--limit", 100_000)
    assert run.returncode == 0, run.stderr
    return json.loads(run.stdout)


def metadata_table(rows: Path) -> str:
    """SQL for DuckDB: Athena's functions, and the table `metadata` of the rows in a file of JSON lines."""
    kinds = {one["name"]: one["duckdb"] for one in CATALOGUE["record"]} | {"dt": "varchar"}
    columns = ", ".join(f"'{name}': '{kind}'" for name, kind in kinds.items())
    return (VIEWS.parent / "prelude.sql").read_text() + f"""
        CREATE TABLE metadata AS
          SELECT * FROM read_json('{rows}', format = 'newline_delimited', columns = {{{columns}}});
        """


def duckdb(script: str) -> list[dict]:
    """The rows of what a script asks, in the order of its questions."""
    run = subprocess.run([DUCKDB, "-jsonlines", "-bail", "-no-init"], input=script, text=True, capture_output=True)
    assert run.returncode == 0, run.stderr
    return [json.loads(line) for line in run.stdout.splitlines()]


def stamp(time: datetime) -> str:
    return time.strftime("%Y-%m-%dT%H:%M:%S.%f")[:-3] + "Z"


class Corpus:
    """Some 300 small images, uploaded over the last days."""

    def __init__(self, root: Path):
        self.root = root
        self.raw = root / "darkroom-raw"
        self.random = random.Random(7)
        self.records: list[dict] = []
        self.now = datetime.now(UTC)

    def picture(self, kind: str, size: tuple[int, int], hue: float, camera: str | None) -> bytes:
        colour = tuple(int(255 * channel) for channel in colorsys.hsv_to_rgb(hue, 0.8, 0.9))
        image = Image.new("RGB", size, colour)
        for _ in range(8):
            x, y = self.random.randrange(size[0]), self.random.randrange(size[1])
            image.paste(self.random.randrange(256), (x, y, min(size[0], x + 20), min(size[1], y + 20)))
        exif = Image.Exif()
        if camera:
            make, model = camera.split(" ", 1)
            exif[0x010F], exif[0x0110] = make, model
            exif.get_ifd(0x8769)[0x8827] = self.random.choice([100, 200, 400])
            day, second = self.random.randrange(1, 29), len(self.records) % 60
            exif.get_ifd(0x8769)[0x9003] = f"2026:10:{day:02} 12:00:{second:02}"
            exif.get_ifd(0x8769)[0x920A] = IFDRational(self.random.choice([24, 35, 85]))
            if make == "Apple" and self.random.random() < 0.5:
                exif.get_ifd(0x8825).update({
                    1: "N", 2: tuple(map(IFDRational, (50, 7, 0))), 3: "E", 4: tuple(map(IFDRational, (8, 41, 0)))})
        out = io.BytesIO()
        image.save(out, kind, exif=exif, **({"quality": 80} if kind == "JPEG" else {}))
        return out.getvalue()

    def upload(self, key: str, data: bytes, age: timedelta, sequencer: int | None = None) -> None:
        target = self.raw / key
        if "//" in key:  # No file's path: a directory store keeps such a key spelled in hexadecimal digits.
            target = self.root / f".darkroom/objects/darkroom-raw/{key.encode().hex()}.object"
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(data)
        self.records.append({
            "eventVersion": "2.1", "eventSource": "aws:s3", "awsRegion": "eu-central-1",
            "eventTime": stamp(self.now - age), "eventName": "ObjectCreated:Put",
            "s3": {"s3SchemaVersion": "1.0", "bucket": {"name": "darkroom-raw", "arn": "arn:aws:s3:::darkroom-raw"},
                   "object": {"key": quote_plus(key, safe="/"), "size": len(data), "eTag": "0" * 32,
                              "sequencer": f"{sequencer or len(self.records):018X}"}}})

    def fill(self) -> None:
        hours = lambda most: timedelta(hours=self.random.uniform(0, most))  # noqa: E731
        cameras = [None, None, "Canon EOS R5", "NIKON Z 8", "Apple iPhone 15"]
        for number in range(220):
            kind = self.random.choice(["JPEG", "JPEG", "PNG"])
            size = self.random.choice([(64, 48), (320, 240), (900, 700), (1500, 1000)])
            data = self.picture(kind, size, number / 220, self.random.choice(cameras) if kind == "JPEG" else None)
            suffix = self.random.choice(["jpg", "jpg", "png"])
            folder = self.random.choice(["web/2026", "kafka/photos/0", "elsewhere"])
            self.upload(f"{folder}/{number:04}.{suffix}", data, hours(150))
        # Of a texture, so that its hash has many bits.
        cells = Image.frombytes("L", (9, 8), self.random.randbytes(72)).resize((200, 150), Image.Resampling.BICUBIC)
        out = io.BytesIO()
        cells.convert("RGB").save(out, "JPEG", quality=85)
        same = out.getvalue()
        for number in range(6):
            self.upload(f"web/copy-{number}.jpg", same, hours(60))
        close = Image.open(io.BytesIO(same))
        for quality in (60, 70, 95):
            out = io.BytesIO()
            close.save(out, "JPEG", quality=quality)
            self.upload(f"web/near-{quality}.jpg", out.getvalue(), hours(60))
        bad = [b"", b"<!doctype html><p>no picture", b"GIF89a\1\0\1\0\0\0\0;", same[:-800]]
        for number, data in enumerate(bad * 4):
            self.upload(f"web/bad-{number}.jpg", data, hours(100))
        for key in ODD_KEYS:
            self.upload(key, self.picture("JPEG", (80, 60), 0.6, None), hours(40))
        # Of a key that was uploaded three times, and whose events come in another order, the latest stands.
        for sequencer, age in ((3, 5), (1, 70), (2, 30)):
            self.upload("web/again.jpg", same, timedelta(hours=age), 10_000 + sequencer)
        for number in range(5):
            self.upload(f"web/old-{number}.jpg", same, timedelta(days=8 + number % 3, hours=number))
            self.upload(f"web/gone-{number}.jpg", same, timedelta(hours=3, minutes=number))
            (self.raw / f"web/gone-{number}.jpg").unlink()

    def process(self) -> None:
        for start in range(0, len(self.records), 40):
            event = self.root.parent / "event.json"
            event.write_text(json.dumps({"Records": self.records[start:start + 40]}))
            run = subprocess.run(
                [str(ROOT / "bootstrap"), "invoke", str(event), "--store", str(self.root), "--keep-times", "--json"],
                capture_output=True, text=True, env={"PATH": os.environ["PATH"]}, timeout=300)
            assert run.returncode == 0, run.stderr
        subprocess.run(
            [ROOT / "bootstrap", "delete", "darkroom-raw/web/copy-0.jpg", "--store", self.root, "--yes"],
            capture_output=True, check=True, env={"PATH": os.environ["PATH"]}, timeout=60)

    def rows(self) -> list[dict]:
        """Every row, with its day."""
        rows = []
        for file in sorted((self.root / "darkroom-processed" / "metadata").rglob("*.json")):
            rows.append(json.loads(file.read_text()) | {"dt": file.parent.name.removeprefix("dt=")})
        return rows


# The views' figures, in Python.


def images(rows: list[dict], now: datetime) -> list[dict]:
    by_image = defaultdict(list)
    for row in rows:
        by_image[row["image_id"]].append(row)
    latest = []
    for same in by_image.values():
        latest.append(max(same, key=lambda row: (
            row["uploaded_at"], row.get("raw_sequencer", "").upper().ljust(40, "0"), row["processed_at"])))
    return [row for row in latest if row["status"] != "deleted" and row["purge_after"] > stamp(now)]


def grouped(rows, *keys):
    groups = defaultdict(list)
    for row in rows:
        groups[tuple(key(row) if callable(key) else row.get(key) for key in keys)].append(row)
    return groups


def total(rows, field):
    return sum(row.get(field) or 0 for row in rows)


def source(row):
    return row.get("source") or "other"


def values(rows, field):
    return [row[field] for row in rows if row.get(field) is not None]


def quantile(rows, field, share):
    return float(numpy.percentile(values(rows, field), 100 * share))


def mean(rows, field):
    return sum(values(rows, field)) / len(values(rows, field)) if values(rows, field) else None


def shown(time):
    """A row's time as a view's timestamp is written."""
    text = time.removesuffix("Z").replace("T", " ")
    return text.rstrip("0").rstrip(".") if "." in text else text


def earliest(rows):
    return min(rows, key=lambda row: row["uploaded_at"])


def newest(rows):
    return max(rows, key=lambda row: row["uploaded_at"])


def daily_volume(found):
    return {key: {
        "images": len(group), **{status: sum(row["status"] == status for row in group)
                                 for status in ("processed", "rejected", "expired")},
        "bytes_in": total(group, "bytes_in"), "bytes_out": total(group, "bytes_out"),
        "megapixels": round(total(group, "megapixels"), 1)} for key, group in grouped(found, "dt", source).items()}


def formats(found):
    def declaration(row):
        kind, declared = row.get("format"), row.get("declared_type")
        if kind is None or declared is None:
            return "unknown"
        return "right" if declared == "image/" + kind else "wrong"

    groups = grouped(found, lambda row: row.get("format") or "unknown", lambda row: row.get("declared_type") or "none",
                     declaration)
    return {key: {"images": len(group), "share": len(group) / len(found)} for key, group in groups.items()}


def sizes(found):
    def size(row):
        pixels = row.get("megapixels")
        if pixels is None:
            return "6: unknown"
        names = [(0.5, "1: below 0.5 MP"), (2, "2: 0.5 to 2 MP"), (12, "3: 2 to 12 MP"), (50, "4: 12 to 50 MP")]
        return next((name for limit, name in names if pixels < limit), "5: 50 MP and more")

    return {key: {"images": len(group), "bytes_in": total(group, "bytes_in"), "mean_bytes_in": mean(group, "bytes_in"),
                  "mean_duration_ms": mean(group, "duration_ms"), "peak_rss_mb": max(values(group, "peak_rss_mb"))}
            for key, group in grouped(found, size).items()}


def cameras(found):
    groups = grouped([row for row in found if row.get("exif_model")], "exif_make", "exif_model")
    return {key: {"images": len(group), "days": len({row["dt"] for row in group}),
                  "share_with_position": sum(bool(row.get("has_gps")) for row in group) / len(group),
                  "median_iso": quantile(group, "exif_iso", 0.5),
                  "median_focal_mm": quantile(group, "exif_focal_mm", 0.5),
                  "earliest_taken_at": shown(min(values(group, "exif_taken_at"))),
                  "latest_taken_at": shown(max(values(group, "exif_taken_at")))} for key, group in groups.items()}


def latency(found):
    return {key: {
        "images": len(group), **{f"{field}_p{share}": quantile(group, field, share / 100)
                                 for field in ("duration_ms", "queue_ms") for share in (50, 95, 99)},
        **{f"{field}_max": max(values(group, field)) for field in ("duration_ms", "queue_ms")},
        "retried": sum((row.get("attempts") or 0) > 1 for row in group),
        "late": sum(datetime.fromisoformat(row["processed_at"]) - datetime.fromisoformat(row["uploaded_at"])
                    >= timedelta(days=1) for row in group)} for key, group in grouped(found, "compute").items()}


def errors(found):
    groups = grouped([row for row in found if row["status"] != "processed"],
                     lambda row: row.get("error_code") or row["status"])
    return {key: {
        "images": len(group), "share": len(group) / len(found), "first_at": shown(earliest(group)["uploaded_at"]),
        "last_at": shown(newest(group)["uploaded_at"]), "latest_key": newest(group)["raw_key"],
        "latest_detail": newest(group).get("error_detail", "")} for key, group in groups.items()}


def duplicates(found):
    groups = grouped([row for row in found if row.get("sha256")], "sha256")
    return {key: {"copies": len(group), "bytes_spared": (len(group) - 1) * group[0]["bytes_in"],
                  "sources": len({source(row) for row in group}),
                  "first_at": shown(earliest(group)["uploaded_at"]), "first_key": earliest(group)["raw_key"],
                  "latest_key": newest(group)["raw_key"]} for key, group in groups.items() if len(group) > 1}


def near_duplicates(found):
    pictures = [row for row in found if row.get("dhash", "0" * 16) != "0" * 16]
    crowded = Counter((place, row["dhash"][4 * place:4 * place + 4]) for row in pictures for place in range(4))
    pairs = {}
    for one in pictures:
        for other in pictures:
            bits = (int(one["dhash"], 16) ^ int(other["dhash"], 16)).bit_count()
            shares = any(one["dhash"][4 * place:4 * place + 4] == other["dhash"][4 * place:4 * place + 4]
                         and crowded[place, one["dhash"][4 * place:4 * place + 4]] <= 50 for place in range(4))
            if one["image_id"] < other["image_id"] and one["sha256"] != other["sha256"] and bits <= 3 and shares:
                pairs[one["image_id"], other["image_id"]] = {
                    "differing_bits": bits, "raw_key": one["raw_key"], "other_key": other["raw_key"],
                    "uploaded_at": shown(one["uploaded_at"]), "other_uploaded_at": shown(other["uploaded_at"])}
    return pairs


def renditions(found):
    return {(row["image_id"], one["name"]): {
        "dt": row["dt"], "source": source(row), "raw_key": row["raw_key"], "bytes_in": row["bytes_in"],
        **{name: shown(row[name]) for name in ("uploaded_at", "purge_after")},
        **{name: one[name] for name in ("key", "format", "width", "height", "bytes")}}
            for row in found for one in row.get("renditions", [])}


def compression(found):
    pairs = [(row, one) for row in found for one in row.get("renditions", [])]
    groups = defaultdict(list)
    for row, one in pairs:
        groups[one["name"], one["format"]].append((row, one))
    return {key: {
        "renditions": len(group), "bytes": sum(one["bytes"] for _, one in group),
        "ratio": sum(one["bytes"] for _, one in group) / sum(row["bytes_in"] for row, _ in group),
        "median_ratio": float(numpy.median([one["bytes"] / row["bytes_in"] for row, one in group])),
        "bits_per_pixel": 8 * sum(one["bytes"] for _, one in group)
        / sum(one["width"] * one["height"] for _, one in group)} for key, group in groups.items()}


def colour(row):
    red, green, blue = (int(row["dominant_hex"][at:at + 2], 16) for at in (1, 3, 5))
    high, low = max(red, green, blue), min(red, green, blue)
    hue = 360 * colorsys.rgb_to_hsv(red / 255, green / 255, blue / 255)[0]
    if high < 40:
        return "black"
    if high - low < 24:
        return "white" if low >= 216 else "gray"
    if hue < 15 or hue >= 345:
        return "red"
    if hue < 45:
        return "brown" if high < 160 else "orange"
    names = [(70, "yellow"), (165, "green"), (195, "cyan"), (255, "blue"), (290, "purple")]
    return next((name for limit, name in names if hue < limit), "pink")


def colours(found):
    pictures = [row for row in found if row.get("dominant_hex")]

    def channel(group, at):  # Halves are rounded up, as in SQL, and not to the even number.
        return math.floor(sum(int(row["dominant_hex"][at:at + 2], 16) for row in group) / len(group) + 0.5)

    return {key: {"images": len(group), "share": len(group) / len(pictures),
                  "latest_hex": newest(group)["dominant_hex"], "mean_red": channel(group, 1),
                  "mean_green": channel(group, 3), "mean_blue": channel(group, 5)}
            for key, group in grouped(pictures, colour).items()}


def purge_audit(rows, now):
    def hours(row):
        return (now - datetime.fromisoformat(row["purge_after"])) // timedelta(hours=1)

    overdue = [row for row in rows if row["purge_after"] <= stamp(now)]
    return {key: {"overdue_rows": len(group), "images": len({row["image_id"] for row in group}),
                  "oldest_purge_after": min(row["purge_after"] for row in group),
                  "hours_overdue": max(hours(row) for row in group), "faults": sum(hours(row) >= 48 for row in group)}
            for key, group in grouped(overdue, "dt").items()}


KEYS = {
    "daily_volume": ("dt", "source"), "formats": ("format", "declared_type", "declaration"), "sizes": ("size",),
    "cameras": ("make", "model"), "latency": ("compute",), "errors": ("error_code",), "duplicates": ("sha256",),
    "near_duplicates": ("image_id", "other_image_id"), "renditions": ("image_id", "name"),
    "compression": ("name", "format"), "colours": ("colour",), "purge_audit": ("dt",),
}
EXPECTED = {
    "daily_volume": daily_volume, "formats": formats, "sizes": sizes, "cameras": cameras, "latency": latency,
    "errors": errors, "duplicates": duplicates, "near_duplicates": near_duplicates, "renditions": renditions,
    "compression": compression, "colours": colours,
}
