"""Tests whose pieces of work run side by side."""

from collections.abc import Callable, Iterable
from functools import partial

import pytest


def cases(work: Callable, names: Iterable[str]):
    """Parametrises a test with pieces of work that `finished` runs side by side: `work(name, ministack)` each."""
    names = list(names)
    return pytest.mark.parametrize("case", [partial(work, name) for name in names], ids=names)
