"""What the shipped binary's renditions carry, read back by exiftool, from pictures that exiftool wrote it into."""

import json
import subprocess
from pathlib import Path

import pytest
from PIL import Image

from runtime_parts import ROOT

# Each puts a place into one block of a picture.
PLACES = {
    "exif": ["-GPSLatitude=52.5", "-GPSLatitudeRef=N", "-GPSLongitude=13.4", "-GPSLongitudeRef=E"],
    "xmp": ["-XMP-exif:GPSLatitude=52.5", "-XMP-exif:GPSLongitude=13.4", "-XMP-photoshop:City=Berlin"],
    "xmp-location": ["-XMP-iptcExt:LocationCreatedGPSLatitude=52.5", "-XMP-iptcExt:LocationCreatedCity=Berlin"],
    "iptc": ["-IPTC:City=Berlin", "-IPTC:Sub-location=Mitte"],
}
RIGHTS = ["-XMP-dc:Creator=Zoë", "-XMP-dc:Rights=© Zoë", "-XMP-xmpRights:UsageTerms=Ask first"]


def exiftool(*arguments) -> str:
    return subprocess.run(["exiftool", *arguments], capture_output=True, text=True, check=True).stdout


def tags(file: Path) -> dict:
    return json.loads(exiftool("-json", "-G1", "-a", "-ee", file))[0]


@pytest.mark.parametrize("suffix", ["jpg", "png"])
@pytest.mark.parametrize("place", PLACES)
def test_rights_survive_and_the_place_in_the_same_blocks_does_not(tmp_path, place, suffix):
    picture = tmp_path / f"picture.{suffix}"
    Image.linear_gradient("L").convert("RGB").save(picture)
    exiftool("-q", "-m", "-overwrite_original", *PLACES[place], *RIGHTS, picture)
    assert "Berlin" in exiftool(picture) or "GPS" in exiftool(picture)
    out = tmp_path / "out"
    subprocess.run([ROOT / "bootstrap", "process", picture, "--out", out], capture_output=True, check=True)
    renditions = [file for file in out.rglob("*.*") if file.is_file() and file.suffix in (".jpg", ".png")]
    assert renditions
    for rendition in renditions:
        found = tags(rendition)
        assert not [tag for tag in found if any(word in tag for word in ("GPS", "City", "ocation"))]
        assert found["IFD0:Artist"] == found["XMP-dc:Creator"] == "Zoë"
        assert found["IFD0:Copyright"] == found["XMP-dc:Rights"] == "© Zoë"
        assert found["XMP-xmpRights:UsageTerms"] == "Ask first"
        assert b"Berlin" not in rendition.read_bytes()
