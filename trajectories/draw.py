"""Draws every trajectory and rewrites the tables of this folder's README: `python trajectories/draw.py`.

Pictures follow the definitions in `hmworld/model/trajectory.py` with gains 1, not mirrored, from a camera's
first start, for a person who walks at 1.35 m/s through a clip of default length. A moving pivot is shown on a
straight walk, so its smoothing does not matter here. The output is deterministic: same files, same bytes.
"""

import io
import re
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path as FilePath
from typing import Any

import matplotlib

matplotlib.use("svg")

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.axes import Axes
from matplotlib.collections import LineCollection
from matplotlib.colors import to_hex
from matplotlib.figure import Figure
from matplotlib.patches import Polygon
from numpy.typing import NDArray

from hmworld.geometry.splines import KeyedChannel, Path
from hmworld.model.trajectory import CameraTrajectory, Keys, SubjectTrajectory

Array = NDArray[np.float64]

HERE = FilePath(__file__).resolve().parent
CLIP_S = 154 / 15
CUT = 0.5
SPEED_MPS = 1.35
SUBJECT_HEIGHT_M = 1.75
PIVOT_HEIGHT_M = SUBJECT_HEIGHT_M / 2
HALF_H, HALF_V = np.deg2rad(37.5 / 2), np.deg2rad(22.2 / 2)
TIME = np.linspace(0.0, 1.0, 155)
"""Fractions of the clip."""

INK, GRID, SUBJECT, SHADE = "#22303c", "#dde3e8", "#e4572e", "#f4f6f8"
TIME_COLOURS = plt.get_cmap("viridis")
STYLE: dict[Any, Any] = {
    "svg.hashsalt": "hmworld",
    "svg.fonttype": "none",
    "font.family": "sans-serif",
    "font.sans-serif": ["DejaVu Sans", "Verdana", "sans-serif"],
    "font.size": 7,
    "text.color": INK,
    "axes.edgecolor": "#9aa7b2",
    "axes.linewidth": 0.6,
    "xtick.color": INK,
    "ytick.color": INK,
    "path.simplify_threshold": 0.3,
}


@dataclass(frozen=True)
class Walk:
    """A subject's walk at TIME (N,): places (N, 2) m and unit headings (N, 2)."""

    xy: Array
    tangent: Array


@dataclass(frozen=True)
class Shot:
    """A camera at TIME (N,): places (N, 3) m, heading and pitch (N,) rad."""

    place: Array
    heading: Array
    pitch: Array


def walk_of(trajectory: SubjectTrajectory) -> Walk:
    """The walk from distance 0 at the gait's full speed, at the middle of the range of sizes."""
    speed = _channel(trajectory.speed)
    walked = SPEED_MPS * CLIP_S * (speed.integral(TIME) - speed.integral(0.0))
    shape = Path(trajectory.points, trajectory.closed)
    if trajectory.extent_m is None:
        scale = walked[-1] / shape.length_m
    else:
        outline = shape.at(np.linspace(0.0, shape.length_m, 512))[0]
        scale = np.mean(trajectory.extent_m) / np.ptp(outline, axis=0).max()
    xy, tangent = shape.at(walked / scale)
    return Walk(xy * scale, tangent)


def shot_of(camera: CameraTrajectory, walk: Walk, start: int = 0) -> Shot:
    """The camera's places and views, for a subject that walks straight where the pivot moves."""
    at = camera.starts[start]
    keys = {name: _channel(getattr(camera.keys, name))(TIME) for name in type(camera.keys).model_fields}
    middle = (walk.xy.min(axis=0) + walk.xy.max(axis=0)) / 2.0
    pivot = {"start": walk.xy[:1], "path": middle[None], "subject": walk.xy}[camera.pivot]
    course = np.arctan2(walk.tangent[0, 1], walk.tangent[0, 0])
    heading = np.full(len(TIME), course + np.deg2rad(at.azimuth_deg) + np.pi)
    azimuth = heading - np.pi + np.deg2rad(keys["azimuth_deg"])
    ahead, aside = _unit(heading), _unit(heading + np.pi / 2.0)
    ground = pivot + (at.distance_m + keys["distance_m"])[:, None] * _unit(azimuth)
    ground = ground + keys["forward_m"][:, None] * ahead + keys["left_m"][:, None] * aside
    height = at.height_m + keys["up_m"]
    pitch = np.full(len(TIME), np.arctan2(PIVOT_HEIGHT_M - at.height_m, at.distance_m))
    if camera.aim == "pivot":
        to_pivot = pivot - ground
        heading = np.unwrap(np.arctan2(to_pivot[:, 1], to_pivot[:, 0]))
        pitch = np.arctan2(PIVOT_HEIGHT_M - height, np.hypot(*to_pivot.T))
    heading = heading + np.deg2rad(keys["yaw_deg"])
    return Shot(np.column_stack([ground, height]), heading, pitch + np.deg2rad(keys["pitch_deg"]))


