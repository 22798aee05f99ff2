"""The commands that a person types."""

import json
import os
import subprocess

import pytest
from PIL import Image

from processor_parts import FUNCTION
from runtime_parts import ROOT

EVENTS = FUNCTION / "events"


def run(*arguments, cwd=ROOT, **environment) -> subprocess.CompletedProcess:
    return subprocess.run(
        [str(ROOT / "bootstrap"), *map(str, arguments)],
        capture_output=True,
        text=True,
        cwd=cwd,
        env={"PATH": os.environ["PATH"], **environment},
        timeout=60,
    )


@pytest.mark.parametrize("command", ["", "process", "invoke", "lambda", "fargate", "replay"])
def test_help_comes_with_examples(command):
    result = run(*command.split(), "--help")
    assert result.returncode == 0
    assert "EXAMPLES" in result.stdout or command == "lambda"


@pytest.mark.parametrize(
    "arguments, hint",
    [
        (["nonsense"], "--help"),
        (["process"], "--help"),
        (["process", "missing.jpg"], "missing.jpg"),
        (["process", "functions/image-processor/events", "--out", "functions/image-processor/events"], "inputs"),
        (["invoke", "missing.json"], "functions/image-processor/events"),
        (["invoke", "README.md"], "not an event"),
        (["process", "README.md", "--recipe", "missing.json"], "missing.json"),
        (["fargate"], "DARKROOM_EVENT"),
        (["fargate", "--event", "{}", "--event-file", "x"], "not both"),
        (["lambda"], "AWS_LAMBDA_RUNTIME_API"),
    ],
)
def test_a_wrong_call_says_what_to_do_on_one_line_and_ends_with_2(arguments, hint, tmp_path):
    result = run(*arguments, DARKROOM_STORE_DIRECTORY=str(tmp_path))
    assert result.returncode == 2, result.stderr
    assert len(result.stderr.splitlines()) == 1
    assert hint in result.stderr
    assert result.stdout == ""


def test_wrong_settings_are_all_named():
    result = run("process", "README.md", DARKROOM_CONCURRENCY="none", DARKROOM_STROE="x")
    assert result.returncode == 2
    assert "DARKROOM_CONCURRENCY" in result.stderr and "DARKROOM_STROE" in result.stderr


def test_invoke_shows_what_was_written_and_makes_the_folders_it_needs(tmp_path):
    store = tmp_path / "new" / "store"
    result = run("invoke", EVENTS / "sqs-s3-put.json", "--store", store)
    assert result.returncode == 0, result.stderr
    lines = result.stdout.splitlines()
    assert json.loads(lines[0]) == {"batchItemFailures": []}
    assert lines[2].split() == ["KEY", "FORMAT", "WIDTH", "×", "HEIGHT", "BYTES", "MS"]
    assert lines[3].startswith("web/chelsea.jpg ")
    written = [file for file in (store / "darkroom-processed").rglob("*") if file.is_file()]
    assert len(written) == 4
    for file in written:
        key = str(file.relative_to(store / "darkroom-processed"))
        row = next(line for line in lines if line.startswith(f"  {key} "))
        assert f"{file.stat().st_size:,}" in row


def test_invoke_speaks_json_to_programs(tmp_path):
    result = run("invoke", EVENTS / "sqs-batch-one-bad.json", "--store", tmp_path, "--json")
    assert result.returncode == 1, "a message is to be delivered again"
    report = json.loads(result.stdout)
    assert len(report["response"]["batchItemFailures"]) == 1
    assert {job["outcome"] for job in report["jobs"]} == {"processed", "rejected"}
    assert "not an event" in result.stderr or "not valid JSON" in result.stderr


def test_process_applies_the_recipe_to_files(tmp_path):
    recipe = tmp_path / "recipe.json"
    recipe.write_text('{"renditions": [{"name": "tiny", "width": 32, "height": 32, "fit": "cover", "format": "png"}]}')
    photo, broken = FUNCTION / "samples/web/chelsea.jpg", FUNCTION / "samples/web/corrupt.jpg"
    result = run("process", photo, photo, broken, "--recipe", recipe, "--out", tmp_path / "out", "--json")
    assert result.returncode == 1
    first, second, third = json.loads(result.stdout)
    assert first["renditions"][0]["path"] != second["renditions"][0]["path"]
    for report in (first, second):
        picture = Image.open(report["renditions"][0]["path"])
        assert (picture.size, picture.format) == ((32, 32), "PNG")
    assert third["error_code"] == "truncated_image"


