"""From radiance to bytes: a filmic tone curve and the sRGB encoding."""

from __future__ import annotations

import numpy as np

from .layout import U8, inlined

F = np.float32


@inlined
def tone_curve(x: np.float32) -> np.float32:
    """Radiance to display-linear 0..1: Narkowicz's fit of the ACES reference curve (2015)."""
    return min(F(1.0), x * (F(2.51) * x + F(0.03)) / (x * (F(2.43) * x + F(0.59)) + F(0.14)))


def encoding_table(entries: int = 4096) -> U8:
    """sRGB bytes (K,) of display-linear v = (k / (K - 1))^2; the square gives dark tones their share of
    entries."""
    v = (np.arange(entries) / (entries - 1)) ** 2
    encoded = np.where(v <= 0.0031308, 12.92 * v, 1.055 * v ** (1.0 / 2.4) - 0.055)
    return np.rint(encoded * 255.0).astype(np.uint8)
