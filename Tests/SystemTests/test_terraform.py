"""The whole system as Terraform makes it, on ministack over TLS with signatures, roles and policies checked: applied, used
with the real package, planned again, and destroyed."""

import io
import json
import shutil
import subprocess
import time

import pytest
from botocore.exceptions import ClientError
from PIL import Image

import purge_document
from application_autoscaling import ApplicationAutoScaling
from aws_parts import CLEAN, start_ministack
from conftest import FUNCTION, ROOT
from terraform_stack import PACKAGE, Stack
from terraform_state import FALSE_DRIFT, allowing_statements, changes, resources

SAMPLES = FUNCTION / "samples"

pytestmark = [
    pytest.mark.skipif(shutil.which("terraform") is None, reason="terraform is missing: nothing of it is tested"),
    pytest.mark.skipif(not PACKAGE.exists(), reason="the package is missing: run `make package` first"),
]


@pytest.fixture(scope="module")
def stack(tmp_path_factory):
    folder = tmp_path_factory.mktemp("terraform")
    shutil.copytree(ROOT / "infrastructure", folder / "infrastructure", ignore=shutil.ignore_patterns(".terraform"))
    (folder / "ministack").mkdir()
    server, part = start_ministack(folder / "ministack", tls=True)
    autoscaling = ApplicationAutoScaling()
    try:
        stack = Stack(folder / "infrastructure", part, autoscaling)
        stack.apply()
        yield stack
    finally:
        server.stop()
        autoscaling.stop()


def test_uploads_become_renditions_and_rows_through_the_deployed_function(stack):
    samples = {str(file.relative_to(SAMPLES)): file for file in SAMPLES.rglob("*") if file.suffix in (".jpg", ".png")}
    for key, file in samples.items():
        stack.upload(key, file.read_bytes(), "image/png" if file.suffix == ".png" else "image/jpeg")
    rows = stack.rows(len(samples))
    assert sorted(rows) == sorted(samples)
    assert rows.pop("web/corrupt.jpg")["status"] == "rejected"
    for row in rows.values():
        assert (row["status"], row["compute"]) == ("processed", "lambda"), row
        assert [rendition["name"] for rendition in row["renditions"]] == ["large", "medium", "thumbnail"]
        for rendition in row["renditions"]:
            picture = Image.open(io.BytesIO(stack.read(rendition["key"])))
            picture.load()
            assert picture.size == (rendition["width"], rendition["height"])
    assert stack.waiting("images_dead_letters") == 0


def test_a_job_over_the_functions_limits_goes_through_the_queue_to_the_task_as_defined(stack):
    """The task's command and environment as the task definition has them, with the rights of its role."""
    buffer = io.BytesIO()
    # Progressive and of 80 megapixels: its coefficients alone take 240 MB in a function that has less.
    Image.open(SAMPLES / "web/hubble-deep-field.jpg").resize((10000, 8000)).save(
        buffer, "JPEG", quality=60, progressive=True)
    function = stack.part.client("lambda")
    function.update_function_configuration(FunctionName=stack.outputs["function"]["name"], MemorySize=128)
    rows = len(stack.processed("metadata/"))
    stack.upload("web/panorama.jpg", buffer.getvalue())
    deadline = time.monotonic() + 60
    while stack.waiting("large_jobs") == 0:
        assert time.monotonic() < deadline, "nothing was handed over"
        time.sleep(0.5)
    function.update_function_configuration(FunctionName=stack.outputs["function"]["name"], MemorySize=2048)

    values = {kind: values for kind, _, values in resources(stack.state) if kind == "aws_ecs_task_definition"}
    container = json.loads(values["aws_ecs_task_definition"]["container_definitions"])[0]
    task = stack.user_like("darkroom-large-jobs-task")
    result = subprocess.run(
        [str(PACKAGE.parent / "root" / "bootstrap"), *container["command"], "--idle-seconds", "1"],
        env=CLEAN | task.environment() | {entry["name"]: entry["value"] for entry in container["environment"]},
        capture_output=True, text=True, timeout=120)
    assert result.returncode == 0, result.stderr
    row = stack.rows(rows + 1)["web/panorama.jpg"]
    assert (row["status"], row["compute"], row["width"]) == ("processed", "fargate", 10000), row
    assert stack.waiting("large_jobs") == 0


def test_a_task_may_do_its_work_and_no_more(stack):
    task = stack.user_like("darkroom-large-jobs-task")
    s3, sqs = task.client("s3"), task.client("sqs")
    raw, processed = stack.outputs["raw_bucket"], stack.outputs["processed_bucket"]
    assert s3.get_object(Bucket=raw, Key="web/chelsea.jpg")["ContentLength"] > 0
    for forbidden in (
        lambda: s3.put_object(Bucket=raw, Key="web/new.jpg", Body=b""),
        lambda: s3.delete_object(Bucket=raw, Key="web/chelsea.jpg"),
        lambda: s3.put_object(Bucket=processed, Key="elsewhere/new.jpg", Body=b""),
        lambda: s3.list_buckets(),
        lambda: sqs.receive_message(QueueUrl=stack.outputs["queues"]["images"]["url"]),
        lambda: sqs.send_message(QueueUrl=stack.outputs["queues"]["large_jobs"]["url"], MessageBody="x"),
    ):
        with pytest.raises(ClientError, match="AccessDenied"):
            forbidden()


