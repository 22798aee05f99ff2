"""What the shipped binary's renditions carry, read back by exiftool, from pictures that exiftool wrote it into.

Every kind of block that is read has artist, copyright and a place in it: the first two come along, the place does not.
"""

import hashlib
import json
import struct
import subprocess
import zlib
from pathlib import Path

import pytest
from PIL import Image
from PIL.PngImagePlugin import PngInfo

from runtime_parts import ROOT

GPS = ["-GPSLatitude=52.5", "-GPSLatitudeRef=N", "-GPSLongitude=13.4", "-GPSLongitudeRef=E"]
XMP_RIGHTS = ["-XMP-dc:Creator=Zoë", "-XMP-dc:Rights=© Zoë", "-XMP-xmpRights:UsageTerms=Ask first"]
XMP_PLACE = ["-XMP-exif:GPSLatitude=52.5", "-XMP-exif:GPSLongitude=13.4", "-XMP-photoshop:City=Berlin"]
LOCATION = ["-XMP-iptcExt:LocationCreatedGPSLatitude=52.5", "-XMP-iptcExt:LocationCreatedCity=Berlin"]
# By what exiftool writes: a place, rights, and whether there are usage terms among them, which EXIF cannot hold.
WRITTEN = {
    "exif": (GPS, ["-IFD0:Artist=Zoë", "-IFD0:Copyright=© Zoë"], False),
    "xmp": (XMP_PLACE, XMP_RIGHTS, True),
    "xmp-location": (LOCATION, XMP_RIGHTS, True),
    "iptc": (
        ["-IPTC:City=Berlin", "-IPTC:Sub-location=Mitte"],
        ["-IPTC:CodedCharacterSet=UTF8", "-IPTC:By-line=Zoë", "-IPTC:CopyrightNotice=© Zoë"],
        False,
    ),
    "iptc-latin1": (
        ["-IPTC:City=Berlin"],
        ["-charset", "iptc=Latin1", "-IPTC:By-line=Zoë", "-IPTC:CopyrightNotice=© Zoë"],
        False,
    ),
    "place-alone": ([*GPS, *XMP_PLACE], [], False),
}
PACKET = """<x:xmpmeta xmlns:x='adobe:ns:meta/'><rdf:RDF xmlns:rdf='http://www.w3.org/1999/02/22-rdf-syntax-ns#'>
<rdf:Description rdf:about='' {}/></rdf:RDF></x:xmpmeta>"""
RIGHTS_AND_PLACE = (
    "xmlns:dc='http://purl.org/dc/elements/1.1/' xmlns:exif='http://ns.adobe.com/exif/1.0/' dc:creator='Zoë' "
    "dc:rights='© Zoë' exif:GPSLatitude='52,30N' exif:GPSLongitude='13,24E'"
)


def exiftool(*arguments) -> str:
    return subprocess.run(["exiftool", *arguments], capture_output=True, text=True, check=True).stdout


def tags(file: Path) -> dict:
    return json.loads(exiftool("-json", "-G1", "-a", "-ee", "-u", file))[0]


def gradient() -> Image.Image:
    return Image.linear_gradient("L").convert("RGB")


def renditions(picture: Path, **environment) -> list[Path]:
    out = picture.with_suffix(".out")
    run = subprocess.run(
        [ROOT / "bootstrap", "process", picture, "--out", out, "--json"],
        capture_output=True, check=True, env=environment or None)
    assert json.loads(run.stdout)[0]["warnings"] == 0
    found = [file for file in out.rglob("*.*") if file.is_file() and file.suffix in (".jpg", ".png")]
    assert found
    return found


def check(picture: Path, *, has_rights: bool = True, has_terms: bool = False) -> None:
    """The picture tells the place, as exiftool sees it, and its renditions do not."""
    source = exiftool("-G1", "-a", "-u", picture)
    assert "Berlin" in source or "GPS" in source
    for rendition in renditions(picture):
        found = tags(rendition)
        assert not [tag for tag in found if any(word in tag for word in ("GPS", "City", "ocation"))]
        assert b"Berlin" not in rendition.read_bytes() and b"GPS" not in rendition.read_bytes()
        if has_rights:
            assert found["IFD0:Artist"] == found["XMP-dc:Creator"] == "Zoë"
            assert found["IFD0:Copyright"] == found["XMP-dc:Rights"] == "© Zoë"
        assert ("XMP-xmpRights:UsageTerms" in found) == has_terms


