"""What goes into an archive for Lambda or a host, and how: a program's libraries and their loader, the `bootstrap` that
starts it through them, and the zip."""

import re
import shutil
import subprocess
import time
import zipfile
import zlib
from collections.abc import Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
# What a person gets for a tool that is not there.
PACKAGES = {"musl-gcc": "musl-tools", "objcopy": "binutils", "readelf": "binutils"}


class Refused(Exception):
    """An archive that would not run, or not be the same tomorrow."""


def output(*command: object) -> str:
    if not shutil.which(str(command[0])):
        package = PACKAGES.get(str(command[0]))
        raise Refused(f"{command[0]} is missing" + (f": install {package}" if package else ""))
    return subprocess.run([str(part) for part in command], check=True, stdout=subprocess.PIPE, text=True).stdout.strip()


def is_elf(file: Path) -> bool:
    with file.open("rb") as opened:
        return opened.read(4) == b"\x7fELF"


def loader_of(binary: Path) -> str:
    """The path of the loader that the binary asks for."""
    found = is_elf(binary) and re.search(r"interpreter: ([^\]]+)]", output("readelf", "-lW", binary))
    if not found:
        raise Refused(f"{binary.parent.name}/{binary.name} is not a program that is loaded with libraries")
    return found[1]


def needed_by(file: Path) -> list[str]:
    return re.findall(r"\(NEEDED\).*\[(.+)]", output("readelf", "-dW", file))


def libraries_of(binary: Path, folders: Sequence[Path] = ()) -> dict[str, Path]:
    """Every library that the binary loads, by the name it asks for;
    those in the folders are taken before the system's.
    """
    first = ["env", f"LD_LIBRARY_PATH={':'.join(map(str, folders))}"] if folders else []
    listing = output(*first, loader_of(binary), "--list", binary)
    missing = re.findall(r"(\S+) => not found", listing)
    if missing:
        raise Refused(f"{binary.name} needs {', '.join(missing)}, which this machine does not have")
    return {name: Path(path) for name, path in re.findall(r"(\S+) => (/\S+)", listing)}


def add(source: Path, target: Path, mode: int = 0o644) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(source, target)
    target.chmod(mode)


def add_program(binary: Path, root: Path, folders: Sequence[Path] = ()) -> tuple[dict[str, Path], str]:
    """The binary, its libraries and their loader; gives where they came from by their names, and the loader's name."""
    add(binary, root / "bin" / binary.name, 0o755)
    strip(root / "bin" / binary.name)
    loader = Path(loader_of(binary))
    libraries = {**libraries_of(binary, folders), loader.name: loader}
    for library, path in libraries.items():
        add(path, root / "lib" / library, 0o755 if library == loader.name else 0o644)
    return libraries, loader.name


def write_bootstrap(target: Path, name: str, loader: str) -> None:
    """The program that starts bin/NAME through the loader and the libraries of lib/."""
    output("musl-gcc", "-static", "-Os", "-s", "-Wall", "-Wextra", "-Werror", f'-DLOADER="{loader}"',
           f'-DUSUAL_NAME="{name}"', "-Wl,--build-id=none", "-o", target, ROOT / "functions" / "bootstrap.c")
    target.chmod(0o755)


def strip(program: Path) -> None:
    """Leaves out what nothing reads at run time, the digests of what the compiler read among it: they differ with the
    folder that it lay in."""
    digests = [f"--remove-section={section}" for section in (".swift_modhash", ".note.gnu.build-id")]
    output("objcopy", "--strip-all", *digests, program)


def files_of(tree: Path) -> list[Path]:
    return sorted(path for path in tree.rglob("*") if path.is_file())


def write_zip(tree: Path, target: Path, moment: int) -> None:
    """A zip of the tree: sorted, of one moment, so that the same tree gives the same bytes."""
    with zipfile.ZipFile(target, "w") as archive:
        for file in files_of(tree):
            # A zip's times begin in 1980.
            entry = zipfile.ZipInfo(str(file.relative_to(tree)), time.gmtime(max(moment, 315_532_800))[:6])
            entry.create_system, entry.external_attr = 3, file.stat().st_mode << 16
            archive.writestr(entry, file.read_bytes(), zipfile.ZIP_DEFLATED, 9)


def print_sizes(tree: Path, archives: list[Path], folder: Path) -> None:
    """What is in the tree, the largest first, and the archives' sizes; their paths from the folder."""
    rows: dict[str, list[int]] = {}
    for file in sorted(files_of(tree), key=lambda file: -file.stat().st_size):
        name = str(file.relative_to(tree))
        row = rows.setdefault("licences" if name.startswith("licences/") else name, [0, 0])
        row[0] += file.stat().st_size
        row[1] += len(zlib.compress(file.read_bytes(), 9))
    rows["in all"] = [sum(column) for column in zip(*rows.values())]
    print(f"{'PART':38}{'BYTES':>12}{'ZIPPED':>12}")
    for part, (size, compressed) in rows.items():
        print(f"{part:38}{size:12,}{compressed:12,}")
    for path in archives:
        shown = path.relative_to(folder) if folder in path.parents else path
        print(f"{shown}: {path.stat().st_size:,} bytes, sha256 {output('sha256sum', path)[:64]}")
