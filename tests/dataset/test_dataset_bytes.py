"""Bytes on disk: tars that anyone reads, a store where the first wins, arrays that are checked, tables that are equal."""

import hashlib
import io
import tarfile
import threading

import numpy as np
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hmworld.catalog import default_catalog
from hmworld.dataset import LocalStore, PlanFile, PlanRow, write_plan
from hmworld.dataset.cards import read_motion, read_scene_card, read_subject_card, write_cards
from hmworld.dataset.clipfiles import check_arrays, pack_arrays, unpack_arrays
from hmworld.dataset.shards import manifest_rows, publish_shard, shard_name
from hmworld.dataset.staging import ClipResult, read_result, result_name, stage_fragment, stage_result
from hmworld.dataset.store import sha256_file
from hmworld.dataset.tables import MANIFEST, PLAN, REJECTS, event_rows, to_parquet
from hmworld.dataset.tar import end_of_archive, fragment, read_member
from hmworld.errors import DatasetError, StorageError
from hmworld.model import Event, Recipe, clip_id
from hmworld.model.sample import NPZ_ARRAYS
from hmworld.plan.names import resolve_names
from hmworld.plan.sample import sample

FILES = [("a.json", b'{"x":1}'), ("a.mp4", bytes(range(256)) * 5), ("a.txt", b""), ("a.npz", b"z" * 512)]


# --- tar


@settings(deadline=None, database=None, max_examples=60)
@given(st.lists(st.binary(max_size=1600), min_size=1, max_size=5))
def test_a_fragment_with_an_end_is_a_tar_and_its_offsets_point_at_the_data(contents):
    files = [(f"key{n}.bin", data) for n, data in enumerate(contents)]
    data, members = fragment(files)
    archive = data + end_of_archive(len(data))
    assert len(archive) % tarfile.RECORDSIZE == 0
    with tarfile.open(fileobj=io.BytesIO(archive)) as tar:
        entries = tar.getmembers()
        assert [(e.name, tar.extractfile(e).read()) for e in entries] == files
        assert [(e.name, e.offset_data, e.size) for e in entries] == [(m.name, m.offset, m.size) for m in members]
        assert {(e.mtime, e.uid, e.gid, e.uname, e.gname, e.mode) for e in entries} == {(0, 0, 0, "", "", 0o644)}
    for member, (_, content) in zip(members, files, strict=True):
        assert archive[member.offset : member.offset + member.size] == content


def test_equal_members_give_equal_bytes_and_fragments_join_into_one_tar():
    assert fragment(FILES) == fragment(FILES)
    first, _ = fragment(FILES)
    second, _ = fragment([("b.json", b"{}")])
    joined = first + second + end_of_archive(len(first) + len(second))
    with tarfile.open(fileobj=io.BytesIO(joined)) as tar:
        assert tar.getnames() == ["a.json", "a.mp4", "a.txt", "a.npz", "b.json"]


@settings(deadline=None, database=None, max_examples=50)
@given(st.integers(0, 200).map(lambda blocks: blocks * 512))
def test_the_end_of_an_archive_is_at_least_two_zero_blocks_up_to_a_record(length):
    tail = end_of_archive(length)
    assert set(tail) == {0}
    assert 1024 <= len(tail) < 1024 + tarfile.RECORDSIZE
    assert (length + len(tail)) % tarfile.RECORDSIZE == 0


def test_a_member_beyond_the_end_of_a_shard_is_refused(tmp_path):
    path = tmp_path / "s.tar"
    path.write_bytes(b"0123456789")
    assert read_member(path, 2, 3) == b"234"
    with pytest.raises(DatasetError, match=r"s\.tar: ends after 10 bytes, expected 12; the shard is truncated"):
        read_member(path, 8, 4)
    with pytest.raises(DatasetError, match="shard cannot be read"):
        read_member(tmp_path / "absent.tar", 0, 1)


# --- store


def files_below(folder):
    return sorted(str(p.relative_to(folder)) for p in folder.rglob("*") if p.is_file())


def test_the_first_to_publish_wins_and_the_second_is_told(tmp_path):
    store = LocalStore(tmp_path)
    assert store.publish_if_absent("a/b.bin", [b"one", b"", b"two"]) is True
    assert store.publish_if_absent("a/b.bin", [b"other"]) is False
    assert store.read("a/b.bin") == b"onetwo"
    assert files_below(tmp_path) == ["a/b.bin"]


