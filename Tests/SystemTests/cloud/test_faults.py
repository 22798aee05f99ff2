"""Faults of S3 and of the network at every step of a job: nothing is lost, nothing is torn, nothing is made twice."""

import io
import re
import tempfile
from datetime import UTC, datetime
from pathlib import Path

from PIL import Image

from aws_parts import start_seaweedfs
from cases import cases
from clocks import shifted_clock
from cloud_parts import SAMPLES, Cloud
from fault_proxy import Exchange, FaultProxy, Rule
from faults import FAULTS, FAULTS_OF_GETS, FAULTS_OF_PUTS, dripping, pass_on, refused, truncated

PHOTO = (SAMPLES / "web/chelsea.jpg").read_bytes()
OTHER_PHOTO = (SAMPLES / "web/2026/Grüße an Zoë + 1.jpg").read_bytes()

# The requests that one job makes, by name: operation, key with NAME for the raw object's and ID for the image's, how
# many go before.
GETS = {
    "look-at-the-row": ("GetObject", r"^metadata/.*/ID\.json$", 0),
    "look-at-an-older-row": ("GetObject", r"^metadata/.*/ID\.json$", 1),
    "raw-object": ("GetObject", r"^web/NAME$", 0),
}
PUTS = {
    "large": ("PutObject", r"^images/.*/ID/large-", 0),
    "medium": ("PutObject", r"^images/.*/ID/medium-", 0),
    "thumbnail": ("PutObject", r"^images/.*/ID/thumbnail-", 0),
    "row": ("PutObject", r"^metadata/.*/ID\.json$", 0),
}
STEPS = dict.fromkeys(FAULTS, GETS | PUTS) | dict.fromkeys(FAULTS_OF_GETS, GETS) | dict.fromkeys(FAULTS_OF_PUTS, PUTS)
ACTS = FAULTS | FAULTS_OF_GETS | FAULTS_OF_PUTS
# A client makes three attempts: once is made good within the job, four times only when the message comes again.
TIMES = (1, 4)
# What no further attempt of the same call is made for: the message comes again.
NOT_TRIED_AGAIN = {"error within 200", "wrong region"}
# What leaves the client with all that it needs, so that it does not ask as often as it might be disturbed.
SURVIVED = {
    "latency", "reset after the head", "reset at the first byte", "reset within the body", "reset before the last byte",
    "lost answer",
}


def script(proxy: FaultProxy, cloud: Cloud, *faults: str) -> dict[str, tuple[str, Rule]]:
    """Uploads an object for every fault, step and number of times, and plans the fault. Returns the plan by key."""
    plan = {}
    for fault, step, times in [(name, step, times) for name in faults for step in STEPS[name] for times in TIMES]:
        operation, pattern, after = STEPS[fault][step]
        name = f"{fault.replace(' ', '-')}-{step}-{times}.jpg"
        pattern = pattern.replace("NAME", re.escape(name)).replace("ID", cloud.image_id(f"web/{name}"))
        plan[f"web/{name}"] = fault, proxy.on(operation, ACTS[fault], key=pattern, times=times, after=after)
        if step == "look-at-an-older-row":
            cloud.upload(f"web/{name}", OTHER_PHOTO)
        cloud.upload(f"web/{name}", PHOTO)
    return plan


def assert_plan_came_true(plan: dict[str, tuple[str, Rule]], cloud: Cloud, log: str) -> None:
    for key, (fault, rule) in plan.items():
        assert (1 if fault in SURVIVED else rule.times) <= rule.hits <= rule.times, f"{key}: {rule.hits} faults\n{log}"
    rows = cloud.assert_nothing_is_lost(log)
    for key, (fault, rule) in plan.items():
        if rule.times == 1 and fault not in NOT_TRIED_AGAIN:
            assert rows[key]["attempts"] == 1, f"{key} had to come again\n{log}"


def under_fargate(fault, ministack):
    cloud = Cloud.deploy(ministack, notified="large")
    with FaultProxy(ministack.endpoint) as proxy:
        plan = script(proxy, cloud, fault)
        log = cloud.drain(AWS_ENDPOINT_URL_S3=proxy.endpoint, DARKROOM_CONCURRENCY="16")
    assert_plan_came_true(plan, cloud, log)


@cases(under_fargate, ACTS)
def test_a_fault_at_any_step_under_fargate(case, finished):
    finished(case)


def under_lambda(fault, ministack):
    cloud = Cloud.deploy(ministack, visibility=3)
    with FaultProxy(ministack.endpoint) as proxy:
        plan = script(proxy, cloud, fault)
        with cloud.function(AWS_ENDPOINT_URL_S3=proxy.endpoint, DARKROOM_CONCURRENCY="10") as function:
            cloud.deliver(function)
            assert_plan_came_true(plan, cloud, function.log)


@cases(under_lambda, ["slow down", "reset", "lost answer", "truncated body"])
def test_a_fault_at_any_step_under_lambda(case, finished):
    finished(case)


