"""The training stream without torch: what is in a batch, windows about events, resume, damage."""

import copy
import json
import pickle
import shutil
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import fsspec
import numpy as np
import pyarrow.parquet as pq
import pytest
from synthetic_datasets import Shape, arrays_of, clip_and_frame, events_of, make_dataset, number_of

import hmworld as hm
from hmworld.dataset import Dataset
from hmworld.dataset.stream import Stream
from hmworld.dataset.tables import MANIFEST, write_rows
from hmworld.errors import DatasetError, UsageError
from hmworld.geometry.conditioning import echo12, hydra12, plucker

Batch = dict[str, Any]


@pytest.fixture(scope="module")
def dataset(synthetic: Path) -> Dataset:
    return hm.open(synthetic)


@pytest.fixture(scope="module")
def uniform(tmp_path_factory: pytest.TempPathFactory) -> Dataset:
    """23 clips, all with one subject."""
    return hm.open(make_dataset(tmp_path_factory.mktemp("uniform") / "set", Shape(clips=23, subjects=(1,), clips_per_shard=4)))


def seen(batches: Iterator[Batch] | Stream) -> list[tuple[str, int]]:
    return [(clip, int(start)) for batch in batches for clip, start in zip(batch["clip_id"], batch["start"], strict=True)]


def test_a_sample_holds_what_its_clip_has_at_its_frames(dataset: Dataset, shape: Shape) -> None:
    names = (
        "rgb",
        "mask",
        "T_world_camera",
        "K",
        "visible_px",
        "joints_world",
        "hydra12",
        "echo12",
        "plucker",
        "caption",
        "events",
        "meta",
    )
    for batch in dataset.stream(None, 5, names, stride=3, hop=2, seed=4):
        clip, start = dataset.clip(batch["clip_id"]), batch["start"]
        number, frames = number_of(batch["clip_id"]), list(range(start, start + 13, 3))
        assert [clip_and_frame(mask) for mask in batch["mask"]] == [(number, frame) for frame in frames]
        np.testing.assert_array_equal(batch["rgb"], np.array(list(clip.rgb()))[frames])
        arrays = arrays_of(number, shape)
        np.testing.assert_array_equal(batch["T_world_camera"], arrays["T_world_camera"][frames])
        np.testing.assert_array_equal(batch["visible_px"], arrays["visible_px"][:, frames])
        np.testing.assert_array_equal(batch["joints_world"], arrays["joints_world"][:, frames])
        camera, lens = arrays["T_world_camera"][frames], arrays["K"][frames]
        np.testing.assert_allclose(batch["hydra12"], hydra12(camera), atol=1e-6)
        np.testing.assert_allclose(batch["echo12"], echo12(camera), atol=1e-6)
        np.testing.assert_allclose(batch["plucker"], plucker(camera, lens, *shape.size), atol=1e-6)
        assert batch["caption"] == f"clip {number}"
        assert batch["events"] == [event.model_dump() for event in events_of(number, shape)]
        assert batch["meta"] == clip.meta.model_dump()


def test_context_and_target_follow_each_other_and_poses_refer_to_the_target(dataset: Dataset, shape: Shape) -> None:
    for sample in dataset.stream(None, "10+6", ("mask", "state", "time_s", "hydra12"), hop=4):
        number, start = number_of(sample["clip_id"]), sample["start"]
        assert [clip_and_frame(m)[1] for m in sample["context"]["mask"]] == list(range(start, start + 10))
        assert [clip_and_frame(m)[1] for m in sample["target"]["mask"]] == list(range(start + 10, start + 16))
        assert sample["context"]["state"].shape == (shape.subjects[number % 3], 10)
        together = np.concatenate([sample["context"]["hydra12"], sample["target"]["hydra12"]])
        camera = arrays_of(number, shape)["T_world_camera"][start : start + 16]
        np.testing.assert_allclose(together, hydra12(camera, reference=10), atol=1e-6)
        np.testing.assert_allclose(sample["target"]["hydra12"][0], np.eye(4)[:3].reshape(12), atol=1e-6)


