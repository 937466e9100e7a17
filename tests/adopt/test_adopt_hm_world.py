"""Folders in HM-World's layout become datasets of ours: what the layout holds comes over, what it does not is not made up."""

import json
import pickle
import shutil
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import pytest

from hmworld.adopt import How, adopt_hm_world, write
from hmworld.adopt.hm_world import camera_matrices, find, transitions
from hmworld.dataset import open_dataset
from hmworld.dataset.tables import read_rows
from hmworld.errors import DatasetError, RecipeError, UsageError
from hmworld.export import EXPORTERS, Options, export_dataset
from hmworld.export.matrices import matrix_string, unreal_matrices
from hmworld.export.red_masks import MASK_CONVENTION, write_red_masks
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
    assert json.loads(kept["camera"]) == json.loads((folder / "camera.json").read_text())
    assert json.loads(kept["check"]) == json.loads((folder / "check.json").read_text())
    assert (kept["name"], kept["masks"], kept["hfov_deg_assumed"], kept["character"]) == ("scene_0001", "red", 37.5, "")


def test_what_is_kept_has_the_same_keys_and_types_whatever_the_subjects_are_called(tmp_path):
    release(tmp_path / "HM-World", "a")
    folder = release(tmp_path / "HM-World", "b")
    (folder / "check.json").write_text((folder / "check.json").read_text().replace("Dog", "Cat").replace("BP_Actor", "BP_Other"))
    adopt_hm_world(tmp_path, tmp_path / "ours", "hm_world")
    kept = [json.loads(clip.member("hm-world.json")) for clip in open_dataset(tmp_path / "ours")]
    kinds = [{key: type(value) for key, value in document.items()} for document in kept]
    assert kinds[0] == kinds[1]
    assert set(kinds[0].values()) == {str, float}


def test_without_check_json_a_subject_that_shows_no_pixel_counts_as_out_of_the_frame(tmp_path):
    release(tmp_path / "HM-World", checks=False)
    adopt_hm_world(tmp_path, tmp_path / "ours", "hm_world")
    (clip,) = open_dataset(tmp_path / "ours")
    assert [s.name for s in clip.meta.subjects] == ["all_subjects"]
    assert [(e.kind, e.exit_frame, e.return_frame) for e in clip.meta.events] == [("absence", 12, 27)]


def two_subjects(root, shaded):
    """A sample whose second subject (another Dog) something hides in frames 5 to 14, but which never leaves; with roots of both."""
    folder = release(root)
    for half, first in (("cond", 0), ("tgt", HALF)):
        masks = []
        for t in range(first, first + HALF):
            mask = np.zeros((SIZE[1], SIZE[0]), np.uint8)
            if not gone(t):
                mask[20:44, 30:60] = 1
            if not 5 <= t < 15:
                mask[2:18, 70:90] = 2
            masks.append(mask)
        write_red_masks(folder / f"{half}_mask.mp4", masks, SIZE, FPS)
    check = json.loads((folder / "check.json").read_text())
    for changes in check.values():
        changes["BP_Other"] = {"Dog": []}
    (folder / "check.json").write_text(json.dumps(check))
    roots = [[{"index": k, "matrix": matrix_string(m + np.eye(4, k=3) * k)} for k in (1, 2)] for m in raw_matrices(2 * HALF)]
    halves = {"cond_character": roots[:HALF], "tgt_character": roots[HALF:]}
    (folder / "character.json").write_text(json.dumps({h: {str(k): r for k, r in enumerate(rows)} for h, rows in halves.items()}))
    if shaded:
        (root / "hmworld-export.json").write_text(json.dumps({"mask_convention": MASK_CONVENTION}))


def test_a_hidden_subject_for_which_check_json_lists_no_change_is_not_absent(tmp_path):
    two_subjects(tmp_path / "HM-World", shaded=True)
    adopt_hm_world(tmp_path, tmp_path / "ours", "hm_world")
    (clip,) = open_dataset(tmp_path / "ours")
    assert [s.name for s in clip.meta.subjects] == ["Dog", "Dog"], "an actor and a character are a subject"
    assert [(e.kind, e.subject, e.exit_frame, e.return_frame) for e in clip.meta.events] == [("absence", 1, 12, 27)]
    assert (clip.arrays["state"][1, 5:15] == State.TOO_SMALL).all()
    np.testing.assert_array_equal(clip.arrays["ue_subject"][:, 0, 0] - raw_matrices(1)[0, 0, 3], [1.0, 2.0])


