"""Which engine is taken, and what is said when it is not there."""

import subprocess
import sys

import pytest

from catalogue_import.kernel import engines


@pytest.fixture
def without(monkeypatch):
    """As if packages of these names were not installed."""

    def hide(*names):
        found = engines.find_spec
        monkeypatch.setattr(engines, "find_spec", lambda n: None if n in names else found(n))

    return hide


def test_without_numba_numpy_mines(without):
    without("numba")
    assert engines.choose() is engines.with_numpy


def test_numba_is_taken_where_it_is_installed():
    pytest.importorskip("numba", reason="the compiled kernel needs the extra 'catalogue'")
    assert engines.choose() is engines.choose("numba")


@pytest.mark.parametrize(("name", "extra"), [("numba", "catalogue"), ("spark", "cluster")])
def test_a_missing_engine_says_which_extra_brings_it(without, name, extra):
    without("numba", "pyspark")
    with pytest.raises(engines.MissingEngine, match=rf"grovemusic\[{extra}\]"):
        engines.choose(name)


def test_an_unknown_engine_is_told_what_there_is():
    with pytest.raises(ValueError, match="'cuda'; there are numba, numpy, spark"):
        engines.choose("cuda")


def test_mining_with_numpy_imports_neither_numba_nor_spark():
    code = """
import sys
from catalogue_import.kernel import engines, files, memberships, rules
engines.choose("numpy")
assert not {"numba", "pyspark", "pyarrow"} & set(sys.modules), "imported"
"""
    subprocess.run([sys.executable, "-c", code], check=True)


def test_the_kernel_runs_where_nothing_can_be_kept(tmp_path):
    """An installation that cannot be written, and no folder of the user's either."""
    pytest.importorskip("numba", reason="the compiled kernel needs the extra 'catalogue'")
    code = """
import numba.core.caching as caching
caching.CacheImpl._locator_classes = []
from catalogue_import.kernel.compiling import compiled
assert compiled(lambda number: number + 1)(1) == 2
"""
    subprocess.run([sys.executable, "-W", "error", "-c", code], check=True)
