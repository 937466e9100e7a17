"""What the open plugin (UnrealCV, branch 5.2) does and this engine needs not, for clients to be tried against: `--strict-5.2`.

From the plugin's source and from what people report of it; no Unreal was run to compare. A tick passes after every request.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable

import numpy as np
from numpy.typing import NDArray

from hmworld.embedded.actors import Camera, Subject, WorldError
from hmworld.protocol.director import DIRECTOR
from hmworld.protocol.grammar import COMMANDS_5_2

LATE_CAPTURES = 4
"""Pictures after a change of scene, light, subjects, cameras or picture size that are not what they will be: dark, and without what was
spawned since."""
CUT_CM, CUT_DEG = 200.0, 30.0
"""A camera that has moved or turned farther than this between two colour pictures: what its history holds is of elsewhere."""
CUT_CAPTURES = 2


class Strict:
    """The plugin's habits, for one world."""

    templates = frozenset(COMMANDS_5_2)
    """Commands there are."""

    def __init__(self) -> None:
        self._late = 0
        self._fresh: set[Subject] = set()
        self._annotated: set[Subject] = set()
        self._player: list[tuple[int, Callable[[], None]]] = []
        self._requests = 0
        self._seen_from: dict[Camera, NDArray[np.float64]] = {}

    # -- time ----------------------------------------------------------------------------------------------------

    def tick(self) -> None:
        """A request was answered: what camera 0 was told before that one has its effect now."""
        self._requests += 1
        while self._player and self._player[0][0] < self._requests:
            self._player.pop(0)[1]()

    def move_player(self, move: Callable[[], None]) -> None:
        """Move camera 0 a tick late: it copies the eye of the player's pawn, which is told first."""
        self._player.append((self._requests + 1, move))

    # -- pictures that come late ---------------------------------------------------------------------------------

    def changed(self) -> None:
        """Something changed that takes some pictures to settle."""
        self._late = LATE_CAPTURES

    def spawned(self, subject: Subject) -> None:
        """A subject is there now, though not in the next pictures."""
        self._fresh.add(subject)
        self.changed()

    def warm_up(self, frames: int, cameras: Iterable[Camera]) -> None:
        """Pictures were rendered and thrown away, from where the cameras are."""
        self._late = max(0, self._late - frames)
        if self._late == 0:
            self._fresh.clear()
        if frames >= CUT_CAPTURES:
            self._seen_from = {camera: camera.pose() for camera in cameras}

    def captured(self, camera: Camera) -> bool:
        """A colour picture is about to be drawn; whether it is what it should be."""
        pose, before = camera.pose(), self._seen_from.get(camera)
        self._seen_from[camera] = pose
        if before is not None and (np.linalg.norm(pose[:3] - before[:3]) > CUT_CM or _turn(pose, before) > CUT_DEG):
            self._late = max(self._late, CUT_CAPTURES)
        settled = self._late == 0
        self._late = max(0, self._late - 1)
        if settled:
            self._fresh.clear()
        return settled

    # -- the director --------------------------------------------------------------------------------------------

    @staticmethod
    def vbp(function: str, call: Callable[[], str]) -> str:
        """A reply of HMDirector as `vbp` on Unreal gives it: names have capitals of their own, and a refusal stands in the first value."""
        row = next((f for f in DIRECTOR if f.name == function), None)
        if row is None:
            raise WorldError("Argument Invalid")
        try:
            values = json.loads(call())
        except WorldError as error:
            values = dict.fromkeys(row.reply, "") | {row.reply[0]: f"error {error}"}
        return json.dumps({name.capitalize(): value for name, value in values.items()}, separators=(",", ":"))

    # -- annotation ----------------------------------------------------------------------------------------------

    def annotate(self, subject: Subject) -> None:
        """From now on the mask and the depth show a subject."""
        self._annotated.add(subject)

    def absent(self, subjects: Iterable[Subject]) -> list[Subject]:
        """Subjects that mask and depth do not show now."""
        return [subject for subject in subjects if subject not in self._annotated or subject in self._fresh]


def _turn(pose: NDArray[np.float64], before: NDArray[np.float64]) -> float:
    """How far a camera has turned, the larger of pitch and yaw, degrees."""
    turned = np.abs((pose[3:5] - before[3:5] + 180.0) % 360.0 - 180.0)
    return float(turned.max())