def test_a_recipe_may_stand_in_the_environment_itself(tmp_path):
    recipe = {"renditions": [{"name": "tiny", "width": 32, "height": 32, "fit": "cover", "format": "png"}]}
    photo = FUNCTION / "samples/web/chelsea.jpg"
    result = run("process", photo, "--out", tmp_path, "--json", DARKROOM_RECIPE=json.dumps(recipe))
    assert result.returncode == 0, result.stderr
    [rendition] = json.loads(result.stdout)[0]["renditions"]
    assert Image.open(rendition["path"]).size == (32, 32)


def test_a_recipe_in_the_environment_is_refused_with_every_fault_named(tmp_path):
    recipe = {"renditions": [{"name": "tiny", "width": 0}], "limits": {"max_memory_megabytes": 1, "max_gigabytes": 2}}
    photo = FUNCTION / "samples/web/chelsea.jpg"
    result = run("process", photo, "--out", tmp_path, DARKROOM_RECIPE=json.dumps(recipe))
    assert result.returncode == 2
    for fault in ("DARKROOM_RECIPE", "width", "max_memory_megabytes", "max_gigabytes"):
        assert fault in result.stderr


def test_a_recipe_named_on_the_command_line_goes_before_the_environments(tmp_path):
    result = run(
        "process", FUNCTION / "samples/web/chelsea.jpg", "--recipe", FUNCTION / "recipe.json", "--out", tmp_path,
        "--json", DARKROOM_RECIPE='{"renditions": [{"name": "tiny", "width": 32}]}',
    )
    assert result.returncode == 0, result.stderr
    assert [one["name"] for one in json.loads(result.stdout)[0]["renditions"]] == ["large", "medium", "thumbnail"]


def test_fargate_processes_an_event_from_anywhere_and_says_how_it_went(tmp_path):
    event = (EVENTS / "s3-put.json").read_text().replace("2026-11-20", "2999-01-01")
    (tmp_path / "event.json").write_text(event)
    sources = [
        (["--event", event], {}),
        (["--event-file", tmp_path / "event.json"], {}),
        ([], {"DARKROOM_EVENT": event}),
    ]
    for number, (arguments, environment) in enumerate(sources):
        store = tmp_path / str(number)
        raw = store / "darkroom-raw" / "web"
        raw.mkdir(parents=True)
        (raw / "chelsea.jpg").write_bytes((FUNCTION / "samples/web/chelsea.jpg").read_bytes())
        result = run("fargate", *arguments, DARKROOM_STORE_DIRECTORY=str(store), **environment)
        assert result.returncode == 0, result.stderr
        row = json.loads(next((store / "darkroom-processed" / "metadata").rglob("*.json")).read_text())
        assert (row["status"], row["compute"]) == ("processed", "fargate")


def test_fargate_ends_with_1_when_the_job_is_to_be_tried_again(tmp_path):
    event = (EVENTS / "s3-put.json").read_text().replace("2026-11-20", "2999-01-01")
    # Files where the folders of the processed bucket belong: the row cannot be written.
    (tmp_path / "darkroom-processed").write_text("")
    (tmp_path / ".darkroom").mkdir()
    (tmp_path / ".darkroom/objects").write_text("")
    (tmp_path / "darkroom-raw/web").mkdir(parents=True)
    (tmp_path / "darkroom-raw/web/chelsea.jpg").write_bytes((FUNCTION / "samples/web/chelsea.jpg").read_bytes())
    result = run("fargate", "--event", event, DARKROOM_STORE_DIRECTORY=str(tmp_path))
    assert result.returncode == 1
    assert "tried again" in result.stderr


def test_bootstrap_says_what_is_missing(tmp_path):
    alone = tmp_path / "bootstrap"
    alone.write_bytes((ROOT / "bootstrap").read_bytes())
    alone.chmod(0o755)
    result = subprocess.run([alone], capture_output=True, text=True, timeout=10)
    assert result.returncode == 1
    assert "make build" in result.stderr
