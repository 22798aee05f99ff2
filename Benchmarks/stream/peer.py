"""The same job in the obvious way: confluent-kafka and boto3, one object an offset, sixteen uploads at once.

    peer.py COUNT        ends after so many messages

It commits what a batch held when all of it is stored. What it leaves out: a rebalance in the midst of a batch, a bound
on bytes, poison, S3 that fails.
"""

import base64
import hashlib
import os
import sys
from concurrent.futures import ThreadPoolExecutor

import boto3
from botocore.config import Config
from confluent_kafka import Consumer


def main() -> None:
    count = int(sys.argv[1])
    s3 = boto3.client("s3", config=Config(s3={"addressing_style": "path"}, max_pool_connections=16))
    consumer = Consumer({
        "bootstrap.servers": os.environ["PEER_BROKERS"], "group.id": "peer", "auto.offset.reset": "earliest",
        "enable.auto.commit": False, "session.timeout.ms": 2000, "heartbeat.interval.ms": 300})
    consumer.subscribe([os.environ["PEER_TOPIC"]])

    def put(message) -> None:
        value = message.value()
        s3.put_object(
            Bucket=os.environ["PEER_BUCKET"], Key=f"kafka/peer/{message.partition()}/{message.offset():020}",
            Body=value, IfNoneMatch="*",
            ChecksumSHA256=base64.b64encode(hashlib.sha256(value).digest()).decode())

    done = 0
    with ThreadPoolExecutor(16) as pool:
        while done < count:
            messages = [message for message in consumer.consume(64, 0.2) if not message.error()]
            list(pool.map(put, messages))
            done += len(messages)
            if messages:
                consumer.commit(asynchronous=True)
    consumer.close()


main()
