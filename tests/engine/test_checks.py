"""What pictures and numbers of two instants may be, and what they cannot: faults by name, and no false alarms of what is rare and right."""

from dataclasses import replace

import numpy as np
import pytest
from numpy.typing import NDArray

from hmworld.engine.checks import check_capture
from hmworld.engine.session import Capture
from hmworld.engine.tokens import Instant, SubjectCommand
from hmworld.errors import EngineFault
from hmworld.geometry.camera import intrinsics, project
from hmworld.geometry.frames import T_world_camera_from_ue, T_world_subject_from_ue

SIZE = (120, 208)
HFOV = 60.0
BODY = np.array([[x, y, z] for x in (-0.3, 0.3) for y in (-0.3, 0.3) for z in (0.0, 1.8)] + [[0.0, 0.0, 1.0]])
"""Joints of a body, the last one within it; x forward, y left, z up, metres."""


def instant(camera: tuple[float, ...] = (0, 0, 100, 0, 0, 0), subject: tuple[float, ...] = (500, 0, 0, 0, 0, 0)) -> Instant:
    return Instant(np.array(camera, np.float64), (SubjectCommand(np.array(subject, np.float64), 0.0, 0.0, 0.0),))


def seen(at: Instant, body: NDArray[np.float64] = BODY, hidden: float = 0.0, seed: int = 0) -> Capture:
    """What a healthy engine would answer: the box of the body filled, less a share of it at its left, on a noisy background."""
    root = T_world_subject_from_ue(at.subjects[0].ue)
    joints = body @ root[:3, :3].T + root[:3, 3]
    pixels, depth = project(joints, T_world_camera_from_ue(at.camera_ue), intrinsics(SIZE[1], SIZE[0], HFOV))
    low, high = np.clip(pixels.min(0), 0, SIZE[::-1]).round().astype(int), np.clip(pixels.max(0), 0, SIZE[::-1]).round().astype(int)
    alone = np.zeros(SIZE, np.uint8)
    alone[low[1] : high[1], low[0] : high[0]] = 1
    mask = alone.copy()
    mask[:, : int(low[0] + hidden * (high[0] - low[0]))] = 0
    picture = np.random.default_rng(seed).integers(60, 200, (*SIZE, 4), dtype=np.uint8)
    picture[mask > 0, 0] = 255
    picture[..., 1] += (np.abs(at.camera_ue).sum() % 40).astype(np.uint8)
    depths = np.where(mask > 0, depth.mean(), 50.0 + 0.01 * np.abs(at.camera_ue).sum()).astype(np.float32)
    bounds = np.stack([BODY.min(0) - 0.1, BODY.max(0) + 0.1])
    box = np.array([*low, *high]) if alone.any() else np.zeros(4, np.int64)
    return Capture(picture, mask, depths, (joints,), (bounds,), ((int(alone.sum()), box),))


WALKED = instant(subject=(500, 30, 0, 0, 0, 0))


def test_what_moves_and_is_seen_to_move_is_right() -> None:
    check_capture(seen(WALKED), WALKED, seen(instant()), instant())


@pytest.mark.parametrize(
    ("name", "late"),
    [
        ("late_picture", ("bgra",)),
        ("late_depth", ("depth_m",)),
        ("late_bones", ("joints_world",)),
    ],
)
def test_what_is_of_the_instant_before_is_told(name: str, late: tuple[str, ...]) -> None:
    before = seen(instant())
    shot = replace(seen(WALKED), **{field: getattr(before, field) for field in late})
    with pytest.raises(EngineFault, match=name):
        check_capture(shot, WALKED, before, instant())


def test_a_body_that_fills_a_gap_before_and_after_may_leave_the_mask_as_it_was() -> None:
    step = instant(subject=(500, 15, 0, 0, 0, 0))
    before, after = seen(instant()), seen(step)
    gap = np.zeros(SIZE, np.uint8)
    gap[:, 102:108] = 1
    both = before.mask & after.mask & gap
    assert both.sum() > 200
    pictures = [replace(shot, mask=both, depth_m=np.where(both > 0, 5.0, 60.0).astype(np.float32)) for shot in (before, after)]
    check_capture(pictures[1], step, pictures[0], instant())


def test_a_body_that_is_cut_by_the_edge_of_the_picture_may_look_the_same() -> None:
    near, moved = instant(subject=(60, 0, 0, 0, 0, 0)), instant(subject=(60, 4, 0, 0, 0, 0))
    one, other = seen(near), seen(moved)
    full = replace(other, mask=one.mask, silhouettes=one.silhouettes, depth_m=one.depth_m)
    check_capture(full, moved, one, near)


def test_a_sky_may_look_the_same_from_elsewhere() -> None:
    up, aside = instant(camera=(0, 0, 100, 60, 0, 0)), instant(camera=(10, 0, 100, 60, 0, 0))
    sky = np.repeat(np.linspace(90, 160, SIZE[0]).astype(np.uint8)[:, None, None], SIZE[1], 1).repeat(4, 2)
    nothing = np.full(SIZE, np.inf, np.float32)
    shots = [
        replace(seen(at), bgra=sky, mask=np.zeros(SIZE, np.uint8), depth_m=nothing, silhouettes=((0, np.zeros(4, np.int64)),))
        for at in (up, aside)
    ]
    check_capture(shots[1], aside, shots[0], up)
    scenery = [replace(shot, bgra=seen(up).bgra) for shot in shots]
    with pytest.raises(EngineFault, match="late_picture"):
        check_capture(scenery[1], aside, scenery[0], up)
