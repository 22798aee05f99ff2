"""Hosts and what is around them: the emulator with its artefacts, its secrets and a role, as Terraform says."""

import hashlib
import json
import shutil
import subprocess
import uuid
from pathlib import Path

import pytest

from aws_parts import CLEAN, REGION, Part
from booted_host import needs_boot
from runtime_parts import ROOT

WEB_BUNDLE = ROOT / ".build" / "package" / "upload-web.tar.gz"
STREAM_BUNDLE = ROOT / ".build" / "package" / "stream.tar.gz"
MODULES = ROOT / "infrastructure" / "modules"
BUNDLE_KEY = "upload-web/upload-web.tar.gz"
needs_user_data = [
    needs_boot,
    pytest.mark.skipif(shutil.which("terraform") is None, reason="terraform is missing: nothing of it is tested"),
]
needs_host = [
    *needs_user_data,
    pytest.mark.skipif(not WEB_BUNDLE.exists(), reason="the bundle is missing: run `make package-web` first"),
]
# bcrypt's of "correct horse", cost 5: as quick as the application takes it.
NAMES = "anna:$2y$05$abcdefghijklmnopqrstuu9yvDSc8BhqcUVgGAuYQGIvLlDPPJKeC\n"
# In place of S3, the application keeps images in a folder.
STORE = "[Service]\nEnvironment=DARKROOM_STORE_DIRECTORY=%S/upload-web/store\n"


class Surroundings:
    """Buckets, the bundle and the names in the emulator, and a user of the host's role's rights."""

    def __init__(self, part: Part):
        self.part = part
        self.prefix = f"darkroom-{uuid.uuid4().hex[:8]}"
        self.artefacts, self.parameter = f"{self.prefix}-artefacts", f"/{self.prefix}/web/htpasswd"
        s3 = part.client("s3")
        for bucket in (self.artefacts, f"{self.prefix}-raw", f"{self.prefix}-processed"):
            s3.create_bucket(Bucket=bucket)
        s3.put_bucket_versioning(Bucket=self.artefacts, VersioningConfiguration={"Status": "Enabled"})
        part.client("ssm").put_parameter(Name=self.parameter, Value=NAMES, Type="SecureString")
        iam = part.client("iam")
        iam.create_user(UserName=self.prefix)
        sqs = part.client("sqs")
        self.queue = sqs.create_queue(QueueName=f"{self.prefix}-index")["QueueUrl"]
        queue_arn = f"arn:aws:sqs:{REGION}:000000000000:{self.prefix}-index"
        sqs.set_queue_attributes(QueueUrl=self.queue, Attributes={"Policy": json.dumps({
            "Version": "2012-10-17", "Statement": [{
                "Effect": "Allow", "Principal": {"Service": "s3.amazonaws.com"}, "Action": "sqs:SendMessage",
                "Resource": queue_arn}]})})
        s3.put_bucket_notification_configuration(
            Bucket=f"{self.prefix}-processed",
            NotificationConfiguration={"QueueConfigurations": [{
                "QueueArn": queue_arn, "Events": ["s3:ObjectCreated:*"],
                "Filter": {"Key": {"FilterRules": [{"Name": "prefix", "Value": "metadata/"}]}}}]})
        raw, processed = f"arn:aws:s3:::{self.prefix}-raw", f"arn:aws:s3:::{self.prefix}-processed"
        # As infrastructure/modules/storage and modules/web have them.
        self.rights = [
            ("s3:GetObject", f"arn:aws:s3:::{self.artefacts}/*"),
            ("s3:GetObjectVersion", f"arn:aws:s3:::{self.artefacts}/*"),
            *((action, f"{raw}/web/*") for action in (
                "s3:PutObject", "s3:AbortMultipartUpload", "s3:ListMultipartUploadParts")),
            *(("s3:GetObject", f"{processed}/{prefix}/*") for prefix in ("images", "metadata")),
            ("s3:GetObject", f"{raw}/*"), ("s3:DeleteObject", f"{raw}/*"), ("s3:ListBucket", raw),
            ("s3:ListBucket", processed), ("s3:DeleteObject", f"{processed}/images/*"),
            ("s3:PutObject", f"{processed}/metadata/*"), ("s3:PutObjectTagging", f"{processed}/metadata/*"),
            ("sqs:ReceiveMessage", queue_arn), ("sqs:DeleteMessage", queue_arn),
            # The Kafka host's.
            *((action, f"{raw}/{prefix}/*") for action in ("s3:PutObject", "s3:GetObject")
              for prefix in ("kafka", "kafka-rejected")),
        ]
        self.allow("ssm:GetParameter", self.parameter)
        key = iam.create_access_key(UserName=self.prefix)["AccessKey"]
        self.credentials = key["AccessKeyId"], key["SecretAccessKey"]

    def allow(self, action: str, parameter: str) -> None:
        """One right more, on a parameter."""
        self.rights.append((action, f"arn:aws:ssm:{REGION}:000000000000:parameter{parameter}"))
        statements = [{"Effect": "Allow", "Action": one, "Resource": on} for one, on in self.rights]
        self.part.client("iam").put_user_policy(
            UserName=self.prefix, PolicyName="host",
            PolicyDocument=json.dumps({"Version": "2012-10-17", "Statement": statements}))

    def put_bundle(self, content: bytes, key: str = BUNDLE_KEY) -> dict[str, str]:
        """Uploads a bundle, and says what a host is told of it."""
        version = self.part.client("s3").put_object(Bucket=self.artefacts, Key=key, Body=content)["VersionId"]
        return {"bucket": self.artefacts, "key": key, "version": version,
                "sha256": hashlib.sha256(content).hexdigest()}

    def variables(self, bundle: dict[str, str], **others) -> dict:
        """What Terraform's module of a host is given."""
        return {
            "region": REGION, "bundle": bundle, "raw_bucket": f"{self.prefix}-raw",
            "processed_bucket": f"{self.prefix}-processed", "rows_queue_url": None,
            "recipe": (ROOT / "functions/image-processor/recipe.json").read_text(), "port": 8080, "memory_mb": 1280,
            "proxy": None, "parameter": None, "parameter_version": 1, "load_balancer_sign_in": None,
            "log_group": f"/ec2/{self.prefix}-web",
        } | others


def user_data(folder: Path, kind: str, variables: dict) -> str:
    """The user data of a kind of host as Terraform writes them: the module needs no provider."""
    shutil.copytree(MODULES, folder, ignore=shutil.ignore_patterns(".terraform*", "*.tfstate*"))
    module = folder / kind / "host"
    (module / "terraform.tfvars.json").write_text(json.dumps(variables))
    for command in (["init"], ["apply", "-auto-approve", "-input=false"], ["output", "-raw", "user_data"]):
        result = subprocess.run(
            [str(ROOT / "scripts" / "terraform"), f"-chdir={module}", *command], env=CLEAN, capture_output=True,
            text=True, timeout=120)
        assert result.returncode == 0, result.stdout + result.stderr
    return result.stdout
