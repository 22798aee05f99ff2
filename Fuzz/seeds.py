"""Writes the inputs that fuzzing begins with: the samples, the small ones of the hostile inputs, sample events, and
what browsers and load balancers send.

    python seeds.py FOLDER
"""

import base64
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


def forms():
    """Files and fields as browsers send them, behind the size of the pieces and the content type."""
    file = 'Content-Disposition: form-data; name="file"; filename="%s"\r\nContent-Type: image/jpeg\r\n\r\n%s\r\n'
    two = "--x y\r\n" + file % ("a%22b.jpg", "\r\n--x\r\n-") + "--x y  \r\n" + file % ("", "") + "--x y--\r\nrest"
    field = '--B\r\ncontent-disposition: form-data; name=c; filename="C:\\a\\"b"\r\n\r\n\r\n\r\n--B--'
    yield ("\x07" + 'multipart/form-data; boundary="x y"\n' + two).encode()
    yield ("\x00" + "multipart/form-data; boundary=B\nbefore\r\n" + field).encode()
    # As long as headers and the blanks behind a delimiter may be.
    name = "Content-Disposition: form-data; name=a\r\nX: "
    longest = "--B" + " " * 256 + "\r\n" + name + "x" * (8190 - len(name)) + "\r\n\r\n\r\n--B--"
    yield ("\x00" + "multipart/form-data; boundary=B\n" + longest).encode()


def tokens():
    """A header and a payload that are to be signed, and a whole token of somebody else's."""
    header = ('{"alg":"ES256","kid":"12345678-1234-1234-1234-123456789abc","signer":"arn:1","client":"web",'
              '"iss":"https://idp","exp":4102444800}')
    for payload in ('{"sub":"1","email":"ada@example.org"}', '{"sub":"1"}', "{}"):
        yield f"\0{header}\0{payload}".encode()
    parts = [base64.urlsafe_b64encode(part) for part in (header.encode(), b'{"sub":"1"}', bytes(64))]
    yield b"\1" + b".".join(parts)


def queries():
    """Each field of the gallery's form, by itself and with others, and the place of a page."""
    fields = ["day=2026-09-20", "source=web", "status=processed", "format=jpeg", "camera=Camera+%221%22", "size=medium",
              "q=cat", "q=%C3%A4rger", "q=%22b%27c%2A", "q=x", "cursor=1-mvcsy2o0-5"]
    yield from (field.encode() for field in fields)
    yield "&".join(fields[:3]).encode()
    yield b"status=&day=&q=near%28&size=small&unknown=1"


def messages():
    """A key and headers, each behind its length; 255 is none."""
    def pieces(*values: bytes | None) -> bytes:
        return b"".join(b"\xff" if value is None else bytes([len(value)]) + value for value in values)

    yield pieces(b"key", b"Camera", "ä 100%".encode(), b"camera", b"\0\xff", b"a_b.c", None, b"", b"x")
    yield pieces(None, b"large", b"x" * 254, b"small", b"y") * 8


def properties():
    """A file of properties and variables, divided by bytes of 1."""
    secure = "security.protocol=sasl_ssl\r\nsasl.mechanisms = SCRAM-SHA-512\r\n# a remark\rsasl.password=correct horse"
    yield "\1".join([secure, "KAFKA_LOG__LEVEL=3", "UPLOADS=3", "MAX_BYTES=1048576", "MEMORY_MB=4"]).encode()
    yield b"client.id=a\0b\ngroup.id=x\n\x01KAFKA_ENABLE_AUTO_COMMIT=true\x01TOPICS=a/b,c"
    yield b"max.poll.interval.ms=20000\x01REVOKE_SECONDS=30\x01IMAGES_ONLY=perhaps\x01KAFKA_GROUP_PROTOCOL=consumer"


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
    write(folder / "fuzz-multipart", forms())
    write(folder / "fuzz-load-balancer-token", tokens())
    write(folder / "fuzz-gallery-query", queries())
    write(folder / "fuzz-user-metadata", messages())
    write(folder / "fuzz-ingest-settings", properties())


if __name__ == "__main__":
    main()
