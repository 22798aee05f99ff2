"""The whole system as Terraform makes it, on ministack over TLS with signatures, roles and policies checked: applied,
used with the real package, planned again, and destroyed.

The tests share one system, which the last of them destroys. Each brings what it needs, so that any of them can be
chosen."""

import io
import json
import shutil
import subprocess
import time
import uuid

import pytest
from botocore.exceptions import ClientError
from PIL import Image

import deployer_policies
import purge_document
from interlaced_png import beginning, interlaced
from processor_parts import FUNCTION
from terraform_stack import PACKAGE, deployed
from terraform_state import FALSE_DRIFT, allowing_statements, allows_everything, changes, outsiders, resources

SAMPLES = FUNCTION / "samples"

pytestmark = [
    pytest.mark.skipif(shutil.which("terraform") is None, reason="terraform is missing: nothing of it is tested"),
    pytest.mark.skipif(not PACKAGE.exists(), reason="the package is missing: run `make package` first"),
]


@pytest.fixture(scope="module")
def stack(tmp_path_factory):
    with deployed(tmp_path_factory.mktemp("terraform")) as stack:
        yield stack


def test_uploads_become_renditions_and_rows_through_the_deployed_function(stack):
    cloud = stack.cloud
    samples = {str(file.relative_to(SAMPLES)): file for file in SAMPLES.rglob("*") if file.suffix in (".jpg", ".png")}
    known = set(cloud.rows())
    for key, file in samples.items():
        cloud.upload(key, file.read_bytes(), "image/png" if file.suffix == ".png" else "image/jpeg")
    rows = {key: row for key, row in stack.rows(len(known | set(samples))).items() if key in samples}
    assert sorted(rows) == sorted(samples)
    assert rows.pop("web/corrupt.jpg")["status"] == "rejected"
    for row in rows.values():
        assert (row["status"], row["compute"]) == ("processed", "lambda"), row
        assert [rendition["name"] for rendition in row["renditions"]] == ["large", "medium", "thumbnail"]
        for rendition in row["renditions"]:
            body = cloud.s3.get_object(Bucket=cloud.processed, Key=rendition["key"])["Body"].read()
            picture = Image.open(io.BytesIO(body))
            picture.load()
            assert picture.size == (rendition["width"], rendition["height"])
    assert cloud.waiting(cloud.dead) == 0


@pytest.fixture
def smaller_function(stack):
    """A function of 256 MB, for as long as a test takes."""
    function, name = stack.part.client("lambda"), stack.outputs["function"]["name"]
    function.update_function_configuration(FunctionName=name, MemorySize=256)
    yield
    function.update_function_configuration(FunctionName=name, MemorySize=2048)


def hand_over(stack, key: str, body: bytes) -> None:
    """Uploads a picture, and waits until the function has sent it on."""
    before = stack.cloud.waiting(stack.cloud.large)
    stack.cloud.upload(key, body, "image/png")
    deadline = time.monotonic() + 60
    while stack.cloud.waiting(stack.cloud.large) == before:
        assert key not in stack.cloud.rows(), stack.cloud.rows()[key]
        assert time.monotonic() < deadline, "nothing was handed over"
        time.sleep(0.5)


def run_task(stack) -> None:
    command, environment = stack.task()
    result = subprocess.run(
        [*command, "--idle-seconds", "1"], env=environment, capture_output=True, text=True, timeout=120)
    assert result.returncode == 0, result.stderr
    assert stack.cloud.waiting(stack.cloud.large) == 0


def test_a_job_over_the_functions_memory_is_done_by_the_task(stack, smaller_function):
    """Of 305 MiB in memory, which is more than the recipe takes that comes with the processor."""
    hand_over(stack, "web/panorama.png", interlaced(8000, 5000))
    run_task(stack)
    row = stack.cloud.rows()["web/panorama.png"]
    assert (row["status"], row["compute"], row["width"]) == ("processed", "fargate", 8000), row


def test_what_is_too_large_for_the_function_by_default_reaches_the_task(stack):
    """Of 2.2 GB and 294 megapixels, of which a test has only the beginning: the function needs no more to hand it over,
    and the task, which takes it on, is the one to find out."""
    hand_over(stack, "web/gigantic.png", beginning(21000, 14000))
    run_task(stack)
    row = stack.cloud.rows()["web/gigantic.png"]
    assert (row["status"], row["compute"], row["error_code"]) == ("rejected", "fargate", "truncated_image"), row


