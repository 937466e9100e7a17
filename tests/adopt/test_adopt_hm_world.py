"""Folders in HM-World's layout become datasets of ours: what the layout holds comes over, what it does not is not made up."""

import json
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import pytest

from hmworld.adopt import How, adopt_hm_world
from hmworld.dataset import open_dataset
from hmworld.dataset.tables import read_rows
from hmworld.errors import DatasetError, UsageError
from hmworld.export import EXPORTERS, Options, export_dataset
from hmworld.export.matrices import matrix_string, unreal_matrices
from hmworld.geometry.camera import hfov_deg
from hmworld.geometry.conditioning import hydra12
from hmworld.model.event import State
from hmworld.validate import validate_dataset

EXAMPLES = Path(__file__).resolve().parents[3] / "shared" / "data" / "hm-world-examples"
SIZE, HALF, FPS = (96, 64), 20, 15

FRAME_FIELDS = ("kind", "subject", "last_visible_frame", "exit_frame", "return_frame", "entry_frame", "gap_frames", "straddles_cut")


def write_video(path, pictures):
    """H.264 as any tool writes it: 4:2:0, lossy, with B-frames."""
    with av.open(str(path), "w") as container:
        stream = container.add_stream("libx264", rate=FPS)
        stream.width, stream.height, stream.pix_fmt = *SIZE, "yuv420p"
        stream.time_base = Fraction(1, FPS)
        for number, picture in enumerate(pictures):
            frame = av.VideoFrame.from_ndarray(picture, format="rgb24").reformat(format="yuv420p")
            frame.pts = number
            container.mux(stream.encode(frame))
        container.mux(stream.encode(None))


def raw_matrices(count):
    """Poses as the release has them: a camera that backs off by 12 cm a frame and looks aside and back, in single precision."""
    t = np.arange(count)
    ue = np.zeros((count, 6))
    ue[:, 0], ue[:, 1], ue[:, 2] = -23974.1 - 12.0 * t, -896.731, 207.812
    ue[:, 4] = -30.0 * np.exp(-(((t - count / 2) / 5.0) ** 2))
    return unreal_matrices(ue).astype(np.float32).astype(np.float64)


def gone(t):
    """Whether the subject of the made-up release is out of the frame."""
    return 12 <= t < 27


def release(root, name="scene_0001", checks=True):
    """A sample as the release has it: one subject, a red square that leaves in the context and comes back in the target."""
    folder = root / name
    folder.mkdir(parents=True)
    camera, check = {}, {}
    matrices = raw_matrices(2 * HALF)
    for number, half in enumerate(("cond", "tgt")):
        span = range(number * HALF, (number + 1) * HALF)
        scene, masks = [], []
        for t in span:
            mask = np.zeros((SIZE[1], SIZE[0], 3), np.uint8)
            if not gone(t):
                mask[20:44, 30:60, 0] = 255
            masks.append(mask)
            scene.append(np.full_like(mask, 4 * t + 20))
        write_video(folder / f"{half}.mp4", scene)
        write_video(folder / f"{half}_mask.mp4", masks)
        camera[f"{half}_cam"] = {str(k): matrices[t].tolist() for k, t in enumerate(span)}
        changes = [{"frame": 12, "inFrame": False}] if half == "cond" else [{"frame": 7, "inFrame": True}]
        check[f"{half}_check"] = {"BP_Actor": {"Dog": changes}}
    (folder / "camera.json").write_text(json.dumps(camera))
    if checks:
        (folder / "check.json").write_text(json.dumps(check))
    with (root / "caption.txt").open("a") as file:
        file.write(f"{name}\tA dog walks.\n")
    return folder


