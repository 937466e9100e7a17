"""Forecasts of clips that are already decided: variants of others, and such as no recipe would draw."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from hmworld.catalog import Catalog
from hmworld.choreography import choreograph, forecast, retention_reason
from hmworld.choreography.compiled.judge import REASONS, WHOLE, judge, make_scratch, make_verdicts
from hmworld.choreography.compiled.pack import pack
from hmworld.choreography.compiled.unpack import events_of
from hmworld.model.clip import ClipSpec
from hmworld.model.event import Event
from hmworld.model.recipe import Retention
from hmworld.plan.clearance import clearance_reason

AT_ONCE = 128
"""Clips that are forecast together: each has tables of its own."""


@dataclass(frozen=True)
class Foretold:
    """What is expected of a clip."""

    reason: str
    """Why it is not worth a render: in whose way something is, or how its absences miss the retention rule; "" if it is."""
    events: tuple[Event, ...]
    states: NDArray[np.uint8]
    """(S, T); all 0 of a clip that cannot be filmed."""


def foretell(specs: Sequence[ClipSpec], catalog: Catalog, rule: Retention) -> Iterator[Foretold]:
    """What is expected of clips, in their order; clips of one scene, size and lens that follow each other are forecast together."""
    first = 0
    while first < len(specs):
        last = first + 1
        while last < len(specs) and last - first < AT_ONCE and _alike(specs[first], specs[last]):
            last += 1
        if _plain(specs[first]):
            yield plainly(specs[first], catalog, rule)
        else:
            yield from _together(specs[first:last], catalog, rule)
        first = last


def plainly(spec: ClipSpec, catalog: Catalog, rule: Retention) -> Foretold:
    """What is expected of a clip, by the plain forecast: it knows subjects that are held, or not always there."""
    choreography, obstacles = choreograph(spec), catalog.scenes[spec.scene.name].obstacles
    reason = clearance_reason(choreography, obstacles)
    if reason:
        return Foretold(reason, (), np.zeros((len(spec.subjects), spec.render.frames), np.uint8))
    events, states = forecast_of(spec, catalog)
    return Foretold(retention_reason(events, states, rule), events, states)


def forecast_of(spec: ClipSpec, catalog: Catalog) -> tuple[tuple[Event, ...], NDArray[np.uint8]]:
    """Events and states (S, T) that the plain forecast expects of a clip, whether it can be filmed or not."""
    motions = [catalog.motion(s.name) for s in spec.subjects]
    areas = [catalog.subjects[s.name].surface_area_m2 for s in spec.subjects]
    seen = forecast(choreograph(spec), motions, areas, catalog.scenes[spec.scene.name].obstacles)
    return seen.events, seen.states


def _plain(spec: ClipSpec) -> bool:
    return any(s.present_s or s.held_s for s in spec.subjects)


def _alike(a: ClipSpec, b: ClipSpec) -> bool:
    same = a.scene.name == b.scene.name and a.render == b.render and a.camera.hfov_deg == b.camera.hfov_deg
    return same and not _plain(a) and not _plain(b)


def _together(specs: Sequence[ClipSpec], catalog: Catalog, rule: Retention) -> Iterator[Foretold]:
    names = {s.name for spec in specs for s in spec.subjects}
    motions = {name: catalog.motion(name) for name in names}
    areas = {name: catalog.subjects[name].surface_area_m2 for name in names}
    library, clips = pack(specs, motions, areas, catalog.scenes[specs[0].scene.name].obstacles)
    limits = np.array([rule.min_not_out_before, rule.min_visible_before, rule.min_gap, rule.min_visible_after], np.float64)
    verdicts = make_verdicts(library, clips)
    judge(library, clips, np.arange(len(specs)), limits, WHOLE, verdicts, make_scratch(library, clips))
    for i, spec in enumerate(specs):
        states = verdicts.states[i, : len(spec.subjects)].copy()
        yield Foretold(REASONS[verdicts.reason[i]], events_of(verdicts, i), states)
