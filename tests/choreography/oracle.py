"""A slow, independent oracle of what the forecast says: posed meshes in a z-buffer, and dense sampling in time.

Derived from the definitions of DESIGN sections 4 and 5 (docs/format.md) and from nothing that the forecast is made of; poses are the
choreography's. `visible_px` and `amodal_px` are counted at pixel centres of the skinned meshes, drawn as an engine draws them (triangles
that face the camera, from 0.1 m before it), with the boxes and ellipsoids of the scene's card as solids that block the view.
`in_frame_fraction` counts the 256 contract points. Times and causes are found by trying 64 instants a frame; nothing assumes that a
quantity crosses a threshold once, or goes one way.

What the definitions leave open is decided so: where "out" comes and goes several times between two frames, the exit is the last change
and the return the first (all are kept in `Found`); entry causes look from the first frame of the largest fraction after the entry back to
the exit.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache

import numpy as np
from numba import njit

from hmworld.catalog import Catalog
from hmworld.choreography import choreograph
from hmworld.embedded.mesh import BodyMesh
from hmworld.embedded.meshfiles import read_body
from hmworld.embedded.world import BODIES_DIR
from hmworld.geometry.motion import CONTRACT_POINTS
from hmworld.model.cards import Obstacle
from hmworld.model.clip import ClipSpec
from hmworld.model.event import Event, State

NEAR_M = 0.1
OUT_BELOW, LEFT_BELOW = 0.5, 0.05
"""In-frame fractions below which a subject may be out of the frame, and has left it."""
SHORTEST_RUN = 3
TIMES_A_FRAME = 64
ENOUGH = 4
"""Visible pixels are counted up to so many times the threshold."""


@njit(cache=True, nogil=True, error_model="numpy")
def project_vertices(vertices, joints, weights, matrices, out):
    """Homogeneous pixels (V, 3), x w, y w and w, of rest vertices (V, 3) skinned by matrices (J, 3, 4) that end in pixels."""
    for v in range(len(vertices)):
        for row in range(3):
            total = 0.0
            for q in range(joints.shape[1]):
                weight = weights[v, q]
                if weight != 0.0:
                    m = matrices[joints[v, q], row]
                    total += weight * (m[0] * vertices[v, 0] + m[1] * vertices[v, 1] + m[2] * vertices[v, 2] + m[3])
            out[v, row] = total


@njit(cache=True, nogil=True, error_model="numpy")
def draw_part(ax, ay, az, bx, by, bz, cx, cy, cz, plane, box):
    """Keep the nearest 1 / w of a triangle of pixels and 1 / w, at the pixel centres it covers, if it faces the camera."""
    # Rows run downwards: a face that is counter-clockwise seen from outside is clockwise in (x, y), its cross product negative.
    double = (bx - ax) * (cy - ay) - (by - ay) * (cx - ax)
    if double >= 0.0:
        return
    height, width = plane.shape
    x0 = max(0, int(np.ceil(max(min(ax, bx, cx), -1.0) - 0.5)))
    x1 = min(width - 1, int(np.floor(min(max(ax, bx, cx), width + 1.0) - 0.5)))
    y0 = max(0, int(np.ceil(max(min(ay, by, cy), -1.0) - 0.5)))
    y1 = min(height - 1, int(np.floor(min(max(ay, by, cy), height + 1.0) - 0.5)))
    if x0 > x1 or y0 > y1:
        return
    box[0], box[1], box[2], box[3] = min(box[0], x0), max(box[1], x1), min(box[2], y0), max(box[3], y1)
    for j in range(y0, y1 + 1):
        y = j + 0.5
        for i in range(x0, x1 + 1):
            x = i + 0.5
            of_a = ((cx - bx) * (y - by) - (cy - by) * (x - bx)) / double
            of_b = ((ax - cx) * (y - cy) - (ay - cy) * (x - cx)) / double
            of_c = 1.0 - of_a - of_b
            if of_a >= 0.0 and of_b >= 0.0 and of_c >= 0.0:
                plane[j, i] = max(plane[j, i], of_a * az + of_b * bz + of_c * cz)


@njit(cache=True, nogil=True, error_model="numpy")
def draw(points, triangles, near_m, plane, box):
    """Draw triangles (F, 3) of homogeneous pixels (V, 3) into a plane (H, W) of 1 / w, where 0 is nothing; the pixels drawn.

    `box` holds the first and last column and row that the plane has anything in, and is brought up to date.
    """
    plane[box[2] : box[3] + 1, box[0] : box[1] + 1] = 0.0
    box[0], box[1], box[2], box[3] = plane.shape[1], -1, plane.shape[0], -1
    x, y, z = np.empty(4), np.empty(4), np.empty(4)
    for f in range(len(triangles)):
        count = 0
        for k in range(3):
            p, q = triangles[f, k], triangles[f, (k + 1) % 3]
            w, next_w = points[p, 2], points[q, 2]
            if w >= near_m:
                x[count], y[count], z[count] = points[p, 0] / w, points[p, 1] / w, 1.0 / w
                count += 1
            if (w >= near_m) != (next_w >= near_m):
                s = (near_m - w) / (next_w - w)
                x[count] = (points[p, 0] + s * (points[q, 0] - points[p, 0])) / near_m
                y[count] = (points[p, 1] + s * (points[q, 1] - points[p, 1])) / near_m
                z[count] = 1.0 / near_m
                count += 1
        for k in range(2, count):
            draw_part(x[0], y[0], z[0], x[k - 1], y[k - 1], z[k - 1], x[k], y[k], z[k], plane, box)
    drawn = 0
    for j in range(box[2], box[3] + 1):
        for i in range(box[0], box[1] + 1):
            drawn += plane[j, i] > 0.0
    return drawn


@njit(cache=True, nogil=True, error_model="numpy")
def is_blocked(eye, ray, depth, is_box, center, half, turn):
    """Whether a solid lies on eye + t * ray for some 0 < t < depth."""
    dx, dy, dz = eye[0] - center[0], eye[1] - center[1], eye[2] - center[2]
    ox, oy, oz = turn[0] * dx + turn[1] * dy, turn[0] * dy - turn[1] * dx, dz
    rx, ry, rz = turn[0] * ray[0] + turn[1] * ray[1], turn[0] * ray[1] - turn[1] * ray[0], ray[2]
    if is_box:
        first, last = 0.0, depth
        for o, r, h in ((ox, rx, half[0]), (oy, ry, half[1]), (oz, rz, half[2])):
            if r == 0.0:
                if abs(o) > h:
                    return False
            else:
                one, other = (-h - o) / r, (h - o) / r
                first, last = max(first, min(one, other)), min(last, max(one, other))
        return first < last
    ox, oy, oz, rx, ry, rz = ox / half[0], oy / half[1], oz / half[2], rx / half[0], ry / half[1], rz / half[2]
    a, b, c = rx * rx + ry * ry + rz * rz, ox * rx + oy * ry + oz * rz, ox * ox + oy * oy + oz * oz - 1.0
    inside = b * b - a * c
    if inside <= 0.0:
        return False
    root = np.sqrt(inside)
    return max(0.0, (-b - root) / a) < min(depth, (-b + root) / a)


@njit(cache=True, nogil=True, error_model="numpy")
def count_visible(planes, k, box, enough, eye, axes, focal, is_box, center, half, turn, near_ones):
    """Pixels of subject k, at most `enough`, that neither another subject nor a solid hides.

    Solids that cannot reach into the pyramid of the subject's pixels before the farthest of them are left out first.
    """
    height, width = planes.shape[1:]
    x0, x1, y0, y1 = box
    farthest = 0.0
    for j in range(y0, y1 + 1):
        for i in range(x0, x1 + 1):
            if planes[k, j, i] > 0.0:
                farthest = max(farthest, 1.0 / planes[k, j, i])
    cx, cy = width / 2.0, height / 2.0
    # Normals, in the camera's axes, of the pyramid's sides (inwards), and of the planes through the eye and the farthest pixel.
    sides = np.array(
        [
            [focal, 0.0, cx - x0],
            [-focal, 0.0, x1 + 1.0 - cx],
            [0.0, focal, cy - y0],
            [0.0, -focal, y1 + 1.0 - cy],
            [0.0, 0.0, 1.0],
            [0.0, 0.0, -1.0],
        ]
    )
    count = 0
    n, ray = np.empty(3), np.empty(3)
    for o in range(len(is_box)):
        reaches = True
        for s in range(6):
            for row in range(3):
                n[row] = axes[row, 0] * sides[s, 0] + axes[row, 1] * sides[s, 1] + axes[row, 2] * sides[s, 2]
            across = n[0] * (center[o, 0] - eye[0]) + n[1] * (center[o, 1] - eye[1]) + n[2] * (center[o, 2] - eye[2])
            ax, ay = turn[o, 0] * n[0] + turn[o, 1] * n[1], turn[o, 0] * n[1] - turn[o, 1] * n[0]
            px, py, pz = abs(ax) * half[o, 0], abs(ay) * half[o, 1], abs(n[2]) * half[o, 2]
            reach = px + py + pz if is_box[o] else np.sqrt(px * px + py * py + pz * pz)
            if across + reach + (farthest if s == 5 else 0.0) < 0.0:
                reaches = False
                break
        if reaches:
            near_ones[count] = o
            count += 1
    seen = 0
    for j in range(y0, y1 + 1):
        for i in range(x0, x1 + 1):
            inverse = planes[k, j, i]
            hidden = inverse <= 0.0
            for other in range(len(planes)):
                hidden |= other != k and planes[other, j, i] > inverse
            if hidden:
                continue
            x, y = (i + 0.5 - cx) / focal, (j + 0.5 - cy) / focal
            for row in range(3):
                ray[row] = axes[row, 0] * x + axes[row, 1] * y + axes[row, 2]
            for q in range(count):
                o = near_ones[q]
                if is_blocked(eye, ray, 1.0 / inverse, is_box[o], center[o], half[o], turn[o]):
                    hidden = True
                    break
            if not hidden:
                seen += 1
                if seen >= enough:
                    return seen
    return seen


@njit(cache=True, nogil=True, error_model="numpy")
def count_in_frame(points, matrices, width, height, near_m, out):
    """How many of points (T or 1, N, 3) matrices (T, 3, 4) map into the picture, each time: into `out` (T,)."""
    for t in range(len(matrices)):
        m, at = matrices[t], points[min(t, len(points) - 1)]
        inside = 0
        for n in range(len(at)):
            w = m[2, 0] * at[n, 0] + m[2, 1] * at[n, 1] + m[2, 2] * at[n, 2] + m[2, 3]
            if w > near_m:
                x = (m[0, 0] * at[n, 0] + m[0, 1] * at[n, 1] + m[0, 2] * at[n, 2] + m[0, 3]) / w
                y = (m[1, 0] * at[n, 0] + m[1, 1] * at[n, 1] + m[1, 2] * at[n, 2] + m[1, 3]) / w
                inside += 0.0 <= x < width and 0.0 <= y < height
        out[t] = inside


@lru_cache(maxsize=128)
def _mesh(name: str, sha256: str) -> BodyMesh:
    return read_body(BODIES_DIR / f"{name}.npz", sha256)


@dataclass(frozen=True)
class Found:
    """An event of the oracle, and how it came about."""

    event: Event
    exit_times_s: tuple[float, ...] = ()
    """Every time between the two frames at which "out" becomes true; the event's is the last."""
    return_times_s: tuple[float, ...] = ()
    """Every time at which it stops being true; the event's is the first."""
    exit_by: str = ""
    """What was still true just before the exit: "pixels", "fraction" or "both"."""
    return_by: str = ""
    """What is true just after the return."""
    least_fractions: tuple[float, float, float, float] = (1.0, 1.0, 1.0, 1.0)
    """Least in-frame fraction, or the first small enough: exit with the subject frozen, with the camera frozen; the same of the entry."""


