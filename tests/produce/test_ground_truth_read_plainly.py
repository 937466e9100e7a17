"""The promise to a reader without our library: only tarfile, json, numpy and PyAV are used to read and check a dataset."""

import io
import json
import tarfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import av
import numpy as np
import pytest


def samples(dataset: Path) -> Iterator[dict[str, bytes]]:
    grouped: dict[str, dict[str, bytes]] = {}
    for path in [*sorted(dataset.glob("shards/*.tar")), *sorted(dataset.glob("depth/*.tar"))]:
        with tarfile.open(path) as tar:
            for info in tar:
                key, extension = info.name.split(".", 1)
                file = tar.extractfile(info)
                assert file is not None
                grouped.setdefault(key, {})[extension] = file.read()
    yield from grouped.values()


def video(data: bytes, pixel_format: str) -> np.ndarray[Any, Any]:
    with av.open(io.BytesIO(data)) as container:
        return np.stack([frame.to_ndarray(format=pixel_format) for frame in container.decode(video=0)])


@pytest.fixture(scope="module")
def clips(tiny_dataset: Path) -> list[dict[str, Any]]:
    out = []
    for sample in samples(tiny_dataset):
        arrays = np.load(io.BytesIO(sample["npz"]))
        out.append(
            {
                "meta": json.loads(sample["json"]),
                "mask": video(sample["mask.mkv"], "gray"),
                "rgb": video(sample["mp4"], "rgb24"),
                "depth": video(sample["depth.mkv"], "gray16le") / 256.0,
                "caption": sample["txt"].decode(),
                **{name: arrays[name] for name in arrays.files},
            }
        )
    assert len(out) == 4
    return out


def project(points: Any, t_world_camera: Any, k: Any) -> tuple[Any, Any]:
    rotation, position = t_world_camera[:3, :3], t_world_camera[:3, 3]
    camera = (points - position) @ rotation
    pixels = camera[:, :2] / camera[:, 2:] * [k[0, 0], k[1, 1]] + [k[0, 2], k[1, 2]]
    return pixels, camera[:, 2]


def test_the_projected_3d_box_encloses_the_mask(clips: list[dict[str, Any]]) -> None:
    checked = enclosed = 0
    for clip in clips:
        for s, t in np.ndindex(clip["state"].shape):
            rows, columns = np.nonzero(clip["mask"][t] == s + 1)
            pixels, depth = project(clip["box3d_world"][s, t].astype(float), clip["T_world_camera"][t], clip["K"][t])
            if len(rows) == 0 or (depth <= 0).any():
                continue
            checked += 1
            low, high = pixels.min(0) - 2.0, pixels.max(0) + 2.0
            enclosed += bool(
                columns.min() >= low[0] and columns.max() + 1 <= high[0] and rows.min() >= low[1] and rows.max() + 1 <= high[1]
            )
    assert checked > 80
    assert enclosed / checked >= 0.995


def test_joints_lie_in_the_silhouette_of_an_unoccluded_subject(clips: list[dict[str, Any]]) -> None:
    inside = total = 0
    for clip in clips:
        height, width = clip["mask"].shape[1:]
        for s, t in np.ndindex(clip["state"].shape):
            if clip["visible_px"][s, t] != clip["amodal_px"][s, t] or clip["in_frame_fraction"][s, t] < 1.0:
                continue
            joints = clip["joints_world"][s, t]
            pixels, _ = project(joints[np.isfinite(joints[:, 0])].astype(float), clip["T_world_camera"][t], clip["K"][t])
            for x, y in np.floor(pixels).astype(int):
                window = clip["mask"][t, max(0, y - 3) : min(height, y + 4), max(0, x - 3) : min(width, x + 4)]
                inside += bool((window == s + 1).any())
                total += 1
    assert total > 300
    assert inside / total >= 0.97


def test_visible_px_recounted_from_the_mask_is_exact(clips: list[dict[str, Any]]) -> None:
    for clip in clips:
        for s in range(len(clip["state"])):
            assert ((clip["mask"] == s + 1).sum((1, 2)) == clip["visible_px"][s]).all()
        assert clip["mask"].max() <= len(clip["meta"]["subjects"])


def test_states_follow_from_the_stored_counts(clips: list[dict[str, Any]]) -> None:
    for clip in clips:
        minimum = clip["meta"]["render"]["min_visible_px"]
        for s, t in np.ndindex(clip["state"].shape):
            if clip["visible_px"][s, t] >= minimum:
                expected = 1
            elif clip["amodal_px"][s, t] >= minimum:
                expected = 2
            else:
                expected = 0 if clip["in_frame_fraction"][s, t] < 0.5 else 3
            assert clip["state"][s, t] == expected


