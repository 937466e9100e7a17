"""Optional streams of a dataset, made by recipe: exact flow and normals, read back, and checked by the validator."""

import tarfile
from pathlib import Path

import numpy as np
import pytest

from flows.prepare import prepare
from hmworld.caption import template_caption
from hmworld.dataset import Clip, open_dataset
from hmworld.geometry.camera import project, unproject
from hmworld.model import Recipe
from hmworld.produce import Batch, finish, render_batch
from hmworld.produce.claim import process_slot
from hmworld.validate.pixels import check_pixels
from hmworld.validate.report import Report

RECIPE = Recipe(
    name="streams",
    clips=1,
    seed=3,
    subjects_per_clip=(1, 2),
    streams=("flow", "depth", "normal"),
    render={"width": 96, "height": 64, "frames": 40, "context_frames": 20},  # type: ignore[arg-type]
    retention={"min_not_out_before": 2, "min_visible_before": 2, "min_gap": 3, "min_visible_after": 2},  # type: ignore[arg-type]
)


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("streams") / "dataset"
    prepare(RECIPE, out)
    report = render_batch(Batch(str(out), (0,)), template_caption)
    info = process_slot(out).info()
    process_slot(out).close()
    assert (report.done, report.failed) == (1, ())
    finish(out, info)
    return out


@pytest.fixture(scope="module")
def clip(root: Path) -> Clip:
    return open_dataset(root)[0]


def test_each_stream_has_its_shards_with_the_same_keys(root: Path, clip: Clip) -> None:
    for folder, ending in (("flow", "flow.mkv"), ("depth", "depth.mkv"), ("normal", "normal.mkv")):
        with tarfile.open(root / folder / "train-000000.tar") as tar:
            assert tar.getnames() == [f"{clip.clip_id}.{ending}"]
    assert [m["name"] for m in clip.row["members"] if m["stream"] != "main"] == ["flow.mkv", "depth.mkv", "normal.mkv"]


def test_stored_flow_carries_static_points_from_frame_to_frame(clip: Clip) -> None:
    flows, depths, masks, poses = list(clip.flows()), list(clip.depths_m()), list(clip.masks()), clip.arrays["T_world_camera"]
    k = clip.arrays["K"][0]
    assert len(flows) == 40
    assert np.isnan(flows[0]).all()
    x, y = np.meshgrid(np.arange(96) + 0.5, np.arange(64) + 0.5)
    pixels, moved = np.stack([x, y], -1), 0.0
    for t in range(1, 40):
        static = (masks[t] == 0) & np.isfinite(depths[t]) & (depths[t] > 2) & np.isfinite(flows[t]).all(-1)
        was, away = project(unproject(pixels[static], depths[t][static], poses[t], k), poses[t - 1], k)
        off = np.abs(pixels[static] - flows[t][static] - was)[away > 0.5]
        assert np.quantile(off, 0.95) < 0.05
        assert np.isfinite(flows[t]).all(-1).mean() > 0.9
        moved = max(moved, float(np.nanmax(np.abs(flows[t]))))
    assert moved > 1.0


def test_stored_normals_are_world_normals(clip: Clip) -> None:
    for depth, normals in zip(clip.depths_m(), clip.normals(), strict=True):
        solid = normals.any(-1)
        assert solid[np.isfinite(depth)].all()
        np.testing.assert_allclose(np.linalg.norm(normals[solid], axis=-1), 1.0, atol=1e-4)
        ground = (normals[-8:] @ [0.0, 0.0, 1.0])[solid[-8:]]
        assert np.median(ground) > 0.95, "the ground is at the bottom of the picture, and faces up"


def test_the_validator_is_content(clip: Clip) -> None:
    report = Report("")
    check_pixels(clip, report)
    assert report.problems == []
    assert report.checked["flow"] == report.checked["normal"] == 40


LIES = {
    "flow a frame late": ("flows", lambda f: [f[0], f[0], *f[1:-1]], "flow"),
    "flow of the other sign": ("flows", lambda f: [-x for x in f], "flow"),
    "flow in half pixels": ("flows", lambda f: [2 * x for x in f], "flow"),
    "x and y swapped": ("flows", lambda f: [x[..., ::-1] for x in f], "flow"),
    "a first frame with flow": ("flows", lambda f: [f[1], *f[1:]], "flow"),
    "one flow too few": ("flows", lambda f: f[:-1], "frames"),
    "flow of another size": ("flows", lambda f: [x[:, :-1] for x in f], "frames"),
    "normals in Unreal's axes": ("normals", lambda n: [x * [1, -1, 1] for x in n], "normal"),
    "normals of the camera's axes": ("normals", lambda n: [x[..., [1, 2, 0]] for x in n], "normal"),
    "normals facing away": ("normals", lambda n: [-x for x in n], "normal"),
    "normals not of length 1": ("normals", lambda n: [0.9 * x for x in n], "normal"),
    "no normals on the ground": ("normals", lambda n: [x * (np.arange(64) < 60)[:, None, None] for x in n], "normal"),
    "a normal frame too many": ("normals", lambda n: [*n, n[-1]], "frames"),
}


@pytest.mark.parametrize("lie", sorted(LIES))
def test_each_lie_is_found_by_its_check(clip: Clip, lie: str, monkeypatch: pytest.MonkeyPatch) -> None:
    name, change, check = LIES[lie]
    told = change(list(getattr(clip, name)()))
    monkeypatch.setattr(Clip, name, lambda self: iter(told))
    report = Report("")
    check_pixels(clip, report)
    assert {p.check for p in report.problems} == {check}
