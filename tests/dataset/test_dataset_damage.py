"""Damaged members are DatasetErrors, whatever the library underneath raises."""

import io
from pathlib import Path

import numpy as np
import pytest

from hmworld.dataset import LocalStore
from hmworld.dataset.clipfiles import unpack_arrays
from hmworld.dataset.lock import exclusive
from hmworld.dataset.staging import ClipResult, drop_damaged, read_result, stage_fragment, stage_result
from hmworld.dataset.tar import fragment
from hmworld.engine.pictures import read_depth_m
from hmworld.errors import DatasetError, EngineError, UsageError
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


def staged(store: LocalStore, data: bytes) -> ClipResult:
    packed, members = fragment([("key.txt", data)])
    result = ClipResult(
        render_id="abc",
        clip_id="key",
        row=0,
        candidate=0,
        scene="city_street",
        reject_reason="",
        events=(),
        forecast_events=(),
        engine_name="embedded",
        engine_build="1",
        fragments=(stage_fragment(store, "abc", "main", packed, members),),
        manifest={},
    )
    stage_result(store, result)
    return result


def test_a_damaged_or_missing_fragment_makes_its_clip_be_rendered_again(tmp_path: Path) -> None:
    store = LocalStore(tmp_path)
    for harm in (lambda p: p.unlink(), lambda p: p.write_bytes(p.read_bytes()[:-1]), lambda p: p.write_bytes(bytes(p.stat().st_size))):
        result = staged(store, b"good")
        assert not drop_damaged(store, result)
        harm(store.path(result.fragments[0].path))
        assert drop_damaged(store, result)
        assert read_result(store, "abc") is None
        assert not list((tmp_path / ".staging" / "clips").iterdir())


def test_a_fragment_left_by_a_killed_attempt_is_not_taken_for_the_new_one(tmp_path: Path) -> None:
    store = LocalStore(tmp_path)
    packed, members = fragment([("key.txt", b"old")])
    stage_fragment(store, "abc", "main", packed, members)
    result = staged(store, b"new")
    assert not drop_damaged(store, result)
    assert b"new" in store.read(result.fragments[0].path)


def test_a_record_that_was_cut_short_counts_as_not_done(tmp_path: Path) -> None:
    store = LocalStore(tmp_path)
    staged(store, b"good")
    path = store.path(".staging/clips/abc.json")
    path.write_bytes(path.read_bytes()[:50])
    assert read_result(store, "abc") is None
    assert not path.exists()


def test_a_folder_takes_one_run_at_a_time(tmp_path: Path) -> None:
    with exclusive(tmp_path), pytest.raises(UsageError, match="another run works in this folder"), exclusive(tmp_path):
        pass
    with exclusive(tmp_path):
        pass
    assert not (tmp_path / ".lock").exists()
