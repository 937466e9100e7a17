"""A dataset without an engine, for whatever reads one; and Hugging Face `datasets`: never on the network, with a cache of its own."""

import os
import sys
import warnings
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import pytest
from synthetic_datasets import Shape, make_dataset

OFFLINE = {"HF_HUB_OFFLINE": "1", "HF_DATASETS_OFFLINE": "1", "HF_HUB_DISABLE_TELEMETRY": "1", "HF_DATASETS_DISABLE_PROGRESS_BARS": "1"}


@pytest.fixture(scope="session")
def shape() -> Shape:
    return Shape(clips=13)


@pytest.fixture(scope="session")
def synthetic(tmp_path_factory: pytest.TempPathFactory, shape: Shape) -> Path:
    """13 clips of 24 frames, 48x32, in 3 shards."""
    return make_dataset(tmp_path_factory.mktemp("synthetic") / "dataset", shape)


@pytest.fixture(scope="session")
def hf(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ModuleType]:
    """The module; it reads the environment when it is imported, so nothing may have imported it before."""
    assert "datasets" not in sys.modules
    before = dict(os.environ)
    os.environ.update(OFFLINE, HF_HOME=str(tmp_path_factory.mktemp("hf")))
    with warnings.catch_warnings():
        warnings.simplefilter("default")
        datasets = pytest.importorskip("datasets", reason="Hugging Face datasets is not installed")
    yield datasets
    os.environ.clear()
    os.environ.update(before)
