"""Subjects: where their root is put, which pose of their animations they take, and whether pictures show that pose."""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise, product

import cv2
import numpy as np
from numpy.typing import NDArray

from hmworld.engine.checks import SLACK_SHARE
from hmworld.engine.pictures import overlap
from hmworld.engine.selftest.bench import SUBJECT_COLOUR, Array, Bench
from hmworld.engine.selftest.findings import Outcome, bad, good
from hmworld.errors import EngineFault
from hmworld.geometry.camera import project
from hmworld.geometry.frames import T_world_subject_from_ue

MOVED_M = 0.03
"""A body that reaches so much farther in one pose than in another has another box."""
ROOT_SHARE, POSE_SHARE, OTHER_POSE_SHARE = 0.01, 0.03, 0.15
"""Joints may be off by so much of the subject's height: by its root's place, by its pose, and if they may be in another pose."""
EXACT_M = 0.0005
BONES_OUTSIDE = 0.1
"""Ends of fingers and tails may be joints outside the mesh."""
SCALE = 1.25
FROM = (0.0, 0.0, 0.0, 0.0, 0.0, 0.0)

Reading = Callable[[Array], Array]


def _pose(*signs: float) -> Reading:
    return lambda ue: ue * np.array(signs)


ROOTS: dict[str, Reading] = {
    "": lambda ue: ue,
    "subject_y_mirrored": _pose(1, -1, 1, 1, 1, 1),
    "subject_yaw_negated": _pose(1, 1, 1, 1, -1, 1),
    "subject_does_not_move": _pose(0, 0, 0, 1, 1, 1),
    "subject_does_not_turn": _pose(1, 1, 1, 0, 0, 0),
    "subject_turned_by_90": lambda ue: ue + np.array([0, 0, 0, 0, 90.0, 0]),
    "subject_turned_by_180": lambda ue: ue + np.array([0, 0, 0, 0, 180.0, 0]),
    "subject_turned_by_-90": lambda ue: ue - np.array([0, 0, 0, 0, 90.0, 0]),
}
SCALES = {"": SCALE, "subject_scale_ignored": 1.0, "subject_in_metres": SCALE / 100.0, "subject_too_large": SCALE * 100.0}


def check_root(bench: Bench) -> Outcome:
    """Location, rotation and scale of a subject are as commanded, and it faces where its card says."""
    bench.clear()
    joints = bench.spawn(SCALE)
    if len(joints) != len(bench.target.motion.joint_names):
        return bad("other_joints", f"the engine has {len(joints)} joints, the card's motion {len(bench.target.motion.joint_names)}")
    still = bench.target.joints_m(*(np.zeros(1),) * 3)[0]
    commanded = [(500, 0, 0, 0, 0, 0), (500, 120, 0, 0, 0, 0), (450, -60, 80, 0, 50, 0), (500, 0, 0, 0, 200, 0), (480, 30, 10, 12, -30, 8)]
    seen, not_taken = [], ""
    for ue in commanded:
        world = bench.pose(ue)
        try:
            bench.check_pose(world)
        except EngineFault as fault:
            not_taken = not_taken or str(fault).replace("the camera", "the subject")
        seen.append((np.array(ue, np.float64), world, bench.bones_m()))
        if seen[-1][2].shape != still.shape:
            return bad("other_joints", f"Bones answers {len(seen[-1][2])} joints, the card's motion has {len(still)}")

    def error(root: str, scale: str) -> float:
        off = []
        for ue, _, bones in seen:
            world = ROOTS[root](bench.in_world(ue))
            transform = T_world_subject_from_ue(world)
            would = SCALES[scale] * still @ transform[:3, :3].T + transform[:3, 3]
            off.append(np.linalg.norm(bones - would, axis=1).mean())
        return float(np.mean(off))

    height = SCALE * bench.target.subject.height_m
    errors = {reading: error(*reading) for reading in product(ROOTS, SCALES)}
    best = min(errors, key=lambda reading: (round(errors[reading], 3), sum(map(bool, reading))))
    told = f"joints are {errors['', '']:.3f} m from where they should be in five poses, at a height of {height:.2f} m"
    if best != ("", "") and errors["", ""] > errors[best] + ROOT_SHARE * height and errors[best] <= OTHER_POSE_SHARE * height:
        return bad("+".join(name for name in best if name), f"{told}, and {errors[best]:.3f} m from another reading")
    if not_taken:
        return bad("subject_not_taken", not_taken)
    own = np.array([(bones - (world := T_world_subject_from_ue(root))[:3, 3]) @ world[:3, :3] for _, root, bones in seen])
    spread = float(np.ptp(own, axis=0).max())
    if errors["", ""] > OTHER_POSE_SHARE * height or spread > ROOT_SHARE * height:
        return bad("subject_elsewhere", f"{told}, {spread:.3f} m from each other in the root's axes; no other reading fits")
    low, high = bench.bounds_m()
    beyond = float(np.maximum(low - own[-1].min(0), own[-1].max(0) - high).max())
    if beyond > BONES_OUTSIDE * height:
        return bad("bounds_without_bones", f"joints reach {beyond:.2f} m out of the box of the posed mesh")
    return good(f"{told}, {1000 * spread:.1f} mm from each other in the root's axes")