@pytest.mark.parametrize("suffix", ["jpg", "png"])
@pytest.mark.parametrize("kind", WRITTEN)
def test_rights_survive_and_the_place_in_the_same_blocks_does_not(tmp_path, kind, suffix):
    picture = tmp_path / f"picture.{suffix}"
    gradient().save(picture)
    place, rights, has_terms = WRITTEN[kind]
    exiftool("-q", "-m", "-overwrite_original", *rights, *place, picture)
    check(picture, has_rights=bool(rights), has_terms=has_terms)


@pytest.mark.parametrize("suffix", ["jpg", "png"])
def test_a_pointer_to_the_place_of_the_type_ifd_is_followed_and_the_place_left_behind(tmp_path, suffix):
    picture = tmp_path / f"picture.{suffix}"
    gradient().save(picture)
    exiftool("-q", "-m", "-overwrite_original", *WRITTEN["exif"][1], *GPS, picture)
    content = picture.read_bytes()
    entry = struct.pack(">HHI", 0x8825, 4, 1)
    assert content.count(entry) == 1
    at = content.index(entry)
    content = content[: at + 2] + struct.pack(">H", 13) + content[at + 4 :]
    picture.write_bytes(with_right_checksums(content) if suffix == "png" else content)
    check(picture)


def with_right_checksums(png: bytes) -> bytes:
    out, at = png[:8], 8
    while at < len(png):
        (size,) = struct.unpack_from(">I", png, at)
        body = png[at + 4 : at + 8 + size]
        out += png[at : at + 4] + body + struct.pack(">I", zlib.crc32(body))
        at += 12 + size
    return out


def test_xmp_in_several_segments_is_read_and_the_place_in_it_left_behind(tmp_path):
    picture = tmp_path / "picture.jpg"
    gradient().save(picture)
    content = PACKET.format(RIGHTS_AND_PLACE).encode()
    name = hashlib.md5(content).hexdigest().upper()
    main = PACKET.format(f"xmlns:xmpNote='http://ns.adobe.com/xmp/note/' xmpNote:HasExtendedXMP='{name}'").encode()
    parts = [
        b"http://ns.adobe.com/xmp/extension/\0" + name.encode() + struct.pack(">II", len(content), at)
        + content[at : at + 150]
        for at in range(0, len(content), 150)
    ]
    segments = [b"http://ns.adobe.com/xap/1.0/\0" + main, *reversed(parts)]
    file = picture.read_bytes()
    picture.write_bytes(
        file[:2] + b"".join(b"\xff\xe1" + struct.pack(">H", len(s) + 2) + s for s in segments) + file[2:])
    check(picture)


@pytest.mark.parametrize("kind", ["text", "compressed", "international"])
def test_text_chunks_of_a_png_are_read_and_imagemagicks_place_in_them_left_behind(tmp_path, kind):
    picture = tmp_path / "picture.png"
    info = PngInfo()
    texts = {"Author": "Zoë", "Copyright": "© Zoë", "exif:GPSLatitude": "52/1, 30/1, 0/1", "Comment": "Berlin"}
    for keyword, text in texts.items():
        if kind == "international":
            info.add_itxt(keyword, text, "de", keyword)
        else:
            info.add_text(keyword, text, zip=kind == "compressed")
    gradient().save(picture, pnginfo=info)
    check(picture)


@pytest.mark.parametrize("suffix", ["jpg", "png"])
def test_the_place_comes_along_where_the_recipe_keeps_it(tmp_path, suffix):
    picture = tmp_path / f"picture.{suffix}"
    gradient().save(picture)
    exiftool("-q", "-m", "-overwrite_original", *GPS, *XMP_PLACE, picture)
    recipe = {"renditions": [{"name": "r", "width": 64, "metadata": ["gps"]}]}
    (rendition,) = renditions(picture, DARKROOM_RECIPE=json.dumps(recipe))
    found = tags(rendition)
    assert float(tags(picture)["Composite:GPSLatitude"].split()[0]) == 52 and "GPS:GPSLatitude" in found
    assert b"Berlin" not in rendition.read_bytes()
