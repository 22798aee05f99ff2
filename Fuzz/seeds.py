"""Writes the inputs that fuzzing begins with: the samples, the small ones of the hostile inputs, and sample events.

    python seeds.py FOLDER
"""

import re
import struct
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT / "Tests/SystemTests/support"), str(ROOT / "Tests/SystemTests/support/hostile")]

import colour_pictures  # noqa: E402
import inputs  # noqa: E402

FUNCTION = ROOT / "functions/image-processor"
# What is larger is cut by libFuzzer, and slow.
LARGEST = 32_768
# Renditions that have the picture decoded at each size, to either format.
CHOICES = [0, 1, 2, 3, 5, 7]
COGNITO = """{"version":"1","triggerSource":"t","region":"r","userPoolId":"p","userName":"u","callerContext":{},
 "request":{"userAttributes":{"sub":"a"},"session":[{"challengeName":"c","challengeResult":true}]},"response":{}}"""
XMP = b"""<x:xmpmeta xmlns:x='adobe:ns:meta/'><rdf:RDF xmlns:rdf='http://www.w3.org/1999/02/22-rdf-syntax-ns#'
 xmlns:d='http://purl.org/dc/elements/1.1/' xmlns:e='http://ns.adobe.com/exif/1.0/'
 xmlns:r='http://ns.adobe.com/xap/1.0/rights/'><rdf:Description d:rights='a&amp;b' e:GPSLatitude='1,2N'>
 <d:creator><rdf:Seq><rdf:li>A</rdf:li></rdf:Seq></d:creator>
 <r:UsageTerms><rdf:Alt><rdf:li xml:lang='x-default'>b</rdf:li>
 </rdf:Alt></r:UsageTerms></rdf:Description></rdf:RDF></x:xmpmeta>"""


def exif_blocks():
    """TIFF structures, the first with a value of each kind."""
    entries = [(0x010F, 2, 6, 100), (0x0112, 3, 1, 6), (0x8298, 2, 6, 100), (0x8769, 4, 1, 70), (0x8825, 4, 1, 8)]
    main = inputs.exif_directories(entries).ljust(70, b"\0")
    sub = struct.pack("<H", 2) + struct.pack("<HHII", 0x829A, 5, 1, 106) + struct.pack("<HHII", 0x8827, 3, 1, 100)
    yield (main + sub).ljust(100, b"\0") + b"abcde\0" + struct.pack("<II", 1, 250)
    yield inputs.CYCLIC


def metadata_blocks():
    """An XMP packet, IPTC-IIM inside Photoshop's resources, and the blocks of EXIF, behind the byte that names them."""
    yield b"\0" + XMP
    yield b"\5" + XMP
    records = b"\x1c\x02\x50\0\x03Zo\xeb\x1c\x02\x74\0\x03(c)"
    yield b"\1" + b"8BIM\x04\x04\0\0" + struct.pack(">I", len(records)) + records
    yield b"\3" + struct.pack(">I", len(records)) + records
    yield from (b"\2" + block for block in exif_blocks())


def profiles():
    """By curves, by a formula and by each kind of table."""
    yield colour_pictures.display_p3()
    yield colour_pictures.gray_gamma(1.8)
    yield from (colour_pictures.table_profile(kind) for kind in ("mft1", "mft2", "mAB"))


def event_types():
    """The sample event of each type, behind the byte that names the type."""
    tests = ROOT / "Tests/LambdaEventsTests"
    names = re.findall(r'EventType\(.+, "(\w+)"\)', (tests / "EventTypes.swift").read_text())
    literal = re.compile(r'SampleEvent\(\s*"[\w-]+",\s*"(\w+)",\s*#"{1,3}\s*(\{.*?\})\s*"{1,3}#\)', re.DOTALL)
    samples = dict(literal.findall((ROOT / "Sources/LambdaTesting/SampleEvent.swift").read_text()))
    for number, name in enumerate(names):
        yield name, bytes([number]), samples.get(name, COGNITO).encode()


def write(folder: Path, seeds) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    for number, seed in enumerate(seeds):
        (folder / f"seed-{number}").write_bytes(seed)


def images():
    yield from (file.read_bytes() for file in (FUNCTION / "samples").rglob("*.*") if file.suffix != ".md")
    for part in [inputs.odd_jpegs, inputs.odd_pngs, inputs.others]:
        yield from (content for _, content, _ in part())


def main() -> None:
    folder = Path(sys.argv[1])
    small = [image for image in images() if len(image) <= LARGEST]
    write(folder / "fuzz-image", (bytes([choice]) + image for image in small for choice in CHOICES))
    write(folder / "fuzz-exif", exif_blocks())
    write(folder / "fuzz-metadata", metadata_blocks())
    write(folder / "fuzz-profile", profiles())
    write(folder / "fuzz-events", (file.read_bytes() for file in (FUNCTION / "events").glob("*.json")))
    types = list(event_types())
    write(folder / "fuzz-event-types", (number + sample for _, number, sample in types))
    http = {"APIGatewayRequest", "APIGatewayV2Request", "FunctionURLRequest", "ALBRequest"}
    write(folder / "fuzz-http-event", (sample for name, _, sample in types if name in http))


if __name__ == "__main__":
    main()
