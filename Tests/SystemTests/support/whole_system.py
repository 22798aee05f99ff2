"""The whole system on this machine: what Terraform makes, on ministack with signatures, roles and policies checked; a
Kafka broker and its consumers; both web applications; and the worker for large jobs."""

import contextlib
import json
import sqlite3
import subprocess
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from pathlib import Path

import html5lib
import requests

from aws_parts import CLEAN, make_user
from runtime_parts import ROOT
from stream_parts import Broker, Ingest, Stream, key, messages
from stream_web_parts import StreamServer
from terraform_stack import Stack
from web_cloud import web_policy
from web_parts import WebServer

HTML = "{http://www.w3.org/1999/xhtml}"


class StreamInFrontOfS3(StreamServer):
    """`stream-web` with buckets in place of a folder."""

    def settings(self) -> dict[str, str]:
        return {name: value for name, value in super().settings().items() if name != "DARKROOM_STORE_DIRECTORY"}


class WholeSystem:
    """Everything that runs, and what has been promised to whoever sent something."""

    def __init__(self, stack: Stack, folder: Path):
        self.stack, self.cloud, self.folder = stack, stack.cloud, folder
        # What the function is too small for, the task's own recipe allows.
        recipe = folder / "recipe.json"
        recipe.write_text(stack.task()[1]["DARKROOM_RECIPE"])
        self.cloud.recipe = str(recipe)
        # Less memory than the function has, so that a large picture of a test's size is handed over.
        stack.part.client("lambda").update_function_configuration(
            FunctionName=stack.outputs["function"]["name"], MemorySize=256)
        self.broker = Broker(folder)
        self.stream = Stream.make(self.broker, partitions=4)
        self.members = [self._ingest(number) for number in range(2)]
        self.door = self._door()
        self.web = self._web()
        # By the page: bodies that it has said to be stored, and all that were sent to it.
        self.accepted: list[bytes] = []
        self.sent: list[bytes] = []
        self.ended = threading.Event()
        self.service_kills = self.worker_kills = 0
        self._worker = threading.Thread(target=self._work, daemon=True)
        self._worker.start()

    def _ingest(self, number: int) -> Ingest:
        rights = {"Version": "2012-10-17", "Statement": [{
            "Effect": "Allow", "Action": ["s3:PutObject", "s3:GetObject"],
            "Resource": [f"arn:aws:s3:::{self.cloud.raw}/kafka/*", f"arn:aws:s3:::{self.cloud.raw}/kafka-rejected/*"]}]}
        part = make_user(self.stack.part, f"ingest-{number}", {"ingest": json.dumps(rights)})
        return Ingest(self.stream, self.folder / "ingest", None, f"ingest-{number}", **part.environment(),
                      DARKROOM_RAW_BUCKET=self.cloud.raw)

    def _door(self) -> StreamServer:
        raw, processed = f"arn:aws:s3:::{self.cloud.raw}", f"arn:aws:s3:::{self.cloud.processed}"
        rights = {"Version": "2012-10-17", "Statement": [
            {"Effect": "Allow", "Action": "s3:ListBucket", "Resource": [raw, processed]},
            {"Effect": "Allow", "Action": "s3:GetObject", "Resource": [
                f"{raw}/kafka-rejected/*", f"{processed}/metadata/*", f"{processed}/images/*"]}]}
        part = make_user(self.stack.part, "stream", {"stream": json.dumps(rights)})
        return StreamInFrontOfS3(
            self.folder / "stream", self.stream, **part.environment(), DARKROOM_RAW_BUCKET=self.cloud.raw,
            DARKROOM_PROCESSED_BUCKET=self.cloud.processed)

    def _web(self) -> WebServer:
        part = make_user(self.stack.part, "web", {"web": web_policy(self.cloud, "none")})
        return WebServer(self.folder / "web", **part.environment(), DARKROOM_RAW_BUCKET=self.cloud.raw,
                         DARKROOM_PROCESSED_BUCKET=self.cloud.processed)

    def _work(self) -> None:
        """Starts the worker for large jobs as its task would be whenever there are some, and kills the first one."""
        command, environment = self.stack.task()
        with (self.folder / "worker.log").open("ab") as log:
            while not self.ended.wait(0.2):
                if not self.cloud.waiting(self.cloud.large):
                    continue
                worker = subprocess.Popen(
                    [*command, "--idle-seconds", "2", "--visibility-seconds", "5"], env=environment, stdout=log,
                    stderr=log)
                if not self.worker_kills:
                    time.sleep(0.5)
                    worker.kill()
                    self.worker_kills += 1
                worker.wait()

    def upload(self, name: str, body: bytes) -> None:
        """By the page's form, again until the server answers: it may be killed meanwhile."""
        deadline = time.monotonic() + 120
        while True:
            self.sent.append(body)
            try:
                (answer,) = self.web.upload((name, body))
                if answer["stored"]:
                    self.accepted.append(body)
                return
            except requests.RequestException:
                assert time.monotonic() < deadline, "the web application does not come back"
                time.sleep(0.2)

    def post(self, name: str, body: bytes) -> None:
        """To the stream by HTTP, again until it is acknowledged, under one key: the server may be killed meanwhile."""
        deadline = time.monotonic() + 120
        while True:
            try:
                answer = self.door.send(body, Idempotency_Key=name)
                if answer.status_code == 201:
                    place = answer.json()
                    self.stream.acknowledged[place["partition"], place["offset"]] = sha256(body).hexdigest()
                    return
                assert answer.status_code in (409, 503, 504), answer.text
            except requests.RequestException:
                pass
            assert time.monotonic() < deadline, "the stream's web application does not come back"
            time.sleep(0.2)

    def send(self, files: dict[str, bytes], through_page: int) -> None:
        """The first files by the page; of the others every second picture by the stream's HTTP, the rest as messages;
        all side by side; services are killed in between."""
        names = list(files)
        pictures = [name for name in names[through_page:] if files[name][:4] in (b"\xff\xd8\xff\xe0", b"\x89PNG")]
        posted = set(pictures[::2])
        with ThreadPoolExecutor(10) as pool:
            sending = [pool.submit(self.upload, name, files[name]) for name in names[:through_page]]
            sending += [pool.submit(self.post, name, files[name]) for name in sorted(posted)]
            produced = pool.submit(
                self.stream.produce, [files[name] for name in names[through_page:] if name not in posted], None, None,
                0.05)
            killing = pool.submit(self._kill_each, sending)
            for one in [*sending, produced, killing]:
                one.result()

    def _kill_each(self, sending: list) -> None:
        """Kills one service after the other, at a fifth of the way, at two fifths, and so on."""
        services = [*self.members, self.web, self.door]
        for number, service in enumerate(services, start=1):
            while sum(one.done() for one in sending) < len(sending) * number / (len(services) + 1):
                time.sleep(0.01)
            service.kill()
            service.start()
            self.service_kills += 1

    def raw(self) -> dict[str, bytes]:
        """Every object of the raw bucket, with its bytes."""
        pages = self.cloud.s3.get_paginator("list_objects_v2").paginate(Bucket=self.cloud.raw)
        keys = [entry["Key"] for page in pages for entry in page.get("Contents", [])]
        return {key: self.cloud.s3.get_object(Bucket=self.cloud.raw, Key=key)["Body"].read() for key in keys}

    def stream_messages(self) -> dict[str, str]:
        """The key and the digest of what must be there of each message: of those that hold something."""
        topic = self.stream.topic_id()
        return {key(topic, *place): sha256(message.value()).hexdigest()
                for place, message in messages(self.stream).items() if message.value()}

    def acknowledged(self) -> dict[str, str]:
        """The same of the messages whose senders were told that they are stored."""
        topic = self.stream.topic_id()
        return {key(topic, *place): digest for place, digest in self.stream.acknowledged.items()
                if digest != sha256(b"").hexdigest()}

    def gallery(self) -> set[str]:
        """The ids of all images that the gallery shows, page for page."""
        found, address = set(), "/gallery"
        while address:
            response = requests.get(self.web.url + address, timeout=30)
            assert response.status_code == 200, response.text
            document = html5lib.parse(response.content)
            found |= {item.get("data-image") for item in document.iter(f"{HTML}li") if item.get("data-image")}
            older = [link.get("href") for link in document.iter(f"{HTML}a") if link.get("rel") == "next"]
            address = older[0] if older else None
        return found

    def indexed(self) -> int:
        """How many images the gallery's index has in its file, shown or not."""
        (file,) = (self.folder / "web" / "data").rglob("index.sqlite")
        with contextlib.closing(sqlite3.connect(f"file:{file}?mode=ro", uri=True)) as index:
            return index.execute("SELECT count(*) FROM image").fetchone()[0]

    def report(self, view: str) -> list[dict]:
        """What analysts see, from the bucket."""
        run = subprocess.run(
            [str(ROOT / "bootstrap"), "report", "--bucket", self.cloud.processed, "--view", view, "--json", "--limit",
             "10000"],
            env=CLEAN | self.stack.part.environment(), capture_output=True, text=True, timeout=120)
        assert run.returncode == 0, run.stderr
        return json.loads(run.stdout)

    def expiring(self, bucket: str, moment: datetime) -> list[str]:
        """The objects of a bucket that its own lifecycle rules have ended by then."""
        s3 = self.cloud.s3
        rules = s3.get_bucket_lifecycle_configuration(Bucket=bucket)["Rules"]
        ended = []
        for page in s3.get_paginator("list_objects_v2").paginate(Bucket=bucket):
            for entry in page.get("Contents", []):
                tags = s3.get_object_tagging(Bucket=bucket, Key=entry["Key"])["TagSet"]
                days = [rule["Expiration"]["Days"] for rule in rules
                        if "Days" in rule.get("Expiration", {}) and _applies(rule, entry["Key"], tags)]
                # S3 expires at the midnight after.
                full = entry["LastModified"] + timedelta(days=min(days, default=10_000))
                if full.astimezone(UTC).replace(hour=0, minute=0, second=0) + timedelta(days=1) <= moment:
                    ended.append(entry["Key"])
        return ended

    def stop(self) -> None:
        self.ended.set()
        self._worker.join()
        for member in self.members:
            member.stop()
        self.broker.stop()
        for server in (self.web, self.door):
            if server.process.poll() is None:
                server.stop()


def _applies(rule: dict, key: str, tags: list[dict]) -> bool:
    assert rule["Status"] == "Enabled"
    filter = rule.get("Filter", {})
    wanted = [filter["Tag"]] if "Tag" in filter else filter.get("And", {}).get("Tags", [])
    return key.startswith(filter.get("Prefix", "")) and all(tag in tags for tag in wanted)