def test_of_many_at_once_exactly_one_publishes_whole(tmp_path):
    store, start = LocalStore(tmp_path), threading.Barrier(8)
    outcomes = {}

    def chunks(number):
        yield bytes([number]) * 1000
        yield bytes([number]) * 1000

    def publish(number):
        start.wait()
        outcomes[number] = store.publish_if_absent("x", chunks(number))

    threads = [threading.Thread(target=publish, args=(n,)) for n in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    (winner,) = [number for number, won in outcomes.items() if won]
    assert store.read("x") == bytes([winner]) * 2000
    assert files_below(tmp_path) == ["x"]


@pytest.mark.parametrize("name", ["", ".", "/etc/x", "../x", "a/../../x", "a/.."])
def test_a_name_that_leaves_the_store_is_refused(tmp_path, name):
    store = LocalStore(tmp_path / "store")
    for act in (
        lambda: store.publish_if_absent(name, [b""]),
        lambda: store.replace(name, b""),
        lambda: store.read(name),
        lambda: store.remove(name),
    ):
        with pytest.raises(ValueError, match="stays inside its store"):
            act()
    assert files_below(tmp_path) == []


def test_chunks_that_fail_half_way_leave_nothing_behind(tmp_path):
    store = LocalStore(tmp_path)

    def failing():
        yield b"half"
        raise RuntimeError("lost the other half")

    with pytest.raises(RuntimeError, match="other half"):
        store.publish_if_absent("a/x", failing())
    assert files_below(tmp_path) == []
    assert store.exists("a/x") is False
    assert store.publish_if_absent("a/x", [b"whole"]) is True


def test_replacing_and_removing_are_whole(tmp_path):
    store = LocalStore(tmp_path)
    store.replace("p", b"1")
    store.replace("p", b"22")
    assert store.read("p") == b"22"
    assert sha256_file(store.path("p")) == (hashlib.sha256(b"22").hexdigest(), 2)
    store.remove("p")
    store.remove("p")
    assert files_below(tmp_path) == []


def test_a_place_that_cannot_be_written_is_a_storage_error_with_advice(tmp_path):
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(StorageError, match=r"cannot be written: .*; check the folder"):
        LocalStore(tmp_path).publish_if_absent("file/x", [b"1"])


# --- arrays


def arrays(subjects=2, frames=5, joints=7):
    sizes = {"S": subjects, "T": frames, "J": joints}
    rng = np.random.default_rng(8)
    return {
        name: (rng.uniform(0, 3, [sizes.get(letter) or int(letter) for letter in shape])).astype(dtype)
        for name, (dtype, shape) in NPZ_ARRAYS.items()
    }


def test_arrays_come_back_as_they_were_packed_in_equal_bytes():
    original = arrays()
    original["joints_world"][1, :, 3:] = np.nan
    data = pack_arrays(original)
    assert pack_arrays(dict(reversed(original.items()))) == data
    back = unpack_arrays(data)
    assert list(back) == list(NPZ_ARRAYS)
    for name, array in original.items():
        np.testing.assert_array_equal(back[name], array)
        assert back[name].dtype == array.dtype


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        (lambda a: a.pop("K"), "npz: K: missing"),
        (lambda a: a.update(extra=np.zeros(1)), "npz: extra: unknown array"),
        (lambda a: a.update(state=a["state"].astype(np.int64)), "npz: state: expected uint8, got int64"),
        (lambda a: a.update(time_s=a["time_s"][:-1]), "npz: time_s: expected shape (T=5), got (4,)"),
        (lambda a: a.update(box2d=a["box2d"][:1]), "npz: box2d: expected shape (S=2, T=5, 4), got (1, 5, 4)"),
        (lambda a: a.update(K=a["K"][:, :2]), "npz: K: expected shape (T=5, 3, 3), got (5, 2, 3)"),
        (lambda a: a.update(visible_px=a["visible_px"][0]), "npz: visible_px: expected shape (S=2, T=5), got (5,)"),
    ],
)
def test_what_is_wrong_with_arrays_is_named(change, problem):
    changed = arrays()
    assert check_arrays(changed) == []
    change(changed)
    assert check_arrays(changed) == [problem]
    with pytest.raises(ValueError, match="npz: "):
        pack_arrays(changed)


@pytest.mark.parametrize("data", [b"", b"this is no npz"])
def test_bytes_that_are_no_npz_are_a_dataset_error(data):
    with pytest.raises(DatasetError, match="npz of the sample cannot be read"):
        unpack_arrays(data)


# --- tables and the plan


EVENT = Event(
    kind="absence", subject=1, last_visible_frame=3, exit_frame=4, return_frame=9, entry_frame=9, exit_time_s=0.25, exit_side="left"
)