def test_a_sample_of_the_release_becomes_a_clip_with_its_subject_and_its_absence(tmp_path):
    release(tmp_path / "HM-World")
    info = adopt_hm_world(tmp_path, tmp_path / "ours", "hm_world", How(hfov_deg=36.5))
    (clip,) = open_dataset(tmp_path / "ours")
    meta, arrays = clip.meta, clip.arrays
    assert (clip.clip_id, [s.name for s in meta.subjects], meta.caption.text) == ("scene_0001", ["Dog"], "A dog walks.")
    assert (meta.render.frames, meta.render.context_frames, meta.render.fps) == (2 * HALF, HALF, FPS)
    (event,) = meta.events
    assert [getattr(event, name) for name in FRAME_FIELDS] == ["absence", 1, 11, 12, 27, 27, 15, True]
    assert (event.exit_time_s, event.exit_cause, event.exit_side, event.hidden_path_m) == (-1.0, "", "", -1.0)
    assert all((arrays["state"][0, t] == State.VISIBLE) != gone(t) for t in range(2 * HALF))
    assert np.abs(arrays["box2d"][0, 0] - [30, 20, 60, 44]).max() <= 2.0  # their masks are lossy
    assert np.isnan(arrays["T_world_subject"]).all()
    assert (arrays["amodal_px"] == -1).all()
    assert hfov_deg(arrays["K"][0, 0, 0], SIZE[0]) == pytest.approx(36.5)
    assert "36.5 degrees assumed" in meta.engine.build
    assert info.imported[0].hfov_deg_assumed == 36.5
    assert [round(float(frame.mean())) // 4 for frame in clip.rgb()] == pytest.approx([t + 5 for t in range(2 * HALF)], abs=1)
    assert validate_dataset(tmp_path / "ours").problems == []


def test_poses_of_the_release_give_hydras_vectors(tmp_path):
    release(tmp_path / "HM-World")
    adopt_hm_world(tmp_path, tmp_path / "ours", "hm_world")
    raw = raw_matrices(2 * HALF)[:, :, [1, 2, 0, 3]]
    raw[:, :3, 1] *= -1
    raw[:, :3, 3] /= 100
    expected = (np.linalg.inv(raw[HALF]) @ raw)[:, :3, :4].reshape(-1, 12)
    np.testing.assert_allclose(hydra12(open_dataset(tmp_path / "ours")[0].arrays["T_world_camera"], HALF), expected, atol=1e-6)


def test_what_the_release_said_is_kept_word_for_word(tmp_path):
    folder = release(tmp_path / "HM-World")
    adopt_hm_world(tmp_path, tmp_path / "ours", "hm_world")
    kept = json.loads(open_dataset(tmp_path / "ours")[0].member("hm-world.json"))
    assert kept["camera"] == json.loads((folder / "camera.json").read_text())
    assert kept["check"] == json.loads((folder / "check.json").read_text())
    assert (kept["name"], kept["masks"], kept["hfov_deg_assumed"], kept["character"]) == ("scene_0001", "red", 37.5, {})


def test_without_check_json_a_subject_that_shows_no_pixel_counts_as_out_of_the_frame(tmp_path):
    release(tmp_path / "HM-World", checks=False)
    adopt_hm_world(tmp_path, tmp_path / "ours", "hm_world")
    (clip,) = open_dataset(tmp_path / "ours")
    assert [s.name for s in clip.meta.subjects] == ["all_subjects"]
    assert [(e.kind, e.exit_frame, e.return_frame) for e in clip.meta.events] == [("absence", 12, 27)]


@pytest.fixture(scope="module")
def there_and_back(tiny_dataset, tmp_path_factory):
    """The tiny dataset, and what comes back of it through HM-World's layout."""
    root = tmp_path_factory.mktemp("back")
    dataset = open_dataset(tiny_dataset)
    export_dataset(dataset, list(dataset), EXPORTERS["hm-world"], root / "export", Options(any_length=True))
    adopt_hm_world(root / "export", root / "ours", "back", How(hfov_deg=dataset[0].meta.camera.hfov_deg))
    return dataset, open_dataset(root / "ours")


def test_a_round_trip_loses_nothing_that_the_layout_holds(there_and_back):
    before, after = there_and_back
    assert {clip.clip_id for clip in before} == {clip.clip_id for clip in after}
    for clip in before:
        back = after.clip(clip.clip_id)
        for name in ("T_world_camera", "ue_camera", "T_world_subject", "ue_subject", "visible_px", "box2d", "time_s"):
            np.testing.assert_array_equal(back.arrays[name], clip.arrays[name], err_msg=name)
        np.testing.assert_allclose(back.arrays["K"], clip.arrays["K"], rtol=1e-6)
        np.testing.assert_array_equal(np.stack(list(back.masks())), np.stack(list(clip.masks())))
        assert [s.name for s in back.meta.subjects] == [s.name for s in clip.meta.subjects]
        assert (back.meta.caption.text, back.meta.render) == (clip.meta.caption.text, clip.meta.render)
        kept = [[getattr(e, f) for f in FRAME_FIELDS] for e in clip.meta.events if e.kind != "occlusion"]
        assert [[getattr(e, f) for f in FRAME_FIELDS] for e in back.meta.events] == kept
        cut = clip.meta.render.context_frames
        ours, theirs = np.stack(list(clip.rgb())), np.stack(list(back.rgb()))
        anew = -cut % before.info.recipe.encoder.gop
        np.testing.assert_array_equal(theirs[:cut], ours[:cut])
        np.testing.assert_array_equal(theirs[cut + anew :], ours[cut + anew :])


def test_what_came_back_is_a_valid_dataset(there_and_back):
    report = validate_dataset(there_and_back[1].root)
    assert (report.good, report.problems) == (True, [])


def test_the_way_there_and_back_twice_gives_the_same_camera_json(there_and_back, tmp_path):
    after = there_and_back[1]
    export_dataset(after, list(after), EXPORTERS["hm-world"], tmp_path / "again", Options(any_length=True))
    for clip in after:
        kept = json.loads(clip.member("hm-world.json"))
        for name in ("camera", "character"):
            assert json.loads((tmp_path / "again" / clip.clip_id / f"{name}.json").read_text()) == kept[name]


def test_the_validator_sees_a_pose_of_an_imported_clip_that_was_changed(there_and_back, monkeypatch):
    from hmworld.validate.imported import check_imported
    from hmworld.validate.report import Report

    clip = there_and_back[1][0]
    monkeypatch.setitem(clip.__dict__, "arrays", {**clip.arrays, "T_world_camera": clip.arrays["T_world_camera"] + 1e-3})
    report = Report("")
    check_imported(clip, report)
    assert [p.check for p in report.problems] == ["poses"]


def test_the_string_form_of_a_whole_clip_is_read_too(tmp_path):
    folder = release(tmp_path / "HM-World")
    matrices = raw_matrices(2 * HALF)
    (folder / "camera.json").write_text(json.dumps({str(k): matrix_string(m) for k, m in enumerate(matrices)}))
    adopt_hm_world(tmp_path, tmp_path / "ours", "hm_world")
    np.testing.assert_array_equal(open_dataset(tmp_path / "ours")[0].arrays["ue_camera"][:, :3], matrices[:, :3, 3])


@pytest.mark.parametrize("camera", ["7.camera.json", "cam7.json"])
def test_the_examples_of_hydra_come_over_as_the_context_they_are(tmp_path, camera):
    """A video and a camera file side by side: the context half, with the poses of both."""
    folder = release(tmp_path / "made")
    (tmp_path / "examples").mkdir()
    (folder / "cond.mp4").rename(tmp_path / "examples" / "7.mp4")
    (folder / "camera.json").rename(tmp_path / "examples" / camera)
    info = adopt_hm_world(tmp_path / "examples", tmp_path / "ours", "hm_world")
    assert (info.imported[0].clips_without_masks, info.imported[0].clips_without_target) == (1, 1)
    (clip,) = open_dataset(tmp_path / "ours")
    assert (clip.clip_id, clip.meta.render.frames, clip.meta.render.context_frames) == ("7", HALF, HALF)
    assert (clip.meta.subjects, clip.meta.events, clip.arrays["state"].shape) == ([], [], (0, HALF))
    np.testing.assert_array_equal(clip.arrays["ue_camera"][:, :3], raw_matrices(2 * HALF)[:HALF, :3, 3])
    assert len(json.loads(clip.member("hm-world.json"))["camera"]["tgt_cam"]) == HALF, "the poses of the missing half are kept"
    assert validate_dataset(tmp_path / "ours").problems == []


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda camera: camera["cond_cam"].pop("3"), "cond_cam holds 19 poses, cond.mp4 has 20 frames"),
        (lambda camera: camera.pop("tgt_cam"), "has no 'tgt_cam' for tgt.mp4"),
        (lambda camera: camera["cond_cam"].update({"3": [[1.0, 2.0]]}), "cond_cam frame 3: expected a matrix of 4x4 numbers"),
        (lambda camera: camera["tgt_cam"]["0"][0].__setitem__(0, 7.0), "pose 20 is not a rotation and a place"),
    ],
)
def test_poses_that_cannot_be_are_named_and_nothing_is_left_behind(tmp_path, change, message):
    folder = release(tmp_path / "HM-World")
    camera = json.loads((folder / "camera.json").read_text())
    change(camera)
    (folder / "camera.json").write_text(json.dumps(camera))
    with pytest.raises(DatasetError, match=message):
        adopt_hm_world(tmp_path, tmp_path / "ours", "hm_world")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["HM-World"]