class Oracle:
    """What one clip shows of its subjects, by the definitions."""

    def __init__(self, spec: ClipSpec, catalog: Catalog) -> None:
        self.spec, self.choreography = spec, choreograph(spec)
        self.motions = [catalog.motion(subject.name) for subject in spec.subjects]
        self.meshes = [_mesh(subject.name, subject.mesh_sha256) for subject in spec.subjects]
        solids: Sequence[Obstacle] = catalog.scenes[spec.scene.name].obstacles
        yaw = np.deg2rad([solid.yaw_deg for solid in solids])
        self._solids = (
            np.array([solid.kind == "box" for solid in solids], np.bool_),
            np.array([solid.center_m for solid in solids], np.float64).reshape(-1, 3),
            np.array([solid.half_m for solid in solids], np.float64).reshape(-1, 3),
            np.stack([np.cos(yaw), np.sin(yaw)], -1),
        )
        self._planes = np.zeros((len(spec.subjects), spec.render.height, spec.render.width))
        self._boxes = np.tile(np.array([0, -1, 0, -1]), (len(spec.subjects), 1))

    # -- poses -----------------------------------------------------------------------------------------------------

    def _pixels_of_world(self, times):
        """Matrices (T, 3, 4) from the world to homogeneous pixels."""
        camera = np.linalg.inv(self.choreography.T_world_camera(times))
        return self.choreography.K @ camera[:, :3]

    def _world_of_body(self, k, times):
        """Matrices (T, 4, 4) from the root frame at scale 1 to the world."""
        scale = self.spec.subjects[k].scale
        return self.choreography.subject(k, times).T_world_subject * np.array([scale, scale, scale, 1.0])

    def _cycles(self, k, times):
        """Gait's name, phases of gait and idle in cycles, and the gait's weight, (T,) each."""
        pose, gait = self.choreography.subject(k, times), self.spec.subjects[k].gait
        return gait.name, pose.gait_time_s / gait.cycle_s, pose.idle_time_s / gait.idle_cycle_s, pose.gait_weight

    def _skinning(self, k, times):
        """Matrices (T, J, 3, 4) from the rest pose to homogeneous pixels."""
        into = self._pixels_of_world(times) @ self._world_of_body(k, times)
        bones = self.motions[k].matrices(*self._cycles(k, times))
        out = into[:, None, :, :3] @ bones
        out[..., 3] += into[:, None, :, 3]
        return out

    # -- measures --------------------------------------------------------------------------------------------------

    def fractions(self, k, times, camera_times=None):
        """In-frame fractions (T,) of subject k at times (T,) or (1,), seen by the camera at the same times or at others (T,) or (1,)."""
        times = np.asarray(times, np.float64)
        camera_times = times if camera_times is None else np.asarray(camera_times, np.float64)
        into = np.ascontiguousarray(self._pixels_of_world(camera_times) @ self._world_of_body(k, times))
        points = self.motions[k].posed_points(*self._cycles(k, times), CONTRACT_POINTS)
        out = np.zeros(len(into))
        count_in_frame(points, into, self.spec.render.width, self.spec.render.height, NEAR_M, out)
        return out / CONTRACT_POINTS

    def _drawn(self, k, skinning):
        mesh = self.meshes[k]
        points = np.empty((len(mesh.vertices), 3))
        project_vertices(mesh.vertices, mesh.joints, mesh.weights, skinning, points)
        return draw(points, mesh.triangles, NEAR_M, self._planes[k], self._boxes[k])

    def amodal_px(self, k, times):
        """Pixels (T,) of the silhouette of subject k at times (T,), nothing before it."""
        return np.array([self._drawn(k, matrices) for matrices in self._skinning(k, np.asarray(times, np.float64))], np.int64)

    @cached_property
    def frames(self):
        """Visible and amodal pixels (S, T), in-frame fractions (S, T) and states (S, T) of all frames."""
        times, subjects = self.choreography.frame_times, range(len(self.spec.subjects))
        skinning = [self._skinning(k, times) for k in subjects]
        cameras, focal = self.choreography.T_world_camera(times), float(self.choreography.K[0, 0])
        least = self.spec.render.min_visible_px
        visible, amodal = np.zeros((2, len(skinning), len(times)), np.int64)
        room = np.empty(len(self._solids[0]), np.int64)
        for t, camera in enumerate(cameras):
            for k in subjects:
                amodal[k, t] = self._drawn(k, skinning[k][t])
            axes, eye = np.ascontiguousarray(camera[:3, :3]), camera[:3, 3].copy()
            for k in subjects:
                if amodal[k, t] >= least:
                    visible[k, t] = count_visible(self._planes, k, self._boxes[k], ENOUGH * least, eye, axes, focal, *self._solids, room)
        fractions = np.array([self.fractions(k, times) for k in subjects])
        states = np.where(fractions < OUT_BELOW, State.OUT_OF_FRAME, State.TOO_SMALL)
        states = np.where(amodal >= least, State.OCCLUDED, states)
        return visible, amodal, fractions, np.where(visible >= least, State.VISIBLE, states)

    def out(self, k, times):
        """Whether subject k is out of the frame at times (T,), and whether its pixels and its fraction alone would keep it in."""
        fraction_keeps = self.fractions(k, times) >= OUT_BELOW
        pixels_keep = self.amodal_px(k, times) >= self.spec.render.min_visible_px
        return ~(pixels_keep | fraction_keeps), pixels_keep, fraction_keeps

    # -- events ----------------------------------------------------------------------------------------------------

    def _changes(self, k, frame, to_out):
        """Times in (frame - 1, frame] at which "out" becomes true, or stops being true, and what keeps the subject in beside each."""
        times = (frame - 1 + np.arange(TIMES_A_FRAME + 1) / TIMES_A_FRAME) / self.spec.render.fps
        out, pixels, fraction = self.out(k, times)
        at = np.flatnonzero((~out[:-1] & out[1:]) if to_out else (out[:-1] & ~out[1:]))
        inside = at if to_out else at + 1
        names = {(True, False): "pixels", (False, True): "fraction", (True, True): "both"}
        by = [names[bool(pixels[i]), bool(fraction[i])] for i in inside]
        return tuple(float(t) for t in (times[at] + times[at + 1]) / 2.0), by

    def side(self, k, time_s):
        """The edge that the mean contract point is farthest beyond, in the frame's sizes; behind where it is not before the camera."""
        time = np.array([time_s])
        points = self.motions[k].posed_points(*self._cycles(k, time), CONTRACT_POINTS)[0]
        into = (self._pixels_of_world(time) @ self._world_of_body(k, time))[0]
        x, y, w = into @ np.append(points.mean(0), 1.0)
        if w <= NEAR_M:
            return "behind"
        width, height = self.spec.render.width, self.spec.render.height
        beyond = {"left": -x / w / width, "right": x / w / width - 1.0, "top": -y / w / height, "bottom": y / w / height - 1.0}
        return max(beyond, key=lambda name: beyond[name])

    def _least(self, k, times, camera_times):
        """The least in-frame fraction over times, or the first found by which the subject has left the frame."""
        count, least = max(len(times), len(camera_times)), 1.0
        # Every 16th instant first, then the others: one instant that shows that it has left is enough.
        order = np.argsort(np.arange(count) % 16 != 0, kind="stable")
        for some in np.array_split(order, -(-count // 256)):
            part = [moments[some] if len(moments) > 1 else moments for moments in (times, camera_times)]
            least = min(least, float(self.fractions(k, *part).min()))
            if least < LEFT_BELOW:
                break
        return least

    def _cause(self, k, from_s, to_s):
        """The cause of an exit (or entry) looked for from one time to another, later or earlier, and the two least fractions."""
        count = max(2, int(np.ceil(abs(to_s - from_s) * self.spec.render.fps * TIMES_A_FRAME)))
        times, frozen = np.linspace(from_s, to_s, count + 1)[1:], np.array([from_s])
        by_camera, by_subject = self._least(k, frozen, times), self._least(k, times, frozen)
        causes = {(True, False): "camera", (False, True): "subject", (True, True): "either", (False, False): "both_needed"}
        return causes[by_camera < LEFT_BELOW, by_subject < LEFT_BELOW], by_camera, by_subject

    def _absence(self, k, states, fractions, first, end):
        """The event of a run of frames [first, end) without a visible one that holds one out of the frame."""
        gone = first + np.flatnonzero(states[first:end] == State.OUT_OF_FRAME)
        seen_before, seen_after = first > 0, end < len(states)
        fps = self.spec.render.fps
        kind = {(True, True): "absence", (True, False): "exit_only", (False, True): "entry_only"}[seen_before, seen_after]
        values, notes = {"kind": kind, "subject": k + 1}, {}
        if seen_before:
            times, by = self._changes(k, int(gone[0]), to_out=True)
            values |= {"last_visible_frame": first - 1, "exit_frame": int(gone[0]), "exit_time_s": times[-1]}
            values |= {"exit_side": self.side(k, times[-1]), "occluded_at_exit": bool((states[first : gone[0]] == State.OCCLUDED).any())}
            notes |= {"exit_times_s": times, "exit_by": by[-1]}
        if seen_after:
            times, by = self._changes(k, int(gone[-1]) + 1, to_out=False)
            values |= {"return_frame": int(gone[-1]) + 1, "entry_frame": end, "return_time_s": times[0]}
            values |= {"entry_side": self.side(k, times[0])}
            notes |= {"return_times_s": times, "return_by": by[0]}
        if kind == "absence":
            values |= {"gap_frames": end - first, "straddles_cut": first - 1 < self.spec.render.context_frames <= end}
            start, stop = first, end
            while start > 0 and states[start - 1] == State.VISIBLE:
                start -= 1
            while stop < len(states) and states[stop] == State.VISIBLE:
                stop += 1
            before, after = fractions[start:first], fractions[end:stop]
            last_best = start + int(np.flatnonzero(before == before.max())[-1])
            first_best = end + int(np.argmax(after))
            values["exit_cause"], *exit_least = self._cause(k, last_best / fps, values["return_time_s"])
            values["entry_cause"], *entry_least = self._cause(k, first_best / fps, values["exit_time_s"])
            notes["least_fractions"] = (*exit_least, *entry_least)
        return Found(Event(**values), **notes)

    def events(self) -> list[Found]:
        """All events of the clip, subject by subject."""
        _, _, fractions, states = self.frames
        found = []
        for k in range(len(states)):
            edges = np.flatnonzero(np.diff(np.concatenate([[False], states[k] != State.VISIBLE, [False]]).astype(np.int8)))
            for first, end in edges.reshape(-1, 2).tolist():
                run = states[k, first:end]
                seen_before, seen_after = first > 0, end < len(states[k])
                if len(run) < SHORTEST_RUN or not (seen_before or seen_after):
                    continue
                if (run == State.OUT_OF_FRAME).any():
                    found.append(self._absence(k, states[k], fractions[k], first, end))
                elif seen_before and seen_after and (run == State.OCCLUDED).any():
                    event = Event(kind="occlusion", subject=k + 1, last_visible_frame=first - 1, entry_frame=end, gap_frames=end - first)
                    found.append(Found(event))
        return found


@dataclass(frozen=True)
class Pair:
    """An absence that both saw."""

    forecast: Event
    found: Found

    @property
    def exit_off_s(self) -> float:
        """How far off the exit is; from the nearest where "out" comes and goes between two frames."""
        return min(abs(self.forecast.exit_time_s - t) for t in self.found.exit_times_s)

    @property
    def return_off_s(self) -> float:
        """How far off the return is."""
        return min(abs(self.forecast.return_time_s - t) for t in self.found.return_times_s)

    @property
    def same_causes(self) -> bool:
        """Whether the causes of exit and entry are equal."""
        event = self.found.event
        return (self.forecast.exit_cause, self.forecast.entry_cause) == (event.exit_cause, event.entry_cause)

    @property
    def same_sides(self) -> bool:
        """Whether it leaves and comes back over the same edges."""
        event = self.found.event
        return (self.forecast.exit_side, self.forecast.entry_side) == (event.exit_side, event.entry_side)


def pair_absences(forecast: Sequence[Event], found: Sequence[Found]) -> tuple[list[Pair], list[Event], list[Found]]:
    """Absences of both that are of one subject and overlap in time, each at most once; then those of one only."""
    lonely = [f for f in found if f.event.kind == "absence"]
    pairs, unfounded = [], []
    for event in forecast:
        if event.kind != "absence":
            continue
        for other in lonely:
            e = other.event
            same = e.subject == event.subject and e.exit_frame < event.return_frame and event.exit_frame < e.return_frame
            if same:
                pairs.append(Pair(event, other))
                lonely.remove(other)
                break
        else:
            unfounded.append(event)
    return pairs, unfounded, lonely
