"""The events that AWS's own tool prints, through a built function."""

import json

import pytest

from runtime_parts import Emulator, build_probe, generated


@pytest.fixture(scope="module")
def probe():
    return build_probe()


def test_an_s3_put_is_read(probe, tmp_path):
    event = generated("s3", "put", "--bucket", "raw", "--key", "photos/a b+c.jpg")
    # S3 itself would write the space as a plus; the tool writes %20, which is decoded as well.
    assert json.loads(event)["Records"][0]["s3"]["object"]["key"] == "photos/a%20b%2Bc.jpg"
    with Emulator([str(probe), "s3"], tmp_path / "log") as lambda_:
        assert lambda_.invoke(event).json() == [["ObjectCreated:Put", "raw", "photos/a b+c.jpg", "1024"]]


def test_a_queue_message_is_processed_or_reported(probe, tmp_path):
    fine = generated("sqs", "receive-message", "--body", "fine")
    failing = generated("sqs", "receive-message", "--body", "fail")
    with Emulator([str(probe), "sqs"], tmp_path / "log") as lambda_:
        assert lambda_.invoke(fine).json() == {"batchItemFailures": []}
        message = json.loads(failing)["Records"][0]
        assert lambda_.invoke(failing).json() == {"batchItemFailures": [{"itemIdentifier": message["messageId"]}]}


def test_a_garbled_message_is_reported_and_takes_nothing_with_it(probe, tmp_path):
    event = json.loads(generated("sqs", "receive-message", "--body", "fine"))
    garbled = {"messageId": "garbled", "body": {"not": "text"}, "attributes": 7}
    refused = {**event["Records"][0], "messageId": "refused", "body": "fail"}
    event["Records"] += [garbled, refused]
    with Emulator([str(probe), "sqs"], tmp_path / "log") as lambda_:
        reported = [{"itemIdentifier": "garbled"}, {"itemIdentifier": "refused"}]
        assert lambda_.invoke(json.dumps(event)).json() == {"batchItemFailures": reported}