def test_a_batch_fills_up_clips_with_fewer_subjects_and_joints(dataset: Dataset) -> None:
    (batch,) = dataset.stream(13, 24, ("joints_world", "state", "visible_px"), shuffle=False)
    assert batch["joints_world"].shape == (13, 3, 24, 5, 3)
    one = batch["joints_world"][0]  # 1 subject with 3 joints
    assert np.isnan(one[1:]).all()
    assert np.isnan(one[0, :, 3:]).all()
    assert (one[0, :, :3] == 0).all()
    assert (batch["state"][0, 1:] == 255).all()
    assert (batch["visible_px"][0, 1:] == 0).all()


def test_clips_of_several_sizes_make_no_batch(tmp_path: Path, dataset: Dataset) -> None:
    small = make_dataset(tmp_path / "small", Shape(clips=1, size=(32, 32)))
    big = dataset.stream(1, 24, ("mask",))
    samples = [next(iter(d.stream(None, 24, ("mask",)))) for d in (dataset, hm.open(small))]
    from hmworld.dataset.stream.modalities import collate

    with pytest.raises(DatasetError, match=r"mask: clips of several sizes \(32x32, 48x32\) do not make a batch; choose some with filter"):
        collate(samples)
    assert len(big) == 13


@pytest.mark.parametrize("shuffle", ["global", "blocks", "none"])
def test_an_epoch_is_the_whole_and_the_next_one_is_another(uniform: Dataset, shuffle: str) -> None:
    stream = uniform.stream(1, 8, ("time_s",), shuffle=shuffle, block=2, seed=5)  # type: ignore[arg-type]
    epochs = [seen(stream) for _ in range(2)]
    everything = {(clip.clip_id, start) for clip in uniform for start in (0, 8, 16)}
    assert [len(epoch) for epoch in epochs] == [69, 69]
    assert all(set(epoch) == everything for epoch in epochs)
    assert (epochs[0] == epochs[1]) == (shuffle == "none")
    again = uniform.stream(1, 8, ("time_s",), shuffle=shuffle, block=2, seed=5)  # type: ignore[arg-type]
    again.set_epoch(1)
    assert seen(again) == epochs[1]
    if shuffle == "blocks":
        shards = [uniform.clip(clip).row["shard"] for clip, _ in epochs[0]]
        assert len(set(shards[:24])) == 2
        assert len(set(shards[:9])) == 2


