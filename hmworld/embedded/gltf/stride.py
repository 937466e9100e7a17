"""One cycle of a clip as our motion table wants it: over its root, on the ground, and how far the body gets in it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from hmworld.embedded.gltf.axes import nearest_axis
from hmworld.embedded.gltf.document import Array
from hmworld.embedded.gltf.rig import Rig
from hmworld.errors import AssetError
from hmworld.geometry import skin

PHASES = 64
LONGEST_PHASE_S = 1.0 / 30.0
TRAVELS = 0.05
"""Share of its height that a clip must carry the body to count as one with root motion."""
OPEN_CYCLE = 0.2
"""Share of its height that joints may be apart, on average, between the end of a cycle and its beginning."""
CONTACT = (0.012, 0.03)
"""How near the ground, in heights, a planted point is: tried in order, until enough points are found."""
ENOUGH_CONTACTS = 60
AHEAD = np.cos(np.deg2rad(35.0))


@dataclass(frozen=True)
class Cycle:
    """A cycle: table (P, J, 3, 4) in file units, its seconds, stride in file units, and how it was measured."""

    table: Array
    cycle_s: float
    stride: float
    how: str
    spread: float
    """Half the middle half of the measured strides over their median; 0 where nothing was measured."""


class GoesElsewhere(AssetError):
    """A clip that goes elsewhere than forward; `towards` is the file's axis that it goes along."""

    def __init__(self, clip: str, what: str, towards: str) -> None:
        super().__init__(f"animation {clip!r}: {what} along the file's {towards}; pass --forward={towards}")
        self.towards = towards


def phases_of(length_s: float) -> int:
    """Phases of the table of a clip of this length: a multiple of `PHASES`, at least one every `LONGEST_PHASE_S` up to four times that."""
    return PHASES * int(np.clip(np.ceil(length_s / (PHASES * LONGEST_PHASE_S)), 1, 4))


