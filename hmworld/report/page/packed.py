"""Numbers and words as the page reads them: compact, and safe in a script. `templates/page/data.js` is the other side.

An array is `{"d": dtype, "n": shape, "b": base64 of its little-endian bytes}`.
"""

import base64
import json
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

PIXEL_STEPS = 8
"""Projected points are stored in steps of 1/8 pixel ..."""
NOWHERE = -32768
"""... and this where there is none: behind the camera, or not a joint of the subject."""


def packed(values: ArrayLike, dtype: str) -> dict[str, Any]:
    """An array as the page reads it; `dtype` is NumPy's, such as `u2` or `f4`."""
    array = np.ascontiguousarray(values, np.dtype(dtype).newbyteorder("<"))
    return {"d": dtype, "n": list(array.shape), "b": base64.b64encode(array.tobytes()).decode()}


def packed_pixels(pixels: NDArray[np.float64], depth_m: NDArray[np.float64]) -> dict[str, Any]:
    """Points (..., 2) in pixels, at planar depths (...) in m; nowhere where they are not finite or not before the camera."""
    steps = np.rint(np.clip(np.nan_to_num(pixels) * PIXEL_STEPS, NOWHERE + 1, -NOWHERE - 1))
    steps[~(np.isfinite(pixels).all(-1) & (depth_m > 0.05))] = NOWHERE
    return packed(steps, "i2")


def script(function: str, *values: Any) -> bytes:
    """A script that hands values to a function of the page. ASCII, and without `<`, so it could stand inside a page, too."""
    texts = (json.dumps(value, separators=(",", ":"), allow_nan=False).replace("<", "\\u003c") for value in values)
    return f"{function}({','.join(texts)});\n".encode("ascii")
