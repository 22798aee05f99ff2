"""Reads what Terraform says in JSON."""

import json
from collections.abc import Iterator

# ministack forgets the prefix list of a security group's rule, which the provider then makes no valid plan for.
UNREADABLE = "module.network.aws_vpc_security_group_egress_rule.workers_to_s3"

_ALARM = {"actions_enabled", "alarm_actions", "alarm_description", "treat_missing_data"}
_METRIC = {"dimensions", "ok_actions", "period", "statistic"}
# What a second plan would do on ministack alone: to which kind of resource, and the attributes that it reads back wrongly.
FALSE_DRIFT = {
    ("update", "aws_cloudwatch_metric_alarm", frozenset(_ALARM | _METRIC)),
    ("update", "aws_cloudwatch_metric_alarm", frozenset(_ALARM)),
    ("update", "aws_cloudwatch_metric_alarm", frozenset(_ALARM | {"ok_actions"})),
    ("update", "aws_ecs_service", frozenset({"availability_zone_rebalancing"})),
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


def allowing_statements(state: dict) -> Iterator[tuple[str, dict]]:
    """Every statement that allows something, of every policy in the state, with the address of what it belongs to."""
    for _, address, values in resources(state):
        for name in ("policy", "assume_role_policy"):
            if isinstance(values.get(name), str) and "Statement" in values[name]:
                for statement in json.loads(values[name])["Statement"]:
                    if statement["Effect"] == "Allow":
                        yield address, statement
