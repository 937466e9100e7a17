"""Steering: what is rarely worth a render, or rarely what a balance asks for, is drawn more often.

The first candidates of a balanced plan are drawn as the recipe says. What they are worth tells how much more, or less, of each number of
subjects, camera path and subject path later ones should be drawn: weights are fitted so that the pilot meets the targets, and an option's
odds are multiplied by the mean weight of what was worth a render with it.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from hmworld.plan.draw import Choices
from hmworld.plan.tables import Options

F64 = NDArray[np.float64]
I64 = NDArray[np.int64]

PILOT = 16_384
"""Candidates that are drawn as the recipe says."""
FEWEST = 8
"""Of an option with fewer in the pilot nothing is known; it stays as it is."""
LEAST, MOST = 1 / 8, 16.0
"""Bounds of the factor on an option's odds."""


def steered(options: Options, choices: Choices, weights: F64) -> Options:
    """Options from what was drawn for the candidates of a pilot that were worth a render, and their weights (M,)."""
    left = weights / weights.mean()
    counts, left = _factors(choices.subjects - int(options.fewest_subjects), left, len(options.count_odds))
    cameras, left = _factors(choices.camera[:, 0], left, options.camera_odds.shape[1])
    paths, left = _factors(choices.who[:, 0, 1], left, options.path_odds.shape[1])
    return options._replace(
        count_odds=_odds(options.count_odds * counts),
        camera_odds=_odds(options.camera_odds * cameras),
        path_odds=_odds(options.path_odds * paths),
    )


def _factors(option: NDArray[np.signedinteger], weights: F64, count: int) -> tuple[F64, F64]:
    """Factor (N,) of each of N options, given that of each candidate (M,); and the weights that are left to explain by others."""
    many = np.bincount(option, minlength=count)
    mean = np.bincount(option, weights=weights, minlength=count) / np.maximum(many, 1)
    factors = np.where(many >= FEWEST, np.clip(mean, LEAST, MOST), 1.0)
    return factors, weights / factors[option]


def _odds(weights: F64) -> F64:
    """Probabilities (..., N) in proportion to weights."""
    return np.asarray(weights / weights.sum(-1, keepdims=True))
