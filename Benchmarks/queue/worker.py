"""The same job in the obvious way: boto3, and Pillow or pyvips. Works a queue off until nothing has come for two
seconds.

    python worker.py pillow|pyvips QUEUE_URL PROCESSED_BUCKET

For every image: three renditions (1600 and 800 inside, 256 cover, quality 80; PNG where there is transparency), then a
row of metadata, then the message is deleted. Repetitions, order, hostile images and purge dates are nobody's business
here, as in most such workers.
"""

import hashlib
import io
import json
import os
import sys
from datetime import UTC, datetime
from urllib.parse import unquote_plus

import boto3

RENDITIONS = [("large", 1600, False), ("medium", 800, False), ("thumbnail", 256, True)]
QUALITY = 80


def with_pillow():
    """Pillow as its users write it: `thumbnail` shrinks while it decodes; smaller pictures are made of larger ones."""
    from PIL import Image, ImageOps

    def render(data: bytes):
        image = Image.open(io.BytesIO(data))
        size = image.size
        image.thumbnail((RENDITIONS[0][1],) * 2, Image.Resampling.LANCZOS)
        ImageOps.exif_transpose(image, in_place=True)
        outputs = []
        for name, side, cover in RENDITIONS:
            if cover:
                image = ImageOps.fit(image, (side, side), Image.Resampling.LANCZOS)
            else:
                image.thumbnail((side, side), Image.Resampling.LANCZOS)
            buffer = io.BytesIO()
            form = "png" if "A" in image.getbands() else "jpeg"
            image.save(buffer, form, **({} if form == "png" else {"quality": QUALITY}))
            outputs.append((name, form, image.size, buffer.getvalue()))
        return size, outputs

    return render


def with_pyvips():
    """pyvips as its users write it: `thumbnail_buffer`, the way of vipsthumbnail;
    smaller ones are made of larger ones.
    """
    os.environ["VIPS_CONCURRENCY"] = "1"
    import pyvips

    pyvips.cache_set_max(0)  # no image comes twice: a cache would only take memory

    def render(data: bytes):
        header = pyvips.Image.new_from_buffer(data, "")
        image = pyvips.Image.thumbnail_buffer(data, RENDITIONS[0][1], height=RENDITIONS[0][1], size="down")
        outputs = []
        for number, (name, side, cover) in enumerate(RENDITIONS):
            if number:
                image = image.thumbnail_image(side, height=side, size="down", crop="centre" if cover else "none")
            image = image.copy_memory()
            form = "png" if image.hasalpha() else "jpeg"
            encoded = image.pngsave_buffer() if form == "png" else image.jpegsave_buffer(Q=QUALITY)
            outputs.append((name, form, (image.width, image.height), encoded))
        return (header.width, header.height), outputs

    return render


def main(kind: str, queue: str, processed: str) -> None:
    render = {"pillow": with_pillow, "pyvips": with_pyvips}[kind]()
    s3, sqs = boto3.client("s3"), boto3.client("sqs")
    while messages := sqs.receive_message(
        QueueUrl=queue, MaxNumberOfMessages=10, WaitTimeSeconds=2, VisibilityTimeout=600
    ).get("Messages"):
        for message in messages:
            for record in json.loads(message["Body"])["Records"]:
                work(s3, record, processed, render)
            sqs.delete_message(QueueUrl=queue, ReceiptHandle=message["ReceiptHandle"])


def work(s3, record: dict, processed: str, render) -> None:
    bucket, key = record["s3"]["bucket"]["name"], unquote_plus(record["s3"]["object"]["key"])
    answer = s3.get_object(Bucket=bucket, Key=key)
    data = answer["Body"].read()
    (width, height), outputs = render(data)
    day, tag = record["eventTime"][:10], answer["ETag"].strip('"')[:12]
    image = hashlib.sha256(f"{bucket}/{key}".encode()).hexdigest()[:32]
    renditions = []
    for name, form, size, body in outputs:
        target = f"images/dt={day}/{image}/{name}-{tag}.{'jpg' if form == 'jpeg' else 'png'}"
        s3.put_object(Bucket=processed, Key=target, Body=body, ContentType=f"image/{form}")
        renditions.append({"name": name, "key": target, "width": size[0], "height": size[1], "bytes": len(body)})
    row = {
        "raw_bucket": bucket, "raw_key": key, "bytes_in": len(data), "sha256": hashlib.sha256(data).hexdigest(),
        "width": width, "height": height, "processed_at": datetime.now(UTC).isoformat(),
        "renditions": renditions,
    }
    s3.put_object(
        Bucket=processed, Key=f"metadata/dt={day}/{image}.json", Body=json.dumps(row), ContentType="application/json")


if __name__ == "__main__":
    main(*sys.argv[1:])