@pytest.mark.parametrize("world", [1, 2, 3, 5, 16])
@pytest.mark.parametrize("workers", [1, 2, 3, 4])
def test_ranks_and_workers_share_an_epoch(uniform: Dataset, monkeypatch: pytest.MonkeyPatch, world: int, workers: int) -> None:
    def run(rank: int, worker: int) -> list[list[tuple[str, int]]]:
        monkeypatch.setattr("hmworld.dataset.stream.stream._worker", lambda: (worker, workers))
        return [seen([batch]) for batch in uniform.stream(2, 8, ("time_s",), seed=1, rank=rank, world_size=world)]  # type: ignore[arg-type]

    whole = seen(uniform.stream(1, 8, ("time_s",), seed=1))
    in_order: dict[int, list[tuple[str, int]]] = {}
    for rank in range(world):
        batches = [run(rank, worker) for worker in range(workers)]
        # As torch's loader hands them on: one of each worker in turn.
        turns = [batches[k % workers][k // workers] for k in range(sum(map(len, batches)))]
        assert len(turns) == len(whole) // (2 * world)
        for step, batch in enumerate(turns):
            in_order[step * world + rank] = batch
    together = [unit for k in sorted(in_order) for unit in in_order[k]]
    assert together == whole[: len(together)]


@pytest.mark.parametrize("worlds", [(1, 1), (4, 4), (4, 3), (2, 16), (16, 1)])
@pytest.mark.parametrize("steps", [0, 1, 3])
def test_a_resumed_run_goes_on_in_the_same_order(uniform: Dataset, worlds: tuple[int, int], steps: int) -> None:
    def ranks(world: int) -> list[Stream]:
        return [uniform.stream(1, 8, ("time_s",), seed=9, rank=rank, world_size=world) for rank in range(world)]

    whole = seen(uniform.stream(1, 8, ("time_s",), seed=9))
    before, states, taken = ranks(worlds[0]), [], []
    running = [iter(stream) for stream in before]
    for _ in range(steps):
        for one in running:
            taken += seen([next(one)])  # type: ignore[arg-type]
    states = [json.loads(json.dumps(stream.state_dict())) for stream in before]
    assert all(state == states[0] for state in states)
    after = ranks(worlds[1])
    for stream in after:
        stream.load_state_dict(states[0])
    rest = [list(stream) for stream in after]
    assert len({len(batches) for batches in rest}) == 1
    taken += [unit for step in zip(*rest, strict=True) for unit in seen(step)]  # type: ignore[arg-type]
    assert taken == whole[: len(taken)]
    assert len(whole) - len(taken) < worlds[1]
    # And with the next epoch after it.
    assert all(stream.epoch == 1 and stream.done == 0 for stream in after)


def test_a_stream_goes_on_where_its_copy_was(uniform: Dataset) -> None:
    stream = uniform.stream(2, 8, ("time_s",), seed=2)
    running = iter(stream)
    next(running)
    next(running)
    other = pickle.loads(pickle.dumps(stream))
    assert seen(other) == seen(running)
    assert copy.copy(stream).state_dict() == stream.state_dict()


def test_what_was_read_ahead_is_not_yet_through(uniform: Dataset) -> None:
    plain, ahead = (uniform.stream(2, 8, ("mask", "caption"), seed=2, read_ahead=n) for n in (0, 5))
    running = iter(ahead)
    first = [next(running) for _ in range(3)]
    assert ahead.state_dict()["done"] == 6
    resumed = uniform.stream(2, 8, ("mask", "caption"), seed=2, resume=ahead.state_dict())
    assert seen(iter(first)) + seen(resumed) == seen(plain)
    assert seen(iter(first)) + seen(running) == seen(uniform.stream(2, 8, ("mask", "caption"), seed=2))


@pytest.mark.parametrize("change", [{"seed": 3}, {"window": 6}, {"hop": 2}, {"shuffle": "none"}, {"spanning": "random"}])
def test_a_state_of_something_else_is_refused(uniform: Dataset, change: dict[str, Any]) -> None:
    given = {"window": 8, "modalities": ("time_s",), "seed": 2}
    state = uniform.stream(2, **given).state_dict()
    with pytest.raises(UsageError, match="it is of other clips, windows or another seed"):
        uniform.stream(2, **{**given, **change}, resume=state)
    with pytest.raises(UsageError, match=r"other clips.*\(69 windows there, 60 here\)"):
        uniform.select(range(20)).stream(2, **given, resume=state)
    with pytest.raises(UsageError, match="expected format 1"):
        uniform.stream(2, **given, resume={"epoch": 1})
    assert uniform.stream(7, **given, resume=state).state_dict() == state


@pytest.mark.parametrize("spanning", ["entry", "absence", "cut"])
def test_windows_about_absences_show_them(dataset: Dataset, shape: Shape, spanning: str) -> None:
    window = "7+7" if spanning == "cut" else 14
    stream = dataset.stream(None, window, ("time_s",), spanning=spanning, margin=2, seed=1)  # type: ignore[arg-type]
    starts = set()
    for _ in range(12):
        found = []
        for sample in stream:
            start, events = sample["start"], events_of(number_of(sample["clip_id"]), shape)
            starts.add(start)
            fitting = [
                (e.last_visible_frame, e.entry_frame)
                for e in events
                if {
                    "entry": start <= e.entry_frame - 2 and e.entry_frame + 2 < start + 14,
                    "absence": start + 2 <= e.last_visible_frame and e.entry_frame + 2 < start + 14,
                    "cut": start + 2 <= e.last_visible_frame < start + 7 <= e.entry_frame < start + 12,
                }[spanning]
            ]
            assert fitting
            found.append(number_of(sample["clip_id"]))
        assert len(found) + stream.left_out == 13  # absences of all clips: 5 x 1 + 4 x 2
    assert len(starts) > 3


def test_windows_that_never_fit_are_told(dataset: Dataset) -> None:
    with pytest.raises(UsageError, match=r"no window of 25 frames with spanning='grid' in any of its clips, which have up to 24"):
        dataset.stream(1, 25)
    with pytest.raises(UsageError, match="no window of 4 frames with spanning='absence'"):
        dataset.stream(1, 4, spanning="absence")


@pytest.mark.parametrize(
    ("given", "told"),
    [
        ({"window": "77+"}, "window is '77\\+'; expected a number of frames such as 81"),
        ({"window": 0}, "window is 0"),
        ({"window": 8, "stride": 0}, "stride is 0"),
        ({"batch_size": 0}, "batch_size is 0; expected a whole number of 1 or more"),
        ({"rank": 2, "world_size": 2}, "rank is 2; expected 0 to 1"),
        ({"modalities": ("rgb", "colour")}, "modalities are .*; expected a list of some of rgb, mask"),
        ({"modalities": "rgb"}, "expected a list"),
        ({"spanning": "exit"}, "spanning is 'exit'; expected one of grid"),
        ({"spanning": "cut"}, "spanning='cut' needs a window of two parts"),
        ({"shuffle": "often"}, "shuffle is 'often'"),
        ({"decoder": "cv2"}, "decoder is 'cv2'"),
        ({"on_error": "ignore"}, "on_error is 'ignore'"),
        ({"remainder": "keep"}, "remainder is 'keep'"),
        ({"seed": -1}, "seed is -1"),
        ({"hop": 0}, "hop is 0"),
        ({"seed": 2**64}, "seed is 18446744073709551616; expected a whole number"),
        ({"batch_size": 2.5}, "batch_size is 2.5; expected a whole number"),
        ({"stride": 10**30}, "stride is 10{30}; expected a whole number"),
    ],
)
def test_arguments_that_cannot_be_are_told(dataset: Dataset, given: dict[str, Any], told: str) -> None:
    with pytest.raises(UsageError, match=told):
        dataset.stream(**{"window": 8, "batch_size": 2, **given})


def test_too_few_windows_for_a_step_are_told_rather_than_none_given(dataset: Dataset) -> None:
    with pytest.raises(UsageError, match="13 windows do not make one step of 4 ranks with batches of 4"):
        next(iter(dataset.stream(4, 24, ("time_s",), world_size=4)))
    assert len(list(dataset.stream(4, 24, ("time_s",), world_size=4, remainder="repeat"))) == 1


@pytest.fixture
def damaged(synthetic: Path, tmp_path: Path) -> Dataset:
    """A dataset whose second shard is cut off after its first clip."""
    root = tmp_path / "damaged"
    shutil.copytree(synthetic, root)
    with (root / "shards/train-000001.tar").open("r+b") as file:
        file.truncate(hm.open(root)[6].row["shard_offset"] + 100)
    return hm.open(root)


def test_a_damaged_clip_ends_a_stream_by_name(damaged: Dataset) -> None:
    with pytest.raises(DatasetError, match=r"clip 0{19}[6-9]: .*train-000001.tar: ends after [0-9]+ bytes"):
        list(damaged.stream(2, 24, ("mask",)))


@pytest.mark.parametrize("batch_size", [None, 1, 3])
@pytest.mark.parametrize("read_ahead", [0, 3])
def test_damaged_clips_may_be_skipped_and_are_counted(damaged: Dataset, read_ahead: int, batch_size: int | None) -> None:
    stream = damaged.stream(batch_size, 24, ("mask",), on_error="skip", read_ahead=read_ahead, seed=1)
    batches = list(stream)
    assert len(batches) == 13 // (batch_size or 1)
    masks = [mask for batch in batches for mask in (batch["mask"] if batch_size else [batch["mask"]])]
    found = [clip_and_frame(mask[0])[0] for mask in masks]
    assert len(found) == len(batches) * (batch_size or 1)
    # In the place of each of the four that are lost stands what comes next in the order and can be read.
    order = [number_of(c) for b in damaged.stream(1, 24, ("time_s",), shuffle="none", check=False, on_error="skip") for c in b["clip_id"]]
    assert set(order) == set(found) == {0, 1, 2, 3, 4, 5, 10, 11, 12}
    assert stream.skipped == sum(batch["skipped"] for batch in batches) >= 4
    for batch in batches if batch_size else []:
        assert [number_of(c) for c in batch["clip_id"]] == [clip_and_frame(m[0])[0] for m in batch["mask"]]
    with pytest.raises(DatasetError, match="2 clips in a row cannot be read"):
        list(damaged.select([7, 8]).stream(1, 24, ("mask",), on_error="skip"))


def rewritten(root: Path, change: Callable[[list[dict[str, Any]]], list[dict[str, Any]]]) -> None:
    rows = pq.read_table(root / "manifest.parquet").to_pylist()
    write_rows(root / "manifest.parquet", change(rows), MANIFEST)


def test_a_manifest_that_is_replaced_while_a_dataset_is_open_is_told(synthetic: Path, tmp_path: Path) -> None:
    root = tmp_path / "replaced"
    shutil.copytree(synthetic, root)
    chosen = hm.open(root).filter("caption == 'clip 7'")
    stream = chosen.stream(None, 24, ("caption",))
    rewritten(root, lambda rows: rows[::-1])
    with pytest.raises(DatasetError, match=r"manifest.parquet: has changed since the dataset was opened; open it anew"):
        list(stream)
    assert [s["caption"] for s in hm.open(root).filter("caption == 'clip 7'").stream(None, 24, ("caption",))] == ["clip 7"]


def test_a_row_that_points_at_another_clip_is_told(synthetic: Path, tmp_path: Path) -> None:
    root = tmp_path / "crossed"
    shutil.copytree(synthetic, root)

    def cross(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
        rows[3]["members"], rows[4]["members"] = rows[4]["members"], rows[3]["members"]
        return rows

    rewritten(root, cross)
    with pytest.raises(DatasetError, match="clip 0{19}3: its json is that of clip 0{19}4"):  # noqa: RUF043
        list(hm.open(root).select([3]).stream(1, 24, ("caption",)))
    with pytest.raises(DatasetError, match="its json is that of clip"):
        _ = hm.open(root)[3].meta


def test_a_manifest_of_another_dataset_is_told(synthetic: Path, tmp_path: Path) -> None:
    root = tmp_path / "shorter"
    shutil.copytree(synthetic, root)
    rewritten(root, lambda rows: rows[:-1])
    with pytest.raises(DatasetError, match=r"manifest.parquet has \d+ clips, dataset.json says \d+; they are of different datasets"):
        list(hm.open(root).stream(1, 24, ("time_s",)))


@pytest.mark.parametrize(("size", "told"), [(10**15, "the shard is truncated"), (-5, "the manifest has -5 bytes at [0-9]+ of it")])
def test_places_that_cannot_be_are_told(synthetic: Path, tmp_path: Path, size: int, told: str) -> None:
    root = tmp_path / "places"
    shutil.copytree(synthetic, root)

    def change(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
        (member,) = [m for m in rows[2]["members"] if m["name"] == "npz"]
        member["size"] = size
        return rows

    rewritten(root, change)
    with pytest.raises(DatasetError, match=told):
        list(hm.open(root).select([2]).stream(1, 24, ("time_s",)))
    with pytest.raises(DatasetError, match=told):
        hm.open(root)[2].member("npz")


def test_one_digest_that_is_not_there_leaves_the_others(synthetic: Path, tmp_path: Path) -> None:
    root = tmp_path / "without"
    shutil.copytree(synthetic, root)

    def forget(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
        rows[12]["members"][0]["xxh3"] = None
        return rows

    rewritten(root, forget)
    where = hm.open(root)[3].where("txt")
    with (root / where.path).open("r+b") as file:
        file.seek(where.offset)
        file.write(b"X")
    with pytest.raises(DatasetError, match="txt is damaged"):
        list(hm.open(root).select([3]).stream(1, 24, ("raw",)))
    assert len(list(hm.open(root).select([12]).stream(1, 24, ("raw",)))) == 1


@pytest.mark.parametrize("spanning", ["entry", "absence", "cut"])
def test_a_stride_never_steps_over_an_absence(tmp_path: Path, spanning: str) -> None:
    shape = Shape(clips=4, frames=60, subjects=(1,), absences=(((30, 32),), ((28, 31),), ((25, 29),), ((20, 40),)))
    dataset = hm.open(make_dataset(tmp_path / "set", shape))
    window = "8+8" if spanning == "cut" else 16
    stream = dataset.stream(None, window, ("visible_px",), spanning=spanning, stride=3, margin=1, seed=2)  # type: ignore[arg-type]
    assert stream.left_out == 2
    for _ in range(30):
        for sample in stream:
            ((gone, back),) = shape.absences[number_of(sample["clip_id"])]
            frames = list(range(sample["start"], sample["start"] + 46, 3))
            assert any(gone < f < back for f in frames)
            assert any(f >= back for f in frames)
            assert spanning == "entry" or any(f <= gone for f in frames)
            if spanning == "cut":
                assert any(f <= gone for f in frames[:8])
                assert any(f >= back for f in frames[8:])


def test_a_state_hangs_on_windows_and_shards_and_nothing_else(synthetic: Path, shape: Shape, tmp_path: Path, uniform: Dataset) -> None:
    given = {"modalities": ("time_s",), "seed": np.int64(3)}
    state = hm.open(synthetic).stream(1, 14, spanning="absence", **given).state_dict()
    other = make_dataset(tmp_path / "events", replace(shape, absences=(((5, 13),), (), ((4, 9), (11, 18)))))
    with pytest.raises(UsageError, match="it is of other clips"):
        hm.open(other).stream(1, 14, spanning="absence", resume=state, **given)
    given["seed"] = 3
    same = hm.open(synthetic).stream(1, 14, spanning="absence", hop=3, block=2, resume=state, **given)
    assert same.state_dict() == state
    packed = make_dataset(tmp_path / "packed", Shape(clips=23, subjects=(1,), clips_per_shard=5))
    blocks = uniform.stream(1, 8, shuffle="blocks", **given).state_dict()
    with pytest.raises(UsageError, match="it is of other clips"):
        hm.open(packed).stream(1, 8, shuffle="blocks", resume=blocks, **given)
    mixed = uniform.stream(1, 8, **given).state_dict()
    assert hm.open(packed).stream(1, 8, resume=mixed, **given).state_dict() == mixed
    for wrong in ({"done": -5}, {"epoch": -1}, {"done": "3"}):
        with pytest.raises(UsageError, match="expected whole numbers of 0 or more"):
            uniform.stream(1, 8, resume={**mixed, **wrong}, **given)


def test_a_changed_byte_is_found_unless_checks_are_off(synthetic: Path, tmp_path: Path) -> None:
    root = tmp_path / "changed"
    shutil.copytree(synthetic, root)
    where = hm.open(root)[3].where("txt")
    with (root / where.path).open("r+b") as file:
        file.seek(where.offset)
        file.write(b"C")
    stream = hm.open(root).select([3])
    with pytest.raises(DatasetError, match=r"clip 0{19}3: txt is damaged"):
        list(stream.stream(1, 24, ("raw",)))
    (batch,) = stream.stream(1, 24, ("raw",), check=False)
    assert bytes(batch["raw"][0]["txt"]) == b"Clip 3"


def test_a_manifest_that_changed_since_is_no_silent_change_of_order(synthetic: Path, tmp_path: Path) -> None:
    root = tmp_path / "changed"
    shutil.copytree(synthetic, root)
    state = hm.open(root).stream(2, 8, ("time_s",)).state_dict()
    other = make_dataset(tmp_path / "other", Shape(clips=14))
    shutil.copy(other / "manifest.parquet", root / "manifest.parquet")
    with pytest.raises(UsageError, match="it is of other clips"):
        hm.open(root).stream(2, 8, ("time_s",), resume=state)


def test_a_stream_behind_a_url_is_in_blocks_and_read_ahead(synthetic: Path) -> None:
    fsspec.filesystem("memory").put(str(synthetic), "/stream/set", recursive=True)
    far, near = hm.open("memory://stream/set"), hm.open(synthetic)
    stream = far.stream(2, 12, ("mask", "rgb", "caption"), block=1, seed=3)
    expected = near.stream(2, 12, ("mask", "rgb", "caption"), block=1, seed=3, shuffle="blocks")
    for one, other in zip(stream, expected, strict=True):
        assert one["clip_id"] == other["clip_id"]
        np.testing.assert_array_equal(one["mask"], other["mask"])
        np.testing.assert_array_equal(one["rgb"], other["rgb"])
