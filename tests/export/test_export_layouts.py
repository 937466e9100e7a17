"""Each export, read as the project it is for documents its reading: poses, lenses, pictures and events come out as ours."""

import json
from itertools import pairwise

import cv2
import numpy as np
import pytest
import readings

from hmworld.dataset import open_dataset
from hmworld.export.memobench import main_absence
from hmworld.geometry.camera import inverse
from hmworld.geometry.conditioning import echo12, hydra12, relative_poses

TIGHT = 1e-6


@pytest.fixture(scope="module")
def clips(halves):
    return {clip.clip_id: clip for clip in open_dataset(halves)}


def pictures(clip):
    return np.stack(list(clip.rgb()))


def test_hm_world_poses_read_as_hydra_reads_them_are_ours(exported, clips):
    for key, clip in clips.items():
        context, target = readings.hydra_vectors(exported("hm-world") / key)
        ours = hydra12(clip.arrays["T_world_camera"], 77)
        np.testing.assert_allclose(context, ours[:77:4], atol=TIGHT)
        np.testing.assert_allclose(target, ours[77::4], atol=TIGHT)


def test_hm_world_halves_hold_the_frames_of_the_clip_in_order_and_all_but_a_few_bit_for_bit(exported, clips):
    for key, clip in clips.items():
        frames = [readings.video_frames(exported("hm-world") / key / f"{half}.mp4") for half in ("cond", "tgt")]
        assert [(len(f), rate) for f, rate in frames] == [(77, 15.0), (77, 15.0)]
        # OpenCV turns YUV into RGB by rules of its own, so frames are compared through it on both sides.
        whole, _ = readings.video_frames(_written(clip, exported("hm-world").parent / f"{key}.mp4"))
        np.testing.assert_array_equal(frames[0][0], whole[:77])
        np.testing.assert_array_equal(frames[1][0][3:], whole[80:])  # a key frame every 16: frames 77 to 79 are encoded anew
        assert np.abs(frames[1][0][:3].astype(int) - whole[77:80]).mean() < 4.0


def _written(clip, path):
    path.write_bytes(clip.member("mp4"))
    return path


def test_hm_world_masks_are_red_to_a_reader_that_looks_for_red(exported, clips):
    for key, clip in clips.items():
        found = [box for half in ("cond", "tgt") for box in readings.red_boxes(exported("hm-world") / key / f"{half}_mask.mp4")]
        for box, mask in zip(found, clip.masks(), strict=True):
            rows, columns = np.nonzero(mask)
            expected = (columns.min(), rows.min(), columns.max() + 1, rows.max() + 1) if len(rows) else None
            assert box == expected


def test_hm_world_transitions_are_local_to_a_half_and_alternate(exported, clips):
    for key, clip in clips.items():
        document = json.loads((exported("hm-world") / key / "check.json").read_text())
        expected = {s.id: [] for s in clip.meta.subjects}
        for event in clip.meta.events:
            if event.kind != "occlusion":
                expected[event.subject] += [(f, inside) for f, inside in ((event.exit_frame, False), (event.return_frame, True)) if f >= 0]
        for subject in clip.meta.subjects:
            found = []
            for half, first in (("cond_check", 0), ("tgt_check", 77)):
                steps = document[half][f"Actor_{subject.id}"][subject.name]
                assert all(0 <= step["frame"] < 77 for step in steps)
                found += [(first + step["frame"], step["inFrame"]) for step in steps]
            assert found == sorted(expected[subject.id])
            assert all(a[1] != b[1] for a, b in pairwise(found))
    assert any(event.kind == "absence" for clip in clips.values() for event in clip.meta.events)


def test_hm_world_matrices_hold_the_stored_unreal_numbers_bit_for_bit(exported, clips):
    for key, clip in clips.items():
        camera = json.loads((exported("hm-world") / key / "camera.json").read_text())
        character = json.loads((exported("hm-world") / key / "character.json").read_text())
        for t in (0, 76, 77, 153):
            half, local = ("cond", t) if t < 77 else ("tgt", t - 77)
            assert [row[3] for row in camera[f"{half}_cam"][str(local)][:3]] == clip.arrays["ue_camera"][t, :3].tolist()
            for entry in character[f"{half}_character"][str(local)]:
                at = readings.column_matrix(entry["matrix"])[:3, 3].tolist()
                assert at == clip.arrays["ue_subject"][entry["index"] - 1, t, :3].tolist()


def test_hm_world_captions_are_a_line_a_clip(exported, clips):
    lines = (exported("hm-world") / "caption.txt").read_text().splitlines()
    assert dict(line.split("\t") for line in lines) == {key: clip.meta.caption.text for key, clip in clips.items()}