def seen(shot: Shot, walk: Walk) -> NDArray[np.bool_]:
    """Whether (N,) any of a few points up the subject's middle is in the picture."""
    offset = walk.xy - shot.place[:, :2]
    ahead = np.einsum("nk,nk->n", offset, _unit(shot.heading))
    left = np.einsum("nk,nk->n", offset, _unit(shot.heading + np.pi / 2.0))
    up = np.linspace(0.0, SUBJECT_HEIGHT_M, 9)[None] - shot.place[:, 2:]
    cos, sin = np.cos(shot.pitch)[:, None], np.sin(shot.pitch)[:, None]
    depth, rise = ahead[:, None] * cos + up * sin, up * cos - ahead[:, None] * sin
    inside = (np.abs(left)[:, None] < depth * np.tan(HALF_H)) & (np.abs(rise) < depth * np.tan(HALF_V))
    return np.asarray((inside & (depth > 0.1)).any(axis=1))


def _channel(keys: Keys | None) -> KeyedChannel:
    keys = keys or ((0.0, 0.0),)
    return KeyedChannel(tuple(t for t, _ in keys), tuple(v for _, v in keys))


def _unit(angle: Array) -> Array:
    return np.stack([np.cos(angle), np.sin(angle)], axis=-1)


def _time_colour(fraction: float) -> str:
    # The palest end of the map would not stand out from the paper.
    return to_hex(TIME_COLOURS(0.9 * fraction))


def _plan_axes(axes: Axes, points: Array, margin_m: float, aspect: float) -> None:
    """Limits that show all points (N, 2) with the box's aspect (height / width), and a 2 m grid."""
    low, high = points.min(axis=0) - margin_m, points.max(axis=0) + margin_m
    low[1] -= 0.07 * (high[1] - low[1])  # room for the scale bar
    middle, size = (low + high) / 2.0, high - low
    width = max(size[0], size[1] / aspect)
    axes.set_xlim(middle[0] - width / 2, middle[0] + width / 2)
    axes.set_ylim(middle[1] - width * aspect / 2, middle[1] + width * aspect / 2)
    axes.set_aspect("equal")
    axes.set_axis_off()
    (left, right), (bottom, top) = axes.get_xlim(), axes.get_ylim()
    columns = [[(x, bottom), (x, top)] for x in np.arange(np.ceil(left / 2) * 2, right, 2.0)]
    rows = [[(left, y), (right, y)] for y in np.arange(np.ceil(bottom / 2) * 2, top, 2.0)]
    axes.add_collection(LineCollection(columns + rows, color=GRID, linewidth=0.5, zorder=0))
    x, y = axes.get_xlim()[0] + 0.04 * width, axes.get_ylim()[0] + 0.04 * width * aspect
    axes.plot([x, x + 2.0], [y, y], color=INK, linewidth=1.6, solid_capstyle="butt")
    axes.text(x + 2.0 + 0.02 * width, y, "2 m", va="center", fontsize=6)


def _arrow_head(axes: Axes, tip: Array, direction: Array, size_m: float, colour: str) -> None:
    aside = np.array([-direction[1], direction[0]])
    corners = [tip + size_m * direction, tip - 0.6 * size_m * aside, tip + 0.6 * size_m * aside]
    axes.add_patch(Polygon(np.array(corners), closed=True, color=colour, linewidth=0, zorder=6))


def _coloured_line(axes: Axes, xy: Array, linewidth: float) -> None:
    """A line (N, 2) in the colours of time, in a few dozen pieces."""
    bounds = np.linspace(0, len(xy) - 1, 23).astype(int)
    pieces = [xy[a : b + 1] for a, b in pairwise(bounds)]
    colours = [_time_colour((a + b) / 2 / (len(xy) - 1)) for a, b in pairwise(bounds)]
    line = LineCollection(pieces, colors=colours, linewidth=linewidth, capstyle="round", zorder=4)
    axes.add_collection(line)


