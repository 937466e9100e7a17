"""Light for scenes that come without: neutral days and evenings outdoors, two kinds of lamps indoors. To be edited in the card."""

from __future__ import annotations

from typing import Any

_DAY: dict[str, Any] = {
    "sun_azimuth_deg": 130.0,
    "sun_elevation_deg": 44.0,
    "sun_rgb": [4.2, 3.9, 3.4],
    "sky_rgb": [0.26, 0.48, 0.98],
    "horizon_rgb": [0.72, 0.86, 1.04],
    "ground_rgb": [0.22, 0.22, 0.19],
    "fog_density_per_m": 0.0008,
    "exposure": 0.44,
}
_DUSK: dict[str, Any] = {
    "sun_azimuth_deg": 215.0,
    "sun_elevation_deg": 12.0,
    "sun_rgb": [5.2, 2.8, 1.2],
    "sky_rgb": [0.25, 0.36, 0.68],
    "horizon_rgb": [1.1, 0.78, 0.56],
    "ground_rgb": [0.2, 0.17, 0.12],
    "fog_density_per_m": 0.001,
    "exposure": 0.54,
}
_OVERCAST: dict[str, Any] = {
    "sun_azimuth_deg": 120.0,
    "sun_elevation_deg": 60.0,
    "sun_rgb": [0.45, 0.45, 0.45],
    "sky_rgb": [0.95, 1.0, 1.08],
    "horizon_rgb": [0.96, 1.0, 1.05],
    "ground_rgb": [0.22, 0.22, 0.2],
    "fog_density_per_m": 0.0016,
    "exposure": 0.7,
}
_BRIGHT: dict[str, Any] = {
    "sun_azimuth_deg": 70.0,
    "sun_elevation_deg": 75.0,
    "sun_rgb": [0.9, 0.88, 0.84],
    "sky_rgb": [0.9, 0.9, 0.88],
    "horizon_rgb": [0.85, 0.85, 0.84],
    "ground_rgb": [0.45, 0.43, 0.4],
    "fog_density_per_m": 0.0,
    "exposure": 0.85,
}
_WARM: dict[str, Any] = {
    "sun_azimuth_deg": 250.0,
    "sun_elevation_deg": 70.0,
    "sun_rgb": [1.1, 0.86, 0.58],
    "sky_rgb": [0.82, 0.7, 0.54],
    "horizon_rgb": [0.74, 0.64, 0.52],
    "ground_rgb": [0.42, 0.35, 0.27],
    "fog_density_per_m": 0.0,
    "exposure": 0.85,
}

LOOKS: dict[str, dict[str, dict[str, Any]]] = {
    "outdoor": {"day": _DAY, "golden": _DUSK, "overcast": _OVERCAST},
    "indoor": {"day": _BRIGHT, "warm": _WARM},
}
"""Looks of a new card."""
