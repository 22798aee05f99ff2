"""Colours: what becomes of profiles, of inks, and of what PNG and Exif say, beside libvips."""

import io
import struct

import numpy as np
import pytest
from PIL import Image

from colour_pictures import (
    PRESS,
    PROFILES,
    cmyk_jpeg,
    difference,
    display_p3,
    gray_gamma,
    iccp,
    inks,
    jpeg,
    libvips,
    photograph,
    pictures,
    png,
    png_chunk,
    render,
    table_profile,
)

PICTURES = pictures()
SRGB_PLACE = (31270, 32900, 64000, 33000, 30000, 60000, 15000, 6000)
P3_PLACE = (31270, 32900, 68000, 32000, 26500, 69000, 15000, 6000)


def gama(gamma: float) -> bytes:
    return png_chunk(b"gAMA", struct.pack(">I", round(100_000 / gamma)))


def chrm(place) -> bytes:
    return png_chunk(b"cHRM", struct.pack(">8I", *place))


def cicp(primaries: int, transfer: int, matrix: int = 0, full: int = 1) -> bytes:
    return png_chunk(b"cICP", bytes([primaries, transfer, matrix, full]))


SRGB = png_chunk(b"sRGB", b"\0")


def by_profile(samples: np.ndarray, profile: bytes) -> np.ndarray:
    """What libvips makes of these samples with a profile."""
    return libvips(png(samples, iccp(profile)))


def opaque(theirs: np.ndarray) -> np.ndarray:
    return theirs[..., -1] > 200 if theirs.shape[2] in (2, 4) else np.ones(theirs.shape[:2], bool)


@pytest.mark.parametrize("name", PICTURES)
def test_srgb_is_what_libvips_makes_of_it(name):
    content, suffix = PICTURES[name]
    theirs = libvips(content)
    ours, row = render(content, suffix, colour="srgb")
    delta = difference(np.asarray(ours), theirs)[opaque(theirs)]
    assert delta.mean() < 0.2 and np.percentile(delta, 99) < 1.5
    assert "icc_profile" not in ours.info
    if theirs.shape[2] in (2, 4):
        assert np.abs(np.asarray(ours)[..., -1].astype(int) - theirs[..., -1]).max() <= 1
    as_jpeg, _ = render(content, suffix, colour="srgb", format="jpeg", quality=95, subsampling="4:4:4")
    assert as_jpeg.format == "JPEG" and "icc_profile" not in as_jpeg.info
    if theirs.shape[2] not in (2, 4):
        assert difference(np.asarray(as_jpeg), theirs).mean() < 1.5
    assert row["warnings"] == (1 if name.startswith("no marker") else 0)


@pytest.mark.parametrize("name", [name for name in PICTURES if "profile" not in name])
@pytest.mark.parametrize("kind", ["jpeg", "png"])
def test_with_source_the_profile_goes_along(name, kind):
    content, suffix = PICTURES[name]
    had = Image.open(io.BytesIO(content)).info["icc_profile"]
    ours, row = render(content, suffix, format=kind)
    assert ours.info["icc_profile"] == had
    assert row["warnings"] == 0
    converted = np.asarray(render(content, suffix, format="png", colour="srgb")[0])
    if kind == "png":
        visible = np.asarray(ours)[..., -1] > 200 if ours.mode in ("LA", "RGBA") else np.ones(converted.shape[:2], bool)
        assert difference(np.asarray(ours), converted)[visible].mean() > 0.3


@pytest.mark.parametrize("transform", [None, 0, 2])
@pytest.mark.parametrize("colour", ["source", "srgb"])
def test_inks_are_converted_by_their_press_profile_whatever_the_recipe_says(transform, colour):
    content = cmyk_jpeg(transform, PRESS.read_bytes())
    ours, row = render(content, ".jpg", colour=colour)
    assert ours.mode == "RGB" and "icc_profile" not in ours.info
    assert difference(np.asarray(ours), libvips(content)).mean() < 0.5
    assert difference(np.asarray(ours), photograph()).mean() < 6
    assert ("marker" in (row.get("first_warning") or "")) == (transform is None)


