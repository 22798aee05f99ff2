"""The EC2 hosts as Terraform makes them beside all the rest, on ministack with signatures and policies checked: applied
with the rights of those who deploy, read back, and what each role of the system may do.

ministack starts no hosts, and forgets much of what instances and groups are told: that is held against the mock in
infrastructure/tests, and booted in Tests/SystemTests/hosts."""

import base64
import gzip
import shutil

import pytest
from botocore.exceptions import ClientError

import purge_document
from application_autoscaling import ApplicationAutoScaling
from aws_parts import REGION, start_ministack
from policy_simulation import allowed, deed, role_policies
from route53_resolver import Route53Resolver
from runtime_parts import ROOT
from terraform_stack import PACKAGE, Stack

pytestmark = [
    pytest.mark.skipif(shutil.which("terraform") is None, reason="terraform is missing: nothing of it is tested"),
    pytest.mark.skipif(not PACKAGE.exists(), reason="the package is missing: run `make package` first"),
]
ACCOUNT = "000000000000"
IMAGE = "ami-0123456789abcdef0"
PEM = "".join(f"-----BEGIN {kind}-----\nMA==\n-----END {kind}-----\n" for kind in ("PRIVATE KEY", "CERTIFICATE"))
# ministack does not have AWS's parameter that names the newest image, so one is named.
VARIABLES = {
    "host_image_id": IMAGE, "web_enabled": "true", "web_bundle": "bundle", "web_sign_in": "none",
    "stream_enabled": "true", "stream_bundle": "bundle", "stream_kafka_archive": "kafka_2.13-4.1.0.tgz",
    "stream_kafka_checksum": "0" * 64, "stream_client_cidrs": '["10.30.0.0/16"]',
    "stream_domain": "kafka.example.org", "stream_certificate": PEM,
    "stream_passwords": "camera:correct-horse-battery\n",
}


@pytest.fixture(scope="module")
def stack(tmp_path_factory):
    folder = tmp_path_factory.mktemp("hosts")
    shutil.copytree(ROOT / "infrastructure", folder / "infrastructure", ignore=shutil.ignore_patterns(".terraform"))
    (folder / "infrastructure" / "bundle").write_bytes(b"a bundle")
    # The one thing of a group of hosts that ministack does not take.
    (folder / "infrastructure" / "modules" / "web" / "ministack_override.tf").write_text(
        'resource "aws_autoscaling_group" "this" {\n  enabled_metrics = []\n}\n')
    (folder / "ministack").mkdir()
    server, part = start_ministack(folder / "ministack", tls=True)
    try:
        with ApplicationAutoScaling() as autoscaling, Route53Resolver() as resolver:
            stack = Stack(folder / "infrastructure", part, autoscaling, resolver)
            stack.environment |= {f"TF_VAR_{name}": value for name, value in VARIABLES.items()}
            stack.apply()
            yield stack
    finally:
        server.stop()


def test_hosts_are_made_of_templates_that_hold_what_they_are_told(stack):
    ec2 = stack.part.client("ec2")
    for kind, program in {"web": "upload-web.service", "stream": "kafka.service"}.items():
        [version] = ec2.describe_launch_template_versions(
            LaunchTemplateName=f"darkroom-{kind}", Versions=["$Latest"])["LaunchTemplateVersions"]
        data = version["LaunchTemplateData"]
        assert data["ImageId"] == IMAGE and data["MetadataOptions"]["HttpTokens"] == "required"
        told = gzip.decompress(base64.b64decode(data["UserData"])).decode()
        assert told.startswith("#cloud-config\n") and f"/etc/systemd/system/{program}" in told
        assert "correct-horse-battery" not in told and "BEGIN PRIVATE KEY" not in told


def test_the_brokers_name_leads_to_the_address_that_stays(stack):
    stream, route53 = stack.outputs["stream"], stack.part.client("route53")
    [zone] = [one for one in route53.list_hosted_zones()["HostedZones"] if one["Name"] == "kafka.example.org."]
    records = route53.list_resource_record_sets(HostedZoneId=zone["Id"])["ResourceRecordSets"]
    [address] = [one["ResourceRecords"][0]["Value"] for one in records if one["Type"] == "A"]
    assert address == stream["address"] and zone["Config"]["PrivateZone"]
    [volume] = stack.part.client("ec2").describe_volumes(VolumeIds=[stream["volume_id"]])["Volumes"]
    assert volume["Encrypted"] and volume["VolumeType"] == "gp3"


