"""A dataset without an engine, for whatever reads one."""

from pathlib import Path

import pytest
from synthetic_datasets import Shape, make_dataset


@pytest.fixture(scope="session")
def shape() -> Shape:
    return Shape(clips=13)


@pytest.fixture(scope="session")
def synthetic(tmp_path_factory: pytest.TempPathFactory, shape: Shape) -> Path:
    """13 clips of 24 frames, 48x32, in 3 shards."""
    return make_dataset(tmp_path_factory.mktemp("synthetic") / "dataset", shape)