def test_a_task_may_do_its_work_and_no_more(stack):
    task = stack.user_like("darkroom-large-jobs-task-us-east-1")
    s3, sqs = task.client("s3"), task.client("sqs")
    raw, processed = stack.outputs["raw_bucket"], stack.outputs["processed_bucket"]
    stack.cloud.upload("web/chelsea.jpg", (SAMPLES / "web/chelsea.jpg").read_bytes())
    assert s3.get_object(Bucket=raw, Key="web/chelsea.jpg")["ContentLength"] > 0
    name = f"images/{uuid.uuid4()}.jpg"
    s3.put_object(Bucket=processed, Key=name, Body=b"late", Tagging="purge-days=2")
    tags = stack.cloud.s3.get_object_tagging(Bucket=processed, Key=name)["TagSet"]
    assert tags == [{"Key": "purge-days", "Value": "2"}]
    for forbidden in (
        lambda: s3.put_object(Bucket=raw, Key="web/new.jpg", Body=b""),
        lambda: s3.put_object_tagging(
            Bucket=raw, Key="web/chelsea.jpg", Tagging={"TagSet": [{"Key": "purge-days", "Value": "1"}]}),
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
        statement["Sid"] for _, statement in allowing_statements(stack.wanted) if allows_everything(statement)
    }
    assert everything == {
        "JoinNetwork", "LogInToRegistry", "OwnAccountOnly", "AccountManagesKey", "AlarmsUseKey", "SeeWorkgroups"}


def test_whoever_is_allowed_something_from_outside_is_bound_by_a_condition(stack):
    for address, statement in allowing_statements(stack.wanted):
        # AWS documents no condition for the trust of Lambda's and ECS's agents in a role;
        # the reasons for the other two stand beside them.
        if statement["Sid"] in ("LambdaAssumes", "AgentAssumes", "ImageLayers", "AlarmsUseKey"):
            continue
        for kind, _ in outsiders(statement):
            condition = "aws:PrincipalAccount" if kind == "AWS" else "aws:SourceAccount"
            assert statement["Condition"]["StringEquals"][condition] == "000000000000", address


@pytest.mark.parametrize(
    "statement, is_everything, strangers",
    [
        ({"Action": "s3:GetObject", "Resource": "arn:aws:s3:::raw/*"}, False, []),
        ({"Action": ["s3:GetObject"], "Resource": ["arn:aws:s3:::raw/*", "arn:aws:s3:::*"]}, True, []),
        ({"Action": "s3:Get*", "Resource": "arn:aws:s3:::raw"}, True, []),
        ({"Action": "sqs:SendMessage", "Resource": "arn:aws:sqs:us-east-1:000000000000:*"}, True, []),
        ({"Action": "logs:PutLogEvents", "Resource": "arn:aws:logs:us-east-1:000000000000:log-group:a:*"}, False, []),
        ({"Action": "s3:GetObject", "Resource": "*", "Principal": "*"}, True, [("AWS", "*")]),
        ({"Action": "sqs:SendMessage", "Principal": {"AWS": "*"}}, False, [("AWS", "*")]),
        ({"Action": "sqs:SendMessage", "Principal": {"AWS": ["arn:aws:iam::000000000000:root"]}}, False, []),
        ({"Action": "sqs:SendMessage", "Principal": {"Service": "s3.amazonaws.com"}}, False,
         [("Service", "s3.amazonaws.com")]),
    ])
def test_wide_statements_are_known_in_every_form(statement, is_everything, strangers):
    assert (allows_everything(statement), outsiders(statement)) == (is_everything, strangers)


def test_the_functions_role_is_destroyed_after_the_network(stack):
    """Lambda removes the function's interfaces from subnets and group after the function is gone,
    in the role's name.
    """
    role = {"module.function_role.aws_iam_role.function", "module.function_role.aws_iam_role_policy.network"}
    for address in ("aws_subnet.private[0]", "aws_subnet.private[1]", "aws_security_group.workers"):
        assert role <= set(stack.dependencies[f"module.network.{address}"]), address


def test_everything_that_takes_tags_has_them(stack):
    for _, address, values in resources(stack.state):
        # ministack gives a crawler's tags back to nobody.
        if "tags_all" in values and "aws_glue_crawler" not in address:
            assert values["tags_all"].get("Project") == "darkroom", address


