"""One clip: choreographed, captured, encoded, annotated, kept or rejected, staged."""

import shutil
import tempfile
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from hmworld.annotate import ClipAnnotation, annotate, measure
from hmworld.choreography import Choreography, choreograph
from hmworld.dataset import LocalStore, PlanRow
from hmworld.dataset.cards import read_motion, read_scene_card, read_subject_card
from hmworld.dataset.clipfiles import pack_arrays
from hmworld.dataset.encode import FrameWriter, quantise_depth, quantise_flow, quantise_normals
from hmworld.dataset.shards import MAIN
from hmworld.dataset.staging import STAGING, ClipResult, stage_fragment, stage_result
from hmworld.dataset.store import storage_errors
from hmworld.dataset.tables import manifest_row
from hmworld.dataset.tar import fragment
from hmworld.engine import ClipSession, Connection, EngineInfo
from hmworld.engine.session import Capture
from hmworld.engine.tokens import Instant, SubjectCommand
from hmworld.model.cards import SceneCard, SubjectCard
from hmworld.model.clip import ClipSpec, motion_id, render_id
from hmworld.model.event import Event
from hmworld.model.recipe import Recipe
from hmworld.model.sample import (
    CameraRecord,
    CaptionRecord,
    EngineRecord,
    RenderRecord,
    SampleJson,
    SceneStage,
    SubjectRecord,
)

Captioner = Callable[[ClipSpec, SceneCard, Sequence[SubjectCard], Sequence[Event]], CaptionRecord]


def instants(choreography: Choreography, times_s: Sequence[float]) -> list[Instant]:
    """What to command at each time."""
    times = np.asarray(times_s, np.float64)
    camera = choreography.camera_ue(times)
    poses = [choreography.subject(i, times) for i in range(len(choreography.spec.subjects))]
    return [
        Instant(
            camera[k],
            tuple(SubjectCommand(p.ue[k], float(p.gait_time_s[k]), float(p.idle_time_s[k]), float(p.gait_weight[k])) for p in poses),
        )
        for k in range(len(times))
    ]


def render_key(spec: ClipSpec, engine: EngineInfo, recipe: Recipe) -> str:
    """The render_id of a clip on an engine with a recipe's settings."""
    return render_id(spec, f"{engine.name}/{engine.build}", recipe.encoder, recipe.streams)


@dataclass(frozen=True)
class _Cards:
    scene: SceneCard
    subjects: list[SubjectCard]


def render_clip(connection: Connection, engine: EngineInfo, root: Path, recipe: Recipe, row: PlanRow, captioner: Captioner) -> ClipResult:
    """Render one planned clip into the staging folder of a dataset and return its record.

    Raises EngineError when the engine fails (nothing is staged then) and StorageError when files cannot be written.
    """
    spec, store = row.spec, LocalStore(root)
    choreography = choreograph(spec)
    motions = [read_motion(root, s.motion_sha256) for s in spec.subjects]
    cards = _Cards(read_scene_card(root, spec.scene.name), [read_subject_card(root, s.name) for s in spec.subjects])
    scratch_parent = root / STAGING / "tmp"
    with storage_errors(scratch_parent):
        scratch_parent.mkdir(parents=True, exist_ok=True)
        scratch = Path(tempfile.mkdtemp(prefix="clip-", dir=scratch_parent))
    try:
        session = ClipSession(connection, spec, recipe.streams)
        size = (spec.render.width, spec.render.height)
        frames, joints, bounds = [], [], []
        amodal = np.zeros((len(spec.subjects), spec.render.frames), np.int32)
        with ExitStack() as stack:
            writers = {
                kind: stack.enter_context(FrameWriter(scratch / name, kind, size, spec.render.fps, recipe.encoder))
                for kind, name in _files(recipe)
            }
            shots = session.captures(instants(choreography, choreography.frame_times.tolist()))
            for k, shot in enumerate(shots):
                writers["rgb"].write(shot.bgra)
                writers["mask"].write(shot.mask)
                for stream, frame in _stream_frames(shot, recipe).items():
                    writers[stream].write(frame)
                frames.append(measure(shot.mask, shot.bgra, len(spec.subjects)))
                joints.append(shot.joints_world)
                bounds.append(shot.bounds_root_m)
                amodal[:, k] = [count for count, _ in shot.silhouettes]

        def silhouette_pixels(subject: int, time_s: float) -> int:
            return session.silhouette_pixels(instants(choreography, [time_s]), subject)[0]

        # A counterfactual is wanted whatever it shows.
        rule = recipe.retention if not row.counterfactual else None
        annotation = annotate(choreography, motions, frames, joints, bounds, amodal, row.forecast_states, silhouette_pixels, rule)
        identity = render_key(spec, engine, recipe)
        keep_media = annotation.reject_reason == "" or recipe.keep_reject_media
        caption = captioner(spec, cards.scene, cards.subjects, annotation.events)
        sample = _sample(row, cards, annotation, caption, engine, [list(m.joint_names) for m in motions])
        staged = []
        if keep_media:
            with storage_errors(scratch):
                streams = _members(scratch, row.clip_id, recipe, sample, annotation)
            for stream, files in streams.items():
                data, members = fragment(files)
                staged.append(stage_fragment(store, identity, stream, data, members))
        result = ClipResult(
            render_id=identity,
            clip_id=row.clip_id,
            row=row.row,
            candidate=row.candidate,
            scene=spec.scene.name,
            reject_reason=annotation.reject_reason,
            events=tuple(annotation.events),
            forecast_events=row.forecast_events,
            engine_name=engine.name,
            engine_build=engine.build,
            fragments=tuple(staged),
            manifest=manifest_row(sample, row.row) if annotation.reject_reason == "" else {},
        )
        stage_result(store, result)
        return result
    finally:
        shutil.rmtree(scratch, ignore_errors=True)


