"""Servers that speak AWS's protocols and check its signatures: ministack (S3, SQS, STS) and SeaweedFS (S3)."""

import json
import os
import signal
import subprocess
import sys
import threading
import time
from dataclasses import dataclass, replace
from pathlib import Path

import boto3
import requests
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

from runtime_parts import free_port

REGION = "us-east-1"
MAKING_CLIENTS = threading.Lock()  # boto3's clients may be shared by threads, but not made by several at once
# Neither a proxy nor settings of the person at the keyboard may come between the tests and their servers.
CLEAN = {
    name: value
    for name, value in os.environ.items()
    if not name.startswith(("AWS_", "DARKROOM_")) and not name.lower().endswith("_proxy")
} | {"AWS_EC2_METADATA_DISABLED": "true", "AWS_CONFIG_FILE": os.devnull, "AWS_SHARED_CREDENTIALS_FILE": os.devnull}


@dataclass
class Part:
    """A server that runs, and a user that it knows."""

    name: str
    endpoint: str
    access_key: str
    secret_key: str
    # Of a server that speaks TLS.
    certificate: Path | None = None

    def client(self, service: str):
        """boto3's client of a service, as the independent other side."""
        with MAKING_CLIENTS:
            return boto3.client(
                service, endpoint_url=self.endpoint, region_name=REGION, aws_access_key_id=self.access_key,
                aws_secret_access_key=self.secret_key,
                verify=self.certificate and str(self.certificate),
                config=Config(s3={"addressing_style": "path"}, retries={"max_attempts": 1}, proxies={}),
            )

    def environment(self) -> dict[str, str]:
        """What a program needs in its environment to use the server as that user."""
        return {
            "AWS_ENDPOINT_URL": self.endpoint, "AWS_REGION": REGION, "AWS_ACCESS_KEY_ID": self.access_key,
            "AWS_SECRET_ACCESS_KEY": self.secret_key,
        } | ({"AWS_CA_BUNDLE": str(self.certificate)} if self.certificate else {})


class Server:
    """A process that listens on a port of its own, with its output in a file."""

    def __init__(self, command: list[str], environment: dict[str, str], folder: Path, log: Path, is_up):
        self._output = log.open("wb")
        self.process = subprocess.Popen(
            command, env=environment, cwd=folder, stdout=self._output, stderr=subprocess.STDOUT,
            start_new_session=True)
        deadline = time.monotonic() + 60
        while not self._answers(is_up):
            if self.process.poll() is not None or time.monotonic() > deadline:
                self.stop()
                raise RuntimeError(f"{command[0]} did not start:\n{log.read_text(errors='replace')[-4000:]}")
            time.sleep(0.1)

    @staticmethod
    def _answers(is_up) -> bool:
        try:
            return is_up()
        except requests.RequestException:
            return False

    def stop(self) -> None:
        # Its own group, which it leads: whatever it has started ends with it. A server that never came up has none.
        if self.process.poll() is None:
            os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait()
        self._output.close()


def start_ministack(folder: Path, tls: bool = False) -> tuple[Server, Part]:
    """ministack with signatures and policies checked, and a user of IAM's: its own default key is never checked."""
    port = free_port()
    certificate = _certificate(folder) if tls else None
    endpoint = f"http{'s' if tls else ''}://127.0.0.1:{port}"
    security = {
        # What ministack starts, functions among it, is to trust it too.
        "USE_SSL": "1", "MINISTACK_SSL_CERT": str(certificate), "MINISTACK_SSL_KEY": str(folder / "key.pem"),
        "AWS_CA_BUNDLE": str(certificate), "MINISTACK_HOST": "127.0.0.1",
    } if tls else {}
    server = Server(
        [str(Path(sys.executable).with_name("ministack"))],
        CLEAN | {"BIND_HOST": "127.0.0.1", "GATEWAY_PORT": str(port), "IOT_MTLS_ENABLED": "0", "AUTH": "true",
                 "AWS_ENDPOINT_URL": endpoint, "HOME": str(folder), "TMPDIR": str(folder)} | security,
        folder, folder / "ministack.log",
        lambda: requests.get(
            f"{endpoint}/_localstack/health", timeout=1, proxies={"http": "", "https": ""},
            verify=str(certificate) if tls else None).ok)
    everything = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*"}]}
    root = Part("ministack", endpoint, "test", "test", certificate)
    return server, make_user(root, "darkroom", {"all": json.dumps(everything)})


def make_user(part: Part, name: str, policies: dict[str, str]) -> Part:
    """A new user with these policies, by their names, and no others."""
    iam = part.client("iam")
    iam.create_user(UserName=name)
    for policy, document in policies.items():
        iam.put_user_policy(UserName=name, PolicyName=policy, PolicyDocument=document)
    key = iam.create_access_key(UserName=name)["AccessKey"]
    return replace(part, access_key=key["AccessKeyId"], secret_key=key["SecretAccessKey"])


def _certificate(folder: Path) -> Path:
    """A certificate for 127.0.0.1 that signs itself; its key is beside it. Clocks of tests may be days ahead."""
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes",
         "-days", "30", "-keyout", str(folder / "key.pem"), "-out", str(folder / "certificate.pem"),
         "-subj", "/CN=127.0.0.1",
         "-addext", "subjectAltName=IP:127.0.0.1"],
        check=True, capture_output=True)
    return folder / "certificate.pem"


def start_seaweedfs(folder: Path, beside: Part | None = None) -> tuple[Server, Part]:
    """SeaweedFS, whose S3 is strict about signatures and part sizes. `beside`: it knows that server's user."""
    part = Part("seaweedfs", "", "AKIADARKROOMTEST", "darkroom/test+secret")
    if beside:
        part.access_key, part.secret_key = beside.access_key, beside.secret_key
    identity = {
        "name": "darkroom",
        "credentials": [{"accessKey": part.access_key, "secretKey": part.secret_key}],
        "actions": ["Admin", "Read", "Write", "List", "Tagging"],
    }
    (folder / "s3.json").write_text(json.dumps({"identities": [identity]}))
    (folder / "data").mkdir()
    ports = [f"-{part}={free_port()}" for part in (
        "master.port", "master.port.grpc", "volume.port", "volume.port.grpc", "filer.port", "filer.port.grpc",
        "s3.port.grpc")]
    s3 = free_port()
    part.endpoint = f"http://127.0.0.1:{s3}"
    server = Server(
        [str(Path(sys.executable).with_name("weed")), "server", f"-dir={folder / 'data'}", "-ip=127.0.0.1",
         "-ip.bind=127.0.0.1", *ports, "-filer", "-s3", f"-s3.port={s3}", "-s3.port.iceberg=0", "-s3.port.lance=0",
         f"-s3.config={folder / 's3.json'}",
         "-volume.max=200", "-master.volumeSizeLimitMB=64"],
        CLEAN | {"HOME": str(folder)}, folder, folder / "seaweedfs.log",
        lambda: _accepts_writes(part))
    return server, part


def _accepts_writes(part: Part) -> bool:
    """SeaweedFS answers before its volumes are ready: only a write that succeeds shows that it is up."""
    s3 = part.client("s3")
    try:
        try:
            s3.put_object(Bucket="is-up", Key="a", Body=b"1")
        except s3.exceptions.NoSuchBucket:
            s3.create_bucket(Bucket="is-up")
            s3.put_object(Bucket="is-up", Key="a", Body=b"1")
        return True
    except (BotoCoreError, ClientError):
        return False