def test_samples_that_cannot_be_read_can_be_left_out_and_are_listed_with_the_reason(tmp_path):
    for name in ("a", "b"):
        release(tmp_path / "HM-World", name)
    (tmp_path / "HM-World" / "a" / "tgt.mp4").write_bytes(b"no video")
    info = adopt_hm_world(tmp_path, tmp_path / "ours", "hm_world", How(skip_unreadable=True))
    assert (info.imported[0].clips, info.imported[0].samples_skipped) == (1, 1)
    assert [clip.clip_id for clip in open_dataset(tmp_path / "ours")] == ["b"]
    (row,) = read_rows(tmp_path / "ours" / "rejects.parquet")
    assert (row["phase"], row["clip_id"], row["reason"]) == ("import", "a", "unreadable")
    assert "tgt.mp4: cannot be read as a video" in row["detail"]
    assert validate_dataset(tmp_path / "ours").problems == []


def test_a_video_that_breaks_off_is_named(tmp_path):
    folder = release(tmp_path / "HM-World")
    data = bytearray((folder / "tgt_mask.mp4").read_bytes())
    begin = data.index(b"mdat") + 4
    data[begin : begin + 600] = b"\xff" * 600
    (folder / "tgt_mask.mp4").write_bytes(data)
    with pytest.raises(DatasetError, match=r"scene_0001|tgt_mask"):
        adopt_hm_world(tmp_path, tmp_path / "ours", "hm_world")


