"""Masks: their colours, their edges, who is in them, and what hides them."""

from __future__ import annotations

import numpy as np

from hmworld.engine.checks import SLACK_SHARE
from hmworld.engine.pictures import COLOUR_TOLERANCE
from hmworld.engine.selftest.bench import SUBJECT_COLOUR, Bench, Box
from hmworld.engine.selftest.findings import Outcome, bad, good
from hmworld.geometry.camera import inverse, transform
from hmworld.geometry.frames import world_points_from_ue

TILES = ((40, 120, 200), (200, 40, 80), (80, 160, 40), (120, 240, 160))
"""Colours of the kind that the driver uses."""
EDGE_SHARE = 0.002
"""Pixels of no object's colour, as a share of those of objects."""
FROM = (0.0, 0.0, 0.0, 0.0, 0.0, 0.0)


def check_colours(bench: Bench) -> Outcome:
    """Objects have in the mask the colours that they were given, and nothing else has."""
    bench.clear()
    boxes = [Box(f"check_{k}", (600.0, 90.0 * k - 135.0, 0.0), (60.0, 60.0, 60.0), colour) for k, colour in enumerate(TILES)]
    bench.put(*boxes)
    bench.cut(FROM)
    mask = bench.settled(FROM).colours
    told = []
    for box in boxes:
        try:
            told.append(bench.colour_of(box.name))
        except (IndexError, ValueError) as error:
            return bad(
                "mask_colour_unreadable", f"the colour of {box.name} is answered in another form than (R=..,G=..,B=..,A=..): {error}"
            )
    found, counts = np.unique(mask.reshape(-1, 3), axis=0, return_counts=True)
    large = sorted(((int(n), tuple(int(v) for v in c)) for c, n in zip(found, counts, strict=True)), reverse=True)[: len(TILES) + 1]
    shown = [colour for _, colour in large]
    if len(shown) < len(TILES) + 1:
        return bad("missing_in_mask", f"{len(shown) - 1} of {len(TILES)} boxes are in the mask")
    off = [int(np.abs(np.array(shown) - colour).max(1).min()) for colour in told]
    if max(off) > COLOUR_TOLERANCE:
        gamma = _gamma(told, shown)
        what = f"as a gamma of {gamma:.2f} would give" if gamma is not None else "and no gamma explains them"
        return bad("mask_colours_altered", f"colours in the mask are up to {max(off)} of 255 from those read back, {what}")
    own = np.zeros(mask.shape[:2], bool)
    for colour in [*told, (0, 0, 0)]:
        own |= (np.abs(mask.astype(np.int16) - colour) <= COLOUR_TOLERANCE).all(-1)
    objects = int((mask.max(-1) > COLOUR_TOLERANCE).sum())
    mixed = int((~own).sum())
    if mixed > EDGE_SHARE * objects:
        return bad("mask_smoothed", f"{mixed} pixels at the edges of {objects} have mixed colours: the mask is anti-aliased or compressed")
    return good(f"at most {max(off)} of 255 from those read back; {mixed} pixels of other colours")


def _gamma(told: list[tuple[int, int, int]], shown: list[tuple[int, ...]]) -> float | None:
    """The exponent that makes the colours told those shown; None where there is no such."""
    a, b = np.sort(np.array(told).ravel()), np.sort(np.array([c for c in shown if max(c) > 0]).ravel())
    if len(a) != len(b):
        return None
    inside = (a > 0) & (a < 255) & (b > 0) & (b < 255)
    if not inside.any():
        return None
    exponents = np.log(b[inside] / 255.0) / np.log(a[inside] / 255.0)
    middle = float(np.median(exponents))
    return middle if np.abs(exponents - middle).max() < 0.15 * middle else None


def check_completeness(bench: Bench) -> Outcome:
    """A subject has as many pixels in the mask as alone, and fewer behind something."""
    height = 100.0 * bench.target.subject.height_m
    bench.clear()
    bench.spawn()
    low, high = bench.target.subject.bounds_m
    reach = 100.0 * max(-low[0], high[0], -low[1], high[1])
    distance = max(300.0, 2.5 * height, 2.5 * reach) + reach
    at = (distance, 0.0, -height / 2, 0.0, 180.0, 0.0, 0.0, 0.0, 0.0)
    bench.cut(FROM)
    bench.pose(at[:6])
    bench.cut(FROM)
    shot = bench.settled(FROM, at)
    mask, alone = int(shot.of(SUBJECT_COLOUR).sum()), bench.silhouette()
    if alone == 0:
        return bad("no_silhouette", "SoloSilhouette answers 0 pixels of a subject in the middle of the picture")
    if mask == 0:
        return bad("missing_in_mask", f"a subject of {alone} pixels is not in the mask")
    if abs(mask - alone) > SLACK_SHARE * alone + 4:
        return bad("mask_not_silhouette", f"a subject with nothing before it has {mask} pixels in the mask and {alone} alone")
    # Half of the distance to what is nearest of it, and so half as high as it looks from here.
    before = 0.5 * (distance - reach)
    share = before / distance
    screen = (before, 0.0, -share * 0.6 * height)
    bench.put(Box("check_screen", screen, (10.0, 4 * (height + reach), share * height), (255, 0, 0)))
    bench.cut(FROM)
    hidden = int(bench.settled(FROM, at).of(SUBJECT_COLOUR).sum())
    if not 0.05 * alone < hidden < 0.95 * alone:
        return bad("occluders_not_in_mask", f"of {alone} pixels {hidden} are in the mask with a box before the lower half")
    return good(f"{mask} pixels in the mask, {alone} alone; {hidden} behind a box")


def check_scene(bench: Bench) -> Outcome:
    """The ground hides what is under it in the mask, and has a depth."""
    bench.clear()
    bench.spawn()
    x, y, z = bench.stage
    eye = (x, y, z + 160.0, -60.0, 0.0, 0.0)
    buried = (x + 150.0, y, z - 300.0 - 200.0 * bench.target.subject.height_m, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0)
    bench.pose(buried[:6])
    bench.cut(eye)
    shot = bench.settled(eye, buried)
    camera = inverse(bench.camera_m(eye))
    seen = np.array([x + 160.0 / np.tan(np.deg2rad(60.0)), y, z]) + bench.origin
    ground = float(transform(camera, world_points_from_ue(seen)[None])[0, 2])
    through = int(shot.of(SUBJECT_COLOUR).sum())
    known = float(np.isfinite(shot.depth_m).mean())
    if known < 0.9:
        return bad("scene_not_in_depth", f"{known:.0%} of a picture of the ground has a depth")
    if through > 0:
        return bad("scene_not_in_mask", f"{through} pixels of a subject far under the ground are in the mask")
    middle = float(np.median(shot.depth_m[bench.height // 2 - 8 : bench.height // 2 + 8, bench.width // 2 - 8 : bench.width // 2 + 8]))
    if not 0.5 * ground < middle < 1.5 * ground:
        return bad(
            "ground_elsewhere", f"the ground of the stage is {middle:.2f} m away in the middle of the picture, expected {ground:.2f} m"
        )
    return good(f"the ground hides a subject under it, and is {middle:.2f} m away where {ground:.2f} m are expected")
