"""Candidates: what was drawn for them, as numbers for the compiled forecast and, for those that are planned, as ClipSpecs."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from hmworld.catalog import Catalog
from hmworld.catalog.catalog import scene_digest
from hmworld.choreography.compiled.layout import CHANNELS
from hmworld.geometry.splines import Path
from hmworld.model.base import Vec2
from hmworld.model.cards import Stage
from hmworld.model.clip import CameraChannels, CameraSpec, ClipSpec, GaitSpec, LookSpec, PathSpec, SceneSpec, StageSpec, SubjectSpec
from hmworld.model.recipe import Recipe
from hmworld.plan.draw import AIM_HEIGHT, LEAST_AIM_M, Choices, draw, make_choices, stretch_of
from hmworld.plan.tables import Names, allowed_looks, hfov_of, moving_gaits, options_of, render_spec

LENGTH_DECIMALS = 4
_YAW_CHANNELS = ("yaw_deg", "azimuth_deg")
_MIRRORED_CHANNELS = ("yaw_deg", "azimuth_deg", "left_m")


class Sampler:
    """Draws candidates of a recipe by number, and writes out the clips they are."""

    def __init__(self, recipe: Recipe, catalog: Catalog, names: Names) -> None:
        self.recipe, self.catalog, self.names = recipe, catalog, names
        self.options = options_of(recipe, catalog, names)
        self._render = render_spec(recipe)
        self._looks = {scene: allowed_looks(recipe, catalog, scene) for scene in names.scenes}
        self._digests = {scene: scene_digest(catalog.scenes[scene]) for scene in names.scenes}
        self._subjects = {name: (catalog.subjects[name].digest(), moving_gaits(catalog, name)) for name in names.subjects}
        self._paths = {name: catalog.subject_paths[name].digest() for name in names.subject_paths}
        self._cameras = {name: catalog.camera_paths[name].digest() for name in names.camera_paths}

    def choices(self, first: int, count: int) -> Choices:
        """What is drawn for candidates `first` to `first` + `count`."""
        return self.choices_of(np.arange(first, first + count))

    def choices_of(self, numbers: NDArray[np.int64]) -> Choices:
        """What is drawn for candidates with these numbers (B,); each depends on nothing but seed and number."""
        drawn = make_choices(len(numbers), int(self.options.most_subjects))
        draw(self.recipe.seed, np.ascontiguousarray(numbers, np.int64), self.options, np.zeros(4, np.uint64), np.zeros(16), drawn)
        return drawn

    def look(self, choices: Choices, i: int) -> str:
        """Name of the look of row i of choices."""
        looks: list[str] = self._looks[self.names.scenes[choices.where[i, 0]]]
        return looks[int(choices.where[i, 2])]

    def spec(self, choices: Choices, i: int) -> ClipSpec:
        """Row i of choices as a clip."""
        scene = self.catalog.scenes[self.names.scenes[choices.where[i, 0]]]
        stage, look = scene.stages[choices.where[i, 1]], self.look(choices, i)
        subjects = tuple(self._subject(choices, i, j, stage) for j in range(choices.subjects[i]))
        return ClipSpec(
            scene=SceneSpec(
                name=scene.name,
                card_sha256=self._digests[scene.name],
                stage=StageSpec(name=stage.name, center_m=stage.center_m, radius_m=stage.radius_m),
            ),
            look=LookSpec(name=look, values=scene.looks[look]),
            subjects=subjects,
            camera=self._camera(choices, i, stage, subjects[0]),
            render=self._render,
        )

    def _subject(self, choices: Choices, i: int, j: int, stage: Stage) -> SubjectSpec:
        who, moving_number, flip = choices.who[i, j, 0], choices.who[i, j, 2], int(choices.who[i, j, 3])
        scale, _, _, turn, to_x, to_y, phase, start_m, speed = (float(x) for x in choices.how[i, j])
        card = self.catalog.subjects[self.names.subjects[who]]
        digest, moving = self._subjects[card.name]
        gait = card.gaits[moving[moving_number]]
        trajectory = self.catalog.subject_paths[self.names.subject_paths[choices.who[i, j, 1]]]
        stretch = float(stretch_of(self.options, int(choices.who[i, j, 1]), choices.how[i, j]))
        shape = stretch * np.array(trajectory.points) * (1.0, flip)
        middle = (shape.min(0) + shape.max(0)) / 2.0
        c, s = np.cos(turn), np.sin(turn)
        placed = (shape - middle) @ np.array([[c, s], [-s, c]]) + (stage.center_m[0] + to_x, stage.center_m[1] + to_y)
        points: tuple[Vec2, ...] = tuple(
            (round(float(x), LENGTH_DECIMALS) + 0.0, round(float(y), LENGTH_DECIMALS) + 0.0) for x, y in placed
        )
        duration = float(self.options.duration_s)
        return SubjectSpec(
            name=card.name,
            kind=card.kind,
            species=card.species,
            card_sha256=digest,
            motion_sha256=card.motion_sha256,
            mesh_sha256=card.mesh_sha256 or "",
            scale=scale,
            height_m=round(card.height_m * scale, 4),
            footprint_radius_m=round(card.footprint_radius_m * scale, 4),
            gait=GaitSpec(
                name=moving[moving_number],
                cycle_s=gait.cycle_s,
                stride_m=round(gait.stride_m * scale, 6),
                idle_cycle_s=card.gaits["idle"].cycle_s,
            ),
            phase=phase,
            path=PathSpec(
                trajectory=trajectory.name,
                trajectory_sha256=self._paths[trajectory.name],
                points_m=points,
                closed=trajectory.closed,
                ground_z_m=stage.center_m[2],
                start_m=start_m,
                speed_mps=tuple((round(t * duration, 6), round(v * speed, 6)) for t, v in trajectory.speed),
            ),
        )

    def _camera(self, choices: Choices, i: int, stage: Stage, lead: SubjectSpec) -> CameraSpec:
        trajectory = self.catalog.camera_paths[self.names.camera_paths[choices.camera[i, 0]]]
        number, flip = int(choices.camera[i, 1]), int(choices.camera[i, 2])
        yaw_gain, move_gain, around, away, high = (float(x) for x in choices.framing[i])
        start, duration = trajectory.starts[number], float(self.options.duration_s)
        channels: dict[str, tuple[Vec2, ...]] = {}
        for name in CHANNELS:
            keys = getattr(trajectory.keys, name)
            if keys is None:
                continue
            gain = 1.0 if name == "pitch_deg" else yaw_gain if name in _YAW_CHANNELS else move_gain
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
        lens = self.recipe.lens
        return CameraSpec(
            trajectory=trajectory.name,
            trajectory_sha256=self._cameras[trajectory.name],
            family=trajectory.family,
            start=number,
            mirrored=flip < 0,
            pivot="subject" if trajectory.pivot == "subject" else "point",
            pivot_point_m=(
                round(float(pivot[0]), LENGTH_DECIMALS) + 0.0,
                round(float(pivot[1]), LENGTH_DECIMALS) + 0.0,
                round(stage.center_m[2] + max(AIM_HEIGHT * lead.height_m, LEAST_AIM_M), LENGTH_DECIMALS),
            ),
            pivot_subject=1,
            turns=trajectory.turns,
            aim=trajectory.aim,
            azimuth_deg=round(float(heading) + flip * start.azimuth_deg + around, 3) + 0.0,
            distance_m=round(start.distance_m * near * away, LENGTH_DECIMALS),
            height_m=round(stage.center_m[2] + start.height_m * near * high, LENGTH_DECIMALS),
            channels=CameraChannels(**channels),
            focal_length_mm=lens.focal_length_mm,
            sensor_width_mm=lens.sensor_width_mm,
            hfov_deg=hfov_of(self.recipe),
        )


def sample(recipe: Recipe, catalog: Catalog, names: Names, candidate: int) -> ClipSpec:
    """The candidate with a number, the same for the same recipe and catalog. For many, make one `Sampler`."""
    sampler = Sampler(recipe, catalog, names)
    return sampler.spec(sampler.choices(candidate, 1), 0)
