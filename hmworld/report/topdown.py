"""A clip seen from above, as shapes in pixels that the template `_topdown.svg` draws: stage, obstacles, ways, and what the camera sees.

+X is right and +Y is up, as on a map; a picture's y runs down.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from hmworld.choreography import choreograph
from hmworld.model.cards import Obstacle
from hmworld.model.clip import ClipSpec
from hmworld.model.event import State

Array = NDArray[np.float64]

SUBJECT_COLOURS = ("#0072b2", "#d55e00", "#009e73", "#b0508a", "#b07a00", "#3a9ad9", "#7a4b2a", "#5b5ea6")
"""After Okabe and Ito, told apart by colour-blind readers; the lighter ones darkened for white paper."""
BRIGHT_COLOURS = ("#56b4e9", "#ff8f45", "#2fcf9d", "#ee8cc6", "#e9b73a", "#9ad4ff", "#d3a077", "#adb0ff")
"""The same hues, lighter: for dark paper and over pictures."""
CAMERA_COLOUR = "#1d1d1f"
MOMENTS = 5
"""Instants from first to last frame that are numbered on map and timeline."""
_SAMPLES = 240
_MARGIN_M, _MARK_PX, _OVERHEAD_M = 0.8, 7.0, 4.0
_MARGIN_ALONE_M = 3.0
"""Around poses without a stage: some of the ground that the camera looks at."""
_SCALES_M = (0.5, 1.0, 2.0, 5.0, 10.0, 20.0, 50.0, 100.0)


@dataclass(frozen=True)
class Window:
    """The piece of ground that is drawn: its centre in m, pixels a metre, and its size in pixels."""

    center_m: tuple[float, float]
    metre_px: float
    width: int
    height: int

    def pixels(self, points_m: Array) -> Array:
        """Pixels (N, 2) of points (N, 2 or more) on the ground."""
        x = self.width / 2 + (points_m[:, 0] - self.center_m[0]) * self.metre_px
        y = self.height / 2 - (points_m[:, 1] - self.center_m[1]) * self.metre_px
        return np.column_stack([x, y])


@dataclass(frozen=True)
class Shape:
    """An obstacle: `points` of a box, or the ellipse at x, y with half axes, turned by `turn_deg` (clockwise on the picture)."""

    points: str
    x: float
    y: float
    rx: float
    ry: float
    turn_deg: float
    solid: bool


@dataclass(frozen=True)
class Mark:
    """Numbers of moments on a disc or a pill about (x, y), `half_px` wide to each side; they belong to the point (to_x, to_y)."""

    label: str
    x: float
    y: float
    half_px: float
    to_x: float
    to_y: float
    colour: str


@dataclass(frozen=True)
class Way:
    """A path: pieces that are drawn whole or (not visible) dashed, and arrows along it."""

    name: str
    colour: str
    pieces: tuple[tuple[str, bool], ...]
    """Points of a polyline, and whether the subject is visible along it."""
    arrows: tuple[str, ...]
    """Points of a triangle between each two moments, where it moves."""
    start: tuple[float, float]


@dataclass(frozen=True)
class TopDown:
    """All that the map of a clip shows."""

    window: Window
    stage: tuple[float, float, float] | None
    """Middle and radius of the disc; None where nobody knows it."""
    obstacles: tuple[Shape, ...]
    subjects: tuple[Way, ...]
    camera: Way
    wedges: tuple[str, ...]
    """Points of what the camera sees at each moment."""
    marks: tuple[Mark, ...]
    scale_m: float
    scale_px: float


def moments(spec: ClipSpec) -> NDArray[np.int64]:
    """Frames (M,) that are numbered 1 to M."""
    return np.unique(np.linspace(0, spec.render.frames - 1, MOMENTS).round().astype(np.int64))


def top_down(spec: ClipSpec, states: NDArray[np.uint8], obstacles: Sequence[Obstacle], width: int = 580, height: int = 400) -> TopDown:
    """The map of a clip; `states` (S, T) are those of its subjects, `obstacles` all of its scene."""
    choreography = choreograph(spec)
    numbered = moments(spec)
    frames = np.union1d(np.linspace(0, spec.render.frames - 1, min(_SAMPLES, spec.render.frames)).round().astype(np.int64), numbered)
    times = frames / spec.render.fps
    poses = choreography.T_world_camera(times)
    walks = [choreography.subject(index, times).T_world_subject[:, :3, 3] for index in range(len(spec.subjects))]
    middle, radius = np.array([spec.scene.stage.center_m]), spec.scene.stage.radius_m
    window = _window([poses[:, :3, 3], *walks, middle - radius, middle + radius], _MARGIN_M, width, height)
    at = np.searchsorted(frames, numbered)
    wedges = [_wedge(pose, spec.camera.hfov_deg, window) for pose in poses[at]]
    eye = window.pixels(poses[:, :3, 3])
    # A camera that turns on the spot is numbered where it looks, one that moves where it is.
    ends = np.array([wedge[len(wedge) // 2] for wedge in wedges])
    pins = _merged(max(eye[at], ends, key=_apart), CAMERA_COLOUR)
    ways = []
    for index, walk in enumerate(walks):
        colour = SUBJECT_COLOURS[index % len(SUBJECT_COLOURS)]
        pixels = window.pixels(walk)
        pins += _merged(pixels[at], colour)
        ways.append(_way(spec.subjects[index].name, colour, pixels, at, states[index][frames] == State.VISIBLE))
    center = window.pixels(middle)[0]
    ceiling = max(spec.scene.stage.center_m[2] + _OVERHEAD_M, float(poses[:, 2, 3].max()))
    scale_m = _scale_m(window)
    return TopDown(
        window=window,
        stage=(float(center[0]), float(center[1]), radius * window.metre_px),
        obstacles=_shapes(obstacles, window, ceiling),
        subjects=tuple(ways),
        camera=_way("camera", CAMERA_COLOUR, eye, at, np.ones(len(eye), bool)),
        wedges=tuple(_points(wedge) for wedge in wedges),
        marks=_spread(pins, window),
        scale_m=scale_m,
        scale_px=scale_m * window.metre_px,
    )


def poses_from_above(cameras: Array, subjects: Array, states: NDArray[np.uint8], width: int, height: int) -> TopDown:
    """The map of a clip of which only poses (T, 4, 4) and (S, T, 4, 4) are known, of subjects perhaps NaN; without marks."""
    frames = np.unique(np.linspace(0, len(cameras) - 1, min(_SAMPLES, len(cameras))).round().astype(np.int64))
    walks = [walk[frames, :3, 3] for walk in subjects]
    known = [np.isfinite(walk).all(1) for walk in walks]
    path = cameras[frames, :3, 3]
    window = _window([path, *(walk[there] for walk, there in zip(walks, known, strict=True))], _MARGIN_ALONE_M, width, height)
    none = np.empty(0, np.int64)
    ways = []
    for index, (walk, there) in enumerate(zip(walks, known, strict=True)):
        name, colour = str(index + 1), SUBJECT_COLOURS[index % len(SUBJECT_COLOURS)]
        if there.any():
            ways.append(_way(name, colour, window.pixels(walk[there]), none, states[index][frames][there] == State.VISIBLE))
        else:
            ways.append(Way(name, colour, (), (), (float("nan"), float("nan"))))
    scale_m = _scale_m(window)
    return TopDown(
        window=window,
        stage=None,
        obstacles=(),
        subjects=tuple(ways),
        camera=_way("camera", CAMERA_COLOUR, window.pixels(path), none, np.ones(len(path), bool)),
        wedges=(),
        marks=(),
        scale_m=scale_m,
        scale_px=scale_m * window.metre_px,
    )


def _scale_m(window: Window) -> float:
    """The length of the scale's bar."""
    return max((m for m in _SCALES_M if m * window.metre_px <= 110.0), default=_SCALES_M[0])


