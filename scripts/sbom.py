"""The software bill of materials of a bundle, in CycloneDX 1.6 (https://cyclonedx.org/docs/1.6/json/): a scanner finds
no package database in a zip, or in an image from scratch."""

import json
import platform
import re
import subprocess
import time
from pathlib import Path
from urllib.parse import quote, urlsplit


def _output(*command: object) -> str:
    return subprocess.run([str(part) for part in command], check=True, stdout=subprocess.PIPE, text=True).stdout.strip()


def _component(kind: str, name: str, version: str, purl: str | None = None) -> dict:
    reference = purl or f"{name}@{version}"
    named = {"type": kind, "bom-ref": reference, "name": name, "version": version}
    return named | ({"purl": purl} if purl else {})


def _debian(package: str, distribution: str) -> dict:
    """A package as it is installed here. Scanners know faults by the source package, which `upstream` tells them."""
    fields = "${Version}\t${Architecture}\t${source:Package}\t${source:Version}"
    version, architecture, source, source_version = _output("dpkg-query", "-W", "-f", fields, package).split("\t")
    qualifiers = {"arch": architecture, "distro": distribution}
    if (source, source_version) != (package, version):
        qualifiers["upstream"] = f"{source}@{source_version}"
    query = "&".join(f"{key}={quote(value, safe='')}" for key, value in qualifiers.items())
    return _component(
        "library", package, version, f"pkg:deb/debian/{quote(package)}@{quote(version, safe='')}?{query}")


def _swift(pin: dict) -> dict:
    """A pin of Package.resolved, of whichever of its states: a release, or a revision without one."""
    location = urlsplit(pin["location"])
    version = pin["state"].get("version") or pin["state"]["revision"]
    path = (location.netloc + location.path.removesuffix(".git")) or pin["identity"].replace(".", "/", 1)
    return _component("library", pin["identity"], version, f"pkg:swift/{path}@{quote(version, safe='')}")


def write(
    file: Path, resolved: Path, packages: set[str], others: list[tuple[str, str, str]], name: str, version: str,
    moment: int,
) -> None:
    """Of the Swift packages that were resolved, the compiler whose library is linked in, Debian's packages, and others
    by name, version and package URL.
    """
    release = dict(re.findall(r'^(\w+)="?([^"\n]*)"?$', Path("/etc/os-release").read_text(), re.MULTILINE))
    distribution = f"{release['ID']}-{release['VERSION_ID']}"
    target = json.loads(_output("swift", "-print-target-info"))
    compiler = re.search(r"Swift version (\S+)", target["compilerVersion"])[1]
    components = [
        *(_swift(pin) for pin in json.loads(resolved.read_text())["pins"]),
        *(_debian(package, distribution) for package in packages),
        *(_component("library", *other) for other in others),
        _component("library", "swift", compiler, f"pkg:swift/github.com/swiftlang/swift@{compiler}"),
    ]
    bundle = _component("application", name, version)
    document = {
        "$schema": "http://cyclonedx.org/schema/bom-1.6.schema.json",
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "version": 1,
        "metadata": {
            "timestamp": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(moment)),
            "component": bundle,
            "properties": [{"name": "architecture", "value": platform.machine()}],
        },
        "components": sorted(components, key=lambda one: one["bom-ref"]),
        "dependencies": [
            {"ref": bundle["bom-ref"], "dependsOn": sorted(component["bom-ref"] for component in components)}],
    }
    file.write_text(json.dumps(document, indent=1) + "\n")
    file.chmod(0o644)
