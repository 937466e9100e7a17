"""One clip's metadata against itself: schema, identity, poses against choreography, states, events, times, boxes."""

import json
from typing import Any

import numpy as np
from numpy.typing import NDArray
from pydantic import ValidationError

from hmworld.choreography import (
    choreograph,
    exit_and_entry_causes,
    find_events,
    in_frame_fraction,
    retention_reason,
    side_of,
    states_from_counts,
)
from hmworld.choreography.choreography import Choreography
from hmworld.choreography.hidden import hidden_motion
from hmworld.dataset import Clip, Dataset
from hmworld.dataset.cards import read_motion
from hmworld.dataset.clipfiles import check_arrays
from hmworld.dataset.tables import event_rows
from hmworld.geometry.camera import project
from hmworld.geometry.motion import Motion
from hmworld.model.clip import ClipSpec, clip_id, motion_id
from hmworld.model.event import Event
from hmworld.model.sample import SampleJson
from hmworld.validate.imported import check_imported
from hmworld.validate.report import Report

POSE_TOLERANCE = 1e-9
JOINT_TOLERANCE_M = 2e-3
"""Joints of the engine against the motion tables; f4 storage and the wire's 1e-4 cm are far below."""
FRACTION_TOLERANCE = 1e-6
NUMBER_TOLERANCE = 1e-3


def check_clip(dataset: Dataset, clip: Clip, report: Report) -> bool:
    """Check a clip's json and npz; whether they are sound enough for its pixels to be checked against them."""
    if dataset.info.imported:
        return check_imported(clip, report)
    key = clip.clip_id
    report.look("schema")
    try:
        meta = SampleJson.model_validate_json(clip.member("json"))
        spec = ClipSpec.model_validate_json(meta.spec)
    except ValidationError as error:
        report.add("schema", key, " ".join(str(error).split())[:300])
        return False
    problems = check_arrays(clip.arrays)
    sizes = (len(spec.subjects), spec.render.frames)
    if not problems and clip.arrays["state"].shape != sizes:
        problems.append(f"npz: state: expected (S, T) = {sizes}, got {clip.arrays['state'].shape}")
    for problem in problems:
        report.add("schema", key, problem)
    if not problems:
        most = max(len(read_motion(dataset.root, s.motion_sha256).joint_names) for s in spec.subjects)
        if clip.arrays["joints_world"].shape[2] != most:
            problems.append(f"npz: joints_world: expected J = {most}, got {clip.arrays['joints_world'].shape[2]}")
        if len(meta.subjects) != len(spec.subjects) or any(not 1 <= e.subject <= len(spec.subjects) for e in meta.events):
            problems.append(f"json: subjects or events name others than the {len(spec.subjects)} subjects of the spec")
        for problem in problems:
            report.add("schema", key, problem)
    if problems:
        return False
    _identity(clip, meta, spec, report)
    motions = [read_motion(dataset.root, s.motion_sha256) for s in spec.subjects]
    choreography = choreograph(spec)
    _poses(key, clip.arrays, choreography, motions, report)
    _states(key, clip.arrays, choreography, motions, report)
    _events(key, clip.arrays, meta, choreography, motions, report)
    _boxes(key, clip.arrays, report)
    if not meta.counterfactual:
        report.look("retention")
        reason = retention_reason(meta.events, clip.arrays["state"], dataset.info.recipe.retention)
        if reason:
            report.add("retention", key, f"should have been rejected: {reason}")
    return True


def _identity(clip: Clip, meta: SampleJson, spec: ClipSpec, report: Report) -> None:
    key = clip.clip_id
    report.look("identity")
    row = clip.row
    for name, said, actual in (
        ("clip_id of the json", meta.clip_id, key),
        ("clip_id", key, clip_id(spec)),
        ("motion_id", meta.motion_id, motion_id(spec)),
        ("motion_id of the manifest", row["motion_id"], motion_id(spec)),
        ("scene", meta.scene, spec.scene.name),
        ("look", meta.look, spec.look.name),
        ("render", meta.render.model_dump(), spec.render.model_dump()),
        ("camera", meta.camera.trajectory, spec.camera.trajectory),
        ("hfov_deg", meta.camera.hfov_deg, spec.camera.hfov_deg),
        ("subjects", [s.name for s in meta.subjects], [s.name for s in spec.subjects]),
        ("subject ids", [s.id for s in meta.subjects], list(range(1, len(spec.subjects) + 1))),
        ("split of the manifest", row["split"], meta.split),
        ("unseen of the manifest", row["unseen"], meta.unseen),
        ("derived_from of the manifest", row["derived_from"], meta.derived_from),
        ("counterfactual of the manifest", row["counterfactual"], meta.counterfactual),
        ("caption of the manifest", row["caption"], meta.caption.text),
        ("txt", clip.member("txt").decode("utf-8", "replace"), meta.caption.text),
        ("events of the manifest", row["events"], event_rows(meta.events)),
        ("fps of the manifest", row["fps"], spec.render.fps),
        ("frames of the manifest", row["frames"], spec.render.frames),
        ("spec", json.loads(meta.spec), json.loads(spec.canonical())),
    ):
        if said != actual:
            report.add("identity", key, f"{name} is {str(said)[:80]!r}, expected {str(actual)[:80]!r}")


