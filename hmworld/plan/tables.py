"""The catalog in tables: what a recipe draws from, and what the compiled forecast reads of it.

Gaits are numbered in one order here and there: subject by subject, those that move in alphabetical order, then idling.
"""

from __future__ import annotations

import functools
import pathlib
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from hmworld.catalog import Catalog
from hmworld.catalog.catalog import MOTION, load_motion
from hmworld.choreography.compiled.layout import CHANNELS, TICKS, Library
from hmworld.choreography.compiled.pack import Gaits, channel_table, library, path_tables, speed_tables
from hmworld.geometry.splines import KeyedChannel, Path
from hmworld.model.cards import Obstacle
from hmworld.model.clip import RenderSpec
from hmworld.model.recipe import Recipe, Shares, stratum_range

F64 = NDArray[np.float64]
I32 = NDArray[np.int32]
U8 = NDArray[np.uint8]

REACH_M = 40.0
"""Obstacles farther than this from a stage's edge hide nothing that matters."""


@dataclass(frozen=True)
class Names:
    """The names that a recipe draws from, in alphabetical order."""

    scenes: tuple[str, ...]
    subjects: tuple[str, ...]
    subject_paths: tuple[str, ...]
    camera_paths: tuple[str, ...]


@dataclass(frozen=True)
class Pool:
    """What the candidates of one kind are drawn from; see `splits.Cell`."""

    odds: float
    names: Names
    targets: bool
    """Whether the recipe's targets on names count."""


def odds_of(labels: Sequence[str], shares: Shares) -> F64:
    """Probability (N,) of each of N options, a label each: shares are split evenly over those of a label, the rest over all others."""
    counts = Counter(labels)
    others = sum(count for label, count in counts.items() if label not in shares)
    rest = max(0.0, 1.0 - sum(shares.get(label, 0.0) for label in counts))
    found = np.array([shares[label] / counts[label] if label in shares else rest / others for label in labels])
    return np.asarray(found / found.sum())


class Options(NamedTuple):
    """Numbers of everything that can be drawn; names are in the order of `Names`, stages and gaits in the order of their cards."""

    stages: I32
    """(scenes, 2) range in the tables of stages."""
    looks: I32
    """(scenes,) how many the recipe allows."""
    stage: F64
    """(stages, 5) centre x, y, z, radius, yaw in rad."""
    obstacles: I32
    """(stages, 2) range in the library."""
    gaits: I32
    """(subjects, 2) range in the tables of gaits that move."""
    idle: I32
    """(subjects,) its number in the library."""
    body: F64
    """(subjects, 4) height m, footprint radius m, surface m2, cycle of idling s."""
    gait: I32
    """(gaits,) its number in the library."""
    gait_numbers: F64
    """(gaits, 2) cycle s, stride m."""
    path: F64
    """(paths, 10) extent low, high (0: fit to the clip); mirror; closed; length; lowest x, y, highest x, y of its points; the speed
    profile's integral over the clip."""
    control: F64
    """(paths, most points, 2) control points, the last one repeated."""
    starts: I32
    """(cameras, 2) range in the tables of starts."""
    start: F64
    """(starts, 3) azimuth deg, distance m, height m."""
    camera: F64
    """(cameras, 8) mirror, pivot (0 start, 1 path, 2 subject), turns, aims at the pivot, yaw gain low, high, move gain low, high."""
    cell_odds: F64
    """(C,) probability of each cell of splits, and so on."""
    scene_odds: F64
    """(C, scenes)"""
    camera_odds: F64
    """(C, cameras)"""
    path_odds: F64
    """(C, paths)"""
    subject_odds: F64
    """(C, subjects)"""
    subject_pool: U8
    """(C, subjects) whether a cell may have it."""
    count_odds: F64
    """(most - fewest + 1,)"""
    most_subjects: np.int64
    fewest_subjects: np.int64
    speed_low: np.float64
    speed_high: np.float64
    duration_s: np.float64


def render_spec(recipe: Recipe) -> RenderSpec:
    """Size and timing of a recipe's clips."""
    render = recipe.render
    return RenderSpec(
        width=render.width,
        height=render.height,
        fps=render.fps,
        frames=render.frames,
        context_frames=render.context_frames,
        min_visible_px=max(1, round(render.width * render.height * render.min_visible_fraction)),
    )


def allowed_looks(recipe: Recipe, catalog: Catalog, scene: str) -> list[str]:
    """Looks of a scene that the recipe allows, in alphabetical order."""
    return [name for name in sorted(catalog.scenes[scene].looks) if not recipe.looks or name in recipe.looks]


