"""An ICC profile with the primaries and the curve of Adobe RGB (1998), written by hand so that none has to be shipped.

ICC.1:2001-04 (version 2.4), a matrix-shaper display profile;
the colorants are those of Adobe RGB (1998) adapted to D50.
"""

import io
import struct

from PIL import ImageCms


def _fixed(*values: float) -> bytes:
    """s15Fixed16Number, section 5.3.10."""
    return b"".join(struct.pack(">i", round(value * 65536)) for value in values)


def profile() -> bytes:
    def xyz(*values):
        return b"XYZ \0\0\0\0" + _fixed(*values)

    name = b"Compatible with Adobe RGB (1998)\0"
    curve = b"curv\0\0\0\0" + struct.pack(">IH", 1, 563)  # u8Fixed8Number: 563/256 = 2.19921875
    tags = {
        b"desc": b"desc\0\0\0\0" + struct.pack(">I", len(name)) + name + bytes(12 + 67),
        b"cprt": b"text\0\0\0\0Public domain\0",
        b"wtpt": xyz(0.95045, 1.0, 1.08905),
        b"rXYZ": xyz(0.60974, 0.31111, 0.01947),
        b"gXYZ": xyz(0.20528, 0.62567, 0.06087),
        b"bXYZ": xyz(0.14919, 0.06322, 0.74457),
        b"rTRC": curve,
        b"gTRC": curve,
        b"bTRC": curve,
    }
    table, body, offset = struct.pack(">I", len(tags)), b"", 128 + 4 + 12 * len(tags)
    for tag, data in tags.items():
        table += tag + struct.pack(">II", offset + len(body), len(data))
        body += data + bytes(-len(data) % 4)
    size = offset + len(body)
    header = struct.pack(">I4sI4s4s4s", size, b"none", 0x02400000, b"mntr", b"RGB ", b"XYZ ")
    header += struct.pack(">6H", 2000, 1, 1, 0, 0, 0) + b"acsp" + bytes(28) + _fixed(0.9642, 1.0, 0.82491) + bytes(48)
    return header + table + body


def opened(data: bytes) -> ImageCms.ImageCmsProfile:
    return ImageCms.ImageCmsProfile(io.BytesIO(data))
