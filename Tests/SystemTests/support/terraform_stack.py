"""The system as Terraform makes it on an emulator: applied, planned again, and what can be asked of it meanwhile."""

import contextlib
import json
import shutil
import subprocess
import time
import uuid
from collections.abc import Iterator
from functools import cached_property
from pathlib import Path

import deployer_policies
from application_autoscaling import ApplicationAutoScaling
from aws_parts import CLEAN, Part, make_user, start_ministack
from cloud_parts import Cloud
from processor_parts import FUNCTION
from route53_resolver import Route53Resolver
from runtime_parts import ROOT
from terraform_state import UNREADABLE, depending, resources

PACKAGE = ROOT / ".build" / "package" / "image-processor.zip"


class Stack:
    """The system, applied: what Terraform says of it, and clients of what it made."""

    def __init__(self, folder: Path, part: Part, autoscaling: ApplicationAutoScaling, resolver: Route53Resolver):
        self.folder = folder
        self.part = part
        self.autoscaling, self.resolver = autoscaling, resolver
        # Whoever applies may do what the policies in deployer/ say, and no more.
        self.deployer = make_user(part, "deployer", deployer_policies.for_ministack())
        self.environment = CLEAN | self.deployer.environment() | {
            "AWS_ENDPOINT_URL_APPLICATION_AUTO_SCALING": autoscaling.url,
            "AWS_ENDPOINT_URL_ROUTE53RESOLVER": resolver.url, "TF_VAR_function_package": "package.zip",
            "TF_VAR_recipe_file": str(FUNCTION / "recipe.json"), "TF_VAR_force_destroy": "true",
        }

    def terraform(self, *arguments: str) -> str:
        result = subprocess.run(
            [str(ROOT / "scripts" / "terraform"), f"-chdir={self.folder}", *arguments], env=self.environment,
            capture_output=True, text=True, timeout=600)
        assert result.returncode == 0, f"terraform {' '.join(arguments)}\n{result.stdout[-4000:]}\n{result.stderr}"
        return result.stdout

    def apply(self) -> None:
        # A copy: a package that is built meanwhile would be a change to plan.
        shutil.copy(PACKAGE, self.folder / "package.zip")
        self.terraform("init")
        self.terraform("apply", "-auto-approve", "-input=false")
        self.outputs = {name: output["value"] for name, output in json.loads(self.terraform("output", "-json")).items()}
        self.state = json.loads(self.terraform("show", "-json"))["values"]["root_module"]
        queues = self.outputs["queues"]
        self.cloud = Cloud(
            self.part, self.outputs["raw_bucket"], self.outputs["processed_bucket"], queues["images"]["url"],
            queues["large_jobs"]["url"], queues["images_dead_letters"]["url"], objects=self.part)

    @cached_property
    def second_plan(self) -> dict:
        """What would be changed now. On a copy of the state, without the one resource that ministack reads back in a
        way that the provider takes no plan from: it is planned anew."""
        shutil.copy(self.folder / "terraform.tfstate", self.folder / "second.tfstate")
        self.terraform("state", "rm", "-state=second.tfstate", UNREADABLE)
        self.terraform("plan", "-input=false", "-state=second.tfstate", "-out=second.plan")
        return json.loads(self.terraform("show", "-json", "second.plan"))

    @cached_property
    def dependencies(self) -> dict[str, list[str]]:
        """What each resource was made after, and is destroyed before."""
        return dict(depending(self.state))

    @property
    def wanted(self) -> dict:
        """The resources as Terraform wants them, also where ministack does not give back what it was told."""
        return self.second_plan["planned_values"]["root_module"]

    def rows(self, count: int, seconds: float = 90) -> dict[str, dict]:
        """The rows by raw key, once there are so many."""
        deadline = time.monotonic() + seconds
        while len(rows := self.cloud.rows()) < count:
            assert time.monotonic() < deadline, f"{len(rows)} of {count} rows came: {sorted(rows)}"
            time.sleep(0.5)
        return rows

    def task(self) -> tuple[list[str], dict[str, str]]:
        """The command and environment of the task for large jobs, as its definition has them, with its role's
        rights."""
        (definition,) = [values for kind, _, values in resources(self.state) if kind == "aws_ecs_task_definition"]
        container = json.loads(definition["container_definitions"])[0]
        user = self.user_like("darkroom-large-jobs-task-us-east-1")
        settings = {entry["name"]: entry["value"] for entry in container["environment"]}
        return ([str(PACKAGE.parent / "root" / "bootstrap"), *container["command"]],
                CLEAN | user.environment() | settings)

    def user_like(self, role: str) -> Part:
        """A user with just the rights of a role: ministack lends a role to services alone, as its trust policy says."""
        policy = next(values["policy"] for kind, _, values in resources(self.state)
                      if kind == "aws_iam_role_policy" and values["role"] == role)
        return make_user(self.part, f"{role}-{uuid.uuid4().hex[:8]}", {"role": policy})


@contextlib.contextmanager
def deployed(folder: Path) -> Iterator[Stack]:
    """The system on a ministack of its own, over TLS with signatures, roles and policies checked."""
    shutil.copytree(ROOT / "infrastructure", folder / "infrastructure", ignore=shutil.ignore_patterns(".terraform"))
    (folder / "ministack").mkdir()
    server, part = start_ministack(folder / "ministack", tls=True)
    try:
        with ApplicationAutoScaling() as autoscaling, Route53Resolver() as resolver:
            stack = Stack(folder / "infrastructure", part, autoscaling, resolver)
            stack.apply()
            yield stack
    finally:
        server.stop()