def draw_subject(trajectory: SubjectTrajectory) -> Figure:
    """The path from above: a dot at the start, a tick every second, an arrow at the end."""
    figure = plt.figure(figsize=(2.7, 1.9), facecolor="white")
    axes = figure.add_axes((0.0, 0.0, 1.0, 1.0))
    walk = walk_of(trajectory)
    _plan_axes(axes, walk.xy, 1.1, 1.9 / 2.7)
    span = np.diff(axes.get_xlim())[0]
    _coloured_line(axes, walk.xy, 2.0)
    for second in range(1, int(CLIP_S) + 1):
        i = round(second / CLIP_S * (len(TIME) - 1))
        aside = np.array([-walk.tangent[i, 1], walk.tangent[i, 0]]) * 0.018 * span
        axes.plot(*np.array([walk.xy[i] - aside, walk.xy[i] + aside]).T, color=INK, linewidth=0.8, zorder=5)
    axes.plot(*walk.xy[0], "o", color=_time_colour(0.0), markersize=5.5, markeredgecolor="white", zorder=7)
    _arrow_head(axes, walk.xy[-1], walk.tangent[-1], 0.035 * span, _time_colour(1.0))
    return figure


def draw_camera(camera: CameraTrajectory, subjects: dict[str, SubjectTrajectory]) -> Figure:
    """Left: the camera from above, its view at seven times. Right: its channels; when the subject is seen."""
    walk = walk_of(subjects["straight" if camera.pivot == "subject" else "there_and_back"])
    shot = shot_of(camera, walk)
    figure = plt.figure(figsize=(4.6, 1.8), facecolor="white")
    plan = figure.add_axes((0.0, 0.0, 0.58, 1.0))
    ground, shown = shot.place[:, :2], np.linspace(0, len(TIME) - 1, 7).astype(int)
    reach = 3.0
    rims = [ground[i] + reach * _unit(shot.heading[i, None] + HALF_H * np.linspace(-1, 1, 5)) for i in shown]
    _plan_axes(plan, np.concatenate([ground, walk.xy, *rims]), 0.8, 1.8 / (4.6 * 0.58))
    span = np.diff(plan.get_xlim())[0]
    for i, rim in zip(shown, rims, strict=True):
        colour = _time_colour(TIME[i])
        outline = np.vstack([ground[i], rim])
        plan.add_patch(Polygon(outline, closed=True, facecolor=(colour, 0.28), edgecolor=colour, linewidth=0.5))
    plan.plot(*walk.xy.T, color=SUBJECT, linewidth=1.2, zorder=3)
    plan.plot(*walk.xy[0], "o", color=SUBJECT, markersize=4.5, markeredgecolor="white", zorder=7)
    _arrow_head(plan, walk.xy[-1], walk.tangent[-1], 0.028 * span, SUBJECT)
    if np.ptp(ground, axis=0).max() > 0.05:
        _coloured_line(plan, ground, 2.0)
        last = ground[-1] - ground[-12]
        if np.hypot(*last) > 0.05:
            _arrow_head(plan, ground[-1], last / np.hypot(*last), 0.035 * span, _time_colour(1.0))
    plan.plot(*ground[0], "o", color=_time_colour(0.0), markersize=5.5, markeredgecolor="white", zorder=7)
    _draw_strips(figure, shot, seen(shot, walk))
    return figure


