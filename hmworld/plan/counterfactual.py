"""Counterfactuals of a clip: what a model that forgets would show, made on purpose, for metrics to be tried on.

All of them keep the camera, the scene and every other subject. The subject of the main absence, the longest that the retention rule
keeps, is *absent* from the whole clip; *vanished*: there until it leaves, and never again; *frozen*: its clock stands still while it is
unseen, so that it comes back to where it was; or *swapped*: another one, who goes the same way, comes back in its place.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from hmworld.catalog import Catalog
from hmworld.choreography import retention_reason
from hmworld.model.clip import ClipSpec, SubjectSpec
from hmworld.model.event import Event
from hmworld.model.recipe import Retention
from hmworld.plan.foretell import forecast_of
from hmworld.plan.recast import recast, stand_in

AFTERWARDS_S = 1.0
"""So long after the clip somebody who came back is still there: what looks ahead of a frame sees them."""
STOOD_STILL_M = 0.01
"""A subject that moves less than this while it is unseen is frozen anyway."""


@dataclass(frozen=True)
class Counterfactual:
    """Another take of a clip, and what is expected of it."""

    kind: str
    spec: ClipSpec
    events: tuple[Event, ...]
    states: NDArray[np.uint8]
    """(S, T)"""


def main_absence(events: Sequence[Event], states: NDArray[np.uint8], rule: Retention) -> Event | None:
    """The longest absence that the retention rule keeps, the first of those that are as long."""
    kept = [e for e in events if e.kind == "absence" and not retention_reason([e], states, rule)]
    return max(kept, key=lambda e: e.gap_frames, default=None)


def counterfactuals(
    spec: ClipSpec, absence: Event, kinds: Iterable[str], catalog: Catalog, names: Iterable[str]
) -> Iterator[Counterfactual]:
    """The counterfactuals of a clip about one of its absences; `names` are the subjects that may come back instead of its own.

    There is no frozen one of a subject that stands still while it is unseen: it would be the clip itself.
    """
    names = list(names)
    for kind in kinds:
        if kind == "frozen" and absence.hidden_path_m < STOOD_STILL_M:
            continue
        other = spec.model_copy(update={"subjects": _subjects(spec, absence, kind, catalog, names)})
        yield Counterfactual(kind, other, *forecast_of(other, catalog))


def _subjects(spec: ClipSpec, absence: Event, kind: str, catalog: Catalog, names: Sequence[str]) -> tuple[SubjectSpec, ...]:
    subjects = list(spec.subjects)
    index = absence.subject - 1
    one = subjects[index]
    gone = round(0.5 * (absence.exit_time_s + absence.return_time_s), 6)
    end = round(spec.render.frames / spec.render.fps, 6) + AFTERWARDS_S
    if kind == "absent":
        subjects[index] = one.model_copy(update={"present_s": ((0.0, 0.0),)})
    elif kind == "vanished":
        subjects[index] = one.model_copy(update={"present_s": ((0.0, gone),)})
    elif kind == "frozen":
        subjects[index] = one.model_copy(update={"held_s": ((absence.exit_time_s, absence.return_time_s),)})
    else:
        other = recast(one, stand_in(one, catalog, names, [s.name for s in spec.subjects]))
        subjects[index] = one.model_copy(update={"present_s": ((0.0, gone),)})
        subjects.append(other.model_copy(update={"present_s": ((gone, end),)}))
    return tuple(subjects)
