"""A web host boots from its user data: cloud-init, the bundle, the units. Not a mock: a Debian with systemd."""

import resource

import pytest

from host_parts import NAMES, WEB_BUNDLE, needs_host

pytestmark = needs_host


@pytest.fixture(scope="module")
def web(tmp_path_factory, surroundings, make_host):
    """A host behind a load balancer, with names, that has booted."""
    bundle = surroundings.put_bundle(WEB_BUNDLE.read_bytes())
    made = make_host(tmp_path_factory.mktemp("web"), surroundings.variables(
        bundle, parameter=surroundings.parameter,
        proxy={"public_url": "http://images.example.org", "cidrs": ["10.20.128.0/20"], "idle_seconds": 120}))
    try:
        made.boot()
        made.wait("an answer", made.answers)
        yield made
    finally:
        made.remove()


def test_the_application_runs_and_answers_once_the_host_has_booted(web):
    assert web.property("upload-web.service", "ActiveState") == "active"
    assert web.property("upload-web.service", "NRestarts") == "0"
    assert web.run("cloud-init", "status").strip() == "status: done"
    assert web.run("systemctl", "list-units", "--failed", "--no-legend", "--plain").split()[:1] == []


def test_the_bundle_is_the_version_that_the_host_was_told_of(web, surroundings):
    [installed] = (web.root / "opt/darkroom").iterdir()
    assert installed.stat().st_mode & 0o777 == 0o755 and (installed / "bootstrap").exists()
    assert "/latest/meta-data/iam/security-credentials/darkroom-web" in surroundings.metadata.asked
    assert "is in /opt/darkroom/upload-web-" in web.journal("upload-web.service")


def test_the_application_is_a_user_of_nobodys_who_can_write_nothing_but_its_state(web):
    process = web.property("upload-web.service", "MainPID")
    lines = web.run("cat", f"/proc/{process}/status").splitlines()
    status = dict(line.split(":\t", 1) for line in lines if ":\t" in line)
    user = int(status["Uid"].split()[0])
    assert 61184 <= user <= 65519  # systemd.exec(5), DynamicUser=
    assert int(status["CapEff"], 16) == int(status["CapBnd"], 16) == 0 and status["NoNewPrivs"] == "1"
    assert status["Seccomp"] == "2"
    mounts = [line.split() for line in web.run("cat", f"/proc/{process}/mounts").splitlines()]
    writable = {fields[1] for fields in mounts if "rw" in fields[3].split(",")}
    assert "/" not in writable and "/opt" not in writable and "/etc" not in writable and "/var" not in writable
    assert any(path.startswith("/var/lib/private/upload-web") for path in writable), writable
    lines = web.run("cat", f"/proc/{process}/limits").splitlines()
    limits = {line[:26].strip(): line[26:].split()[:2] for line in lines}
    # What a machine forbids its root, no unit can have.
    most = str(min(65536, resource.getrlimit(resource.RLIMIT_NOFILE)[1]))
    assert limits["Max open files"] == [most, most] and limits["Max core file size"] == ["0", "0"]


def test_memory_has_a_bound(web):
    assert web.property("upload-web.service", "MemoryMax") == str(1280 << 20)


def test_names_are_read_into_memory_and_only_the_application_is_given_them(web):
    file = web.root / "proc/1/root/run/darkroom/htpasswd"
    assert web.run("stat", "--format=%a %U", "/run/darkroom/htpasswd").strip() == "600 root"
    assert web.run("cat", "/run/darkroom/htpasswd").strip() == NAMES.strip()
    assert web.run("findmnt", "--noheadings", "--output=FSTYPE", "--target", "/run/darkroom").strip() == "tmpfs"
    process = web.property("upload-web.service", "MainPID")
    variables = dict(
        one.split("=", 1) for one in web.run("cat", f"/proc/{process}/environ").split("\0") if "=" in one)
    assert variables["DARKROOM_WEB_HTPASSWD"] == "/run/credentials/upload-web.service/htpasswd"
    assert NAMES.strip() not in str(variables)
    assert NAMES.split(":")[1].strip() not in web.journal() and not file.exists()


def test_what_is_killed_is_there_again(web):
    before = web.property("upload-web.service", "MainPID")
    web.run("kill", "-KILL", before)
    web.wait("another process", lambda: web.property("upload-web.service", "MainPID") not in ("0", before))
    web.wait("an answer", web.answers)


def test_requests_are_written_to_a_file_that_rotates_and_the_journal_forgets_within_a_day(web):
    log = web.root / "var/log/darkroom/upload-web.log"
    web.wait("a line", lambda: '"/healthz"' in log.read_text())
    assert log.parent.stat().st_mode & 0o777 == 0o750
    web.run("systemctl", "start", "darkroom-logs.service")
    assert '"/healthz"' in (log.parent / "upload-web.log.1").read_text()
    # The process still writes into the file, whose beginning is new.
    web.answers()
    web.wait("a line after the rotation", lambda: log.stat().st_size > 0)
    assert "\0" not in log.read_text()
    for _ in range(14):
        web.answers()
        web.wait("a line to rotate", lambda: log.stat().st_size > 0)
        web.run("systemctl", "reset-failed", "darkroom-logs.service")  # of its limit of starts in a moment
        web.run("systemctl", "start", "darkroom-logs.service")
    assert len(list(log.parent.glob("upload-web.log.*"))) == 12
    assert web.run("systemctl", "is-active", "darkroom-logs.timer").strip() == "active"
    settings = web.run("systemd-analyze", "cat-config", "systemd/journald.conf")
    assert "\nMaxRetentionSec=22h" in settings and "\nMaxFileSec=1h" in settings


def test_units_are_written_without_a_fault(web):
    for unit in ("upload-web.service", "darkroom-secrets.service", "darkroom-packages.service", "darkroom-logs.service",
                 "darkroom-logs.timer"):
        # Its status is 0 for what it does not know, too: it says so.
        assert web.run("sh", "-c", f"systemd-analyze verify --man=no /etc/systemd/system/{unit} 2>&1") == "", unit


def test_cloud_init_knows_every_key(web):
    checked = web.run("cloud-init", "schema", "--system", "--annotate", check=False)
    assert "Valid cloud-config" in checked, checked[-300:]


def test_a_second_boot_changes_nothing(web, surroundings):
    before, asked = web.digests(), len(surroundings.metadata.asked)
    first = web.run("stat", "--format=%i %Y", "/etc/darkroom/host.env")
    assert before
    web.shut_down()
    web.boot()
    web.wait("an answer", web.answers)
    assert web.digests() == before
    assert web.run("stat", "--format=%i %Y", "/etc/darkroom/host.env") == first
    assert web.property("upload-web.service", "NRestarts") == "0"
    # The names are read anew, since they were in memory; the bundle is there.
    assert web.run("cat", "/run/darkroom/htpasswd").strip() == NAMES.strip()
    assert len(surroundings.metadata.asked) > asked
    assert web.journal("upload-web.service").count("is in /opt/darkroom/upload-web-") == 1


def test_no_credentials_are_asked_for_without_a_token(web, surroundings):
    assert surroundings.metadata.refused == []
