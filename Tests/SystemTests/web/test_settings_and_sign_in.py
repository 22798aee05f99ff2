"""Settings that are wrong are refused at start by name; a sign-in holds on every page."""

import os
import re
import subprocess

import requests

from runtime_parts import ROOT
from web_parts import upload_web


def refused(*arguments: str, **environment: str) -> str:
    settings = {key: value for key, value in os.environ.items() if not key.startswith("DARKROOM_")}
    done = subprocess.run(
        [str(upload_web()), *arguments], env={**settings, **environment}, capture_output=True, text=True, timeout=30
    )
    assert done.returncode == 2
    return done.stderr


def test_the_guide_lists_every_setting_as_the_help_does():
    told = subprocess.run([str(upload_web()), "--help"], capture_output=True, text=True, check=True).stdout
    listed = re.findall(r"^  --\S+ VALUE, (\w+) \[(.*)\]\n      (.*)$", told, flags=re.MULTILINE)
    text = (ROOT / "docs/web.md").read_text()
    guide = re.findall(r"^\| `(DARKROOM_\w+)` \| (.*?) \| (.*) \|$", text, flags=re.MULTILINE)
    assert [(name, fallback.strip("`"), meaning) for name, fallback, meaning in guide] == [
        (name, fallback.strip("`"), meaning) for name, fallback, meaning in listed]


def test_wrong_settings_are_told_all_at_once(tmp_path):
    said = refused(
        "--port", "99999", "--address", "0.0.0.0", DARKROOM_WEB_NOTHING="1", DARKROOM_STORE_DIRECTORY=str(tmp_path)
    )
    for name in ("DARKROOM_WEB_PORT", "DARKROOM_WEB_SIGN_IN", "DARKROOM_WEB_NOTHING"):
        assert name in said


def test_a_folder_and_s3_are_one_or_the_other(tmp_path):
    said = refused()
    assert "DARKROOM_STORE_DIRECTORY: not set" in said and "DARKROOM_RAW_BUCKET" in said
    assert "DARKROOM_STORE_DIRECTORY: not set" in refused(DARKROOM_RAW_BUCKET="raw-bucket")
    buckets = {"DARKROOM_RAW_BUCKET": "raw-bucket", "DARKROOM_PROCESSED_BUCKET": "processed-bucket"}
    said = refused(
        **buckets, AWS_REGION="", AWS_DEFAULT_REGION="", DARKROOM_WEB_ROWS_QUEUE_URL="arn:aws:sqs:a:b:c",
        DARKROOM_S3_ADDRESSING_STYLE="odd")
    for name in ("AWS_REGION", "DARKROOM_WEB_ROWS_QUEUE_URL", "DARKROOM_S3_ADDRESSING_STYLE"):
        assert f"{name}: " in said, said
    said = refused(**buckets, AWS_REGION="eu-west-1", AWS_ENDPOINT_URL="here")
    assert 'the endpoint "here" begins with neither' in said
    queue = "https://sqs.eu-west-1.amazonaws.com/123456789012/rows"
    said = refused(DARKROOM_STORE_DIRECTORY=str(tmp_path), DARKROOM_WEB_ROWS_QUEUE_URL=queue)
    assert "DARKROOM_WEB_ROWS_QUEUE_URL: of no use with DARKROOM_STORE_DIRECTORY" in said


def test_a_weak_hash_is_refused_by_its_line(tmp_path):
    file = tmp_path / "people"
    file.write_text("ada:$apr1$abc$def\n")
    said = refused("--sign-in", "htpasswd", "--htpasswd", str(file), DARKROOM_STORE_DIRECTORY=str(tmp_path))
    assert "line 1 (ada) has an MD5 hash" in said


def test_nobody_is_let_in_without_a_password(started, tmp_path):
    file = tmp_path / "people"
    # "secret", by libxcrypt's bcrypt with cost 5.
    file.write_text("ada:$2y$05$abcdefghijklmnopqrstuuOQiyCxlgf/oeuTqixKmWdcYUh4Hjl0a\n")
    server = started("--sign-in", "htpasswd", "--htpasswd", str(file))
    for path in ("/", "/gallery", "/api/images", "/api/events", "/media/images/x", "/nothing"):
        response = requests.get(server.url + path)
        assert response.status_code == 401, path
        assert response.headers["www-authenticate"].startswith("Basic ")
        assert requests.get(server.url + path, auth=("ada", "wrong")).status_code in (401, 429)
    assert "ada" in requests.get(server.url, auth=("ada", "secret")).text
    assert requests.get(f"{server.url}/healthz").status_code == 200


def test_the_same_pages_under_a_path(started):
    server = started("--public-url", "https://images.example.org/darkroom")
    inside = requests.get(f"http://127.0.0.1:{server.port}/darkroom/", headers={"Host": "images.example.org"})
    assert inside.status_code == 200 and 'href="/darkroom/gallery"' in inside.text
    assert inside.headers["strict-transport-security"] == "max-age=31536000"
    assert requests.get(f"http://127.0.0.1:{server.port}/gallery").status_code == 200


def test_metrics_are_there_for_this_machine(started):
    server = started()
    requests.get(server.url)
    text = requests.get(f"{server.url}/metrics").text
    assert 'darkroom_web_requests_total{method="GET",status="200"}' in text
    assert requests.get(f"{server.url}/readyz").text == "ready\n"
