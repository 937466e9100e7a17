"""Which clips get a player where there are more than asked for: spread over what the dataset is made of, and always the same."""

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

_GAP_EDGES = (5, 10, 20, 40, 80)


def choose(manifest: pa.Table, count: int) -> list[str]:
    """Ids of `count` clips of a manifest, in its order; all of them where there are no more.

    One after another, that clip is taken whose traits (split, unseen, scene, look, camera path, first subject, what made it leave, length
    of the gap) were taken least so far; a trait weighs less the more values there are. Of equals the first in the manifest.
    """
    ids = [str(value) for value in manifest.column("clip_id").to_pylist()]
    if count >= len(ids):
        return ids
    traits = _traits(manifest)
    taken = [np.zeros(int(trait.max()) + 1) for trait in traits]
    free = np.ones(len(ids), bool)
    chosen: list[int] = []
    for _ in range(max(0, count)):
        score = sum((counts[trait] * len(counts) for trait, counts in zip(traits, taken, strict=True)), np.zeros(len(ids)))
        best = int(np.argmin(np.where(free, score, np.inf)))
        free[best] = False
        chosen.append(best)
        for trait, counts in zip(traits, taken, strict=True):
            counts[trait[best]] += 1.0
    return [ids[row] for row in sorted(chosen)]


def _traits(manifest: pa.Table) -> list[NDArray[np.int64]]:
    """Traits of clips as numbers (N,) each."""
    columns = [manifest.column(name) for name in ("split", "unseen", "scene", "look", "camera")]
    columns += [_first(manifest.column(name)) for name in ("subjects", "exit_causes")]
    found = [pc.fill_null(c, "").combine_chunks().dictionary_encode().indices.to_numpy(zero_copy_only=False) for c in columns]
    gaps = pc.fill_null(manifest.column("max_gap_frames"), 0).to_numpy()
    return [np.asarray(trait, np.int64) for trait in (*found, np.searchsorted(_GAP_EDGES, gaps, "right"))]


def _first(lists: pa.ChunkedArray) -> pa.ChunkedArray:
    """The first of each row's values; null where it has none."""
    return pa.chunked_array([[values[0] if values else None for values in lists.to_pylist()]], pa.string())
