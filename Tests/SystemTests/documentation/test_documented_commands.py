"""Every command in the documentation is run here, or it is said what runs it, or why nothing does."""

import re
import subprocess
from pathlib import Path

import pytest

from documents import blocks, documents
from runtime_parts import ROOT

# Run by the tests below, word for word.
RUN = [
    "make demo",
    "make build",
    "./bootstrap process functions/image-processor/samples/web/chelsea.jpg --out renditions",
    "./bootstrap report --store .build/demo-store",
    "./bootstrap report --store .build/demo-store --view errors --csv",
    "./bootstrap report --store .build/demo-store --sql 'SELECT format, count(*) AS images FROM images GROUP BY 1'",
    "./bootstrap report --store .build/demo-store --html report.html",
]
# Run by something else: the file that does it, and words from it that show where.
ELSEWHERE = {
    "make check": ("Makefile", "check: lint test-unit"),
    "make test": (".ci/run", "make test"),
    "make test-bundle": (".ci/run", "make test-bundle"),
    "make package": ("Makefile", "test-system: package"),
    "make package-web": ("Makefile", "test-hosts: package-web"),
    "make package-stream": ("Makefile", "test-hosts: package-web package-stream"),
    "sudo systemctl reload kafka-volume.service": (
        "Tests/SystemTests/hosts/test_stream_host.py", '"reload", "kafka-volume.service"'),
    "make web": ("Tests/SystemTests/support/web_parts.py", "self.binary()), \"--port\", \"0\""),
    "services/.build/release/upload-web --raw-bucket acme-raw --processed-bucket acme-processed"
    " --data-directory /var/lib/darkroom-web": ("Tests/SystemTests/support/web_cloud.py", '"DARKROOM_RAW_BUCKET"'),
    "make stream": ("Tests/SystemTests/stream/test_guide.py", '"scripts" / "stream"'),
    'kcat -P -b "$brokers" -t images -X acks=all -X enable.idempotence=true -X message.max.bytes=33554432'
    ' -H sent-by=kcat "$path"': ("Tests/SystemTests/stream/test_guide.py", 'startswith("kcat ")'),
    "curl --data-binary @photo.jpg -H 'Idempotency-Key: order-4711' http://127.0.0.1:8090/images": (
        "Tests/SystemTests/stream/test_guide.py", 'startswith("curl ")'),
    "curl -F file=@photo.jpg -F file=@scan.png http://127.0.0.1:8090/images": (
        "Tests/SystemTests/stream/test_guide.py", 'startswith("curl ")'),
    "stream-web send --brokers kafka-1:9092 --topic images photo.jpg": (
        "Tests/SystemTests/stream/test_send_command.py", '"--brokers", broker.address, "--topic"'),
    "stream-web send -b kafka-1:9092 -t images --header camera=12 --key site-3 --rate 50 photos/": (
        "Tests/SystemTests/stream/test_send_command.py", '"--header", "site=north"'),
    'printf %s "$bucket/$key" | sha256sum | cut -c1-32': (
        "Tests/SystemTests/processor/test_rows.py", 'one_liners("sh")'),
    "cd infrastructure": ("scripts/test-infrastructure", "-chdir=infrastructure"),
    "terraform init": ("Tests/SystemTests/support/terraform_stack.py", '"init"'),
    "terraform apply": ("Tests/SystemTests/support/terraform_stack.py", '"apply"'),
    "terraform destroy": ("Tests/SystemTests/terraform/test_terraform.py", '"destroy"'),
    "terraform apply -var force_destroy=true": ("Tests/SystemTests/support/terraform_stack.py", "force_destroy"),
    'podman build -f ../functions/image-processor/Dockerfile -t "$image" ../.build/package/root': (
        "Tests/SystemTests/bundle/test_bundle_container.py", '"build"'),
    "swift build --package-path Benchmarks -c release --product image-bench": (
        "Benchmarks/images/setup", "--product image-bench"),
    './bootstrap replay --bucket raw --queue-url "$QUEUE" --dry-run': (
        "Tests/SystemTests/cloud/test_replay.py", '"--dry-run"'),
    './bootstrap replay --bucket raw --prefix web/2026/ --since 2026-11-20 --queue-url "$QUEUE" --rate 50': (
        "Tests/SystemTests/cloud/test_replay.py", '"--since"'),
    "swift package archive --products hello": (
        "Tests/SystemTests/runtime/test_runtime_package.py", 'archive(ROOT, "--products", "hello"'),
    "swift package archive": ("Tests/SystemTests/support/archive_parts.py", '"archive", *options'),
    "swift build -c release --product lambda-local": (
        "Tests/SystemTests/support/runtime_parts.py", 'build_package() / "lambda-local"'),
    "swift build -c release --product hello --product lambda-local": (
        "Tests/SystemTests/support/runtime_parts.py", 'build_package() / "lambda-local"'),
    ".build/release/lambda-local invoke .build/release/hello --event s3-put": (
        "Tests/SystemTests/runtime/test_runtime_local.py", '"--event", "s3-put"'),
    "./bootstrap replay --bucket raw --store /tmp/store --recipe new.json": (
        "Tests/SystemTests/cloud/test_replay.py", '"--store"'),
}
# Run by nobody but a person.
NOT_RUN = {
    ".build/release/lambda-local .build/release/hello &": "test_runtime_local.py serves another function so",
    """curl -d '{"key": "value"}' http://127.0.0.1:9000/2015-03-31/functions/hello/invocations""":
        "test_runtime_local.py asks another port so",
    "lambda-local .build/release/queue-worker &": "test_runtime_local.py serves another function so",
    """curl -d '{"Records":[{"messageId":"1","body":"{\\"article\\":\\"tea\\",\\"count\\":2}"}]}'"""
    " http://127.0.0.1:9000/2015-03-31/functions/queue-worker/invocations": "test_examples.py sends such an event",
    "DARKROOM_INGEST_BROKERS=kafka-1:9092,kafka-2:9092 DARKROOM_INGEST_TOPICS=images kafka-ingest":
        "brokers of one's own",
    "DARKROOM_STREAM_BROKERS=kafka-1:9092,kafka-2:9092 DARKROOM_STREAM_TOPIC=images stream-web":
        "brokers of one's own",
    'terraform apply -var web_enabled=true':
        "a real account's",
    'group=$(terraform output -json web | jq -r .autoscaling_group)':
        "a real account's",
    'host=$(aws autoscaling describe-auto-scaling-groups --auto-scaling-group-names "$group" --query '
    "'AutoScalingGroups[0].Instances[0].InstanceId' --output text)":
        "a real account's",
    'aws ssm start-session --target "$host" --document-name AWS-StartPortForwardingSession --paramete'
    'rs portNumber=8080,localPortNumber=8080':
        "a real account's",
    'export TF_VAR_web_htpasswd="$(cat htpasswd)"':
        "a real account's",
    'terraform apply -var web_enabled=true -var web_access=https -var web_domain=images.example.org -'
    'var web_certificate_arn=arn:aws:acm:… -var web_sign_in=htpasswd':
        "a real account's",
    'terraform output -json web':
        "a real account's",
    'for policy in network processing roles web stream; do aws iam create-policy --policy-name "darkroom-dep'
    'loyer-$policy" --policy-document "file://deployer/$policy.json"; done':
        "a real account's",
    "curl -fO https://archive.apache.org/dist/kafka/4.1.0/kafka_2.13-4.1.0.tgz": "the internet's",
    "curl -fO https://archive.apache.org/dist/kafka/4.1.0/kafka_2.13-4.1.0.tgz.sha512": "the internet's",
    "gpg --print-md SHA512 kafka_2.13-4.1.0.tgz | diff - kafka_2.13-4.1.0.tgz.sha512": "the internet's",
    "terraform apply -var stream_enabled=true -var stream_kafka_archive=kafka_2.13-4.1.0.tgz -var"
    ' "stream_kafka_checksum=$(sha512sum ../kafka_2.13-4.1.0.tgz | cut -d \' \' -f 1)"':
        "a real account's",
    'aws s3 cp ../kafka_2.13-4.1.0.tgz "$(terraform output -json stream | jq -r .kafka_archive)"': "a real account's",
    "host=$(terraform output -json stream | jq -r .instance_id)": "a real account's",
    'aws ssm start-session --target "$host" --document-name AWS-StartPortForwardingSession --parameters'
    " portNumber=8090,localPortNumber=8090":
        "a real account's",
    'export TF_VAR_stream_certificate="$(cat key.pem chain.pem)"': "a real account's",
    'export TF_VAR_stream_passwords="$(cat passwords)"': "a real account's",
    "terraform apply -var-file=stream.tfvars -var 'stream_client_cidrs=[\"10.30.0.0/16\"]' -var"
    " stream_domain=kafka.example.org":
        "a real account's",
    "terraform apply -var-file=stream.tfvars -replace='module.stream[0].aws_instance.this'": "a real account's",
    "export AWS_REGION=eu-central-1": "a real account's region",
    "image=$(terraform output -raw container_image)": "the registry of a real account",
    'aws ecr get-login-password | podman login --username AWS --password-stdin "${image%%/*}"':
        "the registry of a real account",
    'podman push "$image"': "the registry of a real account",
    'aws s3 cp ../functions/image-processor/samples/web/chelsea.jpg "s3://$(terraform output -raw raw_bucket)/web/"':
        "the AWS CLI, against a real account",
    'aws s3 ls --recursive "s3://$(terraform output -raw processed_bucket)/"': "the AWS CLI, against a real account",
    "aws ecs list-tasks --cluster darkroom --query 'taskArns[]' --output text | xargs -r -n 1 aws ecs stop-task"
    " --cluster darkroom --task": "the AWS CLI, against a real account",
    "Benchmarks/.build/release/image-bench photo.jpg --inside 1600,800,256 --format jpeg --quality 80 --iterations 20"
    " --json": "a photograph of the reader's",
}


