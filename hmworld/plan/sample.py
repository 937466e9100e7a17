"""One candidate: every choice drawn, every number resolved into a ClipSpec."""

import numpy as np

from hmworld.catalog import Catalog
from hmworld.catalog.catalog import scene_digest
from hmworld.geometry.splines import KeyedChannel, Path
from hmworld.model.base import Vec2
from hmworld.model.cards import Stage, SubjectCard
from hmworld.model.clip import (
    CameraChannels,
    CameraSpec,
    ClipSpec,
    GaitSpec,
    LookSpec,
    PathSpec,
    RenderSpec,
    SceneSpec,
    StageSpec,
    SubjectSpec,
)
from hmworld.model.recipe import Recipe
from hmworld.model.trajectory import CameraTrajectory, SubjectTrajectory
from hmworld.plan.draw import Draw

AIM_HEIGHT = 0.55
"""Share of the lead subject's height at which the camera aims ..."""
LEAST_AIM_M = 0.65
"""... but not lower than this above the ground, so that small animals are not filmed against grass alone."""
LENGTH_DECIMALS = 4
_YAW_CHANNELS = ("yaw_deg", "azimuth_deg")
_MIRRORED_CHANNELS = ("yaw_deg", "azimuth_deg", "left_m")


def sample(recipe: Recipe, catalog: Catalog, names: "Names", candidate: int) -> ClipSpec:
    """The candidate with a number, the same for the same recipe and catalog."""
    draw = Draw(recipe.seed, candidate)
    scene = catalog.scenes[draw.pick(names.scenes)]
    stage = draw.pick(scene.stages)
    looks = [name for name in sorted(scene.looks) if not recipe.looks or name in recipe.looks]
    look = draw.pick(looks)
    count = min(draw.whole(*recipe.subjects_per_clip), len(names.subjects))
    remaining = list(names.subjects)
    subjects = []
    for _ in range(count):
        card = catalog.subjects[draw.pick(remaining)]
        remaining.remove(card.name)
        subjects.append(_subject(draw, recipe, card, catalog.subject_paths[draw.pick(names.subject_paths)], stage))
    camera = _camera(draw, recipe, catalog.camera_paths[draw.pick(names.camera_paths)], stage, subjects[0])
    render = recipe.render
    area = render.width * render.height
    return ClipSpec(
        scene=SceneSpec(
            name=scene.name,
            card_sha256=scene_digest(scene),
            stage=StageSpec(name=stage.name, center_m=stage.center_m, radius_m=stage.radius_m),
        ),
        look=LookSpec(name=look, values=scene.looks[look]),
        subjects=tuple(subjects),
        camera=camera,
        render=RenderSpec(
            width=render.width,
            height=render.height,
            fps=render.fps,
            frames=render.frames,
            context_frames=render.context_frames,
            min_visible_px=max(1, round(area * render.min_visible_fraction)),
        ),
    )


class Names:
    """The names that a recipe draws from, in alphabetical order."""

    def __init__(self, scenes: list[str], subjects: list[str], subject_paths: list[str], camera_paths: list[str]) -> None:
        self.scenes, self.subjects = sorted(scenes), sorted(subjects)
        self.subject_paths, self.camera_paths = sorted(subject_paths), sorted(camera_paths)


def _rotate(points: list[Vec2], yaw_rad: float, about: Vec2, to: Vec2) -> tuple[Vec2, ...]:
    c, s = np.cos(yaw_rad), np.sin(yaw_rad)
    out = []
    for x, y in points:
        dx, dy = x - about[0], y - about[1]
        out.append((round(to[0] + c * dx - s * dy, LENGTH_DECIMALS) + 0.0, round(to[1] + s * dx + c * dy, LENGTH_DECIMALS) + 0.0))
    return tuple(out)


