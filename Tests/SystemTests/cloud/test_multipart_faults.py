"""Faults of uploads in parts: a rendition over a part's size is whole, or not there."""

import io
import json
import tempfile
from pathlib import Path

import numpy
from PIL import Image

from cases import cases
from cloud_parts import Cloud
from fault_proxy import FaultProxy
from faults import error_within_200, lost, refused, reset_within_request

RECIPE = {"renditions": [{"name": "whole", "width": 2000, "height": 2000, "format": "png", "compression_level": 0}]}
PLAN = [
    ("CreateMultipartUpload", lost, 1),
    ("CreateMultipartUpload", refused(503, "SlowDown"), 4),
    ("UploadPart", reset_within_request(1_000_000), 1),
    ("UploadPart", lost, 1),
    ("UploadPart", refused(500, "InternalError"), 4),
    ("CompleteMultipartUpload", lost, 1),
    ("CompleteMultipartUpload", lost, 4),
    ("CompleteMultipartUpload", error_within_200, 1),
    ("CompleteMultipartUpload", error_within_200, 4),
]


def noise() -> bytes:
    """Nothing that could be compressed: over 8 MiB as a picture."""
    samples = numpy.random.default_rng(1).integers(0, 256, (1700, 1800, 3), dtype=numpy.uint8)
    buffer = io.BytesIO()
    Image.fromarray(samples).save(buffer, "PNG", compress_level=0)
    return buffer.getvalue()


def parts_fail(_, ministack):
    body = noise()
    with tempfile.TemporaryDirectory() as folder, FaultProxy(ministack.endpoint) as proxy:
        recipe = Path(folder) / "recipe.json"
        recipe.write_text(json.dumps(RECIPE))
        cloud = Cloud.deploy(ministack, notified="large")
        cloud.recipe = str(recipe)
        rules = {}
        for number, (operation, act, times) in enumerate(PLAN):
            key = f"web/{number}.png"
            rules[key] = proxy.on(operation, act, key=f"^images/.*/{cloud.image_id(key)}/", times=times)
            cloud.upload(key, body, "image/png")
        log = cloud.drain(AWS_ENDPOINT_URL_S3=proxy.endpoint, DARKROOM_CONCURRENCY="3")
        for key, rule in rules.items():
            assert rule.hits == rule.times, f"{key}: {rule.hits} faults of {rule.times}\n{log}"
        rows = cloud.assert_nothing_is_lost(log)
    assert {rows[key]["attempts"] for key, rule in rules.items() if rule.times == 1} == {1}, log


@cases(parts_fail, ["at every call of it"])
def test_an_upload_in_parts_that_fails_is_repeated(case, finished):
    finished(case)
