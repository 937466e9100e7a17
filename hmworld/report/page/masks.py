"""Masks as runs: exact, and in half the bytes of FFV1, base64 and all. `templates/page/data.js` reads them.

A subject's mask in a frame is its runs of pixels, row by row. Each is three variable-length integers (7 bits a byte, low ones first, the
high bit where more follow): rows since the run before, and by how much its first column and its length differ from that run's, both
zigzag-coded (0, -1, 1, -2, ... as 0, 1, 2, 3, ...). Runs of adjacent rows are alike, so nearly all of these fit a byte.
"""

import numpy as np
from numpy.typing import NDArray


def runs_of(mask: NDArray[np.bool_]) -> NDArray[np.int64]:
    """Runs (N, 3) of a mask (H, W) in reading order: row, first column, length."""
    edges = np.diff(np.pad(mask, ((0, 0), (1, 1))).astype(np.int8), axis=1)
    rows, starts = np.nonzero(edges == 1)
    _, ends = np.nonzero(edges == -1)
    return np.column_stack([rows, starts, ends - starts])


def encode_runs(runs: NDArray[np.int64]) -> bytes:
    """The bytes of runs (N, 3)."""
    steps = np.diff(runs, axis=0, prepend=np.zeros((1, 3), np.int64))
    steps[:, 1:] = np.where(steps[:, 1:] < 0, -2 * steps[:, 1:] - 1, 2 * steps[:, 1:])
    return _varints(steps.ravel())


def _varints(values: NDArray[np.int64]) -> bytes:
    sevens = np.stack([(values >> shift) & 127 for shift in (0, 7, 14, 21)], -1)
    used = np.stack([np.ones(len(values), bool), values >= 1 << 7, values >= 1 << 14, values >= 1 << 21], -1)
    more = np.pad(used[:, 1:], ((0, 0), (0, 1)))
    return bytes((sevens | (more << 7))[used].astype(np.uint8))
