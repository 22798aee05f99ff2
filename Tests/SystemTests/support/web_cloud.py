"""The web application in front of S3: its buckets and queues, what processes the images, and the server."""

import json
import re
import threading
from pathlib import Path

from aws_parts import Part, make_user
from cloud_parts import Cloud
from runtime_parts import ROOT
from web_parts import SlowLink, WebServer

GUIDE = ROOT / "docs/web.md"


def web_policy(cloud: Cloud, queue: str) -> str:
    """What docs/web.md says that the server's role may do."""
    places = {"RAW": cloud.raw, "PROCESSED": cloud.processed}
    statements = []
    rights = re.findall(r"^\| (`(?:s3|sqs):.*?) \| (.*?) \|", GUIDE.read_text(), flags=re.MULTILINE)
    for actions, resources in rights:
        if resources == "the queue":
            arns = [f"arn:aws:sqs:*:*:{queue}"]
        elif resources == "both buckets":
            arns = [f"arn:aws:s3:::{cloud.raw}", f"arn:aws:s3:::{cloud.processed}"]
        else:
            arns = [f"arn:aws:s3:::{places[bucket]}/{keys}"
                    for bucket, keys in re.findall(r"`(RAW|PROCESSED)/(.*?)`", resources)]
        statements.append({"Effect": "Allow", "Action": re.findall("`(.*?)`", actions), "Resource": arns})
    assert len(statements) == 7
    return json.dumps({"Version": "2012-10-17", "Statement": statements})


class WebCloud:
    """`upload-web` over buckets whose uploads a worker processes, as deployed."""

    def __init__(self, folder: Path, queues: Part, objects: Part | None = None, **settings: str):
        """objects: a server for the buckets that tells no queue of them, so that this does, and the rows are polled."""
        self.cloud = Cloud.deploy(queues, notified="large", objects=objects)
        settings |= {"DARKROOM_RAW_BUCKET": self.cloud.raw, "DARKROOM_PROCESSED_BUCKET": self.cloud.processed}
        if objects is None:
            settings["DARKROOM_WEB_ROWS_QUEUE_URL"] = self.notified_of_rows()
        self.ended = threading.Event()
        self.worker = self.cloud.fargate("--idle-seconds", "3600", "--stop-seconds", "1")
        folder.mkdir(parents=True)
        threading.Thread(target=self.keep, args=(folder / "worker.log",), daemon=True).start()
        if objects:
            threading.Thread(target=self.announce, daemon=True).start()
        # What browsers and the server reach the buckets by; it can be slow, or cut.
        self.link = SlowLink(int(self.cloud.objects.endpoint.split(":")[2])).__enter__()
        part = queues if objects else self.user(queues)
        environment = {**part.environment(), "AWS_ENDPOINT_URL_S3": self.link.url}
        self.server = WebServer(folder, **environment, **settings)
        if objects is None:
            self.allow(self.server.url)

    def allow(self, origin: str) -> None:
        """Lets the pages of an origin send to the raw bucket, by the rule that docs/web.md gives."""
        rule = re.search(r"```json\n(\[.*?\])\n```", GUIDE.read_text(), flags=re.DOTALL)
        rules = json.loads(rule[1].replace("https://images.example.org", origin))
        self.cloud.s3.put_bucket_cors(Bucket=self.cloud.raw, CORSConfiguration={"CORSRules": rules})

    def keep(self, file: Path) -> None:
        with file.open("w") as log:
            for line in self.worker.stderr:
                log.write(line)
                log.flush()

    def user(self, part: Part) -> Part:
        """A user that may do what docs/web.md says of the server's role, and nothing else."""
        root = Part("ministack", part.endpoint, "test", "test")
        policy = web_policy(self.cloud, f"rows-{self.cloud.processed}")
        return make_user(root, f"web-{self.cloud.raw}", {"web": policy})

    def notified_of_rows(self) -> str:
        """A queue that the processed bucket tells of its rows."""
        sqs, bucket = self.cloud.sqs, self.cloud.processed
        url = sqs.create_queue(QueueName=f"rows-{bucket}")["QueueUrl"]
        arn = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
        policy = {
            "Version": "2012-10-17",
            "Statement": [{
                "Effect": "Allow", "Principal": {"Service": "s3.amazonaws.com"}, "Action": "sqs:SendMessage",
                "Resource": arn, "Condition": {"ArnLike": {"aws:SourceArn": f"arn:aws:s3:::{bucket}"}},
            }],
        }
        sqs.set_queue_attributes(QueueUrl=url, Attributes={"Policy": json.dumps(policy)})
        rule = {"Key": {"FilterRules": [{"Name": "prefix", "Value": "metadata/"}]}}
        self.cloud.s3.put_bucket_notification_configuration(
            Bucket=bucket,
            NotificationConfiguration={
                "QueueConfigurations": [{"QueueArn": arn, "Events": ["s3:ObjectCreated:*"], "Filter": rule}]})
        return url

    def raw(self) -> dict[str, dict]:
        """The objects of the raw bucket, by their keys."""
        return {one["Key"]: one for one in self.cloud.s3.list_objects_v2(Bucket=self.cloud.raw).get("Contents", [])}

    def announce(self) -> None:
        known = set()
        while not self.ended.wait(0.3):
            for key, entry in self.raw().items():
                if key not in known:
                    known.add(key)
                    self.cloud.announce(key, entry["Size"], entry["ETag"])

    def parts(self, name: str) -> list[dict]:
        """The parts that S3 has of the unfinished upload of a file."""
        return [
            part for one in self.unfinished(name) for part in self.cloud.s3.list_parts(
                Bucket=self.cloud.raw, Key=one["Key"], UploadId=one["UploadId"]).get("Parts", [])]

    def requests(self, ending: str) -> list[dict]:
        """The requests that scripts have made about uploads, by the end of their paths."""
        return [
            entry for entry in self.server.entries()
            if entry["path"].startswith("/api/uploads/") and entry["path"].endswith(ending)]

    def unfinished(self, name: str) -> list[dict]:
        """Uploads of a file in parts that S3 has begun and not ended."""
        uploads = self.cloud.s3.list_multipart_uploads(Bucket=self.cloud.raw).get("Uploads", [])
        return [one for one in uploads if one["Key"].endswith(f"/{name}")]

    def stop(self) -> None:
        self.ended.set()
        self.link.__exit__()
        self.worker.kill()
        self.worker.wait()
        if self.server.process.poll() is None:
            assert self.server.stop() == 0
