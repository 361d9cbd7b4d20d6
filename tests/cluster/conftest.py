"""Tests that need Apache Spark and Java: run when asked for by name, else skipped with a reason."""

import os
import sys
from pathlib import Path

import pytest

HERE = Path(__file__).resolve().parent
REASON = "needs the extra 'cluster' and Java 17: python -m pytest tests/cluster"


def pytest_collection_modifyitems(config, items):
    asked = any(
        (config.invocation_params.dir / part.split("::")[0]).resolve().is_relative_to(HERE)
        for part in config.args
    )
    for item in items:
        if item.path.is_relative_to(HERE) and not asked:
            item.add_marker(pytest.mark.skip(reason=REASON))


@pytest.fixture(scope="session")
def spark():
    """A session of two local workers, shared by all tests."""
    from pyspark.sql import SparkSession

    os.environ["PYSPARK_PYTHON"] = sys.executable  # read when the session is made
    os.environ.setdefault("SPARK_LOCAL_IP", "127.0.0.1")
    builder = SparkSession.builder.master("local[2]").appName("tests")
    for key in ("spark.ui.enabled", "spark.ui.showConsoleProgress"):
        builder = builder.config(key, "false")
    session = builder.getOrCreate()
    yield session
    session.stop()