def moving_gaits(catalog: Catalog, subject: str) -> list[str]:
    """Gaits of a subject that move, in alphabetical order."""
    return sorted(name for name, gait in catalog.subjects[subject].gaits.items() if gait.stride_m > 0)


def near_obstacles(catalog: Catalog, scenes: Sequence[str]) -> list[list[Obstacle]]:
    """Of every stage of every scene, in order, the obstacles that may hide or stop anything of its clips."""
    found = []
    for name in scenes:
        card = catalog.scenes[name]
        center = np.array([o.center_m[:2] for o in card.obstacles]).reshape(-1, 2)
        reach = np.hypot(*np.array([o.half_m[:2] for o in card.obstacles]).reshape(-1, 2).T)
        for stage in card.stages:
            gap = np.hypot(*(center - stage.center_m[:2]).T) - reach - stage.radius_m
            found.append([card.obstacles[k] for k in np.flatnonzero(gap < REACH_M)])
    return found


def options_of(recipe: Recipe, catalog: Catalog, names: Names, pools: Sequence[Pool]) -> Options:
    """What candidates of a recipe are drawn from, a pool a cell."""
    stages: list[tuple[float, ...]] = []
    stage_ranges, looks = [], []
    for name in names.scenes:
        card = catalog.scenes[name]
        stage_ranges.append((len(stages), len(stages) + len(card.stages)))
        stages += [(*stage.center_m, stage.radius_m, float(np.deg2rad(stage.yaw_deg))) for stage in card.stages]
        looks.append(len(allowed_looks(recipe, catalog, name)))
    ends = np.cumsum([0, *(len(near) for near in near_obstacles(catalog, names.scenes))])
    gait: list[int] = []
    idle: list[int] = []
    body, gait_numbers, gait_ranges = [], [], []
    for name in names.subjects:
        subject = catalog.subjects[name]
        moving = moving_gaits(catalog, name)
        gait_ranges.append((len(gait), len(gait) + len(moving)))
        # The gaits before it, and the idling of each subject before it.
        gait += [len(gait) + len(idle) + k for k in range(len(moving))]
        gait_numbers += [(subject.gaits[moves].cycle_s, subject.gaits[moves].stride_m) for moves in moving]
        idle.append(len(gait) + len(idle))
        body.append((subject.height_m, subject.footprint_radius_m, subject.surface_area_m2, subject.gaits["idle"].cycle_s))
    path, control = [], []
    for name in names.subject_paths:
        trajectory = catalog.subject_paths[name]
        points = np.array(trajectory.points, np.float64)
        profile = KeyedChannel(tuple(t for t, _ in trajectory.speed), tuple(v for _, v in trajectory.speed))
        integral = float(profile.integral(np.ones(1))[0] - profile.integral(np.zeros(1))[0])
        extent, length = trajectory.extent_m or (0.0, 0.0), Path(trajectory.points, trajectory.closed).length_m
        path.append((*extent, trajectory.mirror, trajectory.closed, length, *points.min(0), *points.max(0), integral))
        control.append(points)
    most = max(len(points) for points in control)
    start: list[tuple[float, float, float]] = []
    camera, start_ranges = [], []
    for name in names.camera_paths:
        moves = catalog.camera_paths[name]
        pivot = ("start", "path", "subject").index(moves.pivot)
        camera.append((moves.mirror, pivot, moves.turns, moves.aim == "pivot", *moves.yaw_gain, *moves.move_gain))
        start_ranges.append((len(start), len(start) + len(moves.starts)))
        start += [(s.azimuth_deg, s.distance_m, s.height_m) for s in moves.starts]
    balance, most_subjects = recipe.balance, min(recipe.subjects_per_clip[1], len(names.subjects))
    most_subjects = min([most_subjects, *(len(pool.names.subjects) for pool in pools)])
    counts = [_label(count, balance.subjects_in_clip) for count in range(recipe.subjects_per_clip[0], most_subjects + 1)]
    families = {name: name if balance.camera_paths else catalog.camera_paths[name].family for name in names.camera_paths}
    paths = {name: name for name in names.subject_paths}
    people = {name: catalog.subjects[name].species if balance.species else catalog.subjects[name].kind for name in names.subjects}
    scene_shares = [balance.scenes if pool.targets else {} for pool in pools]
    family_shares = [(balance.camera_paths or balance.camera_families) if pool.targets else {} for pool in pools]
    path_shares = [balance.subject_paths if pool.targets else {} for pool in pools]
    people_shares = [(balance.species or balance.kinds) if pool.targets else {} for pool in pools]
    return Options(
        cell_odds=np.array([pool.odds for pool in pools]),
        scene_odds=_odds(names.scenes, [pool.names.scenes for pool in pools], {name: name for name in names.scenes}, scene_shares),
        camera_odds=_odds(names.camera_paths, [pool.names.camera_paths for pool in pools], families, family_shares),
        path_odds=_odds(names.subject_paths, [pool.names.subject_paths for pool in pools], paths, path_shares),
        subject_odds=_odds(names.subjects, [pool.names.subjects for pool in pools], people, people_shares),
        subject_pool=np.array([[name in pool.names.subjects for name in names.subjects] for pool in pools], np.uint8),
        count_odds=odds_of(counts, balance.subjects_in_clip),
        stages=np.array(stage_ranges, np.int32),
        looks=np.array(looks, np.int32),
        stage=np.array(stages, np.float64),
        obstacles=np.stack([ends[:-1], ends[1:]], 1).astype(np.int32),
        gaits=np.array(gait_ranges, np.int32),
        idle=np.array(idle, np.int32),
        body=np.array(body, np.float64),
        gait=np.array(gait, np.int32),
        gait_numbers=np.array(gait_numbers, np.float64),
        path=np.array(path, np.float64),
        control=np.array([np.concatenate([p, np.repeat(p[-1:], most - len(p), 0)]) for p in control]),
        starts=np.array(start_ranges, np.int32),
        start=np.array(start, np.float64),
        camera=np.array(camera, np.float64),
        most_subjects=np.int64(most_subjects),
        fewest_subjects=np.int64(recipe.subjects_per_clip[0]),
        speed_low=np.float64(recipe.speed_scale[0]),
        speed_high=np.float64(recipe.speed_scale[1]),
        duration_s=np.float64(recipe.render.frames / recipe.render.fps),
    )


