"""What the planner remembers of a recipe's candidates: in columns, for there may be millions."""

from __future__ import annotations

from copy import copy
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from hmworld.catalog import Catalog
from hmworld.choreography.compiled import events as numbers
from hmworld.choreography.compiled.judge import REASONS as FORECAST_REASONS
from hmworld.choreography.compiled.judge import RETENTION_REASONS
from hmworld.model.event import CAUSES, SIDES
from hmworld.plan.draw import fingerprints
from hmworld.plan.foresee import Block
from hmworld.plan.tables import Names

F64 = NDArray[np.float64]
I64 = NDArray[np.int64]
I32 = NDArray[np.int32]

SAME_AS_ANOTHER, OTHER_CAUSE_WANTED, NOT_NEEDED = "same_as_another", "other_cause_wanted", "not_needed"
HELD_OUT, ORIGIN_TURNED_DOWN, NO_SUCH_LOOK, SUBJECT_THERE = "held_out", "origin_turned_down", "no_such_look", "subject_there_already"
REASONS = (*FORECAST_REASONS, SAME_AS_ANOTHER, OTHER_CAUSE_WANTED, NOT_NEEDED, HELD_OUT, ORIGIN_TURNED_DOWN, NO_SUCH_LOOK, SUBJECT_THERE)
"""Reason codes of candidates by number."""


class Rejected(NamedTuple):
    """A candidate that was turned down."""

    candidate: int
    scene: str
    reason: str


@dataclass(frozen=True)
class Rejects:
    """Candidates that were turned down, in rising order."""

    candidates: I64
    """(R,)"""
    scene_numbers: I32
    """(R,) in `scenes`."""
    reason_numbers: I32
    """(R,) in `REASONS`."""
    scenes: tuple[str, ...]

    def __len__(self) -> int:
        return len(self.candidates)

    def by_reason(self) -> dict[str, int]:
        """How many, by reason code."""
        found, counts = np.unique(self.reason_numbers, return_counts=True)
        return dict(sorted((REASONS[k], int(n)) for k, n in zip(found, counts, strict=True)))

    def rows(self) -> list[Rejected]:
        """One after the other."""
        parts = zip(self.candidates.tolist(), self.scene_numbers.tolist(), self.reason_numbers.tolist(), strict=True)
        return [Rejected(candidate, self.scenes[scene], REASONS[reason]) for candidate, scene, reason in parts]


class Offer(NamedTuple):
    """Candidates worth a render, in columns."""

    numbers: I64
    """(M,)"""
    cells: I32
    """(M,) of the splits."""
    scenes: I32
    """(M,)"""
    chances: F64
    """(M,)"""
    values: dict[str, I64]
    """(M,) what decides of each dimension of a balance."""

    def rows(self, which: NDArray[np.bool_]) -> Offer:
        """Those of them (M,)."""
        values = {name: column[which] for name, column in self.values.items()}
        return Offer(self.numbers[which], self.cells[which], self.scenes[which], self.chances[which], values)


