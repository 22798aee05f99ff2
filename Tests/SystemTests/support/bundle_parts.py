"""The bundle that `make package` made, and the places that its tests run it in."""

import os
import shutil
import subprocess
from pathlib import Path

import pytest

from runtime_parts import ROOT

PACKAGE = ROOT / ".build" / "package"
TREE = PACKAGE / "root"
BULLSEYE = ROOT / ".tools" / "bullseye"
# Nobody's: neither the image nor any of the roots knows the number.
USER = 65532


def _is_alone() -> bool:
    """Whether no network but the loopback can be reached, and this is a root that may make namespaces."""
    # Of interfaces a new network may have several, tunnels that the kernel makes and that nothing has set up.
    routes = Path("/proc/net/route").read_text().splitlines()[1:]
    ipv6 = Path("/proc/net/ipv6_route")
    routes_6 = ipv6.read_text().splitlines() if ipv6.exists() else []
    may = os.geteuid() == 0 and subprocess.run(["unshare", "--mount", "true"], capture_output=True).returncode == 0
    return may and not routes and all(route.split()[-1] == "lo" for route in routes_6)


_ALONE = _is_alone()
if os.environ.get("CI") and os.environ.get("IN_NEW_NAMESPACES") and not _ALONE:
    # scripts/test-bundle has made the namespaces,
    # so that nobody has to learn from a list of skipped tests that none ran.
    raise RuntimeError("the tests of the bundle do not see the namespaces that they run in, and would all be skipped")

needs_namespaces = pytest.mark.skipif(
    not _ALONE, reason="no namespaces here: run scripts/test-bundle as root where the kernel allows them")


def in_root(root: Path, writable: Path, *command: str) -> list[str]:
    """The command that runs another as nobody in a root where nothing but /tmp, which is `writable`, can be written."""
    script = """
      mount --bind "$1" "$1"
      mount -t proc proc "$1/proc"
      mount --bind "$2" "$1/tmp"
      [ -d "$3" ] && mount --bind "$3" "$1/var/task" && mount -o remount,bind,ro "$1/var/task"
      mount -o remount,bind,ro "$1"
      root=$1 user=$4
      shift 4
      exec chroot --userspec="$user:$user" "$root" "$@"
    """
    bundle = str(TREE) if root == BULLSEYE else ""
    return ["unshare", "--mount", "sh", "-euc", script, "sh", str(root), str(writable), bundle, str(USER), *command]


def bare_root(folder: Path) -> Path:
    """A root that holds the bundle in /var/task and nothing else, as a container image from scratch does."""
    root = folder / "root"
    for name in ("proc", "tmp", "etc"):
        (root / name).mkdir(parents=True)
    shutil.copytree(TREE, root / "var" / "task")
    return root


def open_to_all(folder: Path) -> Path:
    """The folder, with all that is in it, such that another user can read and write it."""
    for path in [folder, *folder.rglob("*")]:
        path.chmod(0o777 if path.is_dir() else 0o666)
    return folder