def test_secrets_are_in_their_parameters_and_nowhere_in_the_state(stack):
    ssm = stack.part.client("ssm")
    for name, value in {"certificate": PEM, "passwords": VARIABLES["stream_passwords"]}.items():
        found = ssm.get_parameter(Name=f"/darkroom/stream/{name}", WithDecryption=True)["Parameter"]
        assert (found["Value"].strip(), found["Type"]) == (value.strip(), "SecureString")
    state = (stack.folder / "terraform.tfstate").read_text()
    assert "correct-horse-battery" not in state and "BEGIN PRIVATE KEY" not in state


def test_rows_alone_are_told_to_the_index(stack):
    s3 = stack.part.client("s3")
    told = s3.get_bucket_notification_configuration(Bucket=stack.outputs["processed_bucket"])["QueueConfigurations"]
    assert [one["QueueArn"].split(":")[-1] for one in told] == ["darkroom-index"]
    assert told[0]["Filter"]["Key"]["FilterRules"] == [{"Name": "prefix", "Value": "metadata/"}]


def test_what_hosts_keep_lives_as_long_as_the_purge_document_says(stack):
    stated = {row.place: row.days for row in purge_document.rows() if row.deployed}
    longest = purge_document.longest_by_place(stack.state)
    assert {"Stream host's log group", "Web hosts' log group", "Index queue"} <= longest.keys()
    for place, days in longest.items():
        assert stated[place] == days, place


FUNCTION, TASK, WEB, STREAM, ANALYST = "image-processor", "large-jobs-task", "web", "stream", "analyst"
RAW, PROCESSED, ARTEFACTS, ATHENA = (
    f"arn:aws:s3:::darkroom-{role}-{ACCOUNT}-{REGION}" for role in ("raw", "processed", "artefacts", "athena"))