class Offers:
    """Takes in blocks of candidates: those worth a render as an `Offer`, the others with their reasons."""

    def __init__(self, catalog: Catalog, names: Names, looks_of: dict[str, list[str]], all_filmable: bool) -> None:
        self._names, self._all = names, all_filmable
        self._seen: set[int] = set()
        self.looked_at = 0
        self._turned_down: list[tuple[I64, I32, I32]] = []
        self._kinds = sorted({catalog.subjects[name].kind for name in names.subjects})
        self._species = sorted({catalog.subjects[name].species for name in names.subjects})
        self._families = sorted({catalog.camera_paths[name].family for name in names.camera_paths})
        self._kind_of = np.array([self._kinds.index(catalog.subjects[name].kind) for name in names.subjects], np.int64)
        self._species_of = np.array([self._species.index(catalog.subjects[name].species) for name in names.subjects], np.int64)
        self._family_of = np.array([self._families.index(catalog.camera_paths[name].family) for name in names.camera_paths], np.int64)
        self._looks = [look for scene in names.scenes for look in looks_of[scene]]
        self._first_look = np.cumsum([0, *(len(looks_of[scene]) for scene in names.scenes)])

    @property
    def labels(self) -> dict[str, tuple[str, ...]]:
        """The names that values of a dimension stand for; dimensions of numbers have none."""
        return {
            "scenes": self._names.scenes,
            "looks": tuple(self._looks),
            "camera_families": tuple(self._families),
            "camera_paths": self._names.camera_paths,
            "subject_paths": self._names.subject_paths,
            "subjects_in_clip": (),
            "kinds": tuple(self._kinds),
            "species": tuple(self._species),
            "exit_causes": CAUSES,
            "exit_sides": SIDES,
            "gap_frames": (),
            "absences": (),
            "straddles_cut": ("no", "yes"),
            "unseen": (),
        }

    def anew(self) -> Offers:
        """The same, before anything was taken in."""
        other = copy(self)
        other._seen, other._turned_down, other.looked_at = set(), [], 0
        return other

    def take(self, block: Block) -> tuple[Offer, I64]:
        """Take in a block: what is worth a render, and the rows of it."""
        reason = block.verdicts.reason.astype(np.int32)
        if self._all:
            reason[np.isin(reason, [FORECAST_REASONS.index(name) for name in RETENTION_REASONS])] = 0
        worthy = np.flatnonzero(reason == 0)
        prints = fingerprints(block.choices)[worthy].tolist()
        for row, fingerprint in zip(worthy.tolist(), prints, strict=True):
            if fingerprint in self._seen:
                reason[row] = REASONS.index(SAME_AS_ANOTHER)
            self._seen.add(fingerprint)
        self.looked_at = int(block.numbers[-1]) + 1
        down = np.flatnonzero(reason)
        self._turn_down(block.numbers[down], block.choices.where[down, 0], reason[down])
        rows = np.flatnonzero(reason == 0)
        return self._offer(block, rows), rows

    def turn_down(self, offer: Offer, rows: I64, reason: str) -> None:
        """Turn down rows of an offer after all."""
        self._turn_down(offer.numbers[rows], offer.scenes[rows], np.full(len(rows), REASONS.index(reason), np.int32))

    def end_with(self, candidate: int) -> None:
        """Forget those after a candidate: nothing came of looking at them."""
        self.looked_at = candidate + 1
        self._turned_down = [tuple(column[part[0] <= candidate] for column in part) for part in self._turned_down]  # type: ignore[misc]

    def _turn_down(self, candidates: I64, scenes: I32, reasons: I32) -> None:
        self._turned_down.append((candidates.astype(np.int64), scenes.astype(np.int16), reasons.astype(np.int8)))

    def rejects(self) -> Rejects:
        """All that were turned down."""
        parts = self._turned_down or [(np.zeros(0, np.int64), np.zeros(0, np.int16), np.zeros(0, np.int8))]
        candidates, scenes, reasons = (np.concatenate([part[k] for part in parts]) for k in range(3))
        order = np.argsort(candidates, kind="stable")
        return Rejects(candidates[order], scenes[order], reasons[order], self._names.scenes)

    def _offer(self, block: Block, rows: I64) -> Offer:
        choices, verdicts = block.choices, block.verdicts
        scenes = choices.where[rows, 0].astype(np.int64)
        main = verdicts.main[rows]
        # Without the forecast's filter a clip may have no main absence; nothing is balanced then.
        event = verdicts.events[rows, np.maximum(main, 0)]
        subject, path = choices.who[rows, np.where(main < 0, 0, event[:, numbers.SUBJECT]).astype(np.int64), :2].T
        kinds = verdicts.events[rows, :, numbers.KIND] == numbers.ABSENCE
        kinds &= np.arange(kinds.shape[1]) < verdicts.found[rows, None]
        values = {
            "scenes": scenes,
            "looks": self._first_look[scenes] + choices.where[rows, 2],
            "camera_families": self._family_of[choices.camera[rows, 0]],
            "camera_paths": choices.camera[rows, 0].astype(np.int64),
            "subject_paths": path.astype(np.int64),
            "subjects_in_clip": choices.subjects[rows].astype(np.int64),
            "kinds": self._kind_of[subject],
            "species": self._species_of[subject],
            "exit_causes": event[:, numbers.EXIT_CAUSE].astype(np.int64),
            "exit_sides": event[:, numbers.EXIT_SIDE].astype(np.int64),
            "gap_frames": event[:, numbers.GAP].astype(np.int64),
            "absences": kinds.sum(1),
            "straddles_cut": event[:, numbers.STRADDLES].astype(np.int64),
        }
        return Offer(block.numbers[rows], choices.where[rows, 3], choices.where[rows, 0], choices.chance[rows], values)


def joined(offers: list[Offer]) -> Offer:
    """Several offers as one."""
    return Offer(
        np.concatenate([offer.numbers for offer in offers]),
        np.concatenate([offer.cells for offer in offers]),
        np.concatenate([offer.scenes for offer in offers]),
        np.concatenate([offer.chances for offer in offers]),
        {name: np.concatenate([offer.values[name] for offer in offers]) for name in offers[0].values},
    )