def test_no_policy_allows_everything_without_a_stated_reason(stack):
    """Of actions or of resources; each of these has its reason beside it in the configuration."""
    everything = {
        statement["Sid"] for _, statement in allowing_statements(stack.wanted)
        if any("*" in action for action in as_list(statement["Action"])) or "*" in as_list(statement.get("Resource", []))
    }
    assert everything == {"JoinNetwork", "LogInToRegistry", "OwnAccountOnly", "AccountManagesKey", "AlarmsUseKey"}


def test_whoever_is_allowed_something_from_outside_is_bound_by_a_condition(stack):
    for address, statement in allowing_statements(stack.wanted):
        principal = statement.get("Principal")
        # Lambda documents no condition for its trust in a role; the reasons for the other two stand beside them.
        if statement["Sid"] in ("LambdaAssumes", "ImageLayers", "AlarmsUseKey"):
            continue
        if principal == "*":
            assert "aws:PrincipalAccount" in statement["Condition"]["StringEquals"], address
        if isinstance(principal, dict) and "Service" in principal:
            assert statement["Condition"]["StringEquals"]["aws:SourceAccount"] == "000000000000", address


def test_everything_that_takes_tags_has_them(stack):
    for _, address, values in resources(stack.state):
        if "tags_all" in values:
            assert values["tags_all"].get("Project") == "darkroom", address


def test_the_network_has_no_way_out(stack):
    kinds = {kind for kind, _, _ in resources(stack.state)}
    assert not kinds & {"aws_internet_gateway", "aws_nat_gateway", "aws_route", "aws_egress_only_internet_gateway"}
    tables = [values for kind, _, values in resources(stack.state) if kind == "aws_route_table"]
    assert [table["route"] for table in tables] == [[]]
    rules = [values for kind, _, values in resources(stack.state) if kind.startswith("aws_vpc_security_group_")]
    assert rules and all(not rule["cidr_ipv4"] and not rule["cidr_ipv6"] for rule in rules)


def test_lifecycle_rules_leave_no_object_out(stack):
    rules = [rule for kind, _, values in resources(stack.state) if kind == "aws_s3_bucket_lifecycle_configuration"
             for rule in values["rule"]]
    assert all(rule["status"] == "Enabled" and not rule["prefix"] for rule in rules)
    for_all = [rule for rule in rules if not any(value for filter_ in rule["filter"] for value in filter_.values())]
    assert len(for_all) == 4
    # The others only shorten what these give.
    assert all(rule["id"].startswith("expire-after-") and rule["expiration"][0]["days"] < 7
               for rule in rules if rule not in for_all)


def test_what_is_made_lives_as_long_as_the_purge_document_says(stack):
    stated = {row.place: row.days for row in purge_document.rows() if row.deployed}
    for place, days in purge_document.longest_by_place(stack.state).items():
        assert stated[place] == days, place


def test_every_kind_of_resource_is_known_to_the_purge_document(stack):
    """A new kind fails here until somebody has thought about what rests in it."""
    holders = {"aws_s3_bucket", "aws_sqs_queue", "aws_cloudwatch_log_group", "aws_lambda_function",
               "aws_ecs_task_definition", "aws_ecr_repository", "aws_cloudwatch_dashboard"}
    without_data = (
        "aws_appautoscaling_", "aws_cloudwatch_metric_alarm", "aws_ecr_lifecycle_policy", "aws_ecs_cluster",
        "aws_ecs_service", "aws_iam_role", "aws_kms_", "aws_lambda_event_source_mapping", "aws_s3_bucket_", "aws_sns_topic",
        "aws_sqs_queue_", "aws_default_security_group", "aws_route_table", "aws_security_group", "aws_subnet", "aws_vpc")
    kinds = {kind for kind, _, _ in resources(stack.state)}
    assert {kind for kind in kinds - holders if not kind.startswith(without_data)} == set()


def test_a_second_plan_changes_nothing_but_what_ministack_gets_wrong(stack):
    assert changes(stack.second_plan) == FALSE_DRIFT


def test_destroying_leaves_nothing(stack):
    # ministack lists keys as they are where Terraform asks for them encoded, so that it takes a + for a space.
    for bucket in (stack.outputs["raw_bucket"], stack.outputs["processed_bucket"]):
        for entry in stack.s3.list_objects_v2(Bucket=bucket)["Contents"]:
            if "+" in entry["Key"]:
                stack.s3.delete_object(Bucket=bucket, Key=entry["Key"])
    # Refreshed first, the state would hold what ministack cannot give back.
    stack.terraform("destroy", "-auto-approve", "-input=false", "-refresh=false")
    assert json.loads(stack.terraform("show", "-json")).get("values") is None
    assert stack.s3.list_buckets()["Buckets"] == []
    assert not stack.sqs.list_queues().get("QueueUrls")
    assert stack.part.client("lambda").list_functions()["Functions"] == []
    assert stack.autoscaling.targets == {} and stack.autoscaling.policies == {}


def as_list(value) -> list:
    return value if isinstance(value, list) else [value]
