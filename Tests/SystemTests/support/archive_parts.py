"""Packages elsewhere that depend on this one by its path, and what `swift package archive` makes of them."""

import stat
import subprocess
import zipfile
from pathlib import Path

from runtime_parts import ROOT


def archive(package: Path, *options: str, **environment: str) -> subprocess.CompletedProcess:
    command = ["swift", "package", "--package-path", str(package), "archive", *options]
    return subprocess.run(command, capture_output=True, text=True, **environment)


def unpack(archive_: Path, folder: Path) -> Path:
    """Unpacks a zip as Lambda does, with its modes; gives the program that is started."""
    with zipfile.ZipFile(archive_) as opened:
        for entry in opened.infolist():
            mode = entry.external_attr >> 16
            opened.extract(entry, folder)
            (folder / entry.filename).chmod(mode & 0o777)
    mode = (folder / "bootstrap").stat().st_mode
    assert mode & stat.S_IXUSR and mode & stat.S_IXOTH, "Lambda could not execute it"
    return folder / "bootstrap"


# Functions and what is not one. `fetcher` links a library of the system that Debian has no static form of that links by
# itself; `broken` one that nobody has.
MANIFEST = """// swift-tools-version: 6.2
import PackageDescription

let package = Package(
  name: "shop",
  products: [
    .executable(name: "orders", targets: ["orders"]),
    .executable(name: "priced", targets: ["priced"]),
    .executable(name: "fetcher", targets: ["fetcher"]),
    .executable(name: "broken", targets: ["broken"]),
    .library(name: "Prices", targets: ["Prices"]),
  ],
  dependencies: [.package(name: "darkroom", path: "ROOT")],
  targets: [
    .target(name: "Prices", resources: [.copy("prices.txt")]),
    .executableTarget(name: "orders", dependencies: [.product(name: "LambdaRuntime", package: "darkroom")]),
    .executableTarget(
      name: "priced", dependencies: ["Prices", .product(name: "LambdaRuntime", package: "darkroom")]),
    .target(name: "CFetch", linkerSettings: [.linkedLibrary("curl")]),
    .executableTarget(
      name: "fetcher", dependencies: ["CFetch", "Prices", .product(name: "LambdaRuntime", package: "darkroom")]),
    .executableTarget(name: "broken", linkerSettings: [.linkedLibrary("nosuchlibrary")]),
  ]
)
"""
SOURCES = {
    "Prices/prices.txt": "tea 3\n",
    "Prices/Prices.swift": """import Foundation

public func prices() -> String {
  guard let file = Bundle.module.url(forResource: "prices", withExtension: "txt") else { return "missing" }
  return (try? String(contentsOf: file, encoding: .utf8)) ?? "unreadable"
}
""",
    "orders/main.swift": """import LambdaRuntime

Lambda.run { event, context in Array("\\(event.count) bytes".utf8) }
""",
    "priced/main.swift": """import LambdaRuntime
import Prices

Lambda.run { event, context in Array(prices().utf8) }
""",
    "CFetch/include/CFetch.h": "const char *fetch_version(void);\n",
    "CFetch/fetch.c": """#include "CFetch.h"
#include <curl/curl.h>

const char *fetch_version(void) { return curl_version(); }
""",
    "fetcher/main.swift": """import CFetch
import LambdaRuntime
import Prices

Lambda.run { event, context in Array("\\(String(cString: fetch_version())) \\(prices())".utf8) }
""",
    "broken/main.swift": 'print("never linked")\n',
}


def write_shop(folder: Path) -> Path:
    """The package in a folder."""
    for name, text in {f"Sources/{name}": text for name, text in SOURCES.items()}.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text)
    (folder / "Package.swift").write_text(MANIFEST.replace("ROOT", str(ROOT)))
    return folder
