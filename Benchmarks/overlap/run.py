"""How far download, decoding and uploads overlap: the wall time of a whole job beside that of its parts alone.

    python run.py                          # all of it: some minutes; writes results/overlap.md
    python run.py --quick                  # one link, one picture, three rounds; writes nothing
    python run.py --binary PATH            # another build of the image processor

Every job is one S3 notification to a warm function, with the recipe that the binary has built in. S3 is SeaweedFS
behind a link of fixed rate and latency (`link.py`). In every round each measure is taken once.
"""

import argparse
import http.client
import json
import platform
import statistics
import subprocess
import sys
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import quote, urlsplit

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent.parent
sys.path.insert(0, str(ROOT / "Tests" / "SystemTests" / "support"))

from function import Function  # noqa: E402

from aws_parts import Part, start_seaweedfs  # noqa: E402

CORPUS = ROOT / ".tools" / "bench" / "corpus"
LINKS = [(20, 15), (20, 5), (50, 15), (50, 5), (100, 15), (100, 5)]
PICTURES = ["12mp.jpg", "48mp.jpg", "12mp-progressive.jpg", "12mp-rgb.png"]
RAW, PROCESSED = "darkroom-raw", "darkroom-processed"
# After the work: the renditions are written, then the row.
ROUND_TRIPS = 2


class Link:
    """A link to a port, in a process of its own."""

    def __init__(self, port: int, megabytes: float, milliseconds: float):
        self._process = subprocess.Popen(
            [sys.executable, str(HERE / "link.py"), "--to", str(port), "--megabytes", str(megabytes),
             "--milliseconds", str(milliseconds)], stdout=subprocess.PIPE, text=True)
        self.port = int(self._process.stdout.readline())

    def stop(self) -> None:
        self._process.kill()
        self._process.wait()


class Event:
    """Notifications of one picture, each later than the one before, so that none is a repetition."""

    number = 0

    @classmethod
    def of(cls, name: str, size: int) -> dict:
        cls.number += 1
        now = datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%S.%f")[:-3] + "Z"
        return {"Records": [{
            "eventVersion": "2.2", "eventSource": "aws:s3", "awsRegion": "us-east-1", "eventTime": now,
            "eventName": "ObjectCreated:Put", "s3": {"s3SchemaVersion": "1.0", "bucket": {"name": RAW}, "object": {
                "key": quote(f"web/{name}"), "size": size, "sequencer": f"{cls.number:016X}"}}}]}


def download(connection: http.client.HTTPConnection, url: str) -> float:
    """Seconds from the request to the last byte, over a connection that stands."""
    start = time.perf_counter()
    connection.request("GET", url)
    response = connection.getresponse()
    buffer = bytearray(1 << 20)
    while response.readinto(buffer):
        pass
    if response.status != 200:
        raise RuntimeError(f"status {response.status} for {url}")
    return time.perf_counter() - start


def measure(part: Part, link: tuple[int, int], pictures: list[str], rounds: int, binary: Path, folder: Path) -> list:
    megabytes, milliseconds = link
    wire = Link(urlsplit(part.endpoint).port, megabytes, milliseconds)
    through = Part(part.name, f"http://127.0.0.1:{wire.port}", part.access_key, part.secret_key)
    local = Function(binary, folder / "local.log", DARKROOM_STORE_DIRECTORY=str(folder / "store"))
    remote = Function(binary, folder / "remote.log", **through.environment())
    connection = http.client.HTTPConnection("127.0.0.1", wire.port)
    rows = []
    try:
        for name in pictures:
            size = (CORPUS / name).stat().st_size
            url = through.client("s3").generate_presigned_url("get_object", {"Bucket": RAW, "Key": f"web/{name}"})
            taken = {"download": [], "work": [], "whole": []}
            for number in range(rounds + 1):
                answers = {
                    "download": download(connection, url.removeprefix(through.endpoint)),
                    "work": local.invoke(Event.of(name, size)),
                    "whole": remote.invoke(Event.of(name, size)),
                }
                # The first round warms connections and caches.
                for measure, seconds in answers.items() if number else []:
                    taken[measure].append(seconds)
            rows.append(row(name, link, taken, written(folder / "store", name)))
            print(line(rows[-1]), flush=True)
    finally:
        connection.close()
        for process in (local, remote, wire):
            process.stop()
    return rows