def check_animation(bench: Bench) -> Outcome:
    """Bones are those of the card's motion at the commanded times, again and again."""
    target = bench.target
    bench.clear()
    bench.spawn()
    cycle, idle = target.subject.gaits[target.gait].cycle_s, target.subject.gaits["idle"].cycle_s
    times = np.array(
        [
            (0.0, 0, 1),
            (0.13 * cycle, 0, 1),
            (0.37 * cycle, 0, 1),
            (0.5 * cycle, 0, 1),
            (2.81 * cycle, 0, 1),
            (0, 0.3 * idle, 0),
            (0, 0.8 * idle, 0),
            (0.37 * cycle, 0.3 * idle, 0.5),
            (0.13 * cycle, 0, 1),
        ]
    )
    at = (500.0, 0.0, 0.0, 0.0, 0.0, 0.0)
    world = T_world_subject_from_ue(bench.in_world(at))
    seen = []
    for gait_time, idle_time, weight in times:
        bench.pose(at, gait_time, idle_time, weight)
        seen.append((bench.bones_m() - world[:3, 3]) @ world[:3, :3])
    bones = np.array(seen)
    if float(np.ptp(bones, axis=0).max()) < EXACT_M:
        return bad("frozen_animation", "bones are the same at nine times of the animations")

    def error(commands: Array) -> float:
        return float(np.linalg.norm(bones - target.joints_m(*commands.T), axis=2).mean())

    def with_column(column: int, values: Array | float) -> Array:
        changed = times.copy()
        changed[:, column] = values
        return changed

    readings = {
        "": times,
        "late_animation": np.concatenate([times[:1], times[:-1]]),
        "gait_time_ignored": with_column(0, 0.0),
        "idle_time_ignored": with_column(1, 0.0),
        "gait_weight_ignored": with_column(2, 1.0),
        "gait_never_plays": with_column(2, 0.0),
        "animation_half_speed": times * (0.5, 0.5, 1.0),
        "animation_double_speed": times * (2.0, 2.0, 1.0),
        "animation_backwards": times * (-1.0, -1.0, 1.0),
    }
    errors = {name: error(commands) for name, commands in readings.items()}
    best = min(errors, key=lambda name: errors[name])
    height = target.subject.height_m
    told = f"bones are {errors['']:.4f} m from the card's motion at nine times"
    if best and errors[best] < 0.5 * errors[""] and errors[""] > 0.002 * height:
        return bad(best, f"{told}, and {errors[best]:.4f} m from another reading")
    if errors[""] > POSE_SHARE * height:
        return bad("other_animation", f"{told}; no other reading fits")
    again = float(np.abs(bones[1] - bones[-1]).max())
    if again > EXACT_M:
        return bad("animation_not_exact", f"{told}; the same time twice gives bones {1000 * again:.2f} mm apart")
    return good(f"{told}; the same time twice gives bones {1000 * again:.3f} mm apart")


