"""What the bundle costs at a cold start, beside the binary as it was built: printed, for the table in
docs/bundle.md.
"""

from bundle_parts import TREE
from first_next import compare
from runtime_parts import ROOT


def test_the_bundle_starts_no_slower_than_the_plain_binary():
    plain, bundle = "binary with the system's libraries", "bundle"
    medians = compare(
        {
            plain: [str(ROOT / ".build/static/release/image-processor")],
            "the same through ./bootstrap": [str(ROOT / "bootstrap")],
            bundle: [str(TREE / "bootstrap")],
        },
        rounds=31)
    print(f"\n{'START TO FIRST /next, MEDIANS OF 31':40}{'MS':>8}{'CPU MS':>8}")
    for name, start in medians.items():
        print(f"{name:40}{start.wall:8.2f}{start.cpu:8.2f}")
    assert medians[bundle].cpu <= medians[plain].cpu