def on_another_s3(_, ministack):
    with tempfile.TemporaryDirectory() as folder:
        server, seaweedfs = start_seaweedfs(Path(folder), ministack)
        try:
            cloud = Cloud.deploy(ministack, notified="large", objects=seaweedfs)
            with FaultProxy(seaweedfs.endpoint) as proxy:
                plan = script(proxy, cloud, "503", "truncated body", "reset within the request", "lost answer")
                log = cloud.drain(AWS_ENDPOINT_URL_S3=proxy.endpoint, DARKROOM_CONCURRENCY="16")
            assert_plan_came_true(plan, cloud, log)
        finally:
            server.stop()


@cases(on_another_s3, ["seaweedfs"])
def test_a_fault_at_any_step_on_another_s3(case, finished):
    finished(case)


def breaking_off_for_good(name, ministack):
    """The download breaks off while the image is being decoded, and the rest cannot be had."""
    body = {
        "jpeg": lambda: (SAMPLES / "web/hubble-deep-field.jpg").read_bytes(),
        "progressive jpeg": progressive,
        "png": lambda: (SAMPLES / "web/coffee-cutout.png").read_bytes(),
    }[name]()
    cloud = Cloud.deploy(ministack, notified="large")
    with FaultProxy(ministack.endpoint) as proxy:
        proxy.on("GetObject", truncated, key="^web/")
        refusal = proxy.on("GetObject", refused(503, "SlowDown"), key="^web/", times=3)
        cloud.upload("web/a", body)
        log = cloud.drain(AWS_ENDPOINT_URL_S3=proxy.endpoint)
    assert refusal.hits == 3, log
    assert cloud.assert_nothing_is_lost(log)["web/a"]["attempts"] == 2, log


def progressive() -> bytes:
    buffer = io.BytesIO()
    Image.open(SAMPLES / "web/hubble-deep-field.jpg").save(buffer, "JPEG", quality=85, progressive=True)
    return buffer.getvalue()


@cases(breaking_off_for_good, ["jpeg", "progressive jpeg", "png"])
def test_a_download_that_breaks_off_for_good_is_not_the_images_fault(case, finished):
    finished(case)


def dripping_download(_, ministack):
    cloud = Cloud.deploy(ministack, notified="large")
    with FaultProxy(ministack.endpoint) as proxy:
        drip = proxy.on("GetObject", dripping(1), key="^web/")
        cloud.upload("web/a.jpg", PHOTO)
        log = cloud.drain(AWS_ENDPOINT_URL_S3=proxy.endpoint)
    assert drip.hits == 1
    rows = cloud.assert_nothing_is_lost(log)
    assert 15_000 < rows["web/a.jpg"]["duration_ms"] < 40_000


@cases(dripping_download, ["drip"])
def test_a_download_that_drips_is_given_up_and_taken_up_again(case, finished):
    finished(case)


def clock(_, ministack):
    with tempfile.TemporaryDirectory() as folder:
        library = shifted_clock(Path(folder), -3600)
        cloud = Cloud.deploy(ministack, notified="large")
        skew = []
        with FaultProxy(ministack.endpoint) as proxy:
            proxy.on("ReceiveMessage", lambda exchange: (skew.append(skew_of(exchange)), pass_on(exchange)), times=None)
            for number in range(4):
                cloud.upload(f"web/{number}.jpg", PHOTO)
            log = cloud.drain(AWS_ENDPOINT_URL_SQS=proxy.endpoint, LD_PRELOAD=library)
    assert skew[0] < -3500 and all(abs(seconds) < 60 for seconds in skew[1:]), skew
    rows = cloud.assert_nothing_is_lost(log)
    assert {row["attempts"] for row in rows.values()} == {1}, log


def skew_of(exchange: Exchange) -> float:
    """Seconds by which the signature is ahead of this machine's clock."""
    signed = datetime.strptime(exchange.header("x-amz-date"), "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC)
    return (signed - datetime.now(UTC)).total_seconds()


@cases(clock, ["an hour behind"])
def test_a_clock_that_is_wrong_is_set_by_the_services(case, finished):
    finished(case)


def elsewhere(_, ministack):
    """Both buckets are in another region than the one that the worker is told of."""
    cloud = Cloud.deploy(ministack, notified="large", region="eu-central-1")
    with FaultProxy(ministack.endpoint) as proxy:
        wrong = proxy.on(
            "*", pass_on, times=None, when=lambda exchange: "/us-east-1/s3/" in exchange.header("authorization"))
        for number in range(4):
            cloud.upload(f"web/{number}.jpg", PHOTO)
        log = cloud.drain(AWS_ENDPOINT_URL_S3=proxy.endpoint, DARKROOM_CONCURRENCY="1")
    assert wrong.hits == 2, "each bucket's region is learnt once"
    rows = cloud.assert_nothing_is_lost(log)
    assert {row["attempts"] for row in rows.values()} == {1}, log


@cases(elsewhere, ["both buckets"])
def test_buckets_in_another_region_are_found(case, finished):
    finished(case)
