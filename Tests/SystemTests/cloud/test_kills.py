"""kill -9 between each pair of steps of a job: the next worker ends it, and finds no harm done."""

import os
import signal
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from cases import cases
from cloud_parts import SAMPLES, Cloud, kill, large_progressive
from fault_proxy import FaultProxy
from faults import Hold

PHOTO = (SAMPLES / "web/chelsea.jpg").read_bytes()
PICTURE = (SAMPLES / "web/coffee-cutout.png").read_bytes()
# Where the process is when it is killed: the request that is under way, and how far it has come.
STEPS = {
    "before the row is looked up": ("GetObject", "^metadata/", "before"),
    "before the object is read": ("GetObject", "^web/", "before"),
    "within the object": ("GetObject", "^web/", "within"),
    **{
        f"{at} {name} is written": ("PutObject", f"^images/.*/{name}-", at)
        for name in ("large", "medium", "thumbnail") for at in ("before", "after")
    },
    "before the row is written": ("PutObject", "^metadata/", "before"),
    "after the row is written": ("PutObject", "^metadata/", "after"),
    "before the message is deleted": ("DeleteMessage", "", "before"),
    "after the message is deleted": ("DeleteMessage", "", "after"),
}


def killed_at(step, ministack):
    operation, key, at = STEPS[step]
    cloud = Cloud.deploy(ministack, notified="large")
    hold = Hold(at)
    with FaultProxy(ministack.endpoint) as proxy:
        proxy.on(operation, hold, key=key)
        if operation == "DeleteMessage":
            # Only an object's message counts, not that of S3's test event.
            proxy.rules[-1].when = lambda exchange: proxy.count("PutObject", "^metadata/") > 0
        cloud.upload("web/a.png", PICTURE)
        worker = cloud.fargate(
            "--idle-seconds", "10", "--visibility-seconds", "2", AWS_ENDPOINT_URL=proxy.endpoint,
            AWS_ENDPOINT_URL_S3=proxy.endpoint)
        try:
            assert hold.arrived.wait(30), f"no request came to be held {step}"
        finally:
            kill(worker)
            hold.release()
    rows = cloud.rows()
    assert list(rows) == (["web/a.png"] if step in ROW_IS_THERE else []), "the row is the commit"
    for row in rows.values():
        cloud.assert_row_is_true(row, PICTURE)
    log = cloud.drain()
    rows = cloud.assert_nothing_is_lost(log)
    assert (rows["web/a.png"]["attempts"] == 1) == (step in ROW_IS_THERE), log


ROW_IS_THERE = {"after the row is written", "before the message is deleted", "after the message is deleted"}


@cases(killed_at, STEPS)
def test_a_kill_loses_nothing(case, finished):
    finished(case)


def killed_function(step, ministack):
    """The function's process dies, and with it the answer: Lambda gives the messages of the batch to the next one."""
    operation, key, at, is_large = FUNCTION_STEPS[step]
    cloud = Cloud.deploy(ministack, visibility=2)
    body = large_progressive() if is_large else PICTURE
    settings = {"DARKROOM_MEMORY_MB": "16" if is_large else "512"}
    hold = Hold(at)
    with FaultProxy(ministack.endpoint) as proxy:
        proxy.on(operation, hold, key=key)
        cloud.upload("web/a", body)
        event = cloud.lambda_event(1)
        with cloud.function(
                AWS_ENDPOINT_URL=proxy.endpoint, AWS_ENDPOINT_URL_S3=proxy.endpoint, **settings) as function:
            with ThreadPoolExecutor(1) as pool:
                answer = pool.submit(function.invoke, event)
                try:
                    assert hold.arrived.wait(30), f"no request came to be held {step}\n{function.log}"
                finally:
                    kill_function(function)
                    hold.release()
                assert answer.exception(60) or "batchItemFailures" not in answer.result()
    assert cloud.waiting(cloud.large) == (1 if step == "after the hand-over" else 0)
    with cloud.function(**settings) as function:
        cloud.deliver(function)
        log = function.log
    # The hand-over that was done before the kill is done once more: twice the message, and one row.
    assert cloud.waiting(cloud.large) == (2 if step == "after the hand-over" else 1 if is_large else 0), log
    rows = cloud.assert_nothing_is_lost(cloud.drain(DARKROOM_MEMORY_MB="1024"))
    assert rows["web/a"]["compute"] == ("fargate" if is_large else "lambda")


