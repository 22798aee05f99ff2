"""Faults of SQS: a message that is not confirmed comes again, and does no harm when it does."""

from cases import cases
from cloud_parts import SAMPLES, Cloud, large_progressive
from fault_proxy import FaultProxy
from faults import error_within_200, lost, refused, reset, reset_within_answer, reset_within_request, slow, truncated

PHOTO = (SAMPLES / "web/chelsea.jpg").read_bytes()
FAULTS = {
    "503": refused(503, "ServiceUnavailable"),
    "throttled": refused(400, "ThrottlingException"),
    "reset": reset,
    "reset within the request": reset_within_request(20),
    "reset within the answer": reset_within_answer(30),
    "truncated answer": truncated,
    "lost answer": lost,
    "error within 200": error_within_200,
    "expired token": refused(403, "ExpiredTokenException"),
}


def draining(fault, ministack):
    """Each call of the worker's, once it runs, fails beyond what the client makes good by itself."""
    cloud = Cloud.deploy(ministack, notified="large")
    with FaultProxy(ministack.endpoint) as proxy:
        rules = [
            proxy.on("ReceiveMessage", FAULTS[fault], after=1, times=4),
            proxy.on("DeleteMessage", FAULTS[fault], times=4),
            proxy.on("ChangeMessageVisibilityBatch", FAULTS[fault], times=4),
            # Long enough for a heartbeat.
            proxy.on("PutObject", slow(1.5), key="^images/.*/thumbnail", times=2),
        ]
        for number in range(4):
            cloud.upload(f"web/{number}.jpg", PHOTO)
        log = cloud.drain(AWS_ENDPOINT_URL=proxy.endpoint, AWS_ENDPOINT_URL_S3=proxy.endpoint)
    assert all(rule.hits > 0 for rule in rules), [rule.hits for rule in rules]
    cloud.assert_nothing_is_lost(log)


@cases(draining, FAULTS)
def test_a_worker_outlives_faults_of_its_queue(case, finished):
    finished(case)


def handing_over(fault, ministack):
    cloud = Cloud.deploy(ministack, visibility=2)
    body = large_progressive()
    with FaultProxy(ministack.endpoint) as proxy:
        for key, times in (("web/once.jpg", 1), ("web/often.jpg", 4)):
            rule = proxy.on("SendMessage", FAULTS[fault], times=times)
            cloud.upload(key, body)
            with cloud.function(AWS_ENDPOINT_URL=proxy.endpoint, DARKROOM_MEMORY_MB="16") as function:
                cloud.deliver(function)
            assert rule.hits == times, function.log
        assert cloud.rows() == {}
    log = cloud.drain(DARKROOM_MEMORY_MB="1024")
    rows = cloud.assert_nothing_is_lost(log)
    assert {row["compute"] for row in rows.values()} == {"fargate"}


@cases(handing_over, ["503", "reset", "lost answer", "truncated answer"])
def test_a_hand_over_is_repeated_until_the_queue_has_it(case, finished):
    finished(case)