@dataclass(frozen=True)
class Sampler:
    """Samples clips of a rig. `points` (N, 3) with `joints`, `weights` stand for its surface; `height` is in file units."""

    rig: Rig
    points: NDArray[np.float32]
    joints: NDArray[np.uint8]
    weights: NDArray[np.float32]
    up: str
    settles: bool = True
    """Put the body over its root and on the ground; where an engine shows it as it is, so must the table."""

    def posed(self, table: Array) -> Array:
        """Surface points (P, N, 3)."""
        return skin.pose_points(table, self.points, self.joints, self.weights)

    def raw(self, clip: str) -> tuple[Array, float]:
        """A clip's table (P + 1, J, 3, 4), its last pose included, and its seconds."""
        found = self.rig.clips[clip]
        length = found.end_s - found.start_s
        if length <= 0.0:
            return np.repeat(self.rig.tables(found, np.array([found.start_s])), PHASES + 1, axis=0), 1.0
        phases = phases_of(length)
        return self.rig.tables(found, found.start_s + np.linspace(0.0, length, phases + 1)), length

    def idle(self, clip: str) -> Cycle:
        """A cycle that stands."""
        table, length = self.raw(clip)
        height = self._height(table)
        travelled = self._travelled(table)
        self._in_place(clip, table, travelled, height)
        if np.hypot(*travelled[:2]) > 0.5 * height:
            raise AssetError(
                f"animation {clip!r}: moves {np.hypot(*travelled[:2]) / height:.1f} body heights away; --idle must stand still"
            )
        self._closed(clip, table, travelled, height)
        return Cycle(self._shown(table, np.zeros(2)), length, 0.0, "standing", 0.0)

    def gait(self, clip: str, stride: float | None) -> Cycle:
        """A cycle that walks; `stride` in file units where it is known."""
        table, length = self.raw(clip)
        height, travelled = self._height(table), self._travelled(table)
        distance = float(np.hypot(*travelled[:2]))
        self._in_place(clip, table, travelled, height)
        if distance > TRAVELS * height:
            self._ahead(clip, travelled, "moves the body")
            self._closed(clip, table, travelled, height)
            shown = self._shown(table, travelled[:2])
            return Cycle(shown, length, stride or distance, "given" if stride else "by its root motion", 0.0)
        self._closed(clip, table, travelled, height)
        shown = self._shown(table, travelled[:2])
        if stride is not None:
            return Cycle(shown, length, stride, "given", 0.0)
        steps = self._steps(self._settled(table, travelled[:2]), height)
        if len(steps) == 0:
            raise AssetError(f"animation {clip!r}: no foot is planted in it, so its stride is unknown; pass --stride-m")
        middle = np.median(steps, axis=0)
        if np.hypot(*middle) < 0.02 * height:
            raise AssetError(f"animation {clip!r}: its planted feet stand still, so it walks nowhere; pass --stride-m, or another clip")
        self._ahead(clip, np.array([-middle[0], -middle[1], 0.0]), "walks")
        low, high = np.percentile(-steps[:, 0], [25, 75])
        spread = float((high - low) / 2.0 / -middle[0])
        return Cycle(shown, length, float(-middle[0]), "from its planted feet", spread)

    def _height(self, table: Array) -> float:
        return float(np.median(np.ptp(self.posed(table[:: PHASES // 8])[..., 2], axis=1)))

    def _travelled(self, table: Array) -> Array:
        """How far the body gets (3,) from the first pose of a table to the last."""
        ends = self.posed(table[[0, -1]])
        return np.asarray((ends[1] - ends[0]).mean(axis=0))

    def _in_place(self, clip: str, table: Array, travelled: Array, height: float) -> None:
        """Refuse a clip that leaves its place where the engine shows it as it is: it would be moved twice, and snap back each cycle."""
        distance = float(np.hypot(*travelled[:2]))
        if self.settles or distance <= TRAVELS * height:
            return
        rest = np.concatenate([self.rig.rest_joints, np.ones((len(self.rig.rest_joints), 1))], axis=1)
        joints = np.einsum("tjrc,jc->tjr", table[[0, -1]], rest)
        carried = np.hypot(*(joints[1] - joints[0])[:, :2].T) > 0.5 * distance
        # Parents stand before their children; a body may be carried by a bone that has no skin itself.
        bone = self.rig.sources[int(np.argmax(carried))]
        raise AssetError(
            f"animation {clip!r}: bone {bone} carries the body {distance / height:.2f} body heights along, and not the root; make it in "
            "place, or move the motion to the root bone and tick EnableRootMotion, and run this again"
        )

    def _closed(self, clip: str, table: Array, travelled: Array, height: float) -> None:
        ends = self.posed(table[[0, -1]])
        gap = float(np.linalg.norm(ends[1] - ends[0] - travelled, axis=1).mean() + abs(travelled[2]))
        if gap > OPEN_CYCLE * height:
            raise AssetError(
                f"animation {clip!r}: ends {gap / height:.2f} body heights from where it begins, so it is no cycle; "
                "expected one that repeats (walk, trot, idle), without turning or climbing"
            )

    def _shown(self, table: Array, travelled: Array) -> Array:
        """The cycle without its last pose, as the engine is to show it."""
        return self._settled(table, travelled) if self.settles else table[:-1].copy()

    def _settled(self, table: Array, travelled: Array) -> Array:
        """The cycle without its last pose and without its way, over the root and on the ground."""
        count = len(table) - 1
        out = table[:count].copy()
        out[:, :, :2, 3] -= (np.arange(count) / count)[:, None, None] * travelled
        posed = self.posed(out)
        out[:, :, :2, 3] -= posed.mean(axis=(0, 1))[:2]
        # The ground is what the body's lowest point keeps coming back to; a toe may dip through it.
        out[:, :, 2, 3] -= np.percentile(posed[..., 2].min(axis=1), 10.0)
        return out

    def _steps(self, table: Array, height: float) -> Array:
        """Ways (K, 2) in a cycle at the speed of each planted point at each phase: backwards, for the root stands still."""
        posed = self.posed(table)
        after = np.roll(posed, -1, axis=0)
        moved = (after - posed) * len(table)
        found = np.zeros((0, 2))
        for share in CONTACT:
            near = (posed[..., 2] < share * height) & (after[..., 2] < share * height)
            # A swinging foot passes low too, but it rises or falls, and it runs ahead.
            found = moved[near & (np.abs(moved[..., 2]) < 0.5 * height)][:, :2]
            if len(found) >= ENOUGH_CONTACTS:
                break
        return found

    def _ahead(self, clip: str, direction: Array, what: str) -> None:
        """Refuse a clip that goes elsewhere than forward, which is +x here."""
        length = float(np.hypot(*direction[:2]))
        if direction[0] < AHEAD * length:
            raise GoesElsewhere(clip, what, nearest_axis(direction / length, self.rig.rotation, self.up))
