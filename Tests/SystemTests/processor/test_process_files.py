"""`process` on files and folders of all kinds: one plain sentence for each that cannot be, and nothing overwritten."""

import json
import os
import resource
import signal
import subprocess
from pathlib import Path

import pytest
from PIL import Image

from cloud_parts import large_progressive
from processor_parts import FUNCTION
from runtime_parts import ROOT

PHOTO = FUNCTION / "samples/web/chelsea.jpg"
RECIPE = '{"renditions": [{"name": "tiny", "width": 32, "height": 32, "fit": "cover", "format": "png"}]}'


def process(
    *arguments, user: int | None = None, file_bytes: int | None = None, **settings
) -> subprocess.CompletedProcess:
    def limit() -> None:
        if file_bytes is not None:
            signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
            resource.setrlimit(resource.RLIMIT_FSIZE, (file_bytes, file_bytes))

    result = subprocess.run(
        [str(ROOT / "bootstrap"), "process", *map(str, arguments)], capture_output=True, text=True, timeout=60,
        env={"PATH": os.environ["PATH"], "DARKROOM_RECIPE": RECIPE, **settings}, preexec_fn=limit, user=user)
    assert "CocoaError" not in result.stdout + result.stderr
    return result


def refusal(*arguments, **options) -> str:
    """The one sentence by which a call is refused."""
    result = process(*arguments, **options)
    assert (result.returncode, result.stdout) == (2, ""), result.stderr
    assert len(result.stderr.splitlines()) == 1, result.stderr
    return result.stderr


@pytest.fixture
def photo(tmp_path) -> Path:
    target = tmp_path / "photo.jpg"
    target.write_bytes(PHOTO.read_bytes())
    return target


def test_out_that_is_not_a_folder_is_refused(photo, tmp_path):
    (tmp_path / "file").write_text("a file")
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "link").symlink_to("file")
    assert "is a file" in refusal(photo, "--out", tmp_path / "file")
    assert "is a file" in refusal(photo, "--out", tmp_path / "link")
    assert "is a pipe" in refusal(photo, "--out", tmp_path / "pipe")
    assert "is a device" in refusal(photo, "--out", "/dev/null")
    assert "make the folder" in refusal(photo, "--out", tmp_path / "file/below")
    assert (tmp_path / "file").read_text() == "a file"


def test_out_that_cannot_be_written_to_is_refused(photo, tmp_path):
    locked = tmp_path / "locked"
    locked.mkdir(mode=0o555)
    for path in [tmp_path, *tmp_path.parents]:
        if path.owner() == "root" and path != Path("/"):
            path.chmod(path.stat().st_mode | 0o055)
    photo.chmod(0o644)
    other = 65534 if os.getuid() == 0 else None
    assert "Permission denied" in refusal(photo, "--out", locked, user=other)
    assert "Permission denied" in refusal(photo, "--out", locked / "below", user=other)
    photo.chmod(0)
    (tmp_path / "open").mkdir()
    (tmp_path / "open").chmod(0o777)
    result = process(photo, "--out", tmp_path / "open", "--json", user=other)
    assert result.returncode == 1
    [report] = json.loads(result.stdout)
    assert report["error_code"] == "file_error"
    assert report["error_detail"] == f'cannot read "{photo}": Permission denied'


def test_a_disk_that_is_full_is_told_in_a_sentence_and_leaves_nothing_half(photo, tmp_path):
    result = process(photo, "--out", tmp_path / "out", "--json", file_bytes=500)
    assert result.returncode == 1
    [report] = json.loads(result.stdout)
    assert report["error_code"] == "file_error"
    assert report["error_detail"].startswith(f'cannot write "{tmp_path}/out/photo.jpg/tiny.png": ')
    assert [file for file in (tmp_path / "out").rglob("*") if file.is_file()] == []


def test_inputs_that_are_no_images_are_refused_before_anything_is_done(photo, tmp_path):
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "nothing").symlink_to("nowhere")
    (tmp_path / "empty").mkdir()
    assert "no image at" in refusal(photo, tmp_path / "missing.jpg", "--out", tmp_path / "out")
    assert "no image at" in refusal(photo, tmp_path / "nothing", "--out", tmp_path / "out")
    assert "is a pipe" in refusal(photo, tmp_path / "pipe", "--out", tmp_path / "out")
    assert "is a device" in refusal("/dev/null", "--out", tmp_path / "out")
    assert "no images in the folder" in refusal(tmp_path / "empty", "--out", tmp_path / "out")
    assert not (tmp_path / "out").exists()