# Every command of this page is run, in its order: by test_tutorial.py.
TUTORIAL = "docs/tutorial.md"


def commands() -> list[str]:
    """The commands of all `sh` blocks: without comments, a continued line as one, `a && b` as two."""
    found = []
    for file in documents():
        if file == TUTORIAL:
            continue
        for block in blocks(file):
            if block.language == "sh":
                text = re.sub(r"\\\n\s*", "", block.text)
                lines = (re.sub(r"(^|\s+)#\s.*$", "", line).strip() for line in text.split("\n"))
                found += [part for line in lines if line for part in line.split(" && ")]
    return found


def run(command: str) -> str:
    ran = subprocess.run(["sh", "-c", command], cwd=ROOT, capture_output=True, text=True)
    assert ran.returncode == 0, ran.stdout + ran.stderr
    return ran.stdout


def test_every_command_is_run_or_it_is_said_why_not():
    accounted = {*RUN, *ELSEWHERE, *NOT_RUN}
    assert [command for command in commands() if command not in accounted] == []


def test_every_command_that_is_accounted_for_is_in_the_documentation():
    assert [command for command in (*RUN, *ELSEWHERE, *NOT_RUN) if command not in commands()] == []


@pytest.mark.parametrize("command", ELSEWHERE)
def test_what_is_run_elsewhere_is(command):
    file, words = ELSEWHERE[command]
    assert words in (ROOT / file).read_text()


