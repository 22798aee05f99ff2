"""Reads what whoever applies the infrastructure must be allowed: the policies in infrastructure/deployer."""

import json

from runtime_parts import ROOT

FOLDER = ROOT / "infrastructure" / "deployer"
# Of these services' requests, ministack looks for the resource in the wrong field, or makes an ARN of another form.
MISREAD = {"athena", "ecr", "ecs", "glue", "kms", "sns"}
# And of these, it looks for none.
WITHOUT_RESOURCE = {
    "iam:CreatePolicy", "lambda:CreateFunction", "states:ListTagsForResource",
    *(f"iam:{verb}InstanceProfile" for verb in (
        "AddRoleTo", "Create", "Delete", "Get", "RemoveRoleFrom", "Tag", "Untag")),
}


def policies() -> dict[str, dict]:
    """Each policy by its name."""
    return {file.stem: json.loads(file.read_text()) for file in sorted(FOLDER.glob("*.json"))}


def statements() -> list[dict]:
    return [statement for policy in policies().values() for statement in policy["Statement"]]


def actions() -> set[str]:
    """Every action that one of them allows."""
    return {action for statement in statements() for action in statement["Action"]}


def for_ministack() -> dict[str, str]:
    """The policies with their actions as they are, and with their resources for the services of which ministack tells
    them right."""
    found = policies()
    for policy in found.values():
        for statement in policy["Statement"]:
            if {action.split(":")[0] for action in statement["Action"]} & MISREAD:
                statement["Resource"] = ["*"]
            # Nor does it look for the tags of what a request is for.
            if "aws:ResourceTag/Project" in statement.get("Condition", {}).get("StringEquals", {}):
                del statement["Condition"]
    for policy in found.values():
        allowed = {action for statement in policy["Statement"] for action in statement["Action"]}
        if WITHOUT_RESOURCE & allowed:
            policy["Statement"].append(
                {"Effect": "Allow", "Action": sorted(WITHOUT_RESOURCE & allowed), "Resource": ["*"]})
    return {name: json.dumps(policy) for name, policy in found.items()}
