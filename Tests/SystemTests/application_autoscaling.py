"""What Terraform asks of AWS Application Auto Scaling, kept in memory: ministack does not have the service. It stores and
gives back; nothing scales by it."""

import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

REGION_ACCOUNT = "us-east-1:000000000000"
# What names a target, and with a name a policy.
TARGET = ("ServiceNamespace", "ResourceId", "ScalableDimension")


class ApplicationAutoScaling:
    """A server on a port of its own; `url` is its endpoint."""

    def __init__(self):
        self.targets: dict[tuple, dict] = {}
        self.policies: dict[tuple, dict] = {}
        service = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self):
                operation = self.headers["X-Amz-Target"].removeprefix("AnyScaleFrontendService.")
                request = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
                body = json.dumps(getattr(service, operation)(request)).encode()
                self.send_response(200)
                self.send_header("Content-Type", "application/x-amz-json-1.1")
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_):
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self._server.server_port}"
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    def stop(self) -> None:
        self._server.shutdown()
        self._server.server_close()

    def RegisterScalableTarget(self, request: dict) -> dict:
        name = tuple(request[field] for field in TARGET)
        arn = f"arn:aws:application-autoscaling:{REGION_ACCOUNT}:scalable-target/{request['ResourceId']}"
        role = "arn:aws:iam::000000000000:role/aws-service-role/ecs.application-autoscaling.amazonaws.com/AWSServiceRole"
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
        found = [policy for name, policy in self.policies.items()
                 if name in request.get("PolicyNames", [name]) and policy["ServiceNamespace"] == request["ServiceNamespace"]]
        return {"ScalingPolicies": found}

    def DeleteScalingPolicy(self, request: dict) -> dict:
        del self.policies[request["PolicyName"]]
        return {}

    def ListTagsForResource(self, request: dict) -> dict:
        tags = [target.get("Tags", {}) for target in self.targets.values()
                if target["ScalableTargetARN"] == request["ResourceARN"]]
        return {"Tags": tags[0] if tags else {}}