def test_the_network_has_no_way_out(stack):
    kinds = {kind for kind, _, _ in resources(stack.state)}
    assert not kinds & {"aws_internet_gateway", "aws_nat_gateway", "aws_route", "aws_egress_only_internet_gateway"}
    tables = [values for kind, _, values in resources(stack.state) if kind == "aws_route_table"]
    assert [table["route"] for table in tables] == [[]]
    rules = [values for kind, _, values in resources(stack.state) if kind.startswith("aws_vpc_security_group_")]
    assert rules and all(not rule["cidr_ipv4"] and not rule["cidr_ipv6"] for rule in rules)
    # Nor by rules that are written into a group itself. (What a group is found to have does not tell: ministack leaves
    # the rule in place that AWS gives a new one, and that Terraform takes away.)
    written = stack.second_plan["configuration"]["root_module"]["module_calls"]["network"]["module"]["resources"]
    groups = [one["expressions"] for one in written if one["type"].endswith("_security_group")]
    assert len(groups) == 3
    assert all(not {"ingress", "egress"} & group.keys() for group in groups)


def test_lifecycle_rules_leave_no_object_out(stack):
    rules = [rule for kind, _, values in resources(stack.state) if kind == "aws_s3_bucket_lifecycle_configuration"
             for rule in values["rule"]]
    assert all(rule["status"] == "Enabled" and not rule["prefix"] for rule in rules)
    for_all = [rule for rule in rules if not any(value for filter_ in rule["filter"] for value in filter_.values())]
    assert len(for_all) == 6
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
        "aws_appautoscaling_", "aws_athena_workgroup", "aws_cloudwatch_metric_alarm", "aws_default_security_group",
        "aws_ecr_lifecycle_policy", "aws_ecs_cluster", "aws_ecs_service", "aws_glue_", "aws_iam_policy", "aws_iam_role",
        "aws_kms_", "aws_lambda_event_source_mapping", "aws_route53_resolver_firewall_", "aws_route_table",
        "aws_s3_bucket_", "aws_scheduler_schedule", "aws_security_group", "aws_sfn_state_machine", "aws_sns_topic",
        "aws_sqs_queue_", "aws_subnet", "aws_vpc",
    )
    kinds = {kind for kind, _, _ in resources(stack.state)}
    assert {kind for kind in kinds - holders if not kind.startswith(without_data)} == set()


def test_a_second_plan_changes_nothing_but_what_ministack_gets_wrong(stack):
    assert changes(stack.second_plan) == FALSE_DRIFT


def test_destroying_leaves_nothing_even_while_a_task_works(stack):
    # ministack lists keys as they are where Terraform asks for them encoded, so that it takes a + for a space.
    s3 = stack.cloud.s3
    for bucket in (stack.outputs["raw_bucket"], stack.outputs["processed_bucket"]):
        for entry in s3.list_objects_v2(Bucket=bucket).get("Contents", []):
            if "+" in entry["Key"]:
                s3.delete_object(Bucket=bucket, Key=entry["Key"])
    # AWS and ministack delete no service that is scaled above zero; that AWS waits for protected tasks, ministack does
    # not know.
    ecs, service = stack.part.client("ecs"), stack.outputs["service"]
    ecs.update_service(cluster=service["cluster"], service=service["name"], desiredCount=1)
    # Refreshed first, the state would hold what ministack cannot give back.
    stack.terraform("destroy", "-auto-approve", "-input=false", "-refresh=false")
    assert json.loads(stack.terraform("show", "-json")).get("values") is None
    assert s3.list_buckets()["Buckets"] == []
    assert not stack.cloud.sqs.list_queues().get("QueueUrls")
    assert stack.part.client("lambda").list_functions()["Functions"] == []
    assert stack.autoscaling.targets == {} and stack.autoscaling.policies == {}
    assert not any(stack.resolver.kept.values()) and stack.resolver.rules == {}
    with pytest.raises(ClientError, match="ClusterNotFound"):
        ecs.describe_services(cluster=service["cluster"], services=[service["name"]])
    # All this with the rights of those who apply; these two servers check none, so here they are held against them.
    asked = {f"application-autoscaling:{operation}" for operation in stack.autoscaling.asked}
    asked |= {f"route53resolver:{operation}" for operation in stack.resolver.asked}
    assert asked <= deployer_policies.actions()
