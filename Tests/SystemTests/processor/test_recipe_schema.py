"""The recipe's JSON Schema, which editors check with, and the image processor, which has the last word, agree."""

import json
import subprocess

import jsonschema
import pytest

from processor_parts import FUNCTION
from runtime_parts import ROOT

SCHEMA = json.loads((FUNCTION / "recipe.schema.json").read_text())
BOX = {"name": "a", "width": 5, "height": 5}

GOOD = [
    {"renditions": [{"name": "a", "width": 1}]},
    {"renditions": [{"name": "a_9", "height": 65500}], "limits": {}},
    {"renditions": [{**BOX, "fit": "cover"}, {**BOX, "name": "b", "fit": "fill"}]},
    {"renditions": [{**BOX, "name": f"r{index}"} for index in range(32)]},
    {"renditions": [{"name": "a", "width": 5, "fit": "inside", "enlarge": True, "format": "auto", "quality": 1}]},
    {
        "renditions": [
            {"name": "a", "width": 5.0, "subsampling": "4:4:4", "progressive": True, "optimize_coding": False}
        ]
    },
    {"renditions": [{"name": "a", "width": 5, "format": "png", "compression_level": 0, "kernel": "nearest"}]},
    {"renditions": [{"name": "a", "width": 5, "background": "#FFcc00", "metadata": []}]},
    {"renditions": [{"name": "a", "width": 5, "metadata": ["icc", "copyright", "camera", "gps"]}]},
    {"renditions": [BOX], "limits": {"max_megabytes": 5000, "max_megapixels": 2000, "max_dimension": 65500}},
    {"renditions": [BOX], "limits": {"max_scans": 1000, "max_metadata_kilobytes": 64}},
    {"renditions": [BOX], "limits": {"max_memory_megabytes": 65536, "max_decoded_megabytes": 65536}},
]

BAD = [
    {}, [], "text", {"renditions": []}, {"renditions": {}}, {"renditions": [5]}, {"renditions": [BOX], "limit": {}},
    {"renditions": [{**BOX, "name": f"r{index}"} for index in range(33)]},
    {"renditions": [{"width": 5}]}, {"renditions": [{"name": "a"}]}, {"renditions": [{**BOX, "name": ""}]},
    {"renditions": [{**BOX, "name": "A"}]}, {"renditions": [{**BOX, "name": "a" * 33}]},
    {"renditions": [{**BOX, "width": 0}]}, {"renditions": [{**BOX, "height": 65501}]},
    {"renditions": [{**BOX, "width": 1.5}]}, {"renditions": [{**BOX, "width": "5"}]},
    {"renditions": [{"name": "a", "width": 5, "fit": "cover"}]},
    {"renditions": [{"name": "a", "height": 5, "fit": "fill"}]},
    {"renditions": [{**BOX, "fit": "contain"}]}, {"renditions": [{**BOX, "enlarge": 1}]},
    {"renditions": [{**BOX, "format": "webp"}]}, {"renditions": [{**BOX, "quality": 101}]},
    {"renditions": [{**BOX, "subsampling": "4:1:1"}]}, {"renditions": [{**BOX, "progressive": "yes"}]},
    {"renditions": [{**BOX, "optimize_coding": 0}]}, {"renditions": [{**BOX, "compression_level": 10}]},
    {"renditions": [{**BOX, "kernel": "bicubic"}]}, {"renditions": [{**BOX, "background": "white"}]},
    {"renditions": [{**BOX, "background": "#fff"}]},
    {"renditions": [{**BOX, "background": "#+12345"}]}, {"renditions": [{**BOX, "metadata": "icc"}]},
    {"renditions": [{**BOX, "metadata": ["xmp"]}]}, {"renditions": [{**BOX, "colour": "red"}]},
    {"renditions": [BOX], "limits": []}, {"renditions": [BOX], "limits": {"max_megabytes": 0}},
    {"renditions": [BOX], "limits": {"max_megapixels": 2001}}, {"renditions": [BOX], "limits": {"max_dimension": 0}},
    {"renditions": [BOX], "limits": {"max_scans": 1001}},
    {"renditions": [BOX], "limits": {"max_metadata_kilobytes": 63}},
    {"renditions": [BOX], "limits": {"max_memory_megabytes": 15}},
    {"renditions": [BOX], "limits": {"max_decoded_megabytes": 0}},
    {"renditions": [BOX], "limits": {"max_gigabytes": 1}},
]  # fmt: skip


def processor_accepts(recipe: object, folder) -> bool:
    file = folder / "recipe.json"
    file.write_text(json.dumps(recipe))
    image = FUNCTION / "samples" / "web" / "chelsea.jpg"
    run = subprocess.run(
        [str(ROOT / "bootstrap"), "process", str(image), "--recipe", str(file), "--out", str(folder)],
        capture_output=True, text=True)
    assert (run.returncode, "recipe.json has" in run.stderr) in [(0, False), (2, True)], run.stderr
    return run.returncode == 0


def schema_accepts(recipe: object) -> bool:
    return jsonschema.Draft202012Validator(SCHEMA).is_valid(recipe)


def test_the_schema_is_one():
    jsonschema.Draft202012Validator.check_schema(SCHEMA)


def test_the_recipe_that_is_built_in_is_good():
    assert schema_accepts(json.loads((FUNCTION / "recipe.json").read_text()))


@pytest.mark.parametrize("recipe", GOOD, ids=json.dumps)
def test_both_accept(recipe, tmp_path):
    assert schema_accepts(recipe)
    assert processor_accepts(recipe, tmp_path)


@pytest.mark.parametrize("recipe", BAD, ids=json.dumps)
def test_both_refuse(recipe, tmp_path):
    assert not schema_accepts(recipe)
    assert not processor_accepts(recipe, tmp_path)


def test_only_the_processor_sees_two_renditions_of_one_name(tmp_path):
    recipe = {"renditions": [BOX, BOX]}
    assert schema_accepts(recipe)
    assert not processor_accepts(recipe, tmp_path)
