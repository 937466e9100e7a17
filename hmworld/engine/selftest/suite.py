"""The checks in their order: what rests on what was found wrong is not judged."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from hmworld.engine.connection import Connection
from hmworld.engine.selftest import basics, depth, masks, moments, optics, subjects
from hmworld.engine.selftest.advice import advice
from hmworld.engine.selftest.bench import Bench
from hmworld.engine.selftest.findings import Finding, Outcome
from hmworld.engine.selftest.target import Target
from hmworld.errors import EngineRefused


class Check(NamedTuple):
    """One assumption of the driver."""

    name: str
    run: Callable[[Bench], Outcome]
    needs: tuple[str, ...] = ()


CHECKS: tuple[Check, ...] = (
    Check("director", basics.check_director),
    Check("set-up", basics.check_set_up, ("director",)),
    Check("read-back", basics.check_read_back),
    Check("pictures", basics.check_pictures),
    Check("camera", optics.check_camera, ("pictures",)),
    Check("latency", moments.check_latency, ("camera",)),
    Check("repeatability", moments.check_repeatability, ("camera", "latency")),
    Check("light", basics.check_light, ("camera", "repeatability")),
    Check("mask colours", masks.check_colours, ("camera",)),
    Check("depth", depth.check_depth, ("camera",)),
    Check("alignment", depth.check_alignment, ("camera", "depth", "mask colours", "light")),
    Check("subject root", subjects.check_root),
    Check("animation", subjects.check_animation, ("subject root",)),
    Check("mask completeness", masks.check_completeness, ("camera", "mask colours", "subject root")),
    Check("scene", masks.check_scene, ("camera", "depth", "mask completeness")),
    Check("skin", subjects.check_skin, ("animation", "mask completeness", "latency")),
    Check("speed", basics.check_speed),
)


BEGINNING = ("director", "set-up")


def check_engine(connection: Connection, target: Target, width: int = 832, height: int = 480) -> Iterator[Finding]:
    """Run all checks and yield what each found; EngineError where the engine fails rather than misbehaves."""
    bench = Bench(connection, target, width, height)
    failed: set[str] = set()
    for check in CHECKS:
        found = _finding(bench, check, failed)
        if found.verdict != "ok":
            failed.add(check.name)
        yield found
    if not failed.intersection(BEGINNING):
        bench.clear()


def _finding(bench: Bench, check: Check, failed: set[str]) -> Finding:
    assumption = " ".join((check.run.__doc__ or "").split())
    # All but the first two rest on these.
    needs = check.needs if check.name in BEGINNING else (*BEGINNING, *check.needs)
    missing = [name for name in needs if name in failed]
    if missing:
        return Finding(check.name, assumption, "not judged", f"rests on: {', '.join(missing)}")
    bench.last = None
    try:
        outcome = check.run(bench)
    except EngineRefused as error:
        outcome = Outcome("refused", str(error))
    except (KeyError, IndexError, ValueError) as error:
        outcome = Outcome("reply_unreadable", f"a reply is not as the director's table says: {error!r}")
    if not outcome.defect:
        return Finding(check.name, assumption, "ok", outcome.measured)
    shot = bench.last
    pictures: dict[str, NDArray[np.uint8]] = {}
    if shot is not None:
        depth_picture = np.where(np.isfinite(shot.depth_m), 255.0 / (1.0 + shot.depth_m), 0.0).astype(np.uint8)
        pictures = {"lit": shot.rgb, "mask": shot.colours, "depth": np.repeat(depth_picture[..., None], 3, -1)}
    return Finding(check.name, assumption, "bad", outcome.measured, outcome.defect, advice(outcome.defect), pictures)
