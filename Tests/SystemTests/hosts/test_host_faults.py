"""Web hosts of other kinds, and what is wrong with some: each is refused by name, and mends itself once it can."""

import pytest

from host_parts import NAMES, WEB_BUNDLE, needs_host

pytestmark = needs_host


def test_a_host_without_a_load_balancer_answers_itself_and_asks_nobody_who_they_are(tmp_path, surroundings, make_host):
    made = make_host(tmp_path, surroundings.variables(surroundings.put_bundle(WEB_BUNDLE.read_bytes())))
    try:
        made.boot()
        made.wait("an answer", made.answers)
        listening = made.run("ss", "--no-header", "--tcp", "--listening", "--numeric", "sport = :8080")
        assert listening.split()[3] == "127.0.0.1:8080"
        assert "darkroom-secrets" not in made.run("systemctl", "list-unit-files", "--no-legend")
    finally:
        made.remove()


@pytest.mark.parametrize("fault", ["other-bytes", "none-there", "no-archive"])
def test_a_wrong_bundle_is_refused_by_name_until_it_is_mended(tmp_path, surroundings, make_host, fault):
    content = b"no archive" if fault == "no-archive" else WEB_BUNDLE.read_bytes()
    bundle = surroundings.put_bundle(content)
    wrong = {"other-bytes": {"sha256": "0" * 64}, "none-there": {"key": "upload-web/none.tar.gz"}}
    told = bundle | wrong.get(fault, {})
    made = make_host(tmp_path, surroundings.variables(told))
    words = {"other-bytes": f"has the SHA-256 {bundle['sha256']}, and not {'0' * 64}",
             "none-there": "cannot be fetched", "no-archive": "cannot be unpacked"}[fault]
    try:
        made.boot()
        # These words are what the alarm looks for.
        made.wait("a failure", lambda: made.journal("upload-web.service").count("darkroom-host-failure") >= 2)
        line = next(line for line in made.journal("upload-web.service").splitlines() if "darkroom-host-failure" in line)
        assert words in line and f"s3://{surroundings.artefacts}/{told['key']}, version {told['version']}," in line
        assert not made.answers() and list((made.root / "opt/darkroom").iterdir()) == []
        if fault == "no-archive":
            return
        # It tries again by itself.
        env = made.root / "etc/darkroom/archives/upload-web"
        env.write_text(env.read_text().replace(told["sha256"], bundle["sha256"]).replace(told["key"], bundle["key"]))
        made.wait("an answer", made.answers)
    finally:
        made.remove()


def test_names_that_cannot_be_read_keep_the_application_from_starting_until_they_can(tmp_path, surroundings, make_host):
    parameter = f"{surroundings.parameter}-late"
    bundle = surroundings.put_bundle(WEB_BUNDLE.read_bytes())
    made = make_host(tmp_path, surroundings.variables(
        bundle, parameter=parameter,
        proxy={"public_url": "http://images.example.org", "cidrs": ["10.20.128.0/20"], "idle_seconds": 120}))
    try:
        made.boot()
        made.wait("a failure", lambda: "darkroom-host-failure" in made.journal("darkroom-secrets.service"))
        assert f"the parameter {parameter} cannot be read" in made.journal("darkroom-secrets.service")
        assert not made.answers()
        surroundings.part.client("ssm").put_parameter(Name=parameter, Value=NAMES, Type="SecureString")
        surroundings.allow("ssm:GetParameter", parameter)
        made.wait("an answer", made.answers)
    finally:
        made.remove()
