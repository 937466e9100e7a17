"""Depth: planar or along the ray, its unit, what the sky has, and whether it lies where the mask and the colour picture do."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from hmworld.engine.pictures import overlap
from hmworld.engine.selftest.bench import Bench, Box
from hmworld.engine.selftest.findings import Outcome, bad, good
from hmworld.engine.selftest.moments import BALL

WALL = Box("check_wall", (613.7, 0.0, 0.0), (200.0, 600.0, 120.0), (255, 0, 0))
"""Its near face reaches far to the sides."""
FACE_M = 5.137
FAR_BOX = Box("check_far", (6000.0, 0.0, 1200.0), (1000.0, 1000.0, 1000.0), (0, 0, 255))
FROM = (0.0, 0.0, 0.0, 0.0, 0.0, 0.0)
BEHIND = (-500.0, 0.0, 0.0)
LOWER_SUN = {"sun_elevation_deg": 10.0, "ground_rgb": (0.02, 0.02, 0.02), "fog_density_per_m": 0.0}
"""Behind the camera, a box is brighter than the sky by it; before the camera, darker. One of the two tells it apart."""
TOLD_APART = 12
"""Differences of 255 that a box must make to be seen in the colour picture."""
CLOSE = 0.004
"""Half floats step by a thousandth."""
OFF_PX = 0.5
FEWEST_PX = 40
OVERLAP = {"depth": 0.97, "picture": 0.75}
"""Pictures have smooth edges."""


def check_depth(bench: Bench) -> Outcome:
    """Planar depth in centimetres; nothing in the sky."""
    bench.clear()
    bench.see(75.0)
    bench.put(WALL, FAR_BOX)
    bench.cut(FROM)
    shot = bench.settled(FROM)
    wall, far = shot.of(WALL.colour), shot.of(FAR_BOX.colour)
    measured = shot.depth_m.astype(np.float64)
    rays = np.linalg.norm(_rays(bench), axis=-1)
    bench.see(60.0)
    if wall.sum() < 0.01 * wall.size or far.sum() < 0.0005 * far.size:
        return bad("missing_in_mask", f"a wall has {int(wall.sum())} pixels in the mask, a box far away {int(far.sum())}")
    if np.isfinite(measured[wall]).mean() < 0.95:
        return bad("depth_shows_nothing", f"{np.isfinite(measured[wall]).mean():.0%} of the pixels of a wall have a depth")
    readings = {
        "": np.full_like(measured, FACE_M),
        "ray_depth": FACE_M * rays,
        "depth_in_metres": np.full_like(measured, FACE_M / 100.0),
        "ray_depth_in_metres": FACE_M * rays / 100.0,
        "depth_in_millimetres": np.full_like(measured, FACE_M * 10.0),
    }
    with np.errstate(invalid="ignore"):
        errors = {name: float(np.quantile(np.abs(measured[wall] / would[wall] - 1.0), 0.95)) for name, would in readings.items()}
    best = min(errors, key=lambda name: errors[name])
    told = f"of a wall {FACE_M:g} m away: {np.median(measured[wall]):.3f} m in the middle of its values, 95 % within {errors['']:.2%}"
    if best and errors[best] < 0.02:
        return bad(best, f"{told}, and within {errors[best]:.2%} of another reading")
    if errors[""] > CLOSE:
        return bad("depth_wrong", f"{told}; no other reading fits")
    sky = shot.colours.max(-1) == 0
    nothing = float(np.isinf(measured[sky]).mean()) if sky.any() else 1.0
    if not np.abs(np.median(measured[far]) / 55.0 - 1.0) < 2 * CLOSE:
        return bad("depth_wrong_far_away", f"a face 55 m away is {np.median(measured[far]):.2f} m away")
    return good(f"{told}; 55 m: {np.median(measured[far]):.2f} m; {nothing:.0%} of the rest is sky or farther than 655 m")


def _rays(bench: Bench) -> NDArray[np.float64]:
    """Rays (H, W, 3) of the pixels' centres with depth 1."""
    k = bench.lens()
    u, v = np.meshgrid(np.arange(bench.width) + 0.5, np.arange(bench.height) + 0.5)
    return np.stack([(u - k[0, 2]) / k[0, 0], (v - k[1, 2]) / k[1, 1], np.ones_like(u)], -1)


def check_alignment(bench: Bench) -> Outcome:
    """Colour picture, mask and depth show a thing at the same pixels."""
    bench.clear()
    bench.put(BALL)
    pairs = []
    for azimuth in (0.0, 180.0):
        bench.light(bench.target.look.model_copy(update={"sun_azimuth_deg": azimuth, **LOWER_SUN}))
        bench.move(BALL.name, BALL.centre)
        bench.cut(FROM)
        shot = bench.settled(FROM)
        bench.move(BALL.name, BEHIND)
        pairs.append((shot, bench.settled(FROM)))
    bench.light(bench.target.look)
    mask = pairs[0][0].of(BALL.colour)
    if mask.sum() < FEWEST_PX:
        return bad("missing_in_mask", f"a box has {int(mask.sum())} pixels in the mask")
    near = (pairs[0][0].depth_m > 5.5) & (pairs[0][0].depth_m < 6.5)
    changes = [np.abs(shot.rgb.astype(np.int16) - empty.rgb).max(-1) for shot, empty in pairs]
    change = max(changes, key=lambda each: float(np.median(each[mask])))
    if float(np.median(change[mask])) < TOLD_APART:
        return bad("box_not_in_picture", f"a box changes the colour picture by {np.median(change[mask]):.0f} of 255 where it stands")
    colour = change > 0.5 * float(np.median(change[mask]))
    seen = {"depth": near, "picture": colour}
    told, off = [], []
    for what, pixels in seen.items():
        right, down = _offset(mask, pixels)
        told.append(f"{what} {right:+.2f}, {down:+.2f} px off, overlap {overlap(mask, pixels):.3f}")
        if max(abs(right), abs(down)) > OFF_PX or overlap(mask, pixels) < OVERLAP[what]:
            off.append(f"{what}_not_aligned")
    figures = "against the mask (right, down): " + "; ".join(told)
    return bad("+".join(off), figures) if off else good(figures)


def _offset(a: NDArray[np.bool_], b: NDArray[np.bool_]) -> tuple[float, float]:
    """Pixels by which the middle of b is right of and below that of a; infinite where b is empty."""
    if not b.any():
        return np.inf, np.inf
    (ra, ca), (rb, cb) = np.nonzero(a), np.nonzero(b)
    return float(cb.mean() - ca.mean()), float(rb.mean() - ra.mean())