@pytest.mark.parametrize("transform", [None, 0, 2])
@pytest.mark.parametrize("profile", [b"", b"no profile", PRESS.read_bytes()[:50_000], display_p3()])
def test_inks_without_a_profile_that_can_be_used_are_read_as_pillow_does(transform, profile):
    ours, row = render(cmyk_jpeg(transform, profile or None), ".jpg")
    expected = np.asarray(inks().convert("RGB")).astype(int)
    assert np.abs(np.asarray(ours).astype(int) - expected).mean() < 3
    assert row["status"] == "processed" and row["warnings"] >= 1
    assert "CMYK" in row["first_warning"] or "profile" in row["first_warning"]


@pytest.mark.parametrize(
    "chunks, profile",
    [
        (gama(1.8), "gamma 1.8"),
        (gama(2.2) + chrm(P3_PLACE), "P3 of gamma 2.2"),
        (cicp(12, 13), "P3"),
        (cicp(12, 13) + iccp(table_profile("mft2")), "P3"),
        (iccp(display_p3()) + SRGB + gama(1.8), "P3"),
        (cicp(1, 13) + iccp(display_p3()), None),
        (SRGB + gama(1.8) + chrm(P3_PLACE), None),
        (gama(2.2) + chrm(SRGB_PLACE), None),
        (gama(2.2), None),
        (chrm(SRGB_PLACE), None),
    ],
)
@pytest.mark.parametrize("kind", ["jpeg", "png"])
def test_chunks_of_a_png_count_in_the_order_of_the_standard(chunks, profile, kind):
    samples = photograph()
    srgb_curve = display_p3()
    expected = {
        None: lambda: samples,
        "P3": lambda: by_profile(samples, srgb_curve),
        "gamma 1.8": lambda: formula(samples, 1.8),
        "P3 of gamma 2.2": lambda: by_profile(samples, with_gamma(srgb_curve)),
    }[profile]()
    ours, row = render(png(samples, chunks), ".png", colour="srgb", format=kind, quality=98, subsampling="4:4:4")
    delta = difference(np.asarray(ours), expected)
    assert delta.mean() < (1 if kind == "jpeg" else 0.3)
    assert row["warnings"] == 0
    # No JPEG can say what these chunks do.
    if kind == "jpeg" and b"iCCP" not in chunks:
        as_source, _ = render(png(samples, chunks), ".png", format="jpeg", quality=98, subsampling="4:4:4")
        assert difference(np.asarray(as_source), expected).mean() < 1
        assert "icc_profile" not in as_source.info


def formula(samples: np.ndarray, gamma: float) -> np.ndarray:
    """sRGB of samples that are a power of light."""
    light = (samples / np.iinfo(samples.dtype).max) ** gamma
    encoded = np.where(light <= 0.0031308, 12.92 * light, 1.055 * light ** (1 / 2.4) - 0.055)
    return np.rint(255 * encoded).astype(np.uint8)


def with_gamma(profile: bytes) -> bytes:
    """The profile with a plain gamma of 2.2 for its curves."""
    formula_of_srgb = profile[profile.index(b"para"):][:16]
    return profile.replace(formula_of_srgb, b"para" + bytes(4) + struct.pack(">HHi", 0, 0, round(2.2 * 65536)))


def test_from_png_to_png_chunks_about_colours_go_along_with_their_pixels():
    samples = photograph()
    chunks = [cicp(12, 13), SRGB, gama(1.8), chrm(P3_PLACE)]
    for chosen in [chunks, chunks[2:], chunks[1:2]]:
        ours, _ = render(png(samples, b"".join(chosen)), ".png")
        assert np.array_equal(np.asarray(ours), samples)
        expected = {chunk[4:8] for chunk in chosen}
        assert expected == {b"cICP", b"sRGB", b"gAMA", b"cHRM"} & set(ours.chunk_names)
        plain, _ = render(png(samples, b"".join(chosen)), ".png", colour="srgb")
        assert not {b"cICP", b"sRGB", b"gAMA", b"cHRM", b"iCCP"} & set(plain.chunk_names)
        bare, _ = render(png(samples, b"".join(chosen)), ".png", metadata=[])
        assert not {b"cICP", b"sRGB", b"gAMA", b"cHRM"} & set(bare.chunk_names)