def check_skin(bench: Bench) -> Outcome:
    """Pictures show the pose that the bones have, at once."""
    target = bench.target
    cycle, height = target.subject.gaits[target.gait].cycle_s, 100.0 * target.subject.height_m
    bench.clear()
    bench.spawn()
    root = (max(250.0, 2.0 * height), 0.0, -height / 2, 0.0, 90.0, 0.0)
    times = [k * cycle / 4 for k in range(4)]
    bench.pose(root)
    bench.cut(FROM)
    bench.settled(FROM, (*root, 0.0, 0.0, 1.0))
    masks, alone, boxes = [], [], []
    for time in times:
        masks.append(bench.shoot(FROM, (*root, time, 0.0, 1.0)).of(SUBJECT_COLOUR))
        alone.append(bench.silhouette())
        boxes.append(bench.bounds_m())
    if not all(mask.any() for mask in masks):
        return bad("missing_in_mask", "a subject in the middle of the picture is not in the mask")
    drawn = [_outline(bench, root, time) for time in times]
    shares = np.array([[overlap(mask, outline) for outline in drawn] for mask in masks])
    told = "overlap of mask and the card's body at four times " + ", ".join(f"{shares[k, k]:.2f}" for k in range(4))
    changes = min(overlap(a, b) for a, b in pairwise(drawn))
    if changes > 0.95:
        return good(f"{told}; from this side the gait changes too little to tell poses apart")
    if all(overlap(masks[0], mask) > 0.99 for mask in masks[1:]):
        return bad("frozen_skin", f"{told}; the mask is the same at four times of the gait, and the bones are not")
    skins = target.skin_m(np.array(times), np.zeros(4), np.ones(4))
    moved = float(np.ptp([(skin.min(0), skin.max(0)) for skin in skins], axis=0).max())
    if moved > MOVED_M and float(np.ptp(boxes, axis=0).max()) < EXACT_M:
        return bad("frozen_box", f"the box of the posed mesh is the same at four times, and that of the card's body moves by {moved:.2f} m")
    previous = [shares[k, k - 1] > shares[k, k] + 0.01 for k in range(1, 4)]
    if all(previous):
        return bad("late_subject", f"{told}; each mask is of the time commanded before")
    pixels = [int(mask.sum()) for mask in masks]
    if any(abs(a - b) > SLACK_SHARE * b + 4 for a, b in zip(alone, pixels, strict=True)):
        return bad("silhouette_of_another_pose", f"{told}; {pixels} pixels in the masks, {alone} alone")
    if min(shares[k, k] for k in range(4)) < 0.6:
        return bad("other_body", told)
    return good(told)


def _outline(bench: Bench, root: tuple[float, ...], gait_time_s: float) -> NDArray[np.bool_]:
    """Pixels (H, W) that the card's coarse skin covers."""
    transform = T_world_subject_from_ue(bench.in_world(root))
    skin = bench.target.skin_m(np.array([gait_time_s]), np.zeros(1), np.ones(1))[0] @ transform[:3, :3].T + transform[:3, 3]
    pixels, _ = project(skin, bench.camera_m(FROM), bench.lens())
    canvas = np.zeros((bench.height, bench.width), np.uint8)
    for triangle in bench.target.motion.skin_triangles:
        cv2.fillConvexPoly(canvas, np.round(16 * (pixels[triangle] - 0.5)).astype(np.int32), 1, lineType=cv2.LINE_8, shift=4)
    return canvas.astype(bool)
