"""Answers that may be of the instant before: which are looked at a second time, and what the second look says of them.

An engine that answers what it answered before may be right: nothing that the answer shows has moved. Asked again for both instants, it
tells. What is equal all along is asked for only where it ends to be equal, and where the camera turns back: elsewhere a late answer would
hide that something came and was gone an instant later.
"""

import re
from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from hmworld.engine.connection import Reply
from hmworld.engine.pictures import FAR_CM, read_npy
from hmworld.errors import EngineFault

FAULTS = {
    "/lit": "late_picture",
    "/object_mask": "late_mask",
    "/depth": "late_depth",
    "/normal": "late_normals",
    "/optical_flow": "late_flow",
    " Bones ": "late_bones",
    " PosedBounds ": "late_bounds",
    " SoloSilhouette ": "late_silhouette",
}
"""Parts of the commands whose answers are of an instant, and what a late one is called."""
NOISE = 2.0
"""What differs by more than so many times what the same instant differs from itself is another instant's."""
SHARE = 0.5
"""An answer that is another one when it is asked for again, by this share of what it changed since the instant before, was late."""
_NUMBER = re.compile(r"-?\d+(?:\.\d+)?(?:[eE][-+]?\d+)?")

Answers = Mapping[str, Reply]
"""Replies of one instant by their commands."""


def fault_name(command: str) -> str:
    """What a late answer to a command is called; "" where its answer is not of an instant."""
    return next((name for part, name in FAULTS.items() if part in command), "")


class Repeats:
    """Answers that equal those of the instant before, up to where they end to; filled with `note`, instant after instant."""

    def __init__(self) -> None:
        self._before: Answers = {}
        self._before_that: Answers = {}
        self._equal: set[str] = set()
        self._cameras: tuple[object, object] = (None, None)
        self._ended: dict[int, dict[str, Reply]] = {}
        self._number = -1

    def note(self, answers: Answers, camera: object) -> None:
        """The answers of the next instant, and its camera's pose."""
        equal = {command for command, answer in answers.items() if self._before.get(command) == answer}
        turns = camera == self._cameras[0] != self._cameras[1]
        self._end(self._equal if turns else self._equal - equal)
        self._before, self._before_that = answers, self._before
        self._equal, self._cameras, self._number = equal, (self._cameras[1], camera), self._number + 1

    def _end(self, commands: set[str]) -> None:
        if commands:
            self._ended[self._number] = {command: self._before[command] for command in sorted(commands)}

    @property
    def last_two(self) -> tuple[Answers, Answers]:
        """The answers noted last, and those before them; empty where there were none."""
        return self._before, self._before_that

    def finish(self) -> dict[int, dict[str, Reply]]:
        """By the number of their instant, answers that equal those of the instant before it, where that ends or the camera turns back."""
        self._end(self._equal)
        self._equal = set()
        return self._ended


def check_again(answers: Answers, then: Answers, now: Answers, where: str) -> None:
    """EngineFault where `answers` of an instant are those of the instant before: asked again, that gives `then`, and this one `now`."""
    for command, answer in answers.items():
        if _apart(now[command], answer) > NOISE * _apart(then[command], answer):
            raise EngineFault(fault_name(command), f"{where}, {command!r} was answered as of the instant before")


def check_twice(answers: Answers, before: Answers, again: Answers, once_more: Answers, where: str) -> None:
    """EngineFault where what is asked for `again` at once is another answer, by about as much as instants differ, and then the same."""
    for command, answer in answers.items():
        changed = _apart(again[command], answer)
        if changed > SHARE * _apart(before[command], answer) and changed > NOISE * _apart(once_more[command], again[command]):
            raise EngineFault(fault_name(command), f"{where}, {command!r} was answered otherwise as soon as it was asked again")


def _apart(a: Reply, b: Reply) -> float:
    """Mean difference of the numbers in two replies; infinite where they do not even hold as many."""
    if a == b:
        return 0.0
    one, other = _numbers(a), _numbers(b)
    if one.shape != other.shape:
        return float("inf")
    return float(np.abs(one - other).mean()) if one.size else 0.0


def _numbers(reply: Reply) -> NDArray[np.float32]:
    if isinstance(reply, str):
        return np.array(_NUMBER.findall(reply), np.float32)
    if reply[:2] == b"BM":
        return np.frombuffer(reply, np.uint8, offset=54).astype(np.float32)
    # Far away and not known are numbers, too: what becomes of them is a change.
    return np.nan_to_num(read_npy(reply), nan=-1.0, posinf=FAR_CM, neginf=-FAR_CM)
