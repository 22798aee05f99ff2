"""Two regions of one account can each hold the system: nothing that an account has once has the same name in both.

What is compared is planned by Terraform's own test against a mock of AWS (infrastructure/tests/regions.tftest.hcl)."""

import json
import shutil
import subprocess

import pytest

from runtime_parts import ROOT

pytestmark = pytest.mark.skipif(
    shutil.which("terraform") is None, reason="terraform is missing: nothing of it is tested")

# The attribute that names a resource, of what an account, or all of AWS, has once and not once for each region.
GLOBAL = {
    "aws_cloudwatch_dashboard": "dashboard_name", "aws_iam_instance_profile": "name", "aws_iam_policy": "name",
    "aws_iam_role": "name", "aws_s3_bucket": "bucket",
}
# What each region has for itself, or what is named by something else that is in this list or in that.
REGIONAL = (
    "aws_api_gateway_", "aws_appautoscaling_", "aws_athena_", "aws_autoscaling_", "aws_cloudwatch_log_",
    "aws_cloudwatch_metric_alarm", "aws_default_security_group", "aws_ebs_volume", "aws_ecr_", "aws_ecs_",
    "aws_glue_", "aws_iam_role_policy", "aws_instance", "aws_internet_gateway", "aws_kms_", "aws_lambda_",
    "aws_launch_template", "aws_lb", "aws_network_interface", "aws_route", "aws_route53_", "aws_s3_bucket_",
    "aws_s3_object", "aws_scheduler_schedule", "aws_security_group", "aws_sfn_state_machine", "aws_sns_topic",
    "aws_sqs_queue", "aws_ssm_parameter", "aws_subnet", "aws_volume_attachment", "aws_vpc", "aws_wafv2_",
    "terraform_data",
)


@pytest.fixture(scope="module")
def regions(tmp_path_factory) -> dict[str, list[tuple[str, dict]]]:
    """Kind and planned values of every resource, by the region it is planned for."""
    folder = tmp_path_factory.mktemp("regions")
    left_out = shutil.ignore_patterns(".terraform", "*.tfstate*", "samples")
    for name in ("infrastructure", "functions/image-processor"):
        shutil.copytree(ROOT / name, folder / name, ignore=left_out)
    command = [str(ROOT / "scripts" / "terraform"), f"-chdir={folder / 'infrastructure'}"]
    subprocess.run([*command, "init"], check=True, capture_output=True)
    lines = subprocess.run(
        [*command, "test", "-json", "-verbose", "-filter=tests/regions.tftest.hcl"], capture_output=True, text=True)
    assert lines.returncode == 0, [line for line in lines.stdout.splitlines() if '"@level":"error"' in line]
    found = {}
    for line in map(json.loads, lines.stdout.splitlines()):
        if line["type"] == "test_plan":
            changes = line["test_plan"]["resource_changes"]
            found[line["@testrun"]] = [
                (one["type"], one["change"]["after"]) for one in changes if one["mode"] == "managed"]
    return found


def names(planned: list[tuple[str, dict]]) -> list[tuple[str, str]]:
    return sorted((kind, values[GLOBAL[kind]]) for kind, values in planned if kind in GLOBAL)


def test_two_regions_share_no_name_that_the_account_has_once(regions):
    one, another = names(regions["one"]), names(regions["another"])
    assert len(one) == len(another) == len(set(one)) >= 10
    assert not set(one) & set(another)


def test_names_are_no_longer_than_aws_takes_with_the_longest_prefix_and_region(regions):
    longest = {"aws_iam_role": 64, "aws_iam_instance_profile": 128, "aws_iam_policy": 128, "aws_s3_bucket": 63}
    for kind, name in names(regions["another"]):
        assert len(name) <= longest.get(kind, 255), (kind, name)


def test_of_every_kind_it_is_known_whether_a_region_has_it_for_itself(regions):
    """A new kind fails here until somebody has thought about it."""
    kinds = {kind for kind, _ in regions["one"]}
    assert {kind for kind in kinds - GLOBAL.keys() if not kind.startswith(REGIONAL)} == set()