def test_of_masks_that_do_not_tell_subjects_apart_there_is_one_subject_without_a_pose(tmp_path):
    two_subjects(tmp_path / "HM-World", shaded=False)
    adopt_hm_world(tmp_path, tmp_path / "ours", "hm_world")
    (clip,) = open_dataset(tmp_path / "ours")
    assert [s.name for s in clip.meta.subjects] == ["all_subjects"]
    assert np.isnan(clip.arrays["ue_subject"]).all()
    (folder,) = (tmp_path / "HM-World").glob("*/")
    (folder / "check.json").unlink()
    (tmp_path / "HM-World" / "hmworld-export.json").write_text(json.dumps({"mask_convention": MASK_CONVENTION}))
    adopt_hm_world(tmp_path, tmp_path / "nameless", "hm_world")
    (clip,) = open_dataset(tmp_path / "nameless")
    assert clip.arrays["visible_px"][0, [0, 8]].tolist() == [24 * 30 + 16 * 20, 24 * 30], "shades without names are one subject, too"


@pytest.mark.parametrize("changes", [None, [7], {"frame": 3}, [{"frame": 12, "inFrame": "false"}], [{"frame": "12", "inFrame": True}]])
def test_changes_that_check_json_cannot_mean_are_named(tmp_path, changes):
    path = tmp_path / "check.json"
    path.write_text(json.dumps({"tgt_check": {"BP": {"Dog": changes}}}))
    with pytest.raises(DatasetError, match=r"check\.json: tgt_check of BP, Dog: expected a list of .*'inFrame': true or false"):
        transitions(path, {"cond": 20, "tgt": 20})


def test_a_half_without_a_change_is_like_its_neighbour(tmp_path):
    path = tmp_path / "check.json"
    path.write_text(
        json.dumps(
            {
                "cond_check": {"A": {"Dog": []}, "B": {"Dog": [{"frame": 1, "inFrame": 0}]}},
                "tgt_check": {"A": {"Dog": [{"frame": 2, "inFrame": True}]}},
            }
        )
    )
    assert transitions(path, {"cond": 2, "tgt": 3}) == [("Dog", [False] * 4 + [True]), ("Dog", [True] + [False] * 4)]


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
            assert json.loads((tmp_path / "again" / clip.clip_id / f"{name}.json").read_text()) == json.loads(kept[name])


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


def rendered(count=149):
    """The flat form of the renders that the release was made from; the first pose is bad."""
    matrices = raw_matrices(count)
    return matrices, {"0": "", **{str(k): matrix_string(m) for k, m in enumerate(matrices) if k}}


@pytest.mark.parametrize("half", ["cond", "tgt"])
def test_149_flat_poses_are_made_77_a_half_as_hydras_reader_does(tmp_path, half):
    """`infer_hydra.py`, written anew: the first := the second, the last again, 75 each, and the ends of each half again."""
    matrices, flat = rendered()
    raw = [matrices[1], *matrices[1:], matrices[-1]]
    parts = {"cond": raw[:75], "tgt": raw[75:]}
    (tmp_path / "camera.json").write_text(json.dumps(flat))
    expected = np.stack([parts[half][0], *parts[half], parts[half][-1]])
    np.testing.assert_array_equal(camera_matrices(tmp_path / "camera.json", {half: 77}), expected)
    both = camera_matrices(tmp_path / "camera.json", {"cond": 77, "tgt": 77})
    np.testing.assert_array_equal(both[:77] if half == "cond" else both[77:], expected)


@pytest.mark.parametrize(
    ("count", "lengths"), [(154, {"tgt": 77}), (148, {"cond": 77, "tgt": 77}), (149, {"cond": 20}), (40, {"cond": 40})]
)
def test_flat_poses_that_no_reader_takes_are_refused_with_their_count(tmp_path, count, lengths):
    (tmp_path / "camera.json").write_text(json.dumps(rendered(count)[1]))
    with pytest.raises(DatasetError, match=rf"camera\.json: holds {count} flat poses"):
        camera_matrices(tmp_path / "camera.json", lengths)


