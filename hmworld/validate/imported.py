"""A clip that was taken over from another project's layout, against itself: there is no specification to derive it from a second time."""

import numpy as np
from pydantic import ValidationError

from hmworld.choreography import find_events
from hmworld.dataset import Clip
from hmworld.dataset.clipfiles import check_arrays
from hmworld.dataset.tables import event_rows
from hmworld.geometry import T_world_camera_from_ue, intrinsics
from hmworld.model.event import State
from hmworld.model.sample import SampleJson
from hmworld.validate.report import Report

TOLERANCE = 1e-9


def check_imported(clip: Clip, report: Report) -> bool:
    """Check json and npz: shapes, poses against the Unreal numbers, lens, states against pixels, events against states."""
    key, arrays = clip.clip_id, clip.arrays
    report.look("schema")
    try:
        meta = SampleJson.model_validate_json(clip.member("json"))
    except ValidationError as error:
        report.add("schema", key, " ".join(str(error).split())[:300])
        return False
    problems = check_arrays(arrays)
    sizes = (len(meta.subjects), meta.render.frames)
    if not problems and arrays["state"].shape != sizes:
        problems.append(f"npz: state: expected (S, T) = {sizes}, got {arrays['state'].shape}")
    for problem in problems:
        report.add("schema", key, problem)
    if problems:
        return False
    report.look("identity")
    for name, said, actual in (
        ("clip_id of the json", meta.clip_id, key),
        ("split of the manifest", clip.row["split"], meta.split),
        ("txt", clip.member("txt").decode("utf-8", "replace"), meta.caption.text),
        ("events of the manifest", clip.row["events"], event_rows(meta.events)),
    ):
        if said != actual:
            report.add("identity", key, f"{name} is {str(said)[:80]!r}, expected {str(actual)[:80]!r}")
    report.look("poses", 2)
    if not np.abs(arrays["T_world_camera"] - T_world_camera_from_ue(arrays["ue_camera"])).max() < TOLERANCE:
        report.add("poses", key, "T_world_camera is not what ue_camera gives")
    if not np.abs(arrays["K"] - intrinsics(meta.render.width, meta.render.height, meta.camera.hfov_deg)).max() < TOLERANCE:
        report.add("poses", key, f"K is not that of {meta.camera.hfov_deg} degrees")
    report.look("states")
    if ((arrays["visible_px"] >= meta.render.min_visible_px) != (arrays["state"] == State.VISIBLE)).any():
        report.add("states", key, "state is not visible exactly where visible_px reaches min_visible_px")
    expected = [e for k, states in enumerate(arrays["state"]) for e in find_events(states, k + 1, meta.render.context_frames)]
    report.look("events", len(expected))
    if list(meta.events) != expected:
        report.add("events", key, f"{len(meta.events)} events are not the {len(expected)} that states give")
    return True
