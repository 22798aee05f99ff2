"""Messages to objects: kafka-ingest beside confluent-kafka with boto3 doing the same job, on one core; a table.

    python run.py                # 3,000 messages of 1 kB, 1,000 of 200 kB, 60 of 8 MB; some two minutes
    python run.py --share 0.1    # a tenth of them

The broker is tansu, S3 is SeaweedFS with signatures checked, both on the machine's other cores. What one core brings is
in the CPU time; where the time on the clock is much longer than it, the broker or S3 is the limit.
"""

import argparse
import os
import re
import subprocess
import sys
import tempfile
import time
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent.parent / "Tests" / "SystemTests" / "support"))

from aws_parts import CLEAN, start_seaweedfs  # noqa: E402
from stream_parts import Broker, Ingest, Stream  # noqa: E402

CASES = [(3000, 1000), (1000, 200_000), (60, 8_000_000)]


def cpu_seconds(process: int) -> float:
    fields = Path(f"/proc/{process}/stat").read_text().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def ours(stream: Stream, folder: Path, part, count: int) -> tuple[float, float, int]:
    begun = time.monotonic()
    consumer = Ingest(stream, folder, None, **part.environment(), DARKROOM_RAW_BUCKET="raw-ours")
    os.sched_setaffinity(consumer.process.pid, {0})
    while consumer.metric("messages_total") < count:
        time.sleep(0.02)
    elapsed, cpu = time.monotonic() - begun, cpu_seconds(consumer.process.pid)
    status = Path(f"/proc/{consumer.process.pid}/status").read_text()
    consumer.stop()
    return elapsed, cpu, int(re.search(r"VmHWM:\s+(\d+)", status)[1]) >> 10


def peer(stream: Stream, part, count: int) -> tuple[float, float, int]:
    begun = time.monotonic()
    process = subprocess.Popen(
        [sys.executable, str(HERE / "peer.py"), str(count)],
        env=CLEAN | part.environment() | {
            "PEER_BROKERS": stream.broker.address, "PEER_TOPIC": stream.topic, "PEER_BUCKET": "raw-peer"})
    os.sched_setaffinity(process.pid, {0})
    _, _, usage = os.wait4(process.pid, 0)
    return time.monotonic() - begun, usage.ru_utime + usage.ru_stime, usage.ru_maxrss >> 10


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--share", type=float, default=1)
    share = parser.parse_args().share
    print("| messages | | s | CPU ms a message | peak MiB |\n|---|---|---|---|---|")
    for count, size in ((max(1, int(count * share)), size) for count, size in CASES):
        with tempfile.TemporaryDirectory() as folder:
            broker = Broker(Path(folder))
            (Path(folder) / "s3").mkdir()
            server, part = start_seaweedfs(Path(folder) / "s3")
            try:
                for bucket in ("raw-ours", "raw-peer"):
                    part.client("s3").create_bucket(Bucket=bucket)
                stream = Stream.make(broker, 4)
                stream.produce([os.urandom(size)] * count)
                results = {
                    "kafka-ingest": ours(stream, Path(folder), part, count),
                    "confluent-kafka, boto3": peer(stream, part, count)}
            finally:
                server.stop()
                broker.stop()
        for name, (elapsed, cpu, peak) in results.items():
            print(f"| {count} × {size:,} B | {name} | {elapsed:.1f} | {cpu * 1000 / count:.2f} | {peak} |", flush=True)
        mine, other = results.values()
        print(f"| | the other's CPU time by this one's | | {other[1] / mine[1]:.1f} | |", flush=True)


main()
