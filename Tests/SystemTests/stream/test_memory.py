"""Memory is bounded by the budget, whatever the messages' sizes."""

import os
import re

from stream_parts import Stream, wait_until

# 1,000 messages of 8 MB take the broker, which keeps everything, 8 GB: a person can ask for them.
COUNT = int(os.environ.get("DARKROOM_TEST_LARGE_MESSAGES", "120"))


def test_large_messages_stay_within_the_budget(broker, ingest, tmp_path):
    stream = Stream.make(broker, 4)
    value = os.urandom(8_000_000)
    stream.produce(value for _ in range(COUNT))
    consumer = ingest(
        stream, tmp_path / "store", DARKROOM_INGEST_MEMORY_MB="64", DARKROOM_INGEST_MAX_BYTES="16000000")
    wait_until(lambda: consumer.metric("messages_total") == COUNT, 120, "all messages")
    status = open(f"/proc/{consumer.process.pid}/status").read()
    peak = int(re.search(r"VmHWM:\s+(\d+)", status)[1]) >> 10
    print(f"{COUNT} messages of 8 MB through a budget of 64 MiB: peak {peak} MiB")
    assert peak < 160
    assert consumer.stop() == 0