def test_a_folder_of_which_nothing_can_be_read_is_bad_however_patient_one_is(tmp_path):
    folder = release(tmp_path / "HM-World")
    (folder / "cond.mp4").write_bytes(b"no video")
    with pytest.raises(DatasetError, match="none of its 1 samples can be read"):
        adopt_hm_world(tmp_path, tmp_path / "ours", "hm_world", How(skip_unreadable=True))


def test_several_workers_give_the_same_bytes_as_one(tmp_path):
    for name in ("a", "b", "c d"):
        release(tmp_path / "HM-World", name)
    for workers in (1, 2):
        adopt_hm_world(tmp_path / "HM-World", tmp_path / f"ours{workers}", "hm_world", How(workers=workers))
    files = [{p.relative_to(root): p.read_bytes() for p in root.rglob("*") if p.is_file()} for root in sorted(tmp_path.glob("ours*"))]
    assert files[0] == files[1]
    names = [clip.clip_id for clip in open_dataset(tmp_path / "ours1")]
    assert names[:2] == ["a", "b"]
    assert names[2].startswith("c_d_"), "a name that is no safe key gets one, and its digest"


def test_a_folder_without_samples_says_what_is_expected(tmp_path):
    with pytest.raises(UsageError, match=r"holds no sample of HM-World; expected folders with camera\.json"):
        adopt_hm_world(tmp_path, tmp_path / "ours", "hm_world")


def test_the_real_examples_of_hm_world_come_over(tmp_path):
    if not EXAMPLES.is_dir():
        pytest.skip(f"no real examples beside the checkout: {EXAMPLES}")
    info = adopt_hm_world(EXAMPLES, tmp_path / "ours", "hm_world")
    assert (info.imported[0].clips, info.imported[0].clips_without_masks, info.imported[0].clips_without_target) == (2, 2, 2)
    for clip in open_dataset(tmp_path / "ours"):
        camera = json.loads((EXAMPLES / f"{clip.clip_id}.camera.json").read_text())
        raw = np.array([camera["cond_cam"][str(k)] for k in range(77)])
        assert len(list(clip.rgb())) == 77
        np.testing.assert_array_equal(clip.arrays["ue_camera"][:, :3], raw[:, :3, 3])
        np.testing.assert_allclose(unreal_matrices(clip.arrays["ue_camera"]), raw, atol=1e-5)
        ready = raw[:, :, [1, 2, 0, 3]]
        ready[:, :3, 1] *= -1
        ready[:, :3, 3] /= 100
        expected = (np.linalg.inv(ready[0]) @ ready)[:, :3, :4].reshape(-1, 12)
        np.testing.assert_allclose(hydra12(clip.arrays["T_world_camera"]), expected, atol=1e-5)
        assert clip.member("mp4")[4:8] == b"ftyp"
    assert validate_dataset(tmp_path / "ours").problems == []