def _subject(draw: Draw, recipe: Recipe, card: SubjectCard, trajectory: SubjectTrajectory, stage: Stage) -> SubjectSpec:
    duration = recipe.render.frames / recipe.render.fps
    scale = draw.between(0.95, 1.05, 3)
    moving = sorted(name for name, gait in card.gaits.items() if gait.stride_m > 0)
    gait_name = draw.pick(moving)
    gait = card.gaits[gait_name]
    speed = gait.stride_m * scale / gait.cycle_s * draw.between(*recipe.speed_scale, 3)
    flip = draw.sign() if trajectory.mirror else 1
    shape = [(x, flip * y) for x, y in trajectory.points]
    profile = KeyedChannel(tuple(t for t, _ in trajectory.speed), tuple(v for _, v in trajectory.speed))
    walked = speed * duration * float(profile.integral(np.ones(1))[0] - profile.integral(np.zeros(1))[0])
    span = np.ptp(np.array(shape), axis=0)
    if trajectory.extent_m is None:
        factor = walked / Path(tuple(shape), trajectory.closed).length_m
    else:
        factor = draw.between(*trajectory.extent_m, 2) / float(span.max())
    scaled = [(x * factor, y * factor) for x, y in shape]
    low, high = np.min(scaled, 0), np.max(scaled, 0)
    room = max(0.0, stage.radius_m - float(np.hypot(*(high - low))) / 2.0)
    yaw = np.deg2rad(stage.yaw_deg) + draw.pick((0.0, np.pi)) + draw.between(-0.6, 0.6, 4)
    angle, reach = 2.0 * np.pi * draw.unit(), room * draw.unit() ** 0.5
    to = (stage.center_m[0] + reach * np.cos(angle), stage.center_m[1] + reach * np.sin(angle))
    middle = ((low[0] + high[0]) / 2.0, (low[1] + high[1]) / 2.0)
    points = _rotate(scaled, yaw, middle, to)
    length = Path(points, trajectory.closed).length_m
    return SubjectSpec(
        name=card.name,
        kind=card.kind,
        species=card.species,
        card_sha256=card.digest(),
        motion_sha256=card.motion_sha256,
        mesh_sha256=card.mesh_sha256 or "",
        scale=scale,
        height_m=round(card.height_m * scale, 4),
        footprint_radius_m=round(card.footprint_radius_m * scale, 4),
        gait=GaitSpec(
            name=gait_name,
            cycle_s=gait.cycle_s,
            stride_m=round(gait.stride_m * scale, 6),
            idle_cycle_s=card.gaits["idle"].cycle_s,
        ),
        phase=min(draw.between(0.0, 1.0, 4), 0.9999),
        path=PathSpec(
            trajectory=trajectory.name,
            trajectory_sha256=trajectory.digest(),
            points_m=points,
            closed=trajectory.closed,
            ground_z_m=stage.center_m[2],
            start_m=round(draw.unit() * length, LENGTH_DECIMALS) if trajectory.closed else 0.0,
            speed_mps=tuple((round(t * duration, 6), round(v * speed, 6)) for t, v in trajectory.speed),
        ),
    )


def _camera(draw: Draw, recipe: Recipe, trajectory: CameraTrajectory, stage: Stage, lead: SubjectSpec) -> CameraSpec:
    duration = recipe.render.frames / recipe.render.fps
    index = draw.whole(0, len(trajectory.starts) - 1)
    start = trajectory.starts[index]
    mirrored = trajectory.mirror and draw.sign() < 0
    flip = -1 if mirrored else 1
    gains = {True: draw.between(*trajectory.yaw_gain, 3), False: draw.between(*trajectory.move_gain, 3)}
    channels: dict[str, tuple[Vec2, ...]] = {}
    for name in type(trajectory.keys).model_fields:
        keys = getattr(trajectory.keys, name)
        if keys is None:
            continue
        gain = 1.0 if name == "pitch_deg" else gains[name in _YAW_CHANNELS]
        if name in _MIRRORED_CHANNELS:
            gain *= flip
        channels[name] = tuple((round(t * duration, 6), round(v * gain, LENGTH_DECIMALS) + 0.0) for t, v in keys)
    path = Path(lead.path.points_m, lead.path.closed)
    first, tangent = (v[0] for v in path.at(np.array([lead.path.start_m])))
    middle = (np.min(lead.path.points_m, 0) + np.max(lead.path.points_m, 0)) / 2.0
    pivot = middle if trajectory.pivot == "path" else first
    heading = np.rad2deg(np.arctan2(tangent[1], tangent[0]))
    # Small subjects are filmed from nearer and lower, large ones from farther and higher.
    near = float(np.clip((lead.height_m / 1.7) ** 0.5, 0.7, 1.35))
    lens = recipe.lens
    return CameraSpec(
        trajectory=trajectory.name,
        trajectory_sha256=trajectory.digest(),
        family=trajectory.family,
        start=index,
        mirrored=mirrored,
        pivot="subject" if trajectory.pivot == "subject" else "point",
        pivot_point_m=(
            round(float(pivot[0]), LENGTH_DECIMALS) + 0.0,
            round(float(pivot[1]), LENGTH_DECIMALS) + 0.0,
            round(stage.center_m[2] + max(AIM_HEIGHT * lead.height_m, LEAST_AIM_M), LENGTH_DECIMALS),
        ),
        pivot_subject=1,
        turns=trajectory.turns,
        aim=trajectory.aim,
        azimuth_deg=round(heading + flip * start.azimuth_deg + draw.between(-12.0, 12.0, 3), 3) + 0.0,
        distance_m=round(start.distance_m * near * draw.between(0.9, 1.15, 3), LENGTH_DECIMALS),
        height_m=round(stage.center_m[2] + start.height_m * near * draw.between(0.9, 1.1, 3), LENGTH_DECIMALS),
        channels=CameraChannels(**channels),
        focal_length_mm=lens.focal_length_mm,
        sensor_width_mm=lens.sensor_width_mm,
        hfov_deg=round(lens.hfov_deg, 6),
    )