SQS = f"arn:aws:sqs:{REGION}:{ACCOUNT}:darkroom"
GLUE = f"arn:aws:glue:{REGION}:{ACCOUNT}"
# What there is to do, and all who may.
DEEDS = [
    deed("s3:PutObject", f"{RAW}/web/a.jpg", WEB),
    deed("s3:PutObject", f"{RAW}/kafka/t/0/1", STREAM),
    deed("s3:PutObject", f"{RAW}/kafka-rejected/t/0/1", STREAM),
    deed("s3:PutObject", f"{RAW}/elsewhere/a.jpg"),
    deed("s3:GetObject", f"{RAW}/web/a.jpg", FUNCTION, TASK, WEB),
    deed("s3:GetObject", f"{RAW}/kafka/t/0/1", FUNCTION, TASK, WEB, STREAM),
    deed("s3:DeleteObject", f"{RAW}/web/a.jpg", WEB),
    deed("s3:ListBucket", RAW, FUNCTION, TASK, WEB, STREAM),
    deed("s3:PutObject", f"{PROCESSED}/images/a.jpg", FUNCTION, TASK),
    deed("s3:PutObject", f"{PROCESSED}/metadata/a.json", FUNCTION, TASK, WEB),
    deed("s3:PutObject", f"{PROCESSED}/elsewhere/a"),
    deed("s3:GetObject", f"{PROCESSED}/images/a.jpg", FUNCTION, TASK, WEB, STREAM),
    deed("s3:GetObject", f"{PROCESSED}/metadata/a.json", FUNCTION, TASK, WEB, STREAM, "crawler", "compaction", ANALYST),
    deed("s3:DeleteObject", f"{PROCESSED}/images/a.jpg", FUNCTION, TASK, WEB),
    deed("s3:DeleteObject", f"{PROCESSED}/metadata/a.json"),
    deed("s3:ListBucket", PROCESSED, FUNCTION, TASK, WEB, STREAM, "crawler", "compaction", ANALYST),
    deed("s3:GetObject", f"{ARTEFACTS}/upload-web/upload-web.tar.gz", WEB),
    deed("s3:GetObject", f"{ARTEFACTS}/stream/stream.tar.gz", STREAM),
    deed("s3:GetObject", f"{ARTEFACTS}/kafka/kafka_2.13-4.1.0.tgz", STREAM),
    deed("s3:GetObject", f"{ARTEFACTS}/kafka/another.tgz"),
    deed("s3:PutObject", f"{ARTEFACTS}/upload-web/upload-web.tar.gz"),
    deed("s3:PutObject", f"{ATHENA}/results/a.csv", ANALYST, "compaction"),
    deed("s3:PutObject", f"{ATHENA}/compacted/a.parquet", "compaction"),
    deed("sqs:ReceiveMessage", f"{SQS}-images", FUNCTION),
    deed("sqs:SendMessage", f"{SQS}-images"),
    deed("sqs:ReceiveMessage", f"{SQS}-large-jobs", TASK),
    deed("sqs:SendMessage", f"{SQS}-large-jobs", FUNCTION),
    deed("sqs:ReceiveMessage", f"{SQS}-index", WEB),
    deed("sqs:ReceiveMessage", f"{SQS}-images-dead-letters"),
    deed("ssm:GetParameter", f"arn:aws:ssm:{REGION}:{ACCOUNT}:parameter/darkroom/stream/passwords", STREAM),
    deed("ssm:GetParameter", f"arn:aws:ssm:{REGION}:{ACCOUNT}:parameter/another"),
    deed("ssmmessages:OpenDataChannel", "*", WEB, STREAM),
    deed("logs:PutLogEvents", f"arn:aws:logs:{REGION}:{ACCOUNT}:log-group:/ec2/darkroom-web:log-stream:a", WEB),
    deed("logs:PutLogEvents", f"arn:aws:logs:{REGION}:{ACCOUNT}:log-group:/ec2/darkroom-stream:log-stream:a", STREAM),
    deed("athena:StartQueryExecution", f"arn:aws:athena:{REGION}:{ACCOUNT}:workgroup/darkroom", ANALYST),
    deed("athena:StartQueryExecution", f"arn:aws:athena:{REGION}:{ACCOUNT}:workgroup/darkroom-compaction",
         "compaction"),
    deed("glue:UpdateTable", f"{GLUE}:table/darkroom/metadata_compacted", "compaction"),
    deed("glue:CreateTable", f"{GLUE}:table/darkroom/crawled_metadata", "crawler"),
    deed("glue:UpdateTable", f"{GLUE}:table/darkroom/metadata"),
    deed("states:StartExecution", f"arn:aws:states:{REGION}:{ACCOUNT}:stateMachine:darkroom-compaction", "schedule"),
    deed("ecr:BatchGetImage", f"arn:aws:ecr:{REGION}:{ACCOUNT}:repository/darkroom/image-processor",
         "large-jobs-execution"),
    deed("iam:PassRole", f"arn:aws:iam::{ACCOUNT}:role/darkroom-web-{REGION}"),
    deed("ec2:TerminateInstances", f"arn:aws:ec2:{REGION}:{ACCOUNT}:instance/i-0123456789abcdef0"),
    deed("lambda:InvokeFunction", f"arn:aws:lambda:{REGION}:{ACCOUNT}:function:darkroom-image-processor"),
    deed("kms:Decrypt", f"arn:aws:kms:{REGION}:{ACCOUNT}:key/a"),
]


@pytest.mark.parametrize("asked", DEEDS, ids=lambda one: f"{one.action} {one.resource.split(':', 5)[-1]}")
def test_each_role_may_do_what_it_must_and_nothing_of_what_is_the_others(stack, asked):
    roles = role_policies(stack.state, REGION)
    assert {role for role, policies in roles.items() if allowed(stack.part, policies, asked)} == asked.roles


def test_every_role_has_something_to_do_in_this_table(stack):
    assert set(role_policies(stack.state, REGION)) == {role for one in DEEDS for role in one.roles}


def test_the_stream_lists_its_rejected_messages_and_no_other_uploads(stack):
    s3, raw = stack.user_like(f"darkroom-stream-{REGION}").client("s3"), stack.outputs["raw_bucket"]
    assert s3.list_objects_v2(Bucket=raw, Prefix="kafka-rejected/")["KeyCount"] == 0
    for prefix in ("", "web/", "kafka/"):
        with pytest.raises(ClientError, match="AccessDenied"):
            s3.list_objects_v2(Bucket=raw, Prefix=prefix)


def test_destroying_leaves_no_host_volume_or_address(stack):
    stack.terraform("destroy", "-auto-approve", "-input=false", "-refresh=false")
    ec2 = stack.part.client("ec2")
    assert [one["VolumeId"] for one in ec2.describe_volumes()["Volumes"] if one["Size"] == 50] == []
    assert ec2.describe_launch_templates()["LaunchTemplates"] == []
    assert not stack.part.client("ssm").get_parameters_by_path(Path="/darkroom", Recursive=True)["Parameters"]
