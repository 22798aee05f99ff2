"""Images per second from a queue: the image processor beside the same job in boto3 with Pillow and with pyvips.

    python run.py                          # 1,000 images each: some ten minutes; writes results/queue.md
    python run.py --images 50              # a quick look; writes nothing
    python run.py --binary PATH            # another build of the image processor

Every contender drains a queue of its own of the same images, on one core, one image after the other (the image
processor also two side by side, so that one is worked on while another travels), and they take turns of a few seconds.
S3 is SeaweedFS and SQS is ministack, both with signatures checked and on the other cores.
"""

import argparse
import json
import os
import platform
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent.parent
sys.path.insert(0, str(ROOT / "Tests" / "SystemTests" / "support"))

from contender import Contender  # noqa: E402
from cost import dollars_per_million, smallest_memory  # noqa: E402

from aws_parts import CLEAN, start_ministack, start_seaweedfs  # noqa: E402

CORPUS = ROOT / ".tools" / "bench" / "corpus"
PYTHON = ROOT / ".tools" / "bench-venv" / "bin" / "python"
# Of ten images: web pictures, photographs, one progressive, one with alpha.
MIX = ["3mp.jpg", "12mp.jpg"] * 4 + ["12mp-progressive.jpg", "4mp-rgba-photo.png"]
NAMES = ["darkroom", "darkroom, two side by side", "boto3 + pyvips", "boto3 + Pillow"]
RAW = "raw"
WORKERS_CORE = 0
TURN_SECONDS = 4.0
RENDITIONS_EACH = 3


def processed(name: str) -> str:
    return f"processed-{NAMES.index(name)}"


def upload(s3, count: int) -> list[str]:
    """Puts so many objects into the raw bucket, each under a key of its own."""
    s3.create_bucket(Bucket=RAW)
    bodies = {name: (CORPUS / name).read_bytes() for name in set(MIX)}
    keys = [f"web/{number:04}-{MIX[number % len(MIX)]}" for number in range(count)]
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda key: s3.put_object(Bucket=RAW, Key=key, Body=bodies[key.split("-", 1)[1]]), keys))
    return keys


def notify(sqs, queue: str, keys: list[str]) -> None:
    """What S3 would have sent of these objects."""
    now = datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%S.%f")[:-3] + "Z"
    for first in range(0, len(keys), 10):
        sqs.send_message_batch(QueueUrl=queue, Entries=[
            {"Id": str(number), "MessageBody": json.dumps({"Records": [{
                "eventVersion": "2.2", "eventSource": "aws:s3", "awsRegion": "us-east-1", "eventTime": now,
                "eventName": "ObjectCreated:Put", "s3": {"s3SchemaVersion": "1.0", "bucket": {"name": RAW},
                                                         "object": {"key": key, "sequencer": f"{first + number:016X}"}},
            }]})} for number, key in enumerate(keys[first:first + 10])])


def contender(name: str, queue: str, binary: Path, endpoints: dict[str, str], folder: Path) -> Contender:
    if name.startswith("darkroom"):
        command = [str(binary), "fargate", "--queue-url", queue, "--idle-seconds", "2", "--visibility-seconds", "600"]
        settings = {
            "DARKROOM_PROCESSED_BUCKET": processed(name),
            "DARKROOM_CONCURRENCY": "1" if name == "darkroom" else "2",
        }
    else:
        command = [str(PYTHON), str(HERE / "worker.py"), name.split()[-1].lower(), queue, processed(name)]
        settings = {}
    log = folder / f"{processed(name)}.log"
    return Contender(name, command, CLEAN | endpoints | settings, log, WORKERS_CORE)


def check(s3, name: str, count: int) -> None:
    """All of it must be there."""
    for prefix, expected in (("images/", RENDITIONS_EACH * count), ("metadata/", count)):
        pages = s3.get_paginator("list_objects_v2").paginate(Bucket=processed(name), Prefix=prefix)
        found = sum(page["KeyCount"] for page in pages)
        if found != expected:
            raise RuntimeError(f"{name} wrote {found} objects under {prefix}, not {expected}")


