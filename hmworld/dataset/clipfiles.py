"""The arrays of a sample's npz: writing and reading with their dtypes and shapes checked (DESIGN section 8)."""

import io
import zipfile
import zlib
from typing import Any

import numpy as np
from numpy.typing import NDArray

from hmworld.errors import DatasetError
from hmworld.model.sample import NPZ_ARRAYS

Arrays = dict[str, NDArray[Any]]


def check_arrays(arrays: Arrays) -> list[str]:
    """What is wrong with names, dtypes and shapes; empty when nothing is."""
    problems = [f"npz: {name}: missing" for name in NPZ_ARRAYS if name not in arrays]
    problems += [f"npz: {name}: unknown array" for name in arrays if name not in NPZ_ARRAYS]
    sizes: dict[str, int] = {}
    for name, (dtype, shape) in NPZ_ARRAYS.items():
        if name not in arrays:
            continue
        array = arrays[name]
        if array.dtype != np.dtype(dtype):
            problems.append(f"npz: {name}: expected {dtype}, got {array.dtype}")
        fits = len(array.shape) == len(shape)
        for letter, length in zip(shape, array.shape, strict=False):
            expected = int(letter) if letter.isdigit() else sizes.setdefault(letter, length)
            fits = fits and expected == length
        if not fits:
            wanted = ", ".join(f"{letter}={sizes[letter]}" if letter in sizes else letter for letter in shape)
            problems.append(f"npz: {name}: expected shape ({wanted}), got {array.shape}")
    return problems


def pack_arrays(arrays: Arrays) -> bytes:
    """Bytes of the npz; ValueError when the arrays are not as the schema says."""
    problems = check_arrays(arrays)
    if problems:
        raise ValueError("; ".join(problems))
    buffer = io.BytesIO()
    save: Any = np.savez_compressed  # its type takes a keyword of NumPy 2.2 for one of our arrays
    save(buffer, **{name: arrays[name] for name in NPZ_ARRAYS})
    return buffer.getvalue()


def unpack_arrays(data: bytes) -> Arrays:
    """Arrays of an npz; DatasetError if it is not one."""
    try:
        loaded = np.load(io.BytesIO(data), allow_pickle=False)
        if not isinstance(loaded, np.lib.npyio.NpzFile):
            raise ValueError("a single array, not an archive")
        with loaded:
            return {name: loaded[name] for name in loaded.files}
    except (ValueError, OSError, KeyError, EOFError, NotImplementedError, MemoryError, zipfile.BadZipFile, zlib.error) as error:
        raise DatasetError(f"npz of the sample cannot be read: {error}") from error