def _draw_strips(figure: Figure, shot: Shot, visible: NDArray[np.bool_]) -> None:
    """Yaw, pitch and height where they change, over the clip; tinted while the subject is in the picture."""
    moved = np.hypot(*(shot.place[:, :2] - shot.place[0, :2]).T)
    channels = [
        ("yaw, °", np.rad2deg(shot.heading - shot.heading[0]), 3.0),
        ("pitch, °", np.rad2deg(shot.pitch), 3.0),
        ("height, m", shot.place[:, 2], 0.1),
    ]
    rows = [(label, values) for label, values, least in channels if np.ptp(values) > least]
    rows = rows or [("from its start, m", moved)]
    edges = np.flatnonzero(np.diff(np.concatenate([[0], visible.astype(int), [0]])))
    bottom, top, gap = 0.13, 0.99, 0.1
    height = (top - bottom) / len(rows)
    for k, (label, values) in enumerate(rows):
        axes = figure.add_axes((0.66, top - (k + 1) * height, 0.30, height - gap), facecolor=SHADE)
        for a, b in zip(edges[::2], edges[1::2], strict=True):
            axes.axvspan(TIME[a], TIME[min(b, len(TIME) - 1)], color=SUBJECT, alpha=0.2, linewidth=0)
        axes.axvline(CUT, color=INK, linewidth=0.6, dashes=(2, 2))
        axes.plot(TIME, values, color=INK, linewidth=1.2)
        low, high = float(values.min()), float(values.max())
        pad = 0.1 * (high - low)
        axes.set_ylim(low - pad, high + pad)
        # Zero is marked where it would not touch an end's label.
        marks = [low, high] + ([0.0] if min(-low, high) > 0.25 * (high - low) else [])
        decimals = 1 if high - low < 10.0 else 0
        axes.set_yticks(marks, [f"{round(v, decimals) + 0.0:g}" for v in marks], fontsize=6)
        axes.set_xlim(0.0, 1.0)
        times = ["0", "cut", f"{CLIP_S:.1f} s"] if k == len(rows) - 1 else [""] * 3
        axes.set_xticks([0.0, CUT, 1.0], times, fontsize=6)
        axes.tick_params(length=2, width=0.5, pad=1.5)
        axes.set_title(label, loc="left", fontsize=6.5, pad=2.0)
        for side in ("top", "right"):
            axes.spines[side].set_visible(False)


def _save(figure: Figure, kind: str, name: str) -> None:
    buffer = io.StringIO()
    figure.savefig(buffer, format="svg", metadata=dict.fromkeys(("Date", "Creator", "Format", "Type")))
    plt.close(figure)
    # Two decimals of a point are plenty, and a third of the bytes.
    text = re.sub(r"\d+\.\d{3,}", lambda number: f"{round(float(number[0]), 2):g}", buffer.getvalue())
    text = re.sub(r" +\n", "\n", text)
    (HERE / "pictures" / f"{kind}_{name}.svg").write_text(text, encoding="utf-8")


def _table(kind: str, rows: list[tuple[str, str]], width_px: int, folder: str = "") -> str:
    lines = ["| picture | name | what it does |", "|---|---|---|"]
    for name, summary in rows:
        image = f'<img src="pictures/{kind}_{name}.svg" width="{width_px}" alt="{name} from above">'
        lines.append(f"| {image} | [`{name}`]({folder}{kind}/{name}.yaml) | {summary} |")
    return "\n".join(lines)


def _replace(text: str, mark: str, table: str) -> str:
    opening, closing = f"<!-- {mark}: made by draw.py -->", f"<!-- /{mark} -->"
    before, rest = text.split(opening)
    return before + opening + "\n\n" + table + "\n\n" + closing + rest.split(closing)[1]


def main() -> None:
    """Draw everything and rewrite the README's tables."""
    walks = [SubjectTrajectory.from_yaml(path) for path in sorted((HERE / "subject").glob("*.yaml"))]
    cameras = [CameraTrajectory.from_yaml(path) for path in sorted((HERE / "camera").glob("*.yaml"))]
    probe_walks = [SubjectTrajectory.from_yaml(path) for path in sorted((HERE / "probe" / "subject").glob("*.yaml"))]
    probe_cameras = [CameraTrajectory.from_yaml(path) for path in sorted((HERE / "probe" / "camera").glob("*.yaml"))]
    subjects = {walk.name: walk for walk in walks}
    (HERE / "pictures").mkdir(exist_ok=True)
    with plt.rc_context(STYLE):
        for trajectory in [*walks, *probe_walks]:
            _save(draw_subject(trajectory), "subject", trajectory.name)
        for camera in [*cameras, *probe_cameras]:
            _save(draw_camera(camera, subjects), "camera", camera.name)
    readme = HERE / "README.md"
    text = readme.read_text(encoding="utf-8")
    text = _replace(text, "cameras", _table("camera", [(c.name, c.summary) for c in cameras], 430))
    text = _replace(text, "subjects", _table("subject", [(s.name, s.summary) for s in walks], 240))
    text = _replace(text, "probe cameras", _table("camera", [(c.name, c.summary) for c in probe_cameras], 430, "probe/"))
    text = _replace(text, "probe subjects", _table("subject", [(s.name, s.summary) for s in probe_walks], 240, "probe/"))
    readme.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