def written(store: Path, name: str) -> int:
    """The bytes of all renditions of a picture, by its row."""
    (path,) = (store / PROCESSED / "metadata").glob(f"*/web/{name}.json")
    return json.loads(path.read_text())["bytes_out"]


def row(name: str, link: tuple[int, int], taken: dict[str, list[float]], bytes_out: int) -> dict:
    rounds = list(zip(taken["download"], taken["work"], taken["whole"]))
    round_trip = 2 * link[1] / 1e3
    after = ROUND_TRIPS * round_trip + bytes_out / (link[0] * 1e6)
    return {
        "picture": name, "link": link, **{key: statistics.median(values) * 1000 for key, values in taken.items()},
        "over_max": statistics.median(whole / max(a, b) for a, b, whole in rounds),
        "over_sum": statistics.median(whole / (a + b) for a, b, whole in rounds),
        "over_bound": statistics.median(whole / (max(a, round_trip + b) + after) for a, b, whole in rounds),
    }


HEAD = """| picture | MB/s | latency, ms | download, ms | work, ms | whole job, ms | ÷ longer part | ÷ sum | ÷ bound |
|---|---:|---:|---:|---:|---:|---:|---:|---:|"""


def line(row: dict) -> str:
    return (f"| {row['picture']} | {row['link'][0]} | {row['link'][1]} | {row['download']:.0f} | {row['work']:.0f} "
            f"| {row['whole']:.0f} | {row['over_max']:.2f} | {row['over_sum']:.2f} | {row['over_bound']:.2f} |")


def document(rows: list, rounds: int) -> str:
    with open("/proc/cpuinfo") as info:
        model = next((text.split(":")[1].strip() for text in info if text.startswith("model name")), platform.machine())
    return f"""# Overlap of download, work and uploads
`make bench-overlap`: {model}; medians of {rounds} rounds in which all measures take turns; a warm function, the
built-in recipe (three renditions and a row), SeaweedFS behind a link of so many MB/s and so much latency each way.

- *download*: the object alone, over a connection that stands.
- *work*: the same job with a directory in place of S3.
- *÷ longer part*: 1.00 would be a job that costs no more than the longer of the two.
- *÷ sum*: 1.00 is a job that does one after the other.
- *÷ bound*: over the longer of the download and the work after its first byte, and what no overlap saves:
  {ROUND_TRIPS} round trips and the renditions' bytes on the link. A rendition's upload begins when its encoder ends,
  because S3 takes a length and a checksum before the first byte; the row is written when all renditions are durable.
  The server's own time, 2 to 6 ms a write, is not in it.

A baseline JPEG and a PNG are decoded and encoded as they come. A progressive JPEG is read scan by scan as it comes, and
its picture is made after the last.

{HEAD}
{chr(10).join(line(row) for row in rows)}
"""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--quick", action="store_true", help="one link, one picture, three rounds")
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--binary", type=Path, default=ROOT / "bootstrap")
    options = parser.parse_args()
    links, pictures = (LINKS[3:4], PICTURES[:1]) if options.quick else (LINKS, PICTURES)
    rounds = 3 if options.quick else options.rounds
    rows = []
    print(HEAD)
    with tempfile.TemporaryDirectory(dir="/dev/shm" if Path("/dev/shm").is_dir() else None) as name:
        folder = Path(name)
        server, part = start_seaweedfs(folder)
        try:
            s3 = part.client("s3")
            for bucket in (RAW, PROCESSED):
                s3.create_bucket(Bucket=bucket)
            (folder / "store" / RAW / "web").mkdir(parents=True)
            for picture in pictures:
                body = (CORPUS / picture).read_bytes()
                s3.put_object(Bucket=RAW, Key=f"web/{picture}", Body=body, ContentType="image/jpeg")
                (folder / "store" / RAW / "web" / picture).write_bytes(body)
            for link in links:
                rows += measure(part, link, pictures, rounds, options.binary, folder)
        finally:
            server.stop()
    if not options.quick:
        (HERE / "results").mkdir(exist_ok=True)
        (HERE / "results" / "overlap.md").write_text(document(rows, rounds))


if __name__ == "__main__":
    main()
