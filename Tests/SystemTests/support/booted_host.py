"""A Debian that systemd-nspawn boots as an EC2 host would boot, with cloud-init and a host's user data, in the network
that the tests run in: one without any other way than the loopback."""

import gzip
import hashlib
import json
import os
import shlex
import signal
import subprocess
import time
from pathlib import Path

import pytest
import requests

from runtime_parts import ROOT

BOOKWORM = ROOT / ".tools" / "bookworm"
# Without a word to a service of this machine's that might not be there.
NSPAWN = ["systemd-nspawn", "--quiet", "--register=no", "--keep-unit", "--resolv-conf=off", "--console=pipe"]
# What Linux's link-local address answers on EC2.
METADATA = "169.254.169.254"


def _may_boot() -> str:
    """Why no host can be booted here, or nothing."""
    if not BOOKWORM.exists():
        return "the Debian of the hosts is missing: run scripts/install-host-parts as root"
    if os.geteuid() != 0 or not os.environ.get("IN_NEW_NAMESPACES"):
        return "no namespaces here: run scripts/test-hosts as root where the kernel allows them"
    trial = subprocess.run([*NSPAWN, f"--directory={BOOKWORM}", "--read-only", "true"], capture_output=True, text=True)
    return "" if trial.returncode == 0 else f"systemd-nspawn cannot run here: {trial.stderr.strip()[-200:]}"


_REASON = _may_boot()

needs_boot = pytest.mark.skipif(bool(_REASON), reason=_REASON or "hosts can be booted")


class BootedHost:
    """One host, whose disk outlives its boots."""

    def __init__(
        self, folder: Path, user_data: str, environment: dict[str, str], devices: dict[str, str] | None = None
    ):
        """`devices`: which of this machine's the host is to have, by the names that they are to have there."""
        self.folder = folder
        self.devices = [f"--bind={here}:{there}" for there, here in (devices or {}).items()]
        self.root = folder / "root"
        for name in ("root", "upper", "work"):
            (folder / name).mkdir(parents=True)
        subprocess.run(
            ["mount", "-t", "overlay", "overlay", "-o",
             f"lowerdir={BOOKWORM},upperdir={folder / 'upper'},workdir={folder / 'work'}", str(self.root)], check=True)
        seed = self.root / "var/lib/cloud/seed/nocloud"
        seed.mkdir(parents=True)
        # Compressed, as the launch template has it.
        (seed / "user-data").write_bytes(gzip.compress(user_data.encode()))
        (seed / "meta-data").write_text(json.dumps({"instance-id": f"i-{folder.name}", "local-hostname": "host"}))
        # What this Debian has no program for.
        self.write("etc/cloud/cloud.cfg.d/90-no-programs.cfg", "locale: false\nssh_genkeytypes: []\n")
        # AWS's own addresses are elsewhere here; whatever a unit asks for goes to the emulator.
        assignments = " ".join(shlex.quote(f"{name}={value}") for name, value in environment.items())
        self.write("etc/systemd/system.conf.d/emulator.conf", f"[Manager]\nDefaultEnvironment={assignments}\n")

    def write(self, path: str, text: str) -> None:
        """A file of the host's, before it boots or while it runs."""
        (self.root / path).parent.mkdir(parents=True, exist_ok=True)
        (self.root / path).write_text(text)

    def boot(self) -> None:
        """Starts it, and waits until cloud-init has done all that it was told."""
        self._console = (self.folder / "console.log").open("ab")
        self._container = subprocess.Popen(
            [*NSPAWN, f"--directory={self.root}", *self.devices, f"--machine=host-{os.getpid()}", "--boot"],
            stdin=subprocess.DEVNULL, stdout=self._console, stderr=subprocess.STDOUT, start_new_session=True)
        deadline = time.monotonic() + 60
        while not (leader := self._leader(self._container.pid)):
            self._must_run(deadline)
            time.sleep(0.1)
        self.leader = leader
        # Not until systemd has nothing to start: a unit may wait for what a test brings later.
        while self.run("cloud-init", "status", check=False).strip() not in ("status: done", "status: error"):
            self._must_run(time.monotonic() + 1 if time.monotonic() < deadline + 240 else 0)
            time.sleep(0.5)

    def _must_run(self, deadline: float) -> None:
        console = (self.folder / "console.log").read_text(errors="replace")[-4000:]
        assert self._container.poll() is None and time.monotonic() < deadline, f"the host did not boot:\n{console}"

    @classmethod
    def _leader(cls, process: int) -> int | None:
        """The host's first process, once it is systemd, by the number that it has here."""
        try:
            status = Path(f"/proc/{process}/status").read_text()
            numbers = status.split("NSpid:")[1].splitlines()[0].split()
            if len(numbers) > 1 and numbers[-1] == "1" and status.split()[1] == "systemd":
                return process
            children = Path(f"/proc/{process}/task/{process}/children").read_text().split()
        except (FileNotFoundError, ProcessLookupError):
            return None
        return next((found for child in children if (found := cls._leader(int(child)))), None)

    def run(self, *command: str, check: bool = True) -> str:
        """What a command prints that is run on the host, as root."""
        result = subprocess.run(
            ["nsenter", f"--target={self.leader}", "--all", "--", *command], capture_output=True, text=True,
            timeout=120, env={"PATH": "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin", "LANG": "C"})
        assert not check or result.returncode == 0, f"{command}\n{result.stdout}\n{result.stderr}"
        return result.stdout

    def property(self, unit: str, name: str) -> str:
        """What systemd says of a unit."""
        return self.run("systemctl", "show", "--value", f"--property={name}", unit).strip()

    def journal(self, unit: str = "") -> str:
        """The host's journal, or a unit's."""
        return self.run(
            "journalctl", "--quiet", "--no-pager", "--output=cat", *(["--unit", unit] if unit else []), check=False)

    def wait(self, what: str, condition, seconds: float = 60) -> None:
        """Until something holds of the host."""
        deadline = time.monotonic() + seconds
        while not condition():
            assert time.monotonic() < deadline, f"{what} did not come\n{self.journal()[-6000:]}"
            time.sleep(0.2)

    def answers(self, path: str = "/healthz", port: int = 8080) -> bool:
        """Whether a web application answers."""
        try:
            return requests.get(f"http://127.0.0.1:{port}{path}", timeout=2, proxies={"http": ""}).status_code == 200
        except requests.RequestException:
            return False

    def digests(self) -> dict[str, str]:
        """Of each file that a host is set up with; not of what its programs write."""
        found = {}
        for folder in ("etc", "opt", "usr/local"):
            for file in sorted((self.root / folder).rglob("*")):
                if file.is_file() and not file.is_symlink():
                    found[str(file.relative_to(self.root))] = hashlib.sha256(file.read_bytes()).hexdigest()
        return found

    def shut_down(self) -> None:
        """Ends it as its power button would; its disk stays."""
        if self._container.poll() is None:
            try:
                os.kill(self.leader, signal.SIGRTMIN + 4)  # systemd(1): powers off
                self._container.wait(90)
            except (AttributeError, ProcessLookupError, subprocess.TimeoutExpired):
                os.killpg(self._container.pid, signal.SIGKILL)
                self._container.wait()
        self._console.close()

    def remove(self) -> None:
        """Ends it, and gives its disk back."""
        if hasattr(self, "_container"):
            self.shut_down()
        subprocess.run(["umount", "--lazy", str(self.root)], check=True)
