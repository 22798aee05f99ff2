"""Every type of event: the table in the documentation, and the samples that AWS's own tool prints."""

import json
import re
from pathlib import Path

import pytest

from runtime_parts import ROOT, Emulator, build_probe, generated

SOURCES = ROOT / "Sources" / "LambdaEvents"
TYPES = re.findall(r'EventType\(.+, "(\w+)"\)', (ROOT / "Tests" / "LambdaEventsTests" / "EventTypes.swift").read_text())

# What of the samples is not in a type, on purpose: what only AWS's own libraries have a use for.
LEFT_OUT = {
    "sns notification": {
        "Records[0].EventSource", "Records[0].EventVersion", "Records[0].Sns.Type", "Records[0].Sns.SignatureVersion",
        "Records[0].Sns.Signature", "Records[0].Sns.SigningCertUrl", "Records[0].Sns.UnsubscribeUrl",
    },
    # The tool's own slip of the pen.
    "kinesis streams-as-source": {"deliverySteamArn"},
}
# Samples that have no type here, and what reads them.
OTHERS = {
    "s3 put": "S3Notification", "s3 delete": "S3Notification", "rekognition s3-request": "S3Notification",
    # No base64 in the one, a time in words in the other: Firehose sends neither.
    "kinesis apachelog": "FirehoseTransformationEvent", "kinesis syslog": "FirehoseTransformationEvent",
    **dict.fromkeys([
        "alexa-skills-kit end-session", "alexa-skills-kit intent-answer", "alexa-skills-kit intent-getnewfact",
        "alexa-skills-kit intent-mycoloris", "alexa-skills-kit intent-recipe", "alexa-skills-kit start-session",
        "alexa-smart-home smart-home-control-turn-off-request", "alexa-smart-home smart-home-control-turn-on-request",
        "alexa-smart-home smart-home-discovery-request", "appsync resolver", "batch get-job", "batch submit-job",
        "cloudfront ab-test", "cloudfront access-request-in-response", "cloudfront http-redirect",
        "cloudfront modify-querystring", "cloudfront modify-response-header",
        "cloudfront multiple-remote-calls-aggregate-response",
        "cloudfront normalize-querystring-to-improve-cache-hit", "cloudfront redirect-on-viewer-country",
        "cloudfront redirect-unauthenticated-users", "cloudfront response-generation",
        "cloudfront serve-object-on-viewer-device", "cloudfront simple-remote-call", "codecommit repository",
        "codepipeline job", "cognito sync-trigger", "config item-change-notification",
        "config oversized-item-change-notification", "config periodic-rule", "connect contact-flow-event",
        "kinesis analytics", "kinesis analytics-compressed", "kinesis analytics-dynamodb", "kinesis analytics-kpl",
        "lex book-car", "lex book-hotel", "lex make-appointment", "lex order-flowers", "lex-v2 banking-bot",
        "lex-v2 book-car", "lex-v2 book-hotel", "sagemaker ground-truth-pre-human",
        "sagemaker ground-truth-annotation-consolidation", "stepfunctions error", "workmail email",
    ], "JSONValue, or a type of the function's own"),
}


def table() -> list[dict[str, list[str]]]:
    """The rows of the table of events: what is named in each of its columns."""
    lines = [line for line in (ROOT / "docs" / "events.md").read_text().splitlines() if line.startswith("|")]
    columns = ("trigger", "event", "response", "samples")
    return [
        {name: re.findall(r"`(.+?)`", cell) for name, cell in zip(columns, line.strip("|").split("|"))}
        for line in lines[2:]
    ]


SAMPLES = [(sample, row["event"][0]) for row in table() for sample in row["samples"]]


def missing(sample, read, place="") -> set[str]:
    """Where what was read lacks or changes something of a sample; nulls and what is empty may be absent."""
    if sample is None or sample in ({}, []) and read is None:
        return set()
    if isinstance(sample, dict) and isinstance(read, dict):
        return set().union(*(
            missing(value, read.get(key), f"{place}.{key}".lstrip(".")) for key, value in sample.items()), set())
    if isinstance(sample, list) and isinstance(read, list) and len(sample) == len(read):
        pairs = enumerate(zip(sample, read))
        return set().union(*(missing(*pair, f"{place}[{index}]") for index, pair in pairs), set())
    return set() if sample == read else {place}


@pytest.fixture(scope="module")
def reader(tmp_path_factory):
    with Emulator([str(build_probe()), "read"], tmp_path_factory.mktemp("reader") / "log") as lambda_:
        yield lambda_


def test_the_table_of_events_is_that_of_the_code():
    assert [row["event"] for row in table()] == [[name] for name in TYPES]


def test_every_type_in_the_table_is_in_the_library():
    public = set()
    for file in SOURCES.rglob("*.swift"):
        public.update(re.findall(r"^public (?:struct|typealias|enum) (\w+)", file.read_text(), re.MULTILINE))
    named = {name for row in table() for name in row["event"] + row["response"]}
    assert named - public == set()
    # What ends in one of these is an event, or a part of one that says so.
    events = {name for name in public if re.search(r"(Event|Request)$", name)} - {"CognitoEvent", "IncomingEvent"}
    parts = {name for name in events if name.startswith("Cognito") and name.endswith("Request")}
    assert events - parts - {"S3ObjectEvent"} == set(TYPES)


def test_every_sample_of_awss_tool_is_read_by_a_type_or_it_is_said_by_what():
    (mapping,) = (ROOT / ".tools" / "sam").glob("lib/python3*/site-packages/samcli/lib/generated_sample_events/*.json")
    samples = {f"{service} {event}" for service, events in json.loads(Path(mapping).read_text()).items()
               for event in events}
    assert {sample for sample, _ in SAMPLES} | set(OTHERS) == samples
    assert {sample for sample, _ in SAMPLES} & set(OTHERS) == set()


@pytest.mark.parametrize(("sample", "type_name"), SAMPLES)
def test_a_sample_of_awss_tool_is_read_whole(reader, sample, type_name):
    event = json.loads(generated(*sample.split()))
    read = reader.invoke(json.dumps({"type": type_name, "event": event})).json()
    assert missing(event, read) == LEFT_OUT.get(sample, set()), read


def test_a_field_that_is_missing_is_named(reader):
    event = json.loads(generated("apigateway", "http-api-proxy"))
    del event["requestContext"]["http"]["method"]
    error = reader.invoke(json.dumps({"type": "APIGatewayV2Request", "event": event})).json()
    assert error["errorType"] == "InvalidEvent"
    place = "requestContext.http.method"
    assert error["errorMessage"] == f"The event is not of type APIGatewayV2Request: {place} is missing"