def test_every_target_that_is_named_can_be_made():
    made = set(re.findall(r"^([a-z][a-z-]*):", (ROOT / "Makefile").read_text(), flags=re.MULTILINE))
    named = {
        target
        for file in documents()
        for target in re.findall(r"(?:`|^)make ([a-z][a-z-]*)", (ROOT / file).read_text(), flags=re.MULTILINE)
    }
    assert named - made == set()


def test_bare_make_prints_every_target_and_makes_nothing():
    printed = run("make")
    documented = re.findall(r"^## ([a-z-]+): ", (ROOT / "Makefile").read_text(), flags=re.MULTILINE)
    assert re.findall(r"^  ([a-z-]+) ", printed, flags=re.MULTILINE) == documented
    assert "demo" in documented and "help" in documented


def test_the_demo_shows_renditions_rows_and_a_report(tmp_path):
    printed = run("make demo")
    assert '{"batchItemFailures":[' in printed
    assert re.search(r"^ *images/dt=\S+ +jpeg +\d+ × \d+", printed, flags=re.MULTILINE)
    assert re.search(r"^ *metadata/dt=\S+\.json +json +processed", printed, flags=re.MULTILINE)
    folder = re.search(r"Pictures and rows are in (\S+)", printed)[1]
    assert any((ROOT / folder).rglob("*.jpg"))
    page = re.search(r"Open (\S+) in a browser", printed)[1]
    assert "How much comes in" in Path(page).read_text()
    # The reports in the documentation are about what the demo has made.
    for command in RUN[3:]:
        assert run(command.replace("report.html", f"'{tmp_path}/report.html'"))
    assert "<svg" in (tmp_path / "report.html").read_text()


def test_the_command_on_files_writes_renditions(tmp_path):
    run(RUN[1])
    run(RUN[2].replace("--out renditions", f"--out '{tmp_path}/renditions'"))
    written = sorted(path.name for path in (tmp_path / "renditions").rglob("*.jpg") if path.is_file())
    assert written == ["large.jpg", "medium.jpg", "thumbnail.jpg"]


def test_every_option_that_is_named_is_in_the_help():
    overview = run("./bootstrap --help")
    subcommands = re.findall(r"^  ([a-z]+)  ", overview.partition("SUBCOMMANDS:")[2], flags=re.MULTILINE)
    assert "process" in subcommands
    known = overview + "".join(run(f"./bootstrap {command} --help") for command in subcommands)
    named = set(re.findall(r"`(?:[^`\n]* )?(--[a-z-]+)", (ROOT / "docs" / "processor.md").read_text()))
    assert {option for option in named if option not in known} == set()


def test_every_setting_is_documented_and_nothing_else():
    known: set[str] = set()
    for folder in ("functions", "Sources"):
        for file in (ROOT / folder).rglob("*.swift"):
            known |= set(re.findall(r"DARKROOM_[A-Z_]*[A-Z]", file.read_text()))
    documented = set(re.findall(r"DARKROOM_[A-Z_]*[A-Z]", (ROOT / "docs" / "processor.md").read_text()))
    assert documented == known
