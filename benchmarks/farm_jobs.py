"""Plans for `farm_sim.py`: how long each clip takes and what goes wrong with it, drawn once by raw Philox.

Nothing here depends on batches or slots, so that two ways of scheduling are compared on the same work.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from statistics import NormalDist
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

ATTEMPTS = 3
"""As `hmworld.produce.batch` has it."""
US = 1_000_000
"""Microseconds in a second; times are whole microseconds, so that sums are exact in any order."""


@dataclass(frozen=True)
class Rates:
    """How often what goes wrong."""

    crash: float = 0.0
    """Share of attempts that end with a crash of the engine."""
    bad: float = 0.0
    """Share of clips that crash it on every attempt."""
    deaths_an_hour: float = 0.0
    """Of a slot, while it renders."""


class Fault(NamedTuple):
    """An attempt that failed after so long."""

    is_death: bool
    lost_us: int


@dataclass(frozen=True)
class Jobs:
    """A plan: clips by scene, and what goes wrong with each."""

    clip_us: NDArray[np.int64]
    """(N,)"""
    scene_clips: tuple[int, ...]
    """Clips of each scene, which stand together."""
    faults: Mapping[int, tuple[Fault, ...]] = field(default_factory=dict)
    """Failed attempts of those clips that have any, at most ATTEMPTS; with so many it is quarantined."""


def uniforms(seed: int, stream: int, count: int) -> NDArray[np.float64]:
    """Numbers in (0, 1), (count,): raw Philox keyed by (seed, stream)."""
    raw = np.random.Philox(key=np.array([seed, stream], np.uint64)).random_raw(count)
    return ((raw >> np.uint64(11)).astype(np.float64) + 0.5) * 2.0**-53


def lognormal_scenes(mean_s: float, spread: float, scenes: int, scene_spread: float) -> list[tuple[float, float]]:
    """Mean seconds and spread (standard deviation of the logarithm) of each scene's clips; their means are spread as a lognormal's are."""
    quantiles = [NormalDist().inv_cdf((k + 0.5) / scenes) for k in range(scenes)]
    factors = np.exp(scene_spread * np.array(quantiles))
    return [(float(mean_s * f), spread) for f in factors / factors.mean()]


def fitted(seconds: Sequence[float]) -> tuple[float, float]:
    """Mean and spread of the lognormal that fits measured clip seconds."""
    logs = np.log(np.asarray(seconds, np.float64))
    return float(np.mean(seconds)), float(logs.std(ddof=1)) if len(logs) > 1 else 0.0


def shared_out(clips: int, shares: Sequence[float]) -> tuple[int, ...]:
    """`clips` in the given shares, to the whole clip, the largest remainders first."""
    exact = np.asarray(shares, np.float64) / sum(shares) * clips
    counts = np.floor(exact).astype(int)
    for k in np.argsort(counts - exact, kind="stable")[: clips - counts.sum()]:
        counts[k] += 1
    return tuple(int(c) for c in counts)


def draw(
    scenes: Sequence[Sequence[float] | tuple[float, float]], counts: Sequence[int], rates: Rates, seed: int, *, resample: bool
) -> Jobs:
    """Clip times and faults of a plan with `counts` clips of each scene.

    A scene is its measured clip seconds, of which any is drawn again and again (`resample`), or mean and spread of a lognormal.
    """
    total = sum(counts)
    u, times, at = uniforms(seed, 0, total), np.empty(total), 0
    normal = _normal(u, uniforms(seed, 1, total)) if not resample else u
    for scene, count in zip(scenes, counts, strict=True):
        span = slice(at, at + count)
        if resample:
            measured = np.asarray(scene, np.float64)
            times[span] = measured[(u[span] * len(measured)).astype(int)]
        else:
            mean, spread = scene
            times[span] = mean * np.exp(spread * normal[span] - 0.5 * spread**2)
        at += count
    clip_us = np.maximum(1, np.rint(times * US)).astype(np.int64)
    return Jobs(clip_us, tuple(counts), draw_faults(clip_us, rates, seed))


def _normal(a: NDArray[np.float64], b: NDArray[np.float64]) -> NDArray[np.float64]:
    drawn: NDArray[np.float64] = np.sqrt(-2.0 * np.log(a)) * np.cos(2.0 * np.pi * b)
    return drawn


def draw_faults(clip_us: NDArray[np.int64], rates: Rates, seed: int) -> dict[int, tuple[Fault, ...]]:
    """Failed attempts of each clip that has any. Faults at a low rate are there at a higher one, too."""
    total, found = len(clip_us), dict[int, tuple[Fault, ...]]()
    bad = np.flatnonzero(uniforms(seed, 2, total) < rates.bad) if rates.bad else np.zeros(0, np.int64)
    hit = np.arange(total) if rates.crash or rates.deaths_an_hour else bad
    for attempt in range(ATTEMPTS):
        if not len(hit):
            break
        u, part = uniforms(seed, 3 + 2 * attempt, total)[hit], uniforms(seed, 4 + 2 * attempt, total)[hit]
        death = -np.expm1(-rates.deaths_an_hour * clip_us[hit] / (3600.0 * US))
        fails = (u < death + rates.crash) | np.isin(hit, bad)
        lost = 1 + (part * clip_us[hit]).astype(np.int64)
        for clip, is_death, us in zip(hit[fails].tolist(), (u < death)[fails].tolist(), lost[fails].tolist(), strict=True):
            found[clip] = (*found.get(clip, ()), Fault(is_death, us))
        hit = hit[fails]
    return found
