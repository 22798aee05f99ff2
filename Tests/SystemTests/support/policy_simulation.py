"""Who may do what: AWS's SimulateCustomPolicy, asked of the emulator about the policies that Terraform has made."""

import json
from dataclasses import dataclass

from aws_parts import Part
from terraform_state import resources


@dataclass(frozen=True)
class Deed:
    """An action on something, and the roles that may do it, by the middle of their names."""

    action: str
    resource: str
    roles: frozenset[str]


def deed(action: str, resource: str, *roles: str) -> Deed:
    return Deed(action, resource, frozenset(roles))


def role_policies(state: dict, region: str) -> dict[str, list[str]]:
    """Every role's policies, and those that are made for people, by their names without the system's and region's."""
    found: dict[str, list[str]] = {}
    for kind, _, values in resources(state):
        if kind in ("aws_iam_role_policy", "aws_iam_policy"):
            name = values["role" if kind == "aws_iam_role_policy" else "name"]
            name = name.removeprefix("darkroom-").removesuffix(f"-{region}")
            found.setdefault(name, []).append(values["policy"])
    return found


def allowed(part: Part, policies: list[str], asked: Deed) -> bool:
    """Whether the policies let somebody do it."""
    # A condition is looked at by the calls themselves, and not by the emulator's simulation: without it, what it bounds
    # counts as allowed here.
    unconditional = [
        json.dumps({"Version": "2012-10-17", "Statement": [
            {key: value for key, value in statement.items() if key != "Condition"}
            for statement in json.loads(policy)["Statement"] if statement["Effect"] == "Allow"]})
        for policy in policies]
    answer = part.client("iam").simulate_custom_policy(
        PolicyInputList=unconditional, ActionNames=[asked.action], ResourceArns=[asked.resource])
    return answer["EvaluationResults"][0]["EvalDecision"] == "allowed"