def _odds(names: Sequence[str], pools: Sequence[Sequence[str]], labels: Mapping[str, str], shares: Sequence[Shares]) -> F64:
    """Probability (C, N) of each of N names in each pool, by the shares of their labels."""
    odds = np.zeros((len(pools), len(names)))
    for c, (pool, wanted) in enumerate(zip(pools, shares, strict=True)):
        odds[c, [names.index(name) for name in pool]] = odds_of([labels.get(name, "") for name in pool], wanted)
    return odds


def _label(count: int, shares: Shares) -> str:
    """The range among the labels of shares that a count is in, else a label of its own."""
    for label in shares:
        first, last = stratum_range(label)
        if first <= count <= last:
            return label
    return f"{count} subjects"


def library_of(recipe: Recipe, catalog: Catalog, names: Names) -> Library:
    """What the compiled forecast reads of the catalog, for a recipe's size, timing and lens. Reads every subject's motion file."""
    render = render_spec(recipe)
    ticks, tick_s = render.frames * TICKS, 1.0 / (render.fps * TICKS)
    duration = render.frames / render.fps
    used = [(name, (*moving_gaits(catalog, name), "idle")) for name in names.subjects]
    gaits = _gaits_of(tuple((catalog.beside("subjects", name, MOTION), catalog.subjects[name].motion_sha256, of) for name, of in used))
    paths, speeds = [], []
    for name in names.subject_paths:
        trajectory = catalog.subject_paths[name]
        xy, heading, _ = path_tables(trajectory.points, trajectory.closed)
        paths.append((xy, heading, trajectory.closed))
        speeds.append(speed_tables([(t * duration, v) for t, v in trajectory.speed], ticks, tick_s))
    channels = []
    for name in names.camera_paths:
        keyed = [getattr(catalog.camera_paths[name].keys, channel) or () for channel in CHANNELS]
        channels.append(np.array([channel_table([(t * duration, v) for t, v in keys], ticks, tick_s) for keys in keyed]))
    obstacles = [o for near in near_obstacles(catalog, names.scenes) for o in near]
    return library(render, hfov_of(recipe), paths, speeds, channels, gaits, obstacles)


@functools.lru_cache(maxsize=2)
def _gaits_of(used: tuple[tuple[pathlib.Path, str, tuple[str, ...]], ...]) -> Gaits:
    """Gaits of motion files with these digests, for recipe after recipe; nothing may be added."""
    gaits = Gaits()
    for path, sha256, names in used:
        motion = load_motion(path, sha256)
        for name in names:
            gaits.add(motion, name)
    return gaits


def hfov_of(recipe: Recipe) -> float:
    """Horizontal field of view in degrees, as clips store it."""
    return round(recipe.lens.hfov_deg, 6)