def test_linear_samples_of_16_bits_keep_their_shadows():
    ramp = np.linspace(0, 4000, 360).astype(np.uint16)[None, :, None].repeat(240, 0).repeat(3, 2)
    for samples in (ramp, ramp[..., 0]):
        ours, _ = render(png(samples, gama(1.0)), ".png", colour="srgb")
        assert np.abs(np.asarray(ours).astype(int) - formula(samples, 1.0)).max() <= 1


def test_colours_behind_alpha_are_converted_as_if_they_were_opaque():
    samples = photograph()
    alpha = np.tile(np.linspace(30, 255, 360).astype(np.uint8), (240, 1))
    whole = by_profile(samples, display_p3())
    ours, _ = render(png(np.dstack([samples, alpha]), iccp(display_p3())), ".png", colour="srgb")
    assert difference(np.asarray(ours), whole).mean() < 0.5
    on_red, _ = render(
        png(np.dstack([samples, alpha]), iccp(display_p3())), ".png", colour="srgb", format="jpeg", quality=98,
        subsampling="4:4:4", background="#ff0000")
    share = alpha[..., None] / 255
    expected = whole * share + np.array([255, 0, 0]) * (1 - share)
    assert difference(np.asarray(on_red), np.rint(expected).astype(np.uint8)).mean() < 1.5


def test_gray_with_a_profile_over_a_colour_becomes_srgb():
    gray = photograph()[..., 0]
    alpha = np.full_like(gray, 128)
    file = png(np.dstack([gray, alpha]), iccp(gray_gamma(1.0)))
    ours, _ = render(file, ".png", format="jpeg", background="#ff0000", quality=98, subsampling="4:4:4")
    expected = 0.502 * formula(gray, 1.0)[..., None] + 0.498 * np.array([255, 0, 0])
    assert difference(np.asarray(ours), np.rint(expected).astype(np.uint8)).mean() < 1.5
    assert "icc_profile" not in ours.info


@pytest.mark.parametrize("transfer, name", [(16, "PQ"), (18, "HLG")])
def test_high_dynamic_range_is_compressed_with_a_warning(transfer, name):
    samples = np.tile(np.linspace(0, 255, 360).astype(np.uint8)[None, :, None], (240, 1, 3))
    ours, row = render(png(samples, cicp(9, transfer)), ".png", format="jpeg", quality=98)
    levels = np.asarray(ours)[120, :, 1].astype(int)
    assert (np.diff(levels) >= -2).all() and levels[-1] > 235 and levels[0] <= 2
    assert name in row["first_warning"]
    untouched, _ = render(png(samples, cicp(9, transfer)), ".png")
    assert np.array_equal(np.asarray(untouched), samples)


@pytest.mark.parametrize(
    "chunks, word",
    [
        (cicp(2, 2), "cICP"),
        (cicp(9, 13, matrix=9), "cICP"),
        (cicp(9, 13, full=0), "cICP"),
        (gama(1.8)[:-1] + b"\0", "checksum"),
        (png_chunk(b"gAMA", bytes(4)), "gAMA"),
        (png_chunk(b"cHRM", bytes(32)), "cHRM"),
        (png_chunk(b"cHRM", bytes(5)), "cHRM"),
        (png_chunk(b"iCCP", b"icc\0\0rubbish"), "profile"),
        (iccp(gray_gamma(1.8)), "GRAY"),
        (iccp(PRESS.read_bytes()), "CMYK"),
    ],
)
def test_what_cannot_be_read_of_a_png_is_left_out_with_a_word(chunks, word):
    samples = photograph()
    ours, row = render(png(samples, chunks), ".png", colour="srgb")
    assert np.array_equal(np.asarray(ours), samples)
    assert row["warnings"] == 1 and word in row["first_warning"]