def test_a_flat_pose_that_is_bad_is_named_by_half_frame_and_key(tmp_path):
    flat = rendered()[1]
    flat["76"] = "[1 0 0 0]"
    (tmp_path / "camera.json").write_text(json.dumps(flat))
    with pytest.raises(DatasetError, match=r"camera\.json: tgt frame 2, key 76: a matrix is"):
        camera_matrices(tmp_path / "camera.json", {"cond": 77, "tgt": 77})


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
    assert len(json.loads(json.loads(clip.member("hm-world.json"))["camera"])["tgt_cam"]) == HALF, "the poses of the missing half are kept"
    assert validate_dataset(tmp_path / "ours").problems == []


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda camera: camera["cond_cam"].pop("3"), "cond_cam holds 19 poses, cond.mp4 has 20 frames"),
        (lambda camera: camera.pop("tgt_cam"), "has no 'tgt_cam' for tgt.mp4"),
        (lambda camera: camera["cond_cam"].update({"3": [[1.0, 2.0]]}), "cond_cam frame 3: expected a matrix of 4x4 numbers"),
        (lambda camera: camera["tgt_cam"]["0"][0].__setitem__(0, 7.0), "tgt_cam frame 0: is not a rotation and a place"),
        (
            lambda camera: camera["tgt_cam"].update({"4": np.transpose(camera["tgt_cam"]["4"]).tolist()}),
            "tgt_cam frame 4: .* last row 0 0 0 1",
        ),
        (lambda camera: camera["tgt_cam"].update({"5": np.full((4, 4), np.nan).tolist()}), "tgt_cam frame 5: .* 4x4 numbers, all finite"),
        (lambda camera: camera["cond_cam"].update({"6": "[nan 0 0 0] [0 1 0 0] [0 0 1 0] [0 0 0 1]"}), "cond_cam frame 6: .* all finite"),
        (lambda camera: camera["cond_cam"].update({"7": "[1 0 0 9] [0 1 0 9] [0 0 1 9] [0 0 0 1]"}), "cond_cam frame 7: a matrix is"),
        (lambda camera: camera["cond_cam"].update({"8": "[1 0 0 0] [0 1 0 0]"}), "cond_cam frame 8: a matrix is"),
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


@pytest.mark.parametrize(
    ("gone", "message"),
    [
        (["camera.json"], r"b/camera\.json: is not there, and cond\.mp4 needs"),
        (["cond.mp4", "tgt.mp4"], r"b/camera\.json: has no cond\.mp4"),
    ],
)
def test_a_sample_that_lacks_a_file_is_not_passed_over(tmp_path, gone, message):
    release(tmp_path / "HM-World", "a")
    folder = release(tmp_path / "HM-World", "b")
    for name in gone:
        (folder / name).unlink()
    with pytest.raises(DatasetError, match=message):
        adopt_hm_world(tmp_path, tmp_path / "ours", "hm_world", note=lambda done, total: pytest.fail("it should fail before any work"))
    info = adopt_hm_world(tmp_path, tmp_path / "ours", "hm_world", How(skip_unreadable=True))
    assert (info.imported[0].clips, info.imported[0].samples_skipped) == (1, 1)


def examples(root):
    """HyDRA's examples 1 and 2."""
    root.mkdir()
    folder = release(root.parent / "made")
    for n in (1, 2):
        shutil.copy(folder / "cond.mp4", root / f"{n}.mp4")
        shutil.copy(folder / "camera.json", root / f"cam{n}.json")
    return root


def test_an_example_that_lacks_its_poses_or_its_video_is_a_sample_that_cannot_be_read(tmp_path):
    root = examples(tmp_path / "examples")
    (root / "cam1.json").unlink()
    (root / "3.camera.json").write_text("{}")
    samples = find(root).samples
    assert [(sample.name, bool(sample.missing())) for sample in samples] == [("1", True), ("2", False), ("3", True)]


def test_line_k_of_hydras_captions_is_that_of_video_k_and_clips_without_one_are_counted(tmp_path):
    root = examples(tmp_path / "examples")
    (root / "caption.txt").write_text("A dog walks.\n\n")
    info = adopt_hm_world(root, tmp_path / "ours", "hm_world")
    assert [clip.meta.caption.text for clip in open_dataset(tmp_path / "ours")] == ["A dog walks.", ""]
    assert info.imported[0].clips_without_caption == 1
    (root / "caption.txt").write_text("One.\nTwo.\n")
    assert find(root).captions == {"1": "One.", "2": "Two."}


