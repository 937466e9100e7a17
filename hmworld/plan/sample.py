"""Candidates: what was drawn for them, as numbers for the compiled forecast and, for those that are planned, as ClipSpecs."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from numpy.typing import NDArray

from hmworld.catalog import Catalog
from hmworld.choreography.compiled.layout import CHANNELS
from hmworld.geometry.splines import Path
from hmworld.model.base import Vec2
from hmworld.model.cards import Stage
from hmworld.model.clip import ClipSpec
from hmworld.model.recipe import Recipe
from hmworld.plan.draw import AIM_HEIGHT, LEAST_AIM_M, Choices, draw, make_choices
from hmworld.plan.splits import cell_odds, cells_of
from hmworld.plan.steer import PILOT
from hmworld.plan.tables import Names, Options, Pool, allowed_looks, hfov_of, moving_gaits, options_of, render_spec

LENGTH_DECIMALS = 4
_YAW_CHANNELS = ("yaw_deg", "azimuth_deg")
_MIRRORED_CHANNELS = ("yaw_deg", "azimuth_deg", "left_m")


class Sampler:
    """Draws candidates of a recipe by number, and writes out the clips they are."""

    def __init__(self, recipe: Recipe, catalog: Catalog, names: Names) -> None:
        self.recipe, self.catalog, self.names = recipe, catalog, names
        self.cells = cells_of(recipe, names)
        odds = cell_odds(self.cells)
        pools = [Pool(float(odds[k]), cell.names, not cell.unseen) for k, cell in enumerate(self.cells)]
        self.options = options_of(recipe, catalog, names, pools)
        self.steered: Options | None = None
        """What candidates from `steer.PILOT` on are drawn from, where a plan steers."""
        self._render = render_spec(recipe)
        self.looks = {scene: allowed_looks(recipe, catalog, scene) for scene in names.scenes}
        self._digests = {scene: catalog.digest("scenes", scene) for scene in names.scenes}
        self._subjects = {name: (catalog.digest("subjects", name), moving_gaits(catalog, name)) for name in names.subjects}
        self._paths = {name: catalog.digest("subject_paths", name) for name in names.subject_paths}
        self._cameras = {name: catalog.digest("camera_paths", name) for name in names.camera_paths}
        self._shapes = {}
        for name in names.subject_paths:
            trajectory = catalog.subject_paths[name]
            points = np.array(trajectory.points)
            middle = (points.min(0) + points.max(0)) / 2.0
            self._shapes[name] = Path(trajectory.points, trajectory.closed), (points - middle).tolist(), tuple(middle.tolist())
        self._path_numbers = self.options.path.tolist()

    def choices(self, first: int, count: int) -> Choices:
        """What is drawn for candidates `first` to `first` + `count`."""
        return self.choices_of(np.arange(first, first + count))

    def choices_of(self, numbers: NDArray[np.int64]) -> Choices:
        """What is drawn for candidates with these numbers (B,); each depends on nothing but seed, number and whether it is steered."""
        drawn = self._drawn(numbers, self.options)
        if self.steered is None or numbers.max(initial=0) < PILOT:
            return drawn
        other = self._drawn(numbers, self.steered)
        later = numbers >= PILOT
        for mine, others in zip(drawn, other, strict=True):
            mine[later] = others[later]  # type: ignore[index]
        return drawn

    def _drawn(self, numbers: NDArray[np.int64], options: Options) -> Choices:
        drawn = make_choices(len(numbers), int(options.most_subjects))
        draw(self.recipe.seed, np.ascontiguousarray(numbers, np.int64), options, np.zeros(4, np.uint64), np.zeros(16), drawn)
        return drawn

    def look(self, choices: Choices, i: int) -> str:
        """Name of the look of row i of choices."""
        looks: list[str] = self.looks[self.names.scenes[choices.where[i, 0]]]
        return looks[int(choices.where[i, 2])]

    def spec(self, choices: Choices, i: int) -> ClipSpec:
        """Row i of choices as a clip."""
        scene = self.catalog.scenes[self.names.scenes[choices.where[i, 0]]]
        stage, look = scene.stages[choices.where[i, 1]], self.look(choices, i)
        subjects = [self._subject(choices, i, j, stage) for j in range(choices.subjects[i])]
        # Checked once, as a whole: one document at a time takes four times as long.
        return ClipSpec.model_validate(
            {
                "scene": {
                    "name": scene.name,
                    "card_sha256": self._digests[scene.name],
                    "stage": {"name": stage.name, "center_m": stage.center_m, "radius_m": stage.radius_m},
                },
                "look": {"name": look, "values": scene.looks[look]},
                "subjects": subjects,
                "camera": self._camera(choices, i, stage, subjects[0]),
                "render": self._render,
            }
        )

    def _subject(self, choices: Choices, i: int, j: int, stage: Stage) -> dict[str, Any]:
        who, moving_number, flip = choices.who[i, j, 0], choices.who[i, j, 2], int(choices.who[i, j, 3])
        scale, _, _, turn, to_x, to_y, phase, start_m, speed = choices.how[i, j].tolist()
        card = self.catalog.subjects[self.names.subjects[who]]
        digest, moving = self._subjects[card.name]
        gait = card.gaits[moving[moving_number]]
        trajectory = self.catalog.subject_paths[self.names.subject_paths[choices.who[i, j, 1]]]
        stretch = self._stretch(choices, i, j)
        _, centred, _ = self._shapes[trajectory.name]
        c, s = math.cos(turn) * stretch, math.sin(turn) * stretch
        x0, y0 = stage.center_m[0] + to_x, stage.center_m[1] + to_y
        placed = [(x0 + c * x - s * flip * y, y0 + s * x + c * flip * y) for x, y in centred]
        duration = float(self.options.duration_s)
        return {
            "name": card.name,
            "kind": card.kind,
            "species": card.species,
            "card_sha256": digest,
            "motion_sha256": card.motion_sha256,
            "mesh_sha256": card.mesh_sha256 or "",
            "scale": scale,
            "height_m": round(card.height_m * scale, 4),
            "footprint_radius_m": round(card.footprint_radius_m * scale, 4),
            "gait": {
                "name": moving[moving_number],
                "cycle_s": gait.cycle_s,
                "stride_m": round(gait.stride_m * scale, 6),
                "idle_cycle_s": card.gaits["idle"].cycle_s,
            },
            "phase": phase,
            "path": {
                "trajectory": trajectory.name,
                "trajectory_sha256": self._paths[trajectory.name],
                "points_m": [(_decimal(x), _decimal(y)) for x, y in placed],
                "closed": trajectory.closed,
                "ground_z_m": stage.center_m[2],
                "start_m": start_m,
                "speed_mps": [(round(t * duration, 6), round(v * speed, 6)) for t, v in trajectory.speed],
            },
        }

    def _camera(self, choices: Choices, i: int, stage: Stage, lead: dict[str, Any]) -> dict[str, Any]:
        trajectory = self.catalog.camera_paths[self.names.camera_paths[choices.camera[i, 0]]]
        number, flip = int(choices.camera[i, 1]), int(choices.camera[i, 2])
        start, duration = trajectory.starts[number], float(self.options.duration_s)
        yaw_gain, move_gain, around, away, high = choices.framing[i].tolist()
        channels: dict[str, list[Vec2]] = {}
        for name in CHANNELS:
            keys = getattr(trajectory.keys, name)
            if keys is None:
                continue
            gain = 1.0 if name == "pitch_deg" else yaw_gain if name in _YAW_CHANNELS else move_gain
            if name in _MIRRORED_CHANNELS:
                gain *= flip
            channels[name] = [(round(t * duration, 6), _decimal(v * gain)) for t, v in keys]
        pivot, heading = self._first(choices, i, stage)
        if trajectory.pivot == "path":
            xs, ys = zip(*lead["path"]["points_m"], strict=True)
            pivot = [(min(xs) + max(xs)) / 2.0, (min(ys) + max(ys)) / 2.0]
        # Small subjects are filmed from nearer and lower, large ones from farther and higher.
        near = min(max((lead["height_m"] / 1.7) ** 0.5, 0.7), 1.35)
        lens = self.recipe.lens
        return {
            "trajectory": trajectory.name,
            "trajectory_sha256": self._cameras[trajectory.name],
            "family": trajectory.family,
            "start": number,
            "mirrored": flip < 0,
            "pivot": "subject" if trajectory.pivot == "subject" else "point",
            "pivot_point_m": (
                _decimal(pivot[0]),
                _decimal(pivot[1]),
                _decimal(stage.center_m[2] + max(AIM_HEIGHT * lead["height_m"], LEAST_AIM_M)),
            ),
            "pivot_subject": 1,
            "turns": trajectory.turns,
            "aim": trajectory.aim,
            "azimuth_deg": round(heading + flip * start.azimuth_deg + around, 3) + 0.0,
            "distance_m": _decimal(start.distance_m * near * away),
            "height_m": _decimal(stage.center_m[2] + start.height_m * near * high),
            "channels": channels,
            "focal_length_mm": lens.focal_length_mm,
            "sensor_width_mm": lens.sensor_width_mm,
            "hfov_deg": hfov_of(self.recipe),
        }

    def _first(self, choices: Choices, i: int, stage: Stage) -> tuple[list[float], float]:
        """Where the lead subject begins, and its heading there in degrees: read off its trajectory's shape, which is put together once."""
        which, flip = int(choices.who[i, 0, 1]), int(choices.who[i, 0, 3])
        shape, _, (mx, my) = self._shapes[self.names.subject_paths[which]]
        stretch = self._stretch(choices, i, 0)
        _, _, _, turn, to_x, to_y, _, start_m, _ = choices.how[i, 0].tolist()
        (x, y), (dx, dy) = (v[0].tolist() for v in shape.at(np.array([start_m / stretch])))
        x, y = stretch * (x - mx), stretch * flip * (y - my)
        c, s = math.cos(turn), math.sin(turn)
        place = [stage.center_m[0] + to_x + c * x - s * y, stage.center_m[1] + to_y + s * x + c * y]
        return place, math.degrees(turn + math.atan2(flip * dy, dx))

    def _stretch(self, choices: Choices, i: int, j: int) -> float:
        """Metres a unit of a path's shape: `draw.stretch_of` without the cost of a call into compiled code."""
        _, _, extent, _, _, _, _, _, speed = choices.how[i, j].tolist()
        _, _, _, _, length, low_x, low_y, high_x, high_y, share = self._path_numbers[int(choices.who[i, j, 1])]
        return float(extent / max(high_x - low_x, high_y - low_y) if extent > 0.0 else speed * self.options.duration_s * share / length)


def _decimal(metres: float) -> float:
    """Rounded as lengths are; never a negative zero."""
    return round(metres, LENGTH_DECIMALS) + 0.0


def sample(recipe: Recipe, catalog: Catalog, names: Names, candidate: int) -> ClipSpec:
    """The candidate with a number, the same for the same recipe and catalog. For many, make one `Sampler`."""
    sampler = Sampler(recipe, catalog, names)
    return sampler.spec(sampler.choices(candidate, 1), 0)