def exif(colour_space: int, index: bytes | None) -> bytes:
    """A TIFF structure with ColorSpace, and an interoperability directory where there is an index."""
    entries = [struct.pack("<HHIHH", 0xA001, 3, 1, colour_space, 0)]
    if index:
        entries.append(struct.pack("<HHII", 0xA005, 4, 1, 26 + 6 + 24))
    main = struct.pack("<HHHII", 1, 0x8769, 4, 1, 26) + bytes(4)
    sub = struct.pack("<H", len(entries)) + b"".join(entries) + bytes(4)
    sub += struct.pack("<HHHI4s", 1, 1, 2, 4, index or b"") + bytes(4)
    return b"Exif\0\0" + b"II*\0\x08\0\0\0" + main + sub


def test_exif_adobe_rgb_comes_with_a_profile_or_is_converted():
    photo = Image.fromarray(photograph())
    adobe = (PROFILES / "colord/AdobeRGB1998.icc").read_bytes()
    expected = libvips(jpeg(photo, adobe))
    camera = jpeg(photo, exif=exif(0xFFFF, b"R03\0"))
    ours, row = render(camera, ".jpg", colour="srgb")
    assert difference(np.asarray(ours), expected).mean() < 0.3 and row["warnings"] == 0
    kept, _ = render(camera, ".jpg", format="jpeg", quality=95, subsampling="4:4:4")
    assert len(kept.info["icc_profile"]) < 700
    out = io.BytesIO()
    kept.save(out, "PNG", icc_profile=kept.info["icc_profile"])
    assert difference(libvips(out.getvalue()), expected).mean() < 1
    for other in [exif(1, b"R98\0"), exif(0xFFFF, b"R98\0"), exif(0xFFFF, None)]:
        plain, _ = render(jpeg(photo, exif=other), ".jpg", format="jpeg", colour="source")
        assert "icc_profile" not in plain.info


def hostile_profiles():
    press = PRESS.read_bytes()
    rgb, table = display_p3(), table_profile("mft2")
    grid = table.rindex(b"mft2" + bytes(4)) + 10
    yield "cut", table[:len(table) // 2]
    yield "its size beyond its end", struct.pack(">I", 1 << 30) + rgb[4:]
    yield "4 billion tags", rgb[:128] + b"\xff\xff\xff\xff" + rgb[132:]
    yield "a grid of 255", table[:grid] + b"\xff" + table[grid + 1:]
    yield "a grid of 1", table[:grid] + b"\1" + table[grid + 1:]
    at = rgb.index(b"rXYZ") + 4
    yield "a tag beyond the end", rgb[:at] + b"\x7f\xff\xff\xff" + rgb[at + 4:]
    yield "a device link", rgb[:12] + b"link" + rgb[16:]
    yield "named colours", rgb[:12] + b"nmcl" + rgb[16:]
    yield "no curves", rgb.replace(b"TRC", b"XXX")
    yield "a curve of 2 billion entries", table_free_curve(0x7FFFFFFF)
    yield "a formula of another kind", rgb.replace(b"para\0\0\0\0\0\3", b"para\0\0\0\0\0\x63")
    yield "for inks", press
    yield "rubbish behind its header", rgb[:128] + bytes(range(256)) * 40


def table_free_curve(count: int) -> bytes:
    profile = bytearray(display_p3())
    at = bytes(profile).index(b"para")
    profile[at:at + 12] = b"curv" + bytes(4) + struct.pack(">I", count)
    return bytes(profile)


@pytest.mark.parametrize("name, profile", list(hostile_profiles()))
def test_a_profile_that_cannot_be_used_is_as_good_as_none_and_worth_a_warning(name, profile):
    photo = Image.fromarray(photograph())
    plain, _ = render(jpeg(photo), ".jpg", colour="srgb")
    ours, row = render(jpeg(photo, profile), ".jpg", colour="srgb")
    assert np.array_equal(np.asarray(ours), np.asarray(plain))
    assert row["warnings"] == 1 and "profile" in row["first_warning"]


def test_srgb_itself_is_not_converted():
    photo = Image.fromarray(photograph())
    plain, _ = render(jpeg(photo), ".jpg", colour="srgb")
    for file in ["sRGB.icc", "ghostscript/srgb.icc", "colord/sRGB.icc"]:
        ours, _ = render(jpeg(photo, (PROFILES / file).read_bytes()), ".jpg", colour="srgb")
        assert np.array_equal(np.asarray(ours), np.asarray(plain)), file
        assert "icc_profile" not in ours.info
