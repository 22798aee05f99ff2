"""Reads infrastructure/PURGE.md, and adds up from Terraform's state how long image data can live."""

import json
import math
from dataclasses import dataclass

from runtime_parts import ROOT
from terraform_state import resources

DOCUMENT = ROOT / "infrastructure" / "PURGE.md"
# S3 expires at the next midnight; CloudWatch deletes up to 72 hours late.
MIDNIGHT, LOG_DELAY = 1, 3


@dataclass
class Row:
    place: str
    holds: str
    ended_by: str
    days: float
    why: str
    deployed: bool


def rows() -> list[Row]:
    lines = [line for line in DOCUMENT.read_text().splitlines() if line.startswith("|")][2:]
    found = []
    for line in lines:
        cells = [cell.strip() for cell in line.strip("|").split("|")]
        assert len(cells) == 6 and all(cells), f"a cell is empty or missing: {line}"
        place, holds, ended_by, days, why, deployed = cells
        assert deployed in ("yes", "no"), line
        found.append(Row(place, holds, ended_by, float(days), why, deployed == "yes"))
    return found


def days_left(rules: list[dict], age: int) -> int:
    """What the rules give an object that the processor writes so many whole days after the upload, with the tag that it
    puts on it from the first day on."""
    tagged = {tag["value"]: rule["expiration"][0]["days"] for rule in rules for filter_ in rule["filter"]
              for tag in filter_.get("tag") or [] if tag["key"] == "purge-days"}
    always = rules[0]["expiration"][0]["days"]
    return min(always, tagged.get(str(7 - age), always)) if age else always


def longest_by_place(state: dict) -> dict[str, float]:
    """The places that Terraform made, with the days that the settings in force add up to, rounded up to a tenth."""
    found = list(resources(state))

    def of(kind: str) -> dict[str, dict]:
        return {values.get("name") or values["bucket"]: values for type_, _, values in found if type_ == kind}

    queues = {name.removeprefix("darkroom-"): values["message_retention_seconds"] / 86400
              for name, values in of("aws_sqs_queue").items()}
    waits = queues["images"] + queues["large-jobs"]
    rules = {name.removeprefix("darkroom-").split("-")[0]: values["rule"][0]
             for name, values in of("aws_s3_bucket_lifecycle_configuration").items()}
    processed = next(values["rule"] for name, values in of("aws_s3_bucket_lifecycle_configuration").items()
                     if "-processed-" in name)
    parts = max(rule["abort_incomplete_multipart_upload"][0]["days_after_initiation"] for rule in rules.values())
    # Programs stay.
    expiry = {role: rule["expiration"][0]["days"] + MIDNIGHT for role, rule in rules.items() if role != "artefacts"}
    logs = {name: values["retention_in_days"] + LOG_DELAY for name, values in of("aws_cloudwatch_log_group").items()}
    # Of programs earlier versions are kept, for going back; of images none.
    versions = {name for name in of("aws_s3_bucket_versioning") if "-artefacts-" not in name}
    function = next(values for kind, _, values in found if kind == "aws_lambda_function")
    containers = [container for kind, _, values in found if kind == "aws_ecs_task_definition"
                  for container in json.loads(values["container_definitions"])]
    days = {
        "Raw bucket": expiry["raw"],
        "Processed bucket": max(age + 1 + days_left(processed, age) for age in range(7)) + MIDNIGHT,
        "Earlier versions of objects": math.inf if versions else 0,
        "Parts of uploads that were never completed": waits + parts + MIDNIGHT,
        "Images queue": queues["images"],
        "Images dead letters": queues["images-dead-letters"],
        "Large-jobs queue": waits,
        # What could not be handed over earlier arrived there that much later.
        "Large-jobs dead letters": queues["images"] + queues["large-jobs-dead-letters"],
        "Function's log group": queues["images"] + logs["/aws/lambda/darkroom-image-processor"],
        "Tasks' log group": waits + logs["/ecs/darkroom-large-jobs"],
        # A view shows a row until the image's seven days are over; what a query writes of it has a clock of its own.
        "Athena results, daily Parquet": 7 + expiry["athena"],
        "Tasks' disk": 0 if all(container["readonlyRootFilesystem"] for container in containers) else math.inf,
        "X-Ray traces": 0 if function["tracing_config"][0]["mode"] == "PassThrough" else 30,
    }
    if "/ec2/darkroom-web" in logs:
        days["Web hosts' log group"] = logs["/ec2/darkroom-web"]
        days["Index queue"] = waits + queues["index"]
        days["Index dead letters"] = waits + queues["index-dead-letters"]
    if "/ec2/darkroom-stream" in logs:
        days["Stream host's log group"] = logs["/ec2/darkroom-stream"]
    return {place: math.ceil(round(value * 10, 6)) / 10 for place, value in days.items()}