def test_multicam_read_as_recammaster_reads_it_gives_our_poses_and_videos(exported, clips):
    root = exported("multicam")
    entries = list(readings.recammaster(root))
    assert len(entries) == len(clips)
    for (video, text, raw, vectors), clip in zip(entries, clips.values(), strict=True):
        assert video.read_bytes() == clip.member("mp4")
        assert (text, video.parts[-4]) == (clip.meta.caption.text, "f35_aperture0")
        np.testing.assert_array_equal(raw[:, :3, 3], clip.arrays["ue_camera"][0:81:4, :3])
        np.testing.assert_allclose(vectors, hydra12(clip.arrays["T_world_camera"][:81])[::4], atol=TIGHT)


def test_camera_ctrl_poses_and_lenses_are_ours(exported, clips):
    for entry, times_us, lens, w2c in readings.camera_ctrl(exported("camera-ctrl"), "train"):
        clip = clips[entry["clip_name"]]
        np.testing.assert_allclose(w2c, inverse(clip.arrays["T_world_camera"]), atol=1e-12)
        np.testing.assert_allclose(lens * [160, 96, 160, 96], clip.arrays["K"][:, [0, 1, 0, 1], [0, 1, 2, 2]], atol=1e-9)
        np.testing.assert_allclose(times_us * 1e-6, clip.arrays["time_s"], atol=1e-6)
        assert (exported("camera-ctrl") / entry["clip_path"]).read_bytes() == clip.member("mp4")
        assert entry["caption"] == clip.meta.caption.text
        np.testing.assert_allclose(readings.relative(np.linalg.inv(w2c)), relative_poses(clip.arrays["T_world_camera"]), atol=TIGHT)


def test_worldplay_poses_of_latents_are_ours_at_every_fourth_frame(exported, clips):
    entries = list(readings.worldplay(exported("worldplay"), "train", 39))
    assert len(entries) == len(clips)
    for (entry, w2c, lens), clip in zip(entries, clips.values(), strict=True):
        ours = inverse(relative_poses(clip.arrays["T_world_camera"])[:153:4])
        np.testing.assert_allclose(w2c, ours, atol=TIGHT)
        k = clip.arrays["K"][:153:4]
        np.testing.assert_allclose(lens, np.stack([k[:, 0, 0] / 160, k[:, 1, 1] / 96], 1), atol=1e-12)
        assert (exported("worldplay") / entry["video_path"]).read_bytes() == clip.member("mp4")


def test_context_as_memory_segments_hold_our_frames_and_planar_poses(exported, clips):
    rows = list(readings.echo_memory(exported("context-as-memory")))
    assert [int(row["start_frame"]) for row, *_ in rows] == [0, 40] * len(clips)
    for row, files, vectors, _ in rows:
        clip, first = clips[row["video_name"]], int(row["start_frame"])
        assert (len(files), row["prompt"]) == (81, clip.meta.caption.text)
        np.testing.assert_array_equal(cv2.imread(str(files[5]))[..., ::-1], pictures(clip)[first + 5])
        np.testing.assert_allclose(vectors, echo12(clip.arrays["T_world_camera"][first : first + 81]), atol=TIGHT)


def test_context_as_memory_overlaps_are_mutual_and_near_frames_have_them(exported, clips):
    for key in clips:
        folder = exported("context-as-memory") / "overlap_labels" / key
        labels = [{int(k) for k in json.loads((folder / f"{t}.json").read_text())["overlapping_frames"]} for t in range(154)]
        assert all(t in labels[other] for t in range(154) for other in labels[t])
        assert all(t not in labels[t] and (t == 0 or t - 1 in labels[t]) for t in range(154))
    line = (exported("context-as-memory") / "captions.txt").read_text().splitlines()[0]
    name, caption = line.split("\t")
    assert name.split("/")[0] in clips
    assert (name.split("/")[1], caption) == ("0_153.mp4", clips[name.split("/")[0]].meta.caption.text)


def test_memobench_holds_frames_depth_poses_and_the_longest_absence(exported, clips):
    rows = list(readings.memobench(exported("memobench")))
    assert len(rows) == len(clips)
    for row, subject, files, depths, poses, lens, (exits, enters) in rows:
        clip = clips[row["clip_id"]]
        event = main_absence(clip)
        assert (exits, enters) == (event.exit_frame, event.entry_frame)
        assert subject["subject"] in clip.meta.subjects[event.subject - 1].noun
        assert (exported("memobench") / subject["exr_path"]) == files[0]
        assert len(files) == len(depths) == len(poses) == len(lens) == 154
        np.testing.assert_array_equal(cv2.imread(str(files[9]))[..., ::-1], pictures(clip)[9])
        np.testing.assert_array_equal(poses, clip.arrays["T_world_camera"])
        np.testing.assert_array_equal(lens, clip.arrays["K"][:, [0, 1, 0, 1], [0, 1, 2, 2]])
        stored = cv2.imread(str(depths[9]), cv2.IMREAD_ANYDEPTH) / 256.0
        ours = list(clip.depths_m())[9]
        np.testing.assert_array_equal(np.where(stored == 0, np.inf, stored), ours)


