"""What Terraform asks of AWS Application Auto Scaling, kept in memory: ministack does not have the service. It stores
and gives back; nothing scales by it."""

import json

from json_server import JSONServer

REGION_ACCOUNT = "us-east-1:000000000000"
# What names a target, and with a name a policy.
TARGET = ("ServiceNamespace", "ResourceId", "ScalableDimension")


class ApplicationAutoScaling(JSONServer):
    """A server on a port of its own; `url` is its endpoint."""

    def __init__(self):
        self.targets: dict[tuple, dict] = {}
        self.policies: dict[tuple, dict] = {}
        # The operations that were asked for.
        self.asked: set[str] = set()
        super().__init__()

    def answer(self, method, path, headers, body):
        operation = headers["X-Amz-Target"].removeprefix("AnyScaleFrontendService.")
        self.asked.add(operation)
        return 200, getattr(self, operation)(json.loads(body))

    def RegisterScalableTarget(self, request: dict) -> dict:
        name = tuple(request[field] for field in TARGET)
        arn = f"arn:aws:application-autoscaling:{REGION_ACCOUNT}:scalable-target/{request['ResourceId']}"
        role = (
            "arn:aws:iam::000000000000:role/aws-service-role/ecs.application-autoscaling.amazonaws.com/AWSServiceRole"
        )
        kept = {"RoleARN": role, "CreationTime": 0, "ScalableTargetARN": arn} | self.targets.get(name, {}) | request
        self.targets[name] = kept
        return {"ScalableTargetARN": arn}

    def DescribeScalableTargets(self, request: dict) -> dict:
        found = [target for target in self.targets.values()
                 if target["ServiceNamespace"] == request["ServiceNamespace"]
                 and target["ResourceId"] in request.get("ResourceIds", [target["ResourceId"]])]
        return {"ScalableTargets": found}

    def DeregisterScalableTarget(self, request: dict) -> dict:
        del self.targets[tuple(request[field] for field in TARGET)]
        return {}

    def PutScalingPolicy(self, request: dict) -> dict:
        assert tuple(request[field] for field in TARGET) in self.targets, "a policy needs its target"
        arn = f"arn:aws:autoscaling:{REGION_ACCOUNT}:scalingPolicy:{request['PolicyName']}"
        self.policies[request["PolicyName"]] = {"PolicyARN": arn, "CreationTime": 0, "Alarms": []} | request
        return {"PolicyARN": arn, "Alarms": []}

    def DescribeScalingPolicies(self, request: dict) -> dict:
        found = [
            policy
            for name, policy in self.policies.items()
            if name in request.get("PolicyNames", [name]) and policy["ServiceNamespace"] == request["ServiceNamespace"]
        ]
        return {"ScalingPolicies": found}

    def DeleteScalingPolicy(self, request: dict) -> dict:
        del self.policies[request["PolicyName"]]
        return {}

    def ListTagsForResource(self, request: dict) -> dict:
        tags = [target.get("Tags", {}) for target in self.targets.values()
                if target["ScalableTargetARN"] == request["ResourceARN"]]
        return {"Tags": tags[0] if tags else {}}