def kill_function(function) -> None:
    """The function's process, which leads a group of its own, and then the emulator."""
    emulator = function.process.pid
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            parent = int(stat.read_text().rpartition(")")[2].split()[1])
        except FileNotFoundError:
            continue
        if parent == emulator:
            os.kill(int(stat.parent.name), signal.SIGKILL)
    os.killpg(emulator, signal.SIGKILL)


FUNCTION_STEPS = {
    "before the hand-over": ("SendMessage", "", "before", True),
    "after the hand-over": ("SendMessage", "", "after", True),
    "within the object": ("GetObject", "^web/", "within", False),
    "before the row is written": ("PutObject", "^metadata/", "before", False),
    "after the row is written": ("PutObject", "^metadata/", "after", False),
}


@cases(killed_function, FUNCTION_STEPS)
def test_a_kill_of_the_function_loses_nothing(case, finished):
    finished(case)


def late_write(step, ministack):
    """What a killed process had sent is carried out when others have gone on."""
    operation, key, _ = STEPS[step]
    cloud = Cloud.deploy(ministack, notified="large")
    hold = Hold("before")
    with FaultProxy(ministack.endpoint) as proxy:
        proxy.on(operation, hold, key=key)
        cloud.upload("web/a.jpg", PICTURE)
        worker = cloud.fargate("--visibility-seconds", "2", AWS_ENDPOINT_URL_S3=proxy.endpoint)
        try:
            assert hold.arrived.wait(30)
        finally:
            kill(worker)
        cloud.upload("web/a.jpg", PHOTO)
        log = cloud.drain()
        hold.release(forwards=True)
        assert hold.carried_out.wait(10)
    assert hold.status == (412 if "row" in step else 200)
    cloud.assert_nothing_is_lost(log)


@cases(late_write, ["before large is written", "before the row is written"])
def test_a_write_that_arrives_after_its_process_was_killed_changes_nothing(case, finished):
    finished(case)


def told_to_stop(case, ministack):
    queue_hangs = case == "while the queue hangs"
    cloud = Cloud.deploy(ministack, notified="large")
    hold, silence = Hold("before"), Hold("before")
    with FaultProxy(ministack.endpoint) as proxy:
        proxy.on("PutObject", hold, key="^images/")
        cloud.upload("web/a.png", PICTURE)
        # Hidden for two minutes, if nobody gave it back.
        worker = cloud.fargate(
            "--stop-seconds", "1", "--visibility-seconds", "120", DARKROOM_CONCURRENCY="2",
            AWS_ENDPOINT_URL=proxy.endpoint, AWS_ENDPOINT_URL_S3=proxy.endpoint)
        try:
            assert hold.arrived.wait(30)
            if queue_hangs:
                # The poll that is under way may end; the next one and every other call get no answer.
                for operation in ("ReceiveMessage", "ChangeMessageVisibilityBatch", "DeleteMessage"):
                    proxy.on(operation, silence, times=None)
                deadline = time.monotonic() + 30
                while not silence.arrived.is_set():
                    assert time.monotonic() < deadline, "no further poll came"
                    time.sleep(0.05)
            told = time.monotonic()
            worker.send_signal(signal.SIGTERM)
            _, log = worker.communicate(timeout=60)
            took = time.monotonic() - told
        finally:
            silence.release()
            hold.release()
            if worker.poll() is None:
                kill(worker)
    assert worker.returncode == 0 and "given back" in log, log
    # What ECS leaves a task after its own limit for jobs: later it would be killed.
    assert took < 1 + 10, f"it took {took:.1f} s\n{log}"
    if queue_hangs:
        assert "could not be given back" in log
        return
    began = time.monotonic()
    next_log = cloud.drain()
    rows = cloud.assert_nothing_is_lost(next_log)
    assert rows["web/a.png"]["attempts"] > 1
    assert time.monotonic() - began < 90, "another worker had it, and did not wait for two minutes"


@cases(told_to_stop, ["within a rendition", "while the queue hangs"])
def test_a_job_over_the_stop_time_out_is_given_back_and_another_worker_has_it_at_once(case, finished):
    finished(case)
