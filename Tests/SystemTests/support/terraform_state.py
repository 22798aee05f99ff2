"""Reads what Terraform says in JSON."""

import json
from collections.abc import Iterator

# ministack forgets the prefix list of a security group's rule, which the provider then makes no valid plan for.
UNREADABLE = "module.network.aws_vpc_security_group_egress_rule.workers_to_s3"

_ALARM = {"actions_enabled", "alarm_actions", "alarm_description", "treat_missing_data"}
_METRIC = {"dimensions", "ok_actions", "period", "statistic"}
# What a second plan would do on ministack alone: to which kind of resource,
# and the attributes that it reads back wrongly.
FALSE_DRIFT = {
    ("update", "aws_cloudwatch_metric_alarm", frozenset(_ALARM | _METRIC)),
    ("update", "aws_cloudwatch_metric_alarm", frozenset(_ALARM)),
    ("update", "aws_cloudwatch_metric_alarm", frozenset(_ALARM | {"ok_actions"})),
    ("update", "aws_ecs_service", frozenset({"availability_zone_rebalancing"})),
    ("update", "aws_glue_catalog_database", frozenset({"create_table_default_permission"})),
    ("update", "aws_glue_crawler", frozenset({"lineage_configuration", "tags_all"})),
    ("update", "aws_vpc_endpoint", frozenset({"policy"})),
    ("update", "aws_vpc_endpoint", frozenset({"policy", "private_dns_enabled", "security_group_ids"})),
}


def resources(module: dict) -> Iterator[tuple[str, str, dict]]:
    """Type, address and values of every managed resource of a module and the modules in it."""
    for resource in module.get("resources", []):
        if resource["mode"] == "managed":
            yield resource["type"], resource["address"], resource["values"]
    for child in module.get("child_modules", []):
        yield from resources(child)


def depending(module: dict) -> Iterator[tuple[str, list[str]]]:
    """The address of every resource of a module and the modules in it, and those of what it depends on."""
    for resource in module.get("resources", []):
        yield resource["address"], resource.get("depends_on", [])
    for child in module.get("child_modules", []):
        yield from depending(child)


def changes(plan: dict) -> set[tuple[str, str, frozenset[str]]]:
    """What a plan would do: the actions, to which kind of resource, and the attributes that would change."""
    found = set()
    for entry in plan["resource_changes"]:
        change = entry["change"]
        if entry["address"] == UNREADABLE or change["actions"] in (["no-op"], ["read"]):
            continue
        before, after, unknown = change["before"] or {}, change["after"] or {}, change["after_unknown"]
        attributes = frozenset(
            name for name in before.keys() | after.keys() | unknown.keys()
            if before.get(name) != after.get(name) or unknown.get(name) is True)
        found.add(("+".join(change["actions"]), entry["type"], attributes))
    return found


def allows_everything(statement: dict) -> bool:
    """Whether a statement's actions or resources are a service's all, by a wildcard of any form."""
    def is_all(resource: str) -> bool:
        # An ARN's last part: "arn:aws:s3:::*" is as wide as "*".
        return resource.split(":", 5)[-1].startswith("*")

    return any("*" in action for action in as_list(statement["Action"])) or any(
        is_all(resource) for resource in as_list(statement.get("Resource", [])))


def outsiders(statement: dict) -> list[tuple[str, str]]:
    """Whom a statement lets in from outside the account: everybody, in either form, and services of AWS's."""
    principal = statement.get("Principal", {})
    if principal == "*":
        return [("AWS", "*")]
    return [
        (kind, name) for kind, names in principal.items() for name in as_list(names) if kind != "AWS" or name == "*"
    ]


def as_list(value) -> list:
    return value if isinstance(value, list) else [value]


def allowing_statements(state: dict) -> Iterator[tuple[str, dict]]:
    """Every statement that allows something, of every policy in the state, with the address of what it belongs to."""
    for _, address, values in resources(state):
        for name in ("policy", "assume_role_policy"):
            if isinstance(values.get(name), str) and "Statement" in values[name]:
                for statement in json.loads(values[name])["Statement"]:
                    if statement["Effect"] == "Allow":
                        yield address, statement