def reject(candidate, reason):
    return {
        "phase": "forecast",
        "candidate": candidate,
        "row": -1,
        "clip_id": "",
        "scene": "s",
        "reason": reason,
        "detail": "",
        "events": event_rows([EVENT]),
    }


def test_equal_rows_give_equal_parquet_that_reads_back():
    rows = [reject(k, "no_event") for k in range(20)]
    data = to_parquet(rows, REJECTS, {"b": "2", "a": "1"})
    assert to_parquet(rows, REJECTS, {"a": "1", "b": "2"}) == data
    table = pq.read_table(io.BytesIO(data))
    assert table.to_pylist() == rows
    assert (table.schema.metadata[b"a"], table.schema.metadata[b"b"]) == (b"1", b"2")
    assert Event(**table.to_pylist()[0]["events"][0]) == EVENT


def test_empty_tables_keep_their_columns():
    for schema in (PLAN, REJECTS, MANIFEST):
        assert pq.read_table(io.BytesIO(to_parquet([], schema))).schema.names == schema.names


def test_the_event_column_holds_every_field_of_an_event():
    assert {field.name for field in REJECTS.field("events").type.value_type} == set(Event.model_fields)


@pytest.fixture
def plan_rows():
    recipe = Recipe(name="rows", clips=3, render={"frames": 8, "context_frames": 4})
    names = resolve_names(recipe, default_catalog())
    rows = []
    for k in range(3):
        spec = sample(recipe, default_catalog(), names, k)
        states = np.arange(len(spec.subjects) * 8, dtype=np.uint8).reshape(-1, 8) % 4
        rows.append(PlanRow(k, 10 + k, "train", spec, (EVENT,) * k, states))
    return recipe, rows


def test_a_plan_reads_back_as_it_was_written_and_twice_to_the_same_bytes(tmp_path, plan_rows):
    recipe, rows = plan_rows
    for folder in ("one", "two"):
        write_plan(tmp_path / folder, recipe, rows, 13, [reject(0, "no_event"), reject(1, "off_stage"), reject(2, "no_event")])
    assert (tmp_path / "one" / "plan.parquet").read_bytes() == (tmp_path / "two" / "plan.parquet").read_bytes()
    plan = PlanFile(tmp_path / "one")
    assert (len(plan), plan.recipe, plan.candidates) == (3, recipe, 13)
    assert plan.candidates_rejected == {"no_event": 2, "off_stage": 1}
    assert plan.clip_ids == [clip_id(row.spec) for row in rows]
    for got, row in zip(plan.rows([2, 0]), [rows[2], rows[0]], strict=True):
        assert (got.row, got.candidate, got.split, got.spec, got.forecast_events) == (
            row.row,
            row.candidate,
            row.split,
            row.spec,
            row.forecast_events,
        )
        np.testing.assert_array_equal(got.forecast_states, row.forecast_states)


def test_a_plan_whose_ids_are_not_those_of_its_specs_is_refused(tmp_path, plan_rows):
    recipe, rows = plan_rows
    write_plan(tmp_path, recipe, rows, 3, [])
    table = pq.read_table(tmp_path / "plan.parquet")
    ids = [*table.column("clip_id").to_pylist()[:2], "0" * 20]
    pq.write_table(table.set_column(table.column_names.index("clip_id"), "clip_id", [ids]), tmp_path / "plan.parquet")
    assert len(PlanFile(tmp_path).rows([0, 1])) == 2
    with pytest.raises(DatasetError, match="row 2: clip_id is not that of its spec"):
        PlanFile(tmp_path).rows([2])


def test_what_is_no_plan_is_refused_with_what_to_do(tmp_path):
    with pytest.raises(DatasetError, match=r"plan cannot be read.*make one with `hmworld plan`"):
        PlanFile(tmp_path)
    (tmp_path / "plan.parquet").write_bytes(b"PAR?")
    with pytest.raises(DatasetError, match="plan cannot be read"):
        PlanFile(tmp_path)
    (tmp_path / "plan.parquet").write_bytes(to_parquet([], PLAN))
    with pytest.raises(DatasetError, match="is not a plan of hmworld"):
        PlanFile(tmp_path)


# --- staging and shards


def staged(store, number, extra=b""):
    key = f"clip{number}"
    files = [(f"{key}.json", b'{"n":%d}' % number), (f"{key}.mask.mkv", bytes([number]) * (700 + number) + extra)]
    main = stage_fragment(store, f"render{number}", "main", *fragment(files))
    depth = stage_fragment(store, f"render{number}", "depth", *fragment([(f"{key}.depth.mkv", b"d" * number)]))
    return ClipResult(
        render_id=f"render{number}",
        clip_id=key,
        row=number,
        candidate=number,
        scene="s",
        reject_reason="",
        events=(EVENT,),
        forecast_events=(),
        engine_name="e",
        engine_build="b",
        fragments=(main, depth),
        manifest={"clip_id": key},
    )