def test_a_folder_is_walked_in_order_and_what_is_odd_is_said(tmp_path):
    folder = tmp_path / "photos"
    for name in ["b.jpg", "a.jpg", "2026/a.jpg", "2026/deep/er/a.jpg", "Z.jpg", "ä.jpg"]:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(PHOTO.read_bytes())
    (folder / ".hidden.jpg").write_bytes(PHOTO.read_bytes())
    (folder / ".git").mkdir()
    os.mkfifo(folder / "pipe.jpg")
    (folder / "2026/round").symlink_to("..")
    (folder / "2026/nothing").symlink_to("nowhere")
    (folder / "2026/self").symlink_to("self")
    (folder / "linked.jpg").symlink_to("a.jpg")
    Path(os.fsdecode(os.fsencode(folder) + b"/\xff.jpg")).write_bytes(PHOTO.read_bytes())
    out = folder / "renditions"
    for _ in range(2):  # the second time with the first one's renditions in the folder
        result = process(folder, "--out", out, "--json")
        assert result.returncode == 0, result.stderr
        reports = json.loads(result.stdout)
        names = ["2026/a.jpg", "2026/deep/er/a.jpg", "Z.jpg", "a.jpg", "b.jpg", "linked.jpg", "ä.jpg"]
        assert [report["file"] for report in reports] == [f"{folder}/{name}" for name in names]
        for name, report in zip(names, reports):
            assert report["renditions"][0]["path"] == f"{out}/{name}/tiny.png"
            assert Image.open(report["renditions"][0]["path"]).size == (32, 32)
    odd = [".hidden.jpg", ".git", "a pipe", '/round"', '/nothing"', '/self"', "not UTF-8", "the renditions go there"]
    for said in odd:
        assert sum(said in line for line in result.stderr.splitlines()) == 1, (said, result.stderr)


def test_out_that_is_the_folder_of_the_inputs_is_refused(photo, tmp_path):
    assert "is one of the inputs" in refusal(tmp_path, "--out", f"{tmp_path}/../{tmp_path.name}/")


def test_files_of_one_name_do_not_overwrite_each_other(photo, tmp_path):
    picture = Image.new("RGB", (40, 40))
    for number, name in enumerate(["x/photo.jpg", "y/photo.jpg", "z/photo.jpg-2", "z/photo.jpg"]):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        picture.putpixel((0, 0), (number, 0, 0))
        picture.save(tmp_path / name, "PNG")
    inputs = [photo, tmp_path / "x/photo.jpg", tmp_path / "z", tmp_path / "y", photo]
    result = process(*inputs, "--out", tmp_path / "out", "--json")
    assert result.returncode == 0, result.stderr
    paths = [report["renditions"][0]["path"] for report in json.loads(result.stdout)]
    assert len(set(paths)) == len(paths) == 6
    assert all(Path(path).is_file() for path in paths)


def test_files_are_held_to_the_memory_that_there_is(tmp_path):
    picture = tmp_path / "large.jpg"
    picture.write_bytes(large_progressive())
    recipe = '{"renditions": [{"name": "large", "width": 1600, "height": 1600}]}'
    result = process(
        picture, PHOTO, "--out", tmp_path / "out", "--json", DARKROOM_MEMORY_MB="16", DARKROOM_RECIPE=recipe)
    assert result.returncode == 1
    large, small = json.loads(result.stdout)
    assert large["error_code"] == "over_limits"
    assert "there are 16 MiB" in large["error_detail"]
    assert small.get("error_code") is None
    # Side by side they have more than one of them takes, and wait for each other.
    result = process(*[picture] * 4, "--out", tmp_path / "out", "--json", DARKROOM_MEMORY_MB="64",
                     DARKROOM_CONCURRENCY="4", DARKROOM_RECIPE=recipe)
    assert result.returncode == 0, result.stdout


def test_a_file_over_the_recipes_size_is_not_read(tmp_path):
    huge = tmp_path / "huge.jpg"
    with huge.open("wb") as file:
        file.truncate(1 << 40)
    (tmp_path / "empty.jpg").touch()
    result = process(huge, tmp_path / "empty.jpg", "--out", tmp_path / "out", "--json")
    assert [report["error_code"] for report in json.loads(result.stdout)] == ["too_many_bytes", "empty_object"]


def test_warnings_are_shown_in_the_table_and_as_json(photo):
    photo.write_bytes(photo.read_bytes()[:-2])
    arguments = [photo, "--out", photo.with_name("out")]
    table = process(*arguments)
    assert table.returncode == 0
    assert f"{photo}: warning: the file has no end marker" in table.stdout
    (report,) = json.loads(process(*arguments, "--json").stdout)
    assert (report["warnings"], report["first_warning"]) == (1, "the file has no end marker")
    assert "decoded_share" not in report
    photo.write_bytes(PHOTO.read_bytes()[:9000])
    recipe = json.dumps({**json.loads(RECIPE), "damaged": "render"})
    (report,) = json.loads(process(*arguments, "--json", DARKROOM_RECIPE=recipe).stdout)
    assert 0 < report["decoded_share"] < 1 and report["first_warning"] == "the file ends early"