def take_turns(contenders: list[Contender], count: int) -> None:
    began = time.monotonic()
    while running := [contender for contender in contenders if not contender.finished]:
        for one in running:
            one.take_turn(TURN_SECONDS)
            if one.finished:
                print(f"{one.name}: {count} images in {one.seconds:.1f} s of its own turns "
                      f"({time.monotonic() - began:.0f} s in all)", flush=True)


HEAD = """| | images/s on one core | CPU, ms an image | peak memory, MB | Lambda's memory, MB | $ a million images |
|---|---:|---:|---:|---:|---:|"""


def line(one: Contender, count: int) -> str:
    memory = smallest_memory(one.peak_megabytes)
    price = dollars_per_million(one.seconds / count, one.cpu_seconds / count, memory)
    return (f"| {one.name} | {count / one.seconds:.2f} | {1000 * one.cpu_seconds / count:.1f} "
            f"| {one.peak_megabytes:.0f} | {memory} | {price:.2f} |")


def document(contenders: list[Contender], count: int) -> str:
    ours, beside, *peers = contenders
    with open("/proc/cpuinfo") as info:
        model = next((text.split(":")[1].strip() for text in info if text.startswith("model name")), platform.machine())
    ratios = "\n".join(
        f"- Beside *{peer.name}*: {peer.seconds / ours.seconds:.2f} × the images a second "
        f"({peer.seconds / beside.seconds:.2f} × two side by side), "
        f"{peer.cpu_seconds / ours.cpu_seconds:.2f} × by CPU time, "
        f"{ours.peak_megabytes / peer.peak_megabytes:.2f} × the memory."
        for peer in peers
    )
    table = "\n".join([HEAD, *(line(one, count) for one in contenders)])
    return f"""# Images from a queue
`make bench-queue`: {model}; a queue of {count:,} images for each, on one core, in turns of
{TURN_SECONDS:.0f} s; SeaweedFS as S3 and ministack as SQS on the other cores, signatures checked. Of ten images:
four JPEGs of 3 MP, four of 12 MP, a progressive one of 12 MP, a PNG with alpha of 4 MP; three renditions and a row of
each. The start of the process is in all figures.

{table}

{ratios}

The price is Lambda's in us-east-1 (x86, 2026: $0.0000166667 a GB-second, $0.20 a million calls of ten images) with
the smallest memory, in steps of 64 MB from 128 MB, that holds the measured peak: there the CPU time grows by
1,769 MB ÷ memory, since Lambda gives a whole core at 1,769 MB, and the rest of the measured time does not.
"""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--images", type=int, default=1000)
    parser.add_argument("--binary", type=Path, default=ROOT / "bootstrap")
    arguments = parser.parse_args()
    count = arguments.images
    others = set(range(os.cpu_count() or 1)) - {WORKERS_CORE}
    if not others:
        sys.exit("queue: this takes two cores: one for the workers, one for the servers")
    os.sched_setaffinity(0, others)
    with tempfile.TemporaryDirectory(dir=ROOT / ".tools") as name:
        folder = Path(name)
        started, contenders = [], []
        try:
            for part in ("sqs", "s3"):
                (folder / part).mkdir()
            server, sqs_part = start_ministack(folder / "sqs")
            started.append(server)
            server, s3_part = start_seaweedfs(folder / "s3", beside=sqs_part)
            started.append(server)
            s3, sqs = s3_part.client("s3"), sqs_part.client("sqs")
            keys = upload(s3, count)
            print(f"{count} images are in the raw bucket", flush=True)
            endpoints = sqs_part.environment() | {
                "AWS_ENDPOINT_URL_S3": s3_part.endpoint, "AWS_DEFAULT_REGION": "us-east-1",
                "PATH": os.environ["PATH"]}
            for name in NAMES:
                s3.create_bucket(Bucket=processed(name))
                queue = sqs.create_queue(QueueName=processed(name))["QueueUrl"]
                notify(sqs, queue, keys)
                contenders.append(contender(name, queue, arguments.binary, endpoints, folder))
            take_turns(contenders, count)
            for name in NAMES:
                check(s3, name, count)
            text = document(contenders, count)
            print(text)
            if count >= 1000:
                (HERE / "results" / "queue.md").write_text(text)
        finally:
            for process in contenders + started:
                process.stop()


if __name__ == "__main__":
    main()
