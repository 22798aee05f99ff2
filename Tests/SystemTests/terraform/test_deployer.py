"""The policies of whoever applies the infrastructure, as files. That they are enough, test_terraform.py shows, which
applies and destroys the system with them."""

import json

import deployer_policies


def test_each_policy_fits_into_a_managed_policy():
    for name, policy in deployer_policies.policies().items():
        assert len(json.dumps(policy, separators=(",", ":"))) <= 6144, name


def test_no_statement_allows_a_services_every_action():
    assert not [action for action in deployer_policies.actions() if action.split(":")[1] == "*"]


def test_neither_images_nor_messages_can_be_read_and_no_key_used():
    reading = {"s3:GetObject", "s3:Get*", "s3:PutObject", "sqs:ReceiveMessage", "sqs:SendMessage", "kms:Decrypt",
               "lambda:InvokeFunction", "logs:GetLogEvents", "logs:FilterLogEvents", "athena:StartQueryExecution"}
    found = [one for one in deployer_policies.statements() if set(one["Action"]) & reading]
    # Programs of hosts are objects too, in a bucket of their own.
    assert [(one["Sid"], one["Resource"]) for one in found] == [("Bundles", ["arn:aws:s3:::darkroom-artefacts-*"])]
    assert set(found[0]["Action"]) & reading == {"s3:GetObject", "s3:PutObject"}


def test_what_is_made_is_bound_to_the_systems_name_wherever_its_arn_holds_a_name():
    """Networks, firewalls, keys, mappings, scaling and alarms have numbers for names, or none before they are made."""
    everywhere = {statement["Sid"] for statement in deployer_policies.statements() if "*" in statement["Resource"]}
    assert everywhere == {
        "SeeNetwork", "MakeNetwork", "PrivateNamesOfEndpoints", "NamesThatAreAllowed", "KeyOfAlarms",
        "AlarmsAndDashboard", "Mapping", "SeeLogs", "LogInToRegistry", "TaskDefinitions", "Scaling", "CheckCompaction",
        "WayToTheInternet", "Hosts", "SeeGroups", "SeeLoadBalancers", "SeeParameters", "MakeStreamHost",
        "ChangeStreamHost", "BrokersName"}


def test_hosts_and_volumes_that_are_not_the_systems_are_left_alone():
    statements = deployer_policies.statements()
    [changing] = [one for one in statements if one["Sid"] == "ChangeStreamHost"]
    assert changing["Condition"] == {"StringEquals": {"aws:ResourceTag/Project": "darkroom"}}
    others = [action for one in statements if one is not changing for action in one["Action"]]
    ending = ("ec2:Terminate", "ec2:Stop", "ec2:DeleteVolume", "ec2:DetachVolume")
    assert [action for action in others if action.startswith(ending)] == []


def test_roles_are_handed_to_the_systems_own_services_alone():
    passing = [one for one in deployer_policies.statements() if "iam:PassRole" in one["Action"]]
    assert all(one["Resource"] == ["arn:aws:iam::*:role/darkroom-*"] for one in passing)
    services = [set(one["Condition"]["StringEquals"]["iam:PassedToService"]) for one in passing]
    assert services == [
        {"lambda.amazonaws.com", "ecs-tasks.amazonaws.com", "glue.amazonaws.com", "states.amazonaws.com",
         "scheduler.amazonaws.com"},
        {"ec2.amazonaws.com"}]