def _window(paths: Sequence[Array], margin_m: float, width: int, height: int) -> Window:
    """The window that holds all paths (N, 3)."""
    points = np.concatenate([path[:, :2] for path in paths])
    low, high = points.min(0) - margin_m, points.max(0) + margin_m
    metre_px = float(min(width / (high[0] - low[0]), height / (high[1] - low[1])))
    center = (low + high) / 2
    return Window((float(center[0]), float(center[1])), metre_px, width, height)


def _way(name: str, colour: str, pixels: Array, at: NDArray[np.int64], visible: NDArray[np.bool_]) -> Way:
    """A path through pixels (N, 2), in pieces of the same visibility (N,) that touch; the moments are `at` (M,)."""
    starts = np.flatnonzero(np.diff(visible, prepend=not visible[0]))
    pieces = [
        (_points(pixels[start : stop + 1]), bool(visible[start])) for start, stop in zip(starts, [*starts[1:], len(pixels)], strict=True)
    ]
    arrows = tuple(arrow for first, last in pairwise(at) if (arrow := _arrow(pixels[first : last + 1])))
    return Way(name, colour, tuple(pieces), arrows, (float(pixels[0, 0]), float(pixels[0, 1])))


def _arrow(pixels: Array) -> str:
    """A triangle halfway along a path (N, 2); "" on one too short for it."""
    gone = np.append(0.0, np.cumsum(np.linalg.norm(np.diff(pixels, axis=0), axis=1)))
    if gone[-1] < 6 * _MARK_PX:
        return ""
    k = int(np.searchsorted(gone, gone[-1] / 2))
    forward = pixels[k] - pixels[k - 1]
    forward = forward / np.linalg.norm(forward)
    side = np.array([-forward[1], forward[0]])
    return _points(pixels[k] + np.array([5 * forward, -4 * forward + 4.5 * side, -4 * forward - 4.5 * side]))


