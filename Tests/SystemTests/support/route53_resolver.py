"""What Terraform asks of AWS Route 53 Resolver about DNS Firewall, kept in memory: ministack does not have the service.
It stores and gives back; no name is asked of it."""

import itertools
import json

from json_server import JSONServer

ARN = "arn:aws:route53resolver:us-east-1:000000000000"


class Route53Resolver(JSONServer):
    """A server on a port of its own; `url` is its endpoint."""

    def __init__(self):
        # By what the API calls them: domain lists, rule groups and their associations with networks.
        self.kept: dict[str, dict[str, dict]] = {
            "FirewallDomainList": {}, "FirewallRuleGroup": {}, "FirewallRuleGroupAssociation": {}}
        self.domains: dict[str, list[str]] = {}
        self.rules: dict[tuple[str, str], dict] = {}
        self.configurations: dict[str, dict] = {}
        self._numbers = itertools.count(1)
        # The operations that were asked for.
        self.asked: set[str] = set()
        super().__init__()

    def answer(self, method, path, headers, body):
        operation = headers["X-Amz-Target"].removeprefix("Route53Resolver.")
        self.asked.add(operation)
        try:
            return 200, getattr(self, operation)(json.loads(body))
        except KeyError as missing:
            return 400, {"__type": "ResourceNotFoundException", "Message": f"there is no {missing}"}

    def _create(self, kind: str, prefix: str, request: dict, **more) -> dict:
        name = f"rslvr-{prefix}-{next(self._numbers):017x}"
        self.kept[kind][name] = {
            "Id": name, "Arn": f"{ARN}:{kind}/{name}", "Status": "COMPLETE", "StatusMessage": "",
            "OwnerId": "000000000000", "ShareStatus": "NOT_SHARED",
        } | request | more
        return {kind: self.kept[kind][name]}

    def CreateFirewallDomainList(self, request: dict) -> dict:
        created = self._create("FirewallDomainList", "fdl", request)
        self.domains[created["FirewallDomainList"]["Id"]] = []
        return created

    def UpdateFirewallDomains(self, request: dict) -> dict:
        # With a dot at their end, however they were given, as AWS does it.
        name, kept = request["FirewallDomainListId"], self.domains[request["FirewallDomainListId"]]
        given = [f"{domain.rstrip('.')}." for domain in request["Domains"]]
        change = {"ADD": lambda: [*kept, *given], "REPLACE": lambda: given,
                  "REMOVE": lambda: [domain for domain in kept if domain not in given]}
        self.domains[name] = change[request["Operation"]]()
        return {"Id": name, "Name": self.kept["FirewallDomainList"][name]["Name"], "Status": "COMPLETE"}

    def ListFirewallDomains(self, request: dict) -> dict:
        return {"Domains": self.domains[request["FirewallDomainListId"]]}

    def GetFirewallDomainList(self, request: dict) -> dict:
        name = request["FirewallDomainListId"]
        return {"FirewallDomainList": self.kept["FirewallDomainList"][name] | {"DomainCount": len(self.domains[name])}}

    def DeleteFirewallDomainList(self, request: dict) -> dict:
        used = [group for group, domains in self.rules if domains == request["FirewallDomainListId"]]
        assert not used, "a list that a rule names cannot be deleted"
        return {"FirewallDomainList": self.kept["FirewallDomainList"].pop(request["FirewallDomainListId"])}

    def CreateFirewallRuleGroup(self, request: dict) -> dict:
        return self._create("FirewallRuleGroup", "frg", request)

    def GetFirewallRuleGroup(self, request: dict) -> dict:
        return {"FirewallRuleGroup": self.kept["FirewallRuleGroup"][request["FirewallRuleGroupId"]]}

    def DeleteFirewallRuleGroup(self, request: dict) -> dict:
        return {"FirewallRuleGroup": self.kept["FirewallRuleGroup"].pop(request["FirewallRuleGroupId"])}

    def CreateFirewallRule(self, request: dict) -> dict:
        key = request["FirewallRuleGroupId"], request["FirewallDomainListId"]
        self.rules[key] = {"FirewallDomainRedirectionAction": "INSPECT_REDIRECTION_DOMAIN"} | request
        return {"FirewallRule": self.rules[key]}

    def ListFirewallRules(self, request: dict) -> dict:
        wanted = request["FirewallRuleGroupId"]
        return {"FirewallRules": [rule for (group, _), rule in self.rules.items() if group == wanted]}

    def DeleteFirewallRule(self, request: dict) -> dict:
        return {"FirewallRule": self.rules.pop((request["FirewallRuleGroupId"], request["FirewallDomainListId"]))}

    def AssociateFirewallRuleGroup(self, request: dict) -> dict:
        return self._create("FirewallRuleGroupAssociation", "frgassoc", request)

    def GetFirewallRuleGroupAssociation(self, request: dict) -> dict:
        name = request["FirewallRuleGroupAssociationId"]
        return {"FirewallRuleGroupAssociation": self.kept["FirewallRuleGroupAssociation"][name]}

    def DisassociateFirewallRuleGroup(self, request: dict) -> dict:
        name = request["FirewallRuleGroupAssociationId"]
        return {"FirewallRuleGroupAssociation": self.kept["FirewallRuleGroupAssociation"].pop(name)}

    def UpdateFirewallConfig(self, request: dict) -> dict:
        self.configurations[request["ResourceId"]] = {
            "Id": f"rslvr-fc-{request['ResourceId']}", "OwnerId": "000000000000"} | request
        return {"FirewallConfig": self.configurations[request["ResourceId"]]}

    def ListFirewallConfigs(self, request: dict) -> dict:
        return {"FirewallConfigs": list(self.configurations.values())}

    def ListTagsForResource(self, request: dict) -> dict:
        return {"Tags": next(one["Tags"] for kept in self.kept.values() for one in kept.values()
                             if one["Arn"] == request["ResourceArn"])}
