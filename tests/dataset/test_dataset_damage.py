"""Damaged members are DatasetErrors, whatever the library underneath raises."""

import io

import numpy as np
import pytest

from hmworld.dataset.clipfiles import unpack_arrays
from hmworld.engine.pictures import read_depth_m
from hmworld.errors import DatasetError, EngineError
from hmworld.protocol import fixed


def archive() -> bytes:
    buffer = io.BytesIO()
    np.savez_compressed(buffer, a=np.arange(1000))
    return buffer.getvalue()


def single() -> bytes:
    buffer = io.BytesIO()
    np.save(buffer, np.zeros((2, 2), np.float32))
    return buffer.getvalue()


@pytest.mark.parametrize("data", [b"", b"rubbish", archive()[:-40], archive()[:60] + b"\xff" * 9 + archive()[69:], single()])
def test_a_damaged_npz_is_a_dataset_error(data: bytes) -> None:
    with pytest.raises(DatasetError, match="npz of the sample cannot be read"):
        unpack_arrays(data)


@pytest.mark.parametrize("reply", [b"", "error none", b"rubbish", archive(), archive()[:-40], single()])
def test_a_bad_depth_reply_is_an_engine_error(reply: bytes | str) -> None:
    with pytest.raises(EngineError, match="expected"):
        read_depth_m(reply, (3, 3))


def test_the_wire_carries_whole_hundreds_and_no_infinities() -> None:
    assert fixed(100.0, 0) == "100"
    for value in (float("nan"), float("inf")):
        with pytest.raises(ValueError, match="finite"):
            fixed(value, 3)