def looks(poses: Array, window: Window) -> Array:
    """Where cameras (T, 4, 4) look, as (T, 2): heading in rad, counter-clockwise from +X, and how far their wedges reach in pixels.

    A wedge is shorter, the more its camera looks up or down.
    """
    forward, right = poses[:, :2, 2], poses[:, :2, 0]
    flat = np.linalg.norm(forward, axis=1)
    heading = np.where(flat < 1e-6, np.arctan2(right[:, 0], -right[:, 1]), np.arctan2(forward[:, 1], forward[:, 0]))
    return np.column_stack([heading, 0.3 * min(window.width, window.height) * np.maximum(0.25, flat)])


def _wedge(pose: Array, hfov_deg: float, window: Window) -> Array:
    """What a camera (4, 4) sees, on the map: its eye and an arc (N, 2)."""
    ((heading, reach_px),) = looks(pose[None], window)
    half = np.deg2rad(hfov_deg) / 2
    turns = heading + np.linspace(half, -half, 9)
    eye = window.pixels(pose[None, :2, 3])
    return np.concatenate([eye, eye + reach_px * np.column_stack([np.cos(turns), -np.sin(turns)])])


def _shapes(obstacles: Sequence[Obstacle], window: Window, ceiling: float) -> tuple[Shape, ...]:
    """Those obstacles that reach into the window and do not hang above `ceiling` m; low ones first."""
    found = []
    for obstacle in sorted(obstacles, key=lambda o: o.center_m[2] + o.half_m[2]):
        if obstacle.center_m[2] - obstacle.half_m[2] > ceiling:
            continue
        turn = np.deg2rad(obstacle.yaw_deg)
        along, across = np.array([np.cos(turn), np.sin(turn)]), np.array([-np.sin(turn), np.cos(turn)])
        hx, hy = obstacle.half_m[0] * along, obstacle.half_m[1] * across
        corners = window.pixels(np.array(obstacle.center_m[:2]) + np.array([hx + hy, hx - hy, -hx - hy, hy - hx]))
        if (corners.max(0) < 0).any() or (corners.min(0) > (window.width, window.height)).any():
            continue
        x, y = corners.mean(0)
        found.append(
            Shape(
                points=_points(corners) if obstacle.kind == "box" else "",
                x=float(x),
                y=float(y),
                rx=obstacle.half_m[0] * window.metre_px,
                ry=obstacle.half_m[1] * window.metre_px,
                turn_deg=-obstacle.yaw_deg,
                solid=obstacle.solid,
            )
        )
    return tuple(found)


def _apart(points: Array) -> float:
    """Mean distance between points (N, 2), where far is no better than two discs' width."""
    gaps = np.linalg.norm(points[:, None] - points[None], axis=-1)
    return float(np.minimum(gaps, 4 * _MARK_PX).mean())


def _merged(points: Array, colour: str) -> list[tuple[str, Array, str]]:
    """Labels of moments at points (M, 2): those that all but coincide share one."""
    found: list[tuple[str, Array, str]] = []
    for n, point in enumerate(points):
        near = [k for k, (_, other, _) in enumerate(found) if np.linalg.norm(point - other) < _MARK_PX]
        if near:
            label, other, _ = found[near[0]]
            found[near[0]] = (f"{label} {n + 1}", other, colour)
        else:
            found.append((str(n + 1), point, colour))
    return found


def _spread(pins: Sequence[tuple[str, Array, str]], window: Window) -> tuple[Mark, ...]:
    """Marks for labelled points (label, (2,), colour), moved aside where they would cover one another or leave the window."""
    turns = np.arange(12) * np.pi / 6
    ring = np.column_stack([np.cos(turns), np.sin(turns)])
    aside = np.concatenate([np.zeros((1, 2)), *[_MARK_PX * r * ring for r in (2.2, 3.2, 4.4, 5.6, 7.0)]])
    marks: list[Mark] = []
    for label, point, colour in pins:
        half, high = np.array([_MARK_PX + 4.0 * (len(label) - 1), _MARK_PX]), _MARK_PX + 0.5
        spots = np.clip(point + aside, half + 2, np.array([window.width, window.height]) - half - 2)
        free = np.ones(len(spots), bool)
        for other in marks:
            free &= (np.abs(spots - (other.x, other.y)) >= half + np.array([other.half_px + 0.5, high])).any(axis=1)
        spot = spots[np.argmax(free)]
        marks.append(Mark(label, float(spot[0]), float(spot[1]), float(half[0]), float(point[0]), float(point[1]), colour))
    return tuple(marks)


def _points(pixels: Array) -> str:
    """Points (N, 2) as SVG writes them, to a tenth of a pixel."""
    return " ".join(f"{x:.1f},{y:.1f}" for x, y in pixels)