@pytest.mark.parametrize("said", ["scene.0001", "scene.0001.mp4", "HM-World/scene.0001/tgt.mp4"])
def test_a_name_with_a_dot_has_its_caption(tmp_path, said):
    release(tmp_path, "scene.0001")
    (tmp_path / "caption.txt").write_text(f"{said}\tA dog walks.\n")
    assert find(tmp_path).captions == {"scene.0001": "A dog walks."}


def test_two_samples_of_one_name_are_refused(tmp_path):
    folder = release(tmp_path, "7")
    shutil.copy(folder / "cond.mp4", tmp_path / "7.mp4")
    shutil.copy(folder / "camera.json", tmp_path / "7.camera.json")
    with pytest.raises(DatasetError, match=r"7/ and 7\.mp4 are two samples of one name"):
        find(tmp_path)


def test_a_target_half_alone_is_counted(tmp_path):
    folder = release(tmp_path / "HM-World")
    (folder / "cond.mp4").unlink()
    (folder / "cond_mask.mp4").unlink()
    info = adopt_hm_world(tmp_path, tmp_path / "ours", "hm_world")
    assert (info.imported[0].clips_without_context, info.imported[0].clips_without_target) == (1, 0)
    np.testing.assert_array_equal(open_dataset(tmp_path / "ours")[0].arrays["ue_camera"][:, :3], raw_matrices(2 * HALF)[HALF:, :3, 3])


def test_a_task_for_a_worker_does_not_grow_with_the_folder(tmp_path, monkeypatch):
    sizes = []

    class Pool:
        def __init__(self, *_): ...

        def map(self, make, tasks):
            sizes.extend(len(pickle.dumps((make, task))) for task in tasks)
            return map(make, tasks)

        def shutdown(self, **_): ...

    monkeypatch.setattr("hmworld.adopt.write.ProcessPoolExecutor", Pool)
    for name in ("a", "b", "c"):
        folder = release(tmp_path / "HM-World", name)
        (folder / "caption.txt").write_text("x" * 100_000)
    (tmp_path / "HM-World" / "caption.txt").unlink()
    adopt_hm_world(tmp_path, tmp_path / "ours", "hm_world", How(workers=2))
    assert [size // 100_000 for size in sizes] == [1, 1, 1]


def test_a_name_that_no_dataset_can_have_fails_before_any_sample_is_made(tmp_path):
    release(tmp_path / "HM-World")
    with pytest.raises(RecipeError, match=r"--name: name: .*My-Data"):
        adopt_hm_world(tmp_path, tmp_path / "ours", "My-Data", note=lambda done, total: pytest.fail("it should fail before any work"))


def test_a_size_that_can_be_no_dataset_fails_with_the_first_sample(tmp_path, monkeypatch):
    for name in ("a", "b"):
        release(tmp_path / "HM-World", name)
    made, real = [], write.tables.manifest_row

    def odd(meta, number):
        made.append(number)
        return {**real(meta, number), "width": 0}

    monkeypatch.setattr("hmworld.adopt.write.tables.manifest_row", odd)
    with pytest.raises(RecipeError, match=r"the first clip: render\.width"):
        adopt_hm_world(tmp_path, tmp_path / "ours", "hm_world")
    assert made == [0]


def damage(path):
    """Damage the packets in the middle of a video; its index stays whole."""
    with av.open(str(path)) as container:
        packets = [(packet.pos, packet.size) for packet in container.demux(video=0) if packet.size]
    data = bytearray(path.read_bytes())
    for at, size in packets[len(packets) // 2 :][:3]:
        data[at + 4 : at + size] = b"\xaa" * (size - 4)
    path.write_bytes(data)


@pytest.mark.parametrize(("halves", "broken"), [(["cond"], "cond"), (["cond", "tgt"], "cond"), (["cond", "tgt"], "tgt")])
def test_a_half_of_which_a_frame_cannot_be_decoded_is_named(tmp_path, halves, broken):
    """A half alone is copied, two of this encoder are encoded anew."""
    folder = release(tmp_path / "HM-World")
    for half in {"cond", "tgt"} - set(halves):
        (folder / f"{half}.mp4").unlink()
    damage(folder / f"{broken}.mp4")
    with pytest.raises(DatasetError, match=rf"scene_0001/{broken}\.mp4: .*decoded"):
        adopt_hm_world(tmp_path, tmp_path / "ours", "hm_world")


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