def _differ(key: str, check: str, name: str, stored: NDArray[Any], derived: NDArray[Any], tolerance: float, report: Report) -> None:
    report.look(check)
    off = np.abs(stored.astype(np.float64) - derived.astype(np.float64))
    both_nan = np.isnan(stored) & np.isnan(derived)
    off = np.where(both_nan, 0.0, off)
    if not (off <= tolerance).all():
        where = np.unravel_index(int(np.nan_to_num(off, nan=np.inf).argmax()), off.shape)
        report.add(check, key, f"{name}{[int(i) for i in where]} is {stored[where]!r}, choreography gives {derived[where]!r}")


def _poses(key: str, arrays: dict[str, NDArray[Any]], choreography: Choreography, motions: list[Motion], report: Report) -> None:
    times = choreography.frame_times
    _differ(key, "poses", "time_s", arrays["time_s"], times, 1e-12, report)
    _differ(key, "poses", "K", arrays["K"], np.tile(choreography.K, (len(times), 1, 1)), POSE_TOLERANCE, report)
    _differ(key, "poses", "ue_camera", arrays["ue_camera"], choreography.camera_ue(times), 0.0, report)
    _differ(key, "poses", "T_world_camera", arrays["T_world_camera"], choreography.T_world_camera(times), POSE_TOLERANCE, report)
    for index, motion in enumerate(motions):
        pose = choreography.subject(index, times)
        spec = choreography.spec.subjects[index]
        _differ(key, "poses", f"ue_subject[{index}]", arrays["ue_subject"][index], pose.ue, 0.0, report)
        _differ(key, "poses", f"T_world_subject[{index}]", arrays["T_world_subject"][index], pose.T_world_subject, POSE_TOLERANCE, report)
        local = spec.scale * motion.posed_joints(
            spec.gait.name, pose.gait_time_s / spec.gait.cycle_s, pose.idle_time_s / spec.gait.idle_cycle_s, pose.gait_weight
        )
        root = pose.T_world_subject
        joints = np.full(arrays["joints_world"].shape[1:], np.nan)
        joints[:, : local.shape[1]] = local @ np.swapaxes(root[:, :3, :3], 1, 2) + root[:, None, :3, 3]
        _differ(key, "joints", f"joints_world[{index}]", arrays["joints_world"][index], joints, JOINT_TOLERANCE_M, report)


def _states(key: str, arrays: dict[str, NDArray[Any]], choreography: Choreography, motions: list[Motion], report: Report) -> None:
    times, render = choreography.frame_times, choreography.spec.render
    visible, amodal = arrays["visible_px"], arrays["amodal_px"]
    fractions = np.stack([in_frame_fraction(choreography, i, m, times) for i, m in enumerate(motions)])
    _differ(key, "in_frame_fraction", "in_frame_fraction", arrays["in_frame_fraction"], fractions, FRACTION_TOLERANCE, report)
    report.look("amodal_px")
    if (amodal < visible).any() or (amodal > render.width * render.height).any() or (visible < 0).any():
        s, t = (int(v[0]) for v in np.nonzero((amodal < visible) | (amodal > render.width * render.height) | (visible < 0)))
        report.add(
            "amodal_px",
            key,
            f"subject {s + 1}, frame {t}: visible {visible[s, t]}, amodal {amodal[s, t]}: expected 0 <= visible <= amodal <= W*H",
        )
    # Points of the surface in the frame without a silhouette there, or the other way round, is a lie of one of the two.
    contradiction = (fractions > 0.25) & (amodal == 0)
    contradiction |= (fractions == 0.0) & (amodal > 0.02 * render.width * render.height)
    if contradiction.any():
        s, t = (int(v[0]) for v in np.nonzero(contradiction))
        report.add(
            "amodal_px", key, f"subject {s + 1}, frame {t}: amodal {amodal[s, t]} with {fractions[s, t]:.2f} of the surface in the frame"
        )
    report.look("states")
    states = states_from_counts(visible, amodal, fractions, render.min_visible_px)
    if (states != arrays["state"]).any():
        s, t = (int(v[0]) for v in np.nonzero(states != arrays["state"]))
        report.add("states", key, f"subject {s + 1}, frame {t}: state is {arrays['state'][s, t]}, counts give {states[s, t]}")