def test_the_workbook_of_memobench_opens_in_a_spreadsheet_library(exported):
    openpyxl = pytest.importorskip("openpyxl")
    path = exported("memobench") / "data" / "Synthetic_processed" / "Synthetic_ExitReenter.xlsx"
    rows = list(openpyxl.load_workbook(path).active.values)
    assert rows[0] == ("video_folder", "exits", "re-enter", "prompt", "clip_id")
    assert [dict(zip(rows[0], map(str, row), strict=True)) for row in rows[1:]] == readings.sheet_rows(path)


def test_nerfstudio_depth_of_one_frame_projects_onto_the_depth_of_another(exported, clips):
    for key, clip in clips.items():
        frames = list(readings.nerfstudio(exported("nerfstudio") / key))
        masks = list(clip.masks())
        np.testing.assert_array_equal(frames[20][0], pictures(clip)[20])
        np.testing.assert_array_equal(frames[20][2] == 0, masks[20] > 0)
        (_, depth0, _, k, pose0), (_, depth1, mask1, _, pose1) = frames[20], frames[24]
        rows, columns = np.nonzero((depth0 > 0) & (frames[20][2] > 0))
        z = depth0[rows, columns]
        x, y = (columns + 0.5 - k[0, 2]) / k[0, 0] * z, (rows + 0.5 - k[1, 2]) / k[1, 1] * z
        # OpenGL: y up, z backward.
        there = np.linalg.inv(pose1) @ pose0 @ np.stack([x, -y, -z, np.ones_like(z)])
        u, v, w = k[0, 0] * there[0] / -there[2] + k[0, 2], k[1, 1] * -there[1] / -there[2] + k[1, 2], -there[2]
        inside = (w > 0) & (u >= 0) & (u < 160) & (v >= 0) & (v < 96)
        seen = depth1[v[inside].astype(int), u[inside].astype(int)]
        still = mask1[v[inside].astype(int), u[inside].astype(int)] > 0
        off = np.abs(seen - w[inside])[still & (seen > 0)] / w[inside][still & (seen > 0)]
        assert np.median(off) < 0.01
        np.testing.assert_allclose(
            readings.relative([f[4] for f in frames]) * np.outer([1, -1, -1, 1], [1, -1, -1, 1]),
            relative_poses(clip.arrays["T_world_camera"]),
            atol=TIGHT,
        )


def test_coco_boxes_masks_and_tracks_are_those_of_the_clip(exported, clips):
    root = exported("coco")
    document = json.loads((root / "annotations" / "instances_train.json").read_text())
    images = {image["id"]: image for image in document["images"]}
    videos = {video["id"]: video for video in document["videos"]}
    names = {category["id"]: category["name"] for category in document["categories"]}
    assert len(images) == 154 * len(clips)
    masks = {key: list(clip.masks()) for key, clip in clips.items()}
    seen = set()
    for item in document["annotations"]:
        image, key = images[item["image_id"]], videos[item["video_id"]]["name"]
        before = sum(len(clips[v["name"]].meta.subjects) for v in document["videos"] if v["id"] < item["video_id"])
        subject, t = item["track_id"] - before, image["frame_id"]
        shape = readings.coco_mask(item["segmentation"])
        np.testing.assert_array_equal(shape, masks[key][t] == subject)
        x, y, w, h = item["bbox"]
        assert [x, y, x + w, y + h] == clips[key].arrays["box2d"][subject - 1, t].tolist()
        assert item["area"] == shape.sum() == clips[key].arrays["visible_px"][subject - 1, t]
        assert names[item["category_id"]] == clips[key].meta.subjects[subject - 1].species
        assert image["file_name"] == f"images/{key}/{t:06d}.png"
        assert (root / image["file_name"]).is_file()
        seen.add((key, subject, t))
    assert seen == {(key, s + 1, t) for key, clip in clips.items() for s, t in zip(*np.nonzero(clip.arrays["visible_px"]), strict=True)}


def test_coco_masks_are_those_that_its_own_library_decodes(exported):
    oracle = pytest.importorskip("pycocotools.mask")
    document = json.loads((exported("coco") / "annotations" / "instances_train.json").read_text())
    for item in document["annotations"][::25]:
        code = oracle.frPyObjects(item["segmentation"], *item["segmentation"]["size"])
        np.testing.assert_array_equal(oracle.decode(code).astype(bool), readings.coco_mask(item["segmentation"]))
        assert oracle.area(code) == item["area"]
        assert oracle.toBbox(code).tolist() == item["bbox"]