def test_each_absence_lies_where_the_states_say(clips: list[dict[str, Any]]) -> None:
    absences = 0
    for clip in clips:
        fps = clip["meta"]["render"]["fps"]
        for event in clip["meta"]["events"]:
            if event["kind"] != "absence":
                continue
            absences += 1
            states = clip["state"][event["subject"] - 1]
            before, out, back, after = (event[k] for k in ("last_visible_frame", "exit_frame", "return_frame", "entry_frame"))
            assert before < out < back <= after
            assert states[before] == 1
            assert states[after] == 1
            assert (states[before + 1 : after] != 1).all()
            assert states[out] == 0
            assert states[back - 1] == 0
            assert (states[before + 1 : out] != 0).all()
            assert (states[back:after] != 0).all()
            assert event["gap_frames"] == after - before - 1 >= 3
            assert (out - 1) / fps - 1e-6 < event["exit_time_s"] <= out / fps + 1e-6
            assert (back - 1) / fps - 1e-6 < event["return_time_s"] <= back / fps + 1e-6
            assert event["exit_cause"] in ("camera", "subject", "either", "both_needed")
            assert event["exit_side"] in ("left", "right", "top", "bottom", "behind")
    assert absences >= 4


def test_depth_at_mask_pixels_lies_within_the_box(clips: list[dict[str, Any]]) -> None:
    checked = 0
    for clip in clips:
        for s, t in np.ndindex(clip["state"].shape):
            values = clip["depth"][t][clip["mask"][t] == s + 1]
            if len(values) == 0:
                continue
            _, depth = project(clip["box3d_world"][s, t].astype(float), clip["T_world_camera"][t], clip["K"][t])
            assert values.min() >= depth.min() * 0.98
            assert values.max() <= depth.max() * 1.02
            checked += 1
    assert checked > 80


def test_depth_of_open_ground_is_that_of_the_plane(clips: list[dict[str, Any]]) -> None:
    """The ground of a stage is flat to 1 cm: rays through pixels meet it where the depth says, for pixels near the stage's centre."""
    checked = 0
    for clip in clips:
        stage = clip["meta"]["stage"]
        center, radius = np.array(stage["center_m"]), stage["radius_m"]
        height, width = clip["mask"].shape[1:]
        for t in range(0, len(clip["mask"]), 20):
            pose, k = clip["T_world_camera"][t], clip["K"][t]
            ys, xs = np.mgrid[0:height:6, 0:width:6]
            rays = np.stack([(xs + 0.5 - k[0, 2]) / k[0, 0], (ys + 0.5 - k[1, 2]) / k[1, 1], np.ones_like(xs)], -1) @ pose[:3, :3].T
            with np.errstate(divide="ignore"):
                expected = (center[2] - pose[2, 3]) / rays[..., 2]
            hit = pose[:3, 3] + expected[..., None] * rays
            near = (expected > 0.5) & (expected < 25) & (0.6 * radius > np.hypot(*(hit - center)[..., :2].T).T)
            free = near & (clip["mask"][t][ys, xs] == 0)
            if free.sum() < 20:
                continue
            error = np.abs(clip["depth"][t][ys, xs][free] - expected[free]) / expected[free]
            # Grass blades and road markings stand a little above the plane.
            assert np.median(error) < 0.01
            checked += 1
    assert checked >= 3


def test_every_sample_has_the_same_keys_and_types(clips: list[dict[str, Any]]) -> None:
    def shape(value: Any) -> Any:
        if isinstance(value, dict):
            return {key: shape(v) for key, v in sorted(value.items())}
        if isinstance(value, list):
            return [shape(value[0])] if value else "empty"
        return type(value).__name__

    def no_nulls(value: Any) -> bool:
        if isinstance(value, dict):
            return all(no_nulls(v) for v in value.values())
        return all(no_nulls(v) for v in value) if isinstance(value, list) else value is not None

    assert all(no_nulls(clip["meta"]) for clip in clips)
    assert len({json.dumps(shape(clip["meta"])) for clip in clips}) == 1


def test_pictures_show_something_and_move(clips: list[dict[str, Any]]) -> None:
    for clip in clips:
        rgb = clip["rgb"].astype(np.float32)
        assert 30 < rgb.mean() < 225
        assert rgb.std() > 15
        assert np.abs(np.diff(rgb[::10], axis=0)).mean() > 1.0
        assert len(clip["rgb"]) == len(clip["mask"]) == len(clip["depth"]) == clip["meta"]["render"]["frames"]


def test_the_video_is_h264_without_b_frames_and_starts_fast(tiny_dataset: Path) -> None:
    sample = next(samples(tiny_dataset))
    data = sample["mp4"]
    assert data.index(b"moov") < data.index(b"mdat")
    with av.open(io.BytesIO(data)) as container:
        stream = container.streams.video[0]
        assert (stream.codec_context.name, stream.codec_context.pix_fmt) == ("h264", "yuv420p")
        assert not stream.codec_context.has_b_frames
        packets = [p for p in container.demux(stream) if p.pts is not None]
    assert [p.pts for p in packets] == sorted(p.pts for p in packets)
    assert [k for k, p in enumerate(packets) if p.is_keyframe] == list(range(0, len(packets), 16))