def _events(
    key: str, arrays: dict[str, NDArray[Any]], meta: SampleJson, choreography: Choreography, motions: list[Motion], report: Report
) -> None:
    context = choreography.spec.render.context_frames
    expected = [e for index, states in enumerate(arrays["state"]) for e in find_events(states, index + 1, context)]
    report.look("events", len(expected))
    frame_fields = ("kind", "subject", "last_visible_frame", "exit_frame", "return_frame", "entry_frame", "gap_frames")
    flags = ("straddles_cut", "occluded_at_exit")

    def brief(event: Event) -> tuple[object, ...]:
        return tuple(getattr(event, name) for name in (*frame_fields, *flags))

    if [brief(e) for e in meta.events] != [brief(e) for e in expected]:
        report.add("events", key, f"events are {[brief(e) for e in meta.events]}, states give {[brief(e) for e in expected]}")
        return
    for event in meta.events:
        _times_and_causes(key, event, arrays, choreography, motions[event.subject - 1], report)


def _times_and_causes(
    key: str, event: Event, arrays: dict[str, NDArray[Any]], choreography: Choreography, motion: Motion, report: Report
) -> None:
    fps, index = choreography.spec.render.fps, event.subject - 1
    where = f"{key}, subject {event.subject}, {event.kind} at frame {event.last_visible_frame}"
    sound = True
    for frame, time, side, name in (
        (event.exit_frame, event.exit_time_s, event.exit_side, "exit"),
        (event.return_frame, event.return_time_s, event.entry_side, "return"),
    ):
        report.look("time_brackets")
        if frame < 1:
            if (time, side) != (-1.0, ""):
                report.add("time_brackets", where, f"{name} time {time} and side {side!r} of an event without one")
            continue
        if not (frame - 1) / fps - 1e-6 < time <= frame / fps + 1e-6:
            sound = False
            report.add("time_brackets", where, f"{name} time {time} s lies outside (({frame}-1)/{fps}, {frame}/{fps}]")
        elif in_frame_fraction(choreography, index, motion, [time + (1e-6 if name == "exit" else -2e-4)])[0] >= 0.51:
            report.add("time_brackets", where, f"at its {name} time {time} s half of the subject is in the frame")
        elif side != side_of(choreography, index, motion, time):
            report.add("sides", where, f"{name} side is {side!r}, poses give {side_of(choreography, index, motion, time)!r}")
        report.look("sides")
    if event.kind != "absence" or not sound:
        return
    report.look("causes")
    fractions = in_frame_fraction(choreography, index, motion, choreography.frame_times)
    causes = exit_and_entry_causes(choreography, index, motion, arrays["state"][index], fractions, event)
    if causes != (event.exit_cause, event.entry_cause):
        report.add("causes", where, f"causes are {(event.exit_cause, event.entry_cause)}, poses give {causes}")
    for name, value in hidden_motion(choreography, event).items():
        if abs(getattr(event, name) - value) > NUMBER_TOLERANCE:
            report.add("causes", where, f"{name} is {getattr(event, name)}, poses give {value}")


def _boxes(key: str, arrays: dict[str, NDArray[Any]], report: Report) -> None:
    """All corners before the camera: the projected 3D box encloses the 2D box, 2 px allowed; joints lie in their 3D box, 10 cm allowed."""
    boxes, flat = arrays["box3d_world"], arrays["box2d"]
    for index in range(len(boxes)):
        report.look("boxes", boxes.shape[1])
        pixels, depth = project(boxes[index], arrays["T_world_camera"], arrays["K"])
        usable = (depth > 0.1).all(1) & np.isfinite(flat[index]).all(1)
        low, high = pixels.min(1) - 2.0, pixels.max(1) + 2.0
        outside = usable & ((flat[index][:, :2] < low).any(1) | (flat[index][:, 2:] > high).any(1))
        if outside.any():
            frame = int(np.flatnonzero(outside)[0])
            report.add("boxes", key, f"subject {index + 1}, frame {frame}: box2d {flat[index][frame]} leaves the projected box3d")
        joints = arrays["joints_world"][index].astype(np.float64)
        axes = arrays["T_world_subject"][index]
        local = np.einsum("tji,tkj->tki", axes[:, :3, :3], joints - axes[:, None, :3, 3])
        corners = np.einsum("tji,tkj->tki", axes[:, :3, :3], boxes[index].astype(np.float64) - axes[:, None, :3, 3])
        beyond = np.fmax(corners.min(1)[:, None] - local, local - corners.max(1)[:, None])
        if not np.nanmax(beyond) < 0.1:
            frame = int(np.unravel_index(int(np.nanargmax(beyond)), beyond.shape)[0])
            report.add("boxes", key, f"subject {index + 1}, frame {frame}: joints lie outside box3d_world")
