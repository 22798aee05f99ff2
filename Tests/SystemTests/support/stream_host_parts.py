"""The Kafka host and what is around it: its volume, the release that is put into the bucket, the broker's answers."""

import hashlib
import re
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from confluent_kafka.admin import AdminClient

import kafka_release
from host_parts import STREAM_BUNDLE, Surroundings

BROKER = "127.0.0.1:9092"
KEY = f"kafka/{kafka_release.NAME}.tgz"
VOLUME = "vol-0123456789abcdef0"
# capabilities(7): 24 is CAP_SYS_RESOURCE.
MAY_GROW = bool(int(re.search(r"CapEff:\s*(\w+)", Path("/proc/self/status").read_text())[1], 16) >> 24 & 1)


@contextmanager
def empty_volume(folder: Path) -> Iterator[dict[str, str]]:
    """An empty disk of 64 MiB, by the name that EC2 gives it."""
    image = folder / "volume.img"
    with image.open("wb") as file:
        file.truncate(64 << 20)
    device = subprocess.run(
        ["losetup", "--find", "--show", str(image)], check=True, capture_output=True, text=True).stdout.strip()
    try:
        yield {f"/dev/disk/by-id/nvme-Amazon_Elastic_Block_Store_{VOLUME.replace('-', '')}": device}
    finally:
        subprocess.run(["losetup", "--detach", device], check=True)


def stream_variables(surroundings: Surroundings, release: bytes, **others) -> dict:
    """What Terraform's module of the Kafka host is given, once bundle and release are in the bucket."""
    bundle = STREAM_BUNDLE.read_bytes() if STREAM_BUNDLE.exists() else kafka_release.programs()
    surroundings.put_bundle(release, KEY)
    return {
        "region": "us-east-1", "bundle": surroundings.put_bundle(bundle, "stream/stream.tar.gz"),
        "kafka": {"bucket": surroundings.artefacts, "key": KEY, "checksum": hashlib.sha512(release).hexdigest()},
        "volume_id": VOLUME, "raw_bucket": f"{surroundings.prefix}-raw",
        "processed_bucket": f"{surroundings.prefix}-processed", "topic": "images", "partitions": 3,
        "retention_hours": 24, "maximum_message_mb": 32, "memory_mb": 3328, "page_port": 8090, "client_port": 9094,
        "clients": None, "log_group": f"/ec2/{surroundings.prefix}-stream",
    } | others


def partitions() -> dict[str, int]:
    """Those of each topic, or none where the broker does not answer."""
    try:
        listed = AdminClient({"bootstrap.servers": BROKER, "log_level": 0}).list_topics(timeout=3)
        return {name: len(topic.partitions) for name, topic in listed.topics.items()}
    except Exception:
        return {}