def _files(recipe: Recipe) -> list[tuple[Any, str]]:
    return [("rgb", "rgb.mp4"), ("mask", "mask.mkv"), *((stream, f"{stream}.mkv") for stream in recipe.streams)]


def _stream_frames(shot: Capture, recipe: Recipe) -> dict[str, NDArray[np.uint16]]:
    """One frame of each optional stream, as stored."""
    frames = {}
    if "depth" in recipe.streams:
        frames["depth"] = quantise_depth(shot.depth_m)
    if shot.flow is not None:
        frames["flow"] = quantise_flow(shot.flow)
    if shot.normals is not None:
        frames["normal"] = quantise_normals(shot.normals)
    return frames


def _members(
    scratch: Path, clip: str, recipe: Recipe, sample: SampleJson, annotation: ClipAnnotation
) -> dict[str, list[tuple[str, bytes]]]:
    main = [
        (f"{clip}.json", sample.typed_json()),
        (f"{clip}.mp4", (scratch / "rgb.mp4").read_bytes()),
        (f"{clip}.mask.mkv", (scratch / "mask.mkv").read_bytes()),
        (f"{clip}.npz", pack_arrays(annotation.arrays)),
        (f"{clip}.txt", sample.caption.text.encode()),
    ]
    return {MAIN: main} | {s: [(f"{clip}.{s}.mkv", (scratch / f"{s}.mkv").read_bytes())] for s in recipe.streams}


def _sample(
    row: PlanRow,
    cards: _Cards,
    annotation: ClipAnnotation,
    caption: CaptionRecord,
    engine: EngineInfo,
    joint_names: list[list[str]],
) -> SampleJson:
    spec = row.spec
    return SampleJson(
        clip_id=row.clip_id,
        motion_id=motion_id(spec),
        derived_from=row.derived_from,
        counterfactual=row.counterfactual,
        split=row.split,
        unseen=row.unseen,
        scene=spec.scene.name,
        look=spec.look.name,
        stage=SceneStage(**spec.scene.stage.model_dump()),
        subjects=[
            SubjectRecord(
                id=k + 1,
                name=s.name,
                kind=s.kind,
                species=s.species,
                noun=cards.subjects[k].noun,
                height_m=s.height_m,
                scale=s.scale,
                gait=s.gait.name,
                path=s.path.trajectory,
                joint_names=joint_names[k],
            )
            for k, s in enumerate(spec.subjects)
        ],
        camera=CameraRecord(**{name: getattr(spec.camera, name) for name in CameraRecord.model_fields}),
        render=RenderRecord(**spec.render.model_dump()),
        events=annotation.events,
        caption=caption,
        quality=annotation.quality,
        engine=EngineRecord(name=engine.name, build=engine.build),
        spec=spec.canonical().decode(),
    )
