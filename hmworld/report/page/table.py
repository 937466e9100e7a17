"""The table of all clips, column by column: 59,225 rows in a few megabytes that a browser takes in at once.

A column of words is a list of different words and a number a row. Events lie in columns of their own, in the order of the rows. Captions
are the bulk, and come in files of their own after the page is there.
"""

from collections.abc import Collection, Sequence
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from hmworld.errors import DatasetError
from hmworld.report.page.packed import packed, script

CAPTIONS_AT_ONCE = 10_000
WORDS = ("split", "unseen", "counterfactual", "scene", "look", "camera", "camera_family")
LISTS = ("subjects", "species", "kinds")
NUMBERS = {"fps": "u2", "frames": "u4", "mean_luma": "f4", "forecast_state_agreement": "f4"}
EVENT_WORDS = ("kind", "exit_side", "entry_side", "exit_cause", "entry_cause")
EVENT_NUMBERS = {"subject": "u1", "gap_frames": "i4", "exit_time_s": "f4", "return_time_s": "f4", "hidden_displacement_m": "f4"}
COLUMNS = ("clip_id", *WORDS, *LISTS, *NUMBERS, "events")
"""The columns of the manifest that are read."""


def table_script(manifest: pa.Table, shown: Collection[str] | None = None) -> bytes:
    """The script of the table; `shown` are the clips that have a player, None where all have."""
    missing = sorted({*COLUMNS, "caption"} - set(manifest.column_names))
    if missing:
        raise DatasetError(f"manifest.parquet: lacks the columns {', '.join(missing)}")
    ids = [str(value) for value in manifest.column("clip_id").to_pylist()]
    table: dict[str, Any] = {
        "rows": len(ids),
        "ids": " ".join(ids) if all(" " not in name for name in ids) else ids,
        "words": {name: _words(_array(manifest, name)) for name in WORDS},
        "lists": {name: _list(manifest, name) for name in LISTS},
        "numbers": {name: packed(_numbers(_array(manifest, name)), dtype) for name, dtype in NUMBERS.items()},
        "events": _events(manifest),
        "captions": -(-len(ids) // CAPTIONS_AT_ONCE),
    }
    if shown is not None:
        wanted = frozenset(shown)
        table["shown"] = packed([row for row, name in enumerate(ids) if name in wanted], "u4")
    return script("HM.table", table)


def caption_scripts(manifest: pa.Table) -> list[bytes]:
    """Scripts of the captions, 10,000 rows each."""
    return [caption_script(manifest, number) for number in range(-(-manifest.num_rows // CAPTIONS_AT_ONCE))]


def caption_script(manifest: pa.Table, number: int) -> bytes:
    """The script of one file of captions."""
    first = number * CAPTIONS_AT_ONCE
    column = manifest.column("caption").slice(first, CAPTIONS_AT_ONCE).to_pylist()
    return script("HM.captions", first, [value or "" for value in column])


def _array(manifest: pa.Table, name: str) -> pa.Array:
    return manifest.column(name).combine_chunks()


def _numbers(array: pa.Array) -> NDArray[np.float64]:
    return np.asarray(pc.fill_null(array.cast(pa.float64()), -1.0).to_numpy(zero_copy_only=False), np.float64)


def _words(array: pa.Array) -> dict[str, Any]:
    """A column of words: the words in alphabetical order, and a number a row."""
    found = pc.fill_null(array, "").dictionary_encode()
    names: Sequence[str] = found.dictionary.to_pylist()
    order = sorted(range(len(names)), key=names.__getitem__)
    rank = np.empty(len(names), np.int64)
    rank[order] = np.arange(len(names))
    numbers = found.indices.to_numpy(zero_copy_only=False)
    dtype = "u1" if len(names) <= 1 << 8 else "u2" if len(names) <= 1 << 16 else "u4"
    return {"names": [names[k] for k in order], "of": packed(rank[numbers] if len(names) else numbers, dtype)}


def _starts(lists: pa.Array) -> NDArray[np.int64]:
    """Where the values of each row (N + 1) begin in the flattened list."""
    lengths = pc.fill_null(pc.list_value_length(lists), 0).to_numpy(zero_copy_only=False)
    return np.append(0, np.cumsum(lengths, dtype=np.int64))


def _list(manifest: pa.Table, name: str) -> dict[str, Any]:
    lists = _array(manifest, name)
    return {**_words(lists.flatten()), "starts": packed(_starts(lists), "u4")}


def _events(manifest: pa.Table) -> dict[str, Any]:
    lists = _array(manifest, "events")
    events = lists.flatten()
    return {
        "starts": packed(_starts(lists), "u4"),
        "straddles_cut": packed(pc.fill_null(events.field("straddles_cut"), False).to_numpy(zero_copy_only=False), "u1"),
        "words": {name: _words(events.field(name)) for name in EVENT_WORDS},
        "numbers": {name: packed(_numbers(events.field(name)), dtype) for name, dtype in EVENT_NUMBERS.items()},
    }
