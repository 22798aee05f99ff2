"""`swift package archive` in a package that depends on this one from a folder elsewhere."""

import shutil
import subprocess
import zipfile

import pytest

from archive_parts import archive, unpack, write_shop
from runtime_parts import Emulator


@pytest.fixture(scope="module")
def shop(tmp_path_factory):
    return write_shop(tmp_path_factory.mktemp("elsewhere") / "shop")


@pytest.fixture(scope="module")
def orders(shop):
    ran = archive(shop, "--products", "orders")
    assert ran.returncode == 0, ran.stdout + ran.stderr
    return shop / ".build" / "archive" / "orders.zip", ran.stdout + ran.stderr


def test_it_holds_the_program_alone_and_says_what_that_weighs(orders):
    zipped, printed = orders
    with zipfile.ZipFile(zipped) as archive_:
        assert archive_.namelist() == ["bootstrap"]
        size = archive_.getinfo("bootstrap").file_size
    assert f"bootstrap{size:41,}" in printed
    assert f".build/archive/orders.zip: {zipped.stat().st_size:,} bytes, sha256 " in printed
    assert "provided.al2023, architecture " in printed and ", handler orders" in printed


def test_it_answers_under_the_emulator_and_needs_nothing_of_the_system(orders, tmp_path):
    bootstrap = unpack(orders[0], tmp_path / "task")
    listed = subprocess.run(["ldd", str(bootstrap)], capture_output=True, text=True)
    assert "not a dynamic executable" in listed.stdout + listed.stderr
    assert b".debug_info" not in bootstrap.read_bytes(), "not stripped"
    with Emulator([str(bootstrap)], tmp_path / "log") as lambda_:
        assert lambda_.invoke("{}").text == "2 bytes"


def test_the_resources_of_its_modules_go_with_it(shop, tmp_path):
    ran = archive(shop, "--products", "priced", "--output-directory", str(tmp_path))
    assert ran.returncode == 0, ran.stdout + ran.stderr
    bootstrap = unpack(tmp_path / "priced.zip", tmp_path / "task")
    assert (tmp_path / "task" / "shop_Prices.resources" / "prices.txt").read_text() == "tea 3\n"
    # Where it was built is not where it runs.
    built, away = shop / ".build" / "archive-static", shop / ".build" / "away"
    built.rename(away)
    try:
        with Emulator([str(bootstrap)], tmp_path / "log") as lambda_:
            assert lambda_.invoke("{}").text == "tea 3\n"
    finally:
        away.rename(built)


def test_the_same_sources_in_another_folder_give_the_same_bytes(orders, tmp_path):
    again = write_shop(tmp_path / "another" / "shop")
    ran = archive(again, "--products", "orders", "--output-directory", str(tmp_path / "out"))
    assert ran.returncode == 0, ran.stdout + ran.stderr
    assert (tmp_path / "out" / "orders.zip").read_bytes() == orders[0].read_bytes()


EXECUTABLES = "broken, fetcher, orders, priced"


@pytest.mark.parametrize(("options", "words"), [
    (["--products", "Prices"], f"Prices is not an executable product of shop; of those, it has {EXECUTABLES}"),
    (["--products", "Order"], f"shop has no product Order; of executables, it has {EXECUTABLES}"),
    (["--products", "broken"], "broken links libnosuchlibrary, which this machine does not have"),
    (["--products", "fetcher"], "fetcher links libcurl"),
    (["--product", "orders"], "“--product” is not an argument of archive"),
])
def test_what_would_not_run_is_refused_by_its_name(shop, options, words):
    refused = archive(shop, *options)
    assert refused.returncode != 0
    assert words in refused.stdout + refused.stderr
    assert not list((shop / ".build" / "archive").glob(f"{options[1]}.zip")) or options[1] == "orders"


def test_a_dynamic_library_is_refused_with_the_option_that_brings_it(shop):
    refused = archive(shop, "--products", "fetcher")
    assert "which Lambda does not have: `--bundle` brings it, with its loader" in refused.stdout + refused.stderr


def test_a_bundle_brings_libraries_and_their_loader(shop, tmp_path):
    if not shutil.which("musl-gcc"):
        pytest.skip("musl-gcc is missing: apt-get install musl-tools")
    ran = archive(shop, "--products", "fetcher", "--bundle", "--output-directory", str(tmp_path))
    assert ran.returncode == 0, ran.stdout + ran.stderr
    bootstrap = unpack(tmp_path / "fetcher.zip", tmp_path / "task")
    brought = {file.name for file in (tmp_path / "task" / "lib").iterdir()}
    assert {"libcurl.so.4", "libc.so.6"} <= brought and any(name.startswith("ld-linux") for name in brought)
    with Emulator([str(bootstrap)], tmp_path / "log") as lambda_:
        answer = lambda_.invoke("{}").text
    assert answer.startswith("libcurl/") and answer.endswith(" tea 3\n")


def test_the_help_has_examples(shop):
    shown = archive(shop, "--help")
    assert shown.returncode == 0 and "swift package archive --products orders" in shown.stdout