def test_a_shard_is_its_clips_in_order_and_the_manifest_points_into_it(tmp_path):
    store = LocalStore(tmp_path)
    kept = [staged(store, n) for n in (4, 2, 9)]
    shards = {stream: publish_shard(store, "train", 3, stream, range(10), kept) for stream in ("main", "depth")}
    assert shards["main"].path == "shards/train-000003.tar" == shard_name("train", 3, "main")
    assert shards["depth"].path == "depth/train-000003.tar"
    assert (shards["main"].first_row, shards["main"].last_row, shards["main"].clips) == (0, 10, 3)
    data = store.read(shards["main"].path)
    assert (shards["main"].sha256, shards["main"].bytes) == (hashlib.sha256(data).hexdigest(), len(data))
    with tarfile.open(fileobj=io.BytesIO(data)) as tar:
        inside = {m.name: tar.extractfile(m).read() for m in tar.getmembers()}
    assert list(inside) == [f"clip{n}.{kind}" for n in (4, 2, 9) for kind in ("json", "mask.mkv")]
    rows = manifest_rows(kept, "train", 3, ["main", "depth"])
    assert [row["clip_id"] for row in rows] == ["clip4", "clip2", "clip9"]
    for row, n in zip(rows, (4, 2, 9), strict=True):
        assert [(m["stream"], m["name"]) for m in row["members"]] == [("main", "json"), ("main", "mask.mkv"), ("depth", "depth.mkv")]
        for m in row["members"]:
            content = read_member(tmp_path / m["shard"], m["offset"], m["size"])
            assert content == (inside[f"clip{n}.{m['name']}"] if m["stream"] == "main" else b"d" * n)
        alone = data[row["shard_offset"] : row["shard_offset"] + row["shard_bytes"]]
        with tarfile.open(fileobj=io.BytesIO(alone + end_of_archive(len(alone)))) as tar:
            assert tar.getnames() == [f"clip{n}.json", f"clip{n}.mask.mkv"]


def test_a_range_of_rows_without_kept_clips_has_no_shard(tmp_path):
    assert publish_shard(LocalStore(tmp_path), "train", 0, "main", range(4), []) is None
    assert files_below(tmp_path) == []


def test_a_damaged_fragment_stops_its_shard_and_leaves_none(tmp_path):
    store = LocalStore(tmp_path)
    kept = [staged(store, 1), staged(store, 2)]
    store.replace(kept[1].fragments[0].path, b"damaged")
    with pytest.raises(DatasetError, match="staged clip is missing or damaged"):
        publish_shard(store, "train", 0, "main", range(2), kept)
    store.remove(kept[1].fragments[0].path)
    with pytest.raises(DatasetError, match="staged clip is missing or damaged"):
        publish_shard(store, "train", 0, "main", range(2), kept)
    assert not [name for name in files_below(tmp_path) if name.startswith("shards")]


def test_a_clip_is_done_when_its_record_is_there_and_a_broken_record_is_not_one(tmp_path):
    store = LocalStore(tmp_path)
    assert read_result(store, "render5") is None
    result = staged(store, 5)
    assert read_result(store, "render5") is None
    stage_result(store, result)
    assert read_result(store, "render5") == result
    store.replace(result_name("render5"), b'{"half": ')
    assert read_result(store, "render5") is None
    assert not store.exists(result_name("render5"))


# --- cards


def test_a_dataset_carries_its_cards_and_checks_its_motions(tmp_path):
    catalog = default_catalog()
    scene, card = catalog.scenes["mountain_meadow"], catalog.subjects["labrador"]
    write_cards(tmp_path, [scene], [(card, catalog.motion_bytes("labrador"))])
    assert read_scene_card(tmp_path, "mountain_meadow") == scene
    assert read_subject_card(tmp_path, "labrador") == card
    assert read_motion(tmp_path, card.motion_sha256).joint_names == catalog.motion("labrador").joint_names
    with pytest.raises(DatasetError, match=r"horse\.json: cannot be read"):
        read_subject_card(tmp_path, "horse")
    (tmp_path / "cards" / "motions" / f"{'0' * 64}.npz").write_bytes(b"other")
    with pytest.raises(DatasetError, match="sha256 differs"):
        read_motion(tmp_path, "0" * 64)
    with pytest.raises(DatasetError, match="cannot be read"):
        read_motion(tmp_path, "1" * 64)
