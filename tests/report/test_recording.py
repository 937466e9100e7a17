"""A clip as a recording for rerun: what is written is read back and compared with the dataset."""

import sys

import numpy as np
import pytest

from hmworld.errors import DatasetError, UsageError
from hmworld.report.recording import entity, write_recording


@pytest.fixture
def rerun():
    return pytest.importorskip("rerun", reason="rerun is not there (pip install rerun-sdk)", exc_type=ImportError)


def read_back(path):
    """Rows of a recording by entity: its record batches, those of all times and those of a time apart."""
    from rerun.chunk import RrdReader

    found: dict[tuple[str, bool], list] = {}
    for chunk in RrdReader(path).stream().to_chunks():
        found.setdefault((chunk.entity_path, chunk.is_static), []).append(chunk.to_record_batch())
    return found


def column(batches, name):
    """A column in order of its frames."""
    rows = [row for batch in batches for row in batch.to_pylist()]
    return [row[name] for row in sorted(rows, key=lambda row: row["frame"])]


def test_a_recording_holds_the_clip(rerun, dataset, tmp_path):
    clip = dataset[0]
    path = tmp_path / "clips" / "one.rrd"
    write_recording(dataset.root, clip, path)
    assert [p.name for p in path.parent.iterdir()] == ["one.rrd"]
    found, arrays, frames = read_back(path), clip.arrays, clip.meta.render.frames
    names = [entity(s.id, s.name) for s in clip.meta.subjects]
    moving = ["/world/camera", "/world/camera/image/video", "/world/camera/image/mask"]
    moving += [f"/{kind}/{name}" for name in names for kind in ("world/subjects", "world/boxes", "world/skeletons", "visible_px")]
    assert {name for name, still in found if not still} == set(moving)
    for name in moving:
        batches = found[name, False]
        assert sum(batch.num_rows for batch in batches) == frames
        assert column(batches, "frame") == list(range(frames))
        seconds = np.array([t.total_seconds() for t in column(batches, "time")])
        assert seconds == pytest.approx(arrays["time_s"], abs=1e-6)
    at_all_times = {"/world", "/caption", "/world/camera/image", "/world/camera_path", *(f"/world/paths/{name}" for name in names)}
    assert at_all_times.issubset({name for name, still in found if still})

    places = np.array(column(found["/world/camera", False], "Transform3D:translation"))[:, 0]
    assert places == pytest.approx(arrays["T_world_camera"][:, :3, 3], abs=1e-4)
    turns = np.array(column(found["/world/camera", False], "Transform3D:mat3x3"))[:, 0].reshape(-1, 3, 3)
    assert turns.swapaxes(1, 2) == pytest.approx(arrays["T_world_camera"][:, :3, :3], abs=1e-6)
    lens = found["/world/camera/image", True][0].to_pylist()[0]
    assert pytest.approx(arrays["K"][0], rel=1e-6) == np.reshape(lens["Pinhole:image_from_camera"][0], (3, 3)).T
    masks = column(found["/world/camera/image/mask", False], "SegmentationImage:buffer")
    for stored, mask in zip(masks, clip.masks(), strict=True):
        assert bytes(stored[0]) == mask.tobytes()
    (asset,) = [row for b in found["/world/camera/image/video", True] for row in b.to_pylist() if "AssetVideo:blob" in row]
    assert bytes(asset["AssetVideo:blob"][0]) == clip.member("mp4")
    stamps = np.array(column(found["/world/camera/image/video", False], "VideoFrameReference:timestamp"))[:, 0]
    assert stamps / 1e9 == pytest.approx(arrays["time_s"], abs=1e-4)
    for s, name in enumerate(names):
        edges = np.array(column(found[f"/world/boxes/{name}", False], "LineStrips3D:strips"))
        assert edges.shape == (frames, 12, 2, 3)
        corners = arrays["box3d_world"][s]
        assert edges.min(axis=(1, 2)) == pytest.approx(corners.min(1), abs=1e-4)
        assert edges.max(axis=(1, 2)) == pytest.approx(corners.max(1), abs=1e-4)
        bones = np.array(column(found[f"/world/skeletons/{name}", False], "LineStrips3D:strips"))
        joints = arrays["joints_world"][s][:, ~np.isnan(arrays["joints_world"][s, 0]).any(-1)]
        assert bones.shape[1] == joints.shape[1] - 1
        assert bones.min(axis=(1, 2)) == pytest.approx(joints.min(1), abs=1e-4)
        counts = np.array(column(found[f"/visible_px/{name}", False], "Scalars:scalars"))[:, 0]
        assert counts.tolist() == arrays["visible_px"][s].tolist()


def test_a_name_makes_no_entity_of_its_own():
    assert entity(2, "../a b/<c>") == "2____a_b__c_"


def test_without_rerun_it_says_what_to_install(dataset, tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "rerun", None)
    with pytest.raises(UsageError, match=r"pip install 'hmworld\[rerun\]'"):
        write_recording(dataset.root, dataset[0], tmp_path / "a.rrd")
    assert list(tmp_path.iterdir()) == []


def test_a_failure_leaves_nothing(rerun, dataset, tmp_path):
    clip = dataset[0]
    clip.row["members"] = [m for m in clip.row["members"] if m["name"] != "mask.mkv"]
    clip = type(clip)(dataset.location, clip.row, dataset.shards)
    with pytest.raises(DatasetError, match=r"has no member 'mask\.mkv'"):
        write_recording(dataset.root, clip, tmp_path / "a.rrd")
    assert list(tmp_path.iterdir()) == []
