"""The picture about each change of the decoder's scale, where it would show first that a scale is too coarse.

`make bench-quality` measures every ratio, and many more pictures.
"""

import sys

from runtime_parts import ROOT

sys.path.insert(0, str(ROOT / "Benchmarks" / "images"))

import sweep  # noqa: E402


def test_no_ratio_about_a_change_of_scale_misses_the_gate():
    rows = sweep.measured(sweep.points(short=True))
    assert len(rows) == 72
    missed = {
        (row["picture"], row["source"], round(row["ratio"], 2)): row["cells"] for row in rows if sweep.shortfall(row)
    }
    assert missed == {}
