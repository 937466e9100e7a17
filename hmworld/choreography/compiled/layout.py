"""What the compiled forecast reads: tables shared by all clips of a recipe (`Library`) and the numbers of each clip (`Clips`).

Shapes, speeds and camera channels are tabled once, in units of their own; a clip says how far they are stretched and turned. Time is
counted in *ticks*, `TICKS` a frame; tables are read between ticks by straight lines, an error of less than 0.1 mm for a walk.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from hmworld.kernels import kernels_of

F64 = NDArray[np.float64]
F32 = NDArray[np.float32]
I16 = NDArray[np.int16]
I32 = NDArray[np.int32]
I64 = NDArray[np.int64]
U8 = NDArray[np.uint8]
U64 = NDArray[np.uint64]
Int = int | np.signedinteger[Any]
"""What a kernel counts with: Python's whole numbers or NumPy's."""

RUN = 64
"""Surface points that are stored together: of those that tell most, few lie far apart in memory."""
STEPS = 32000.0
"""Steps from 0 to the farthest coordinate of a table of 16-bit numbers."""
LANES, PATCH_FACES = 32, 64
"""Vertices of a patch of skin, a fixed number, so that loops over them are made of SIMD lanes; and triangles, at most."""
TICKS = 8
"""Ticks a frame."""
CHANNELS = ("forward_m", "left_m", "up_m", "azimuth_deg", "distance_m", "yaw_deg", "pitch_deg")

_PLAIN = ("absences", "camera", "causes", "occlusion", "silhouette", "visibility", "walk", "../geometry/motion", "../model/event")
SOURCES = (Path(__file__).parent, *(Path(__file__).parent.parent / f"{name}.py" for name in _PLAIN))
"""What kernels come from: this folder, and the modules whose constants it shares."""
compiled = kernels_of(*SOURCES)
"""Compiles a kernel of this package. No reordered arithmetic, so that a plan's bytes do not depend on the CPU."""
inlined = kernels_of(*SOURCES, inline=True)
"""The same for one that is called many times a clip."""


class Library(NamedTuple):
    """Tables that clips refer to by number."""

    ticks: np.int64
    """Of a clip, G; tables over time have G + 1 entries."""
    tick_s: np.float64
    path_xy: F64
    """(P, N + 1, 2) places along a path, evenly spaced by its length, in the unit of its shape."""
    path_heading: F64
    """(P, N + 1) unwrapped, rad."""
    path_closed: U8
    """(P,)"""
    progress: F64
    """(P, G + 1) s: the integral of the path's speed profile."""
    pace: F64
    """(P, G + 1) the profile itself, of its own maximum 1."""
    top: F64
    """(P,) the profile's maximum."""
    channels: F64
    """(C, 7, G + 1) camera channels before gains, m and deg."""
    moves: U8
    """(C, 7) whether a channel is anything but 0."""
    points: I16
    """(N / RUN, K, 3 RUN) surface points of every phase of every gait, root frame, in steps of `gait_step`: `RUN` times x, then y, then z.

    The first 256 are those of `in_frame_fraction`.
    """
    gait_step: F64
    """(Q,) m."""
    gait_first: I32
    """(Q,) where a gait's phases begin in `points`."""
    gait_phases: I32
    """(Q,)"""
    gait_low: F64
    """(Q, 3) box over the gait and the subject's idling."""
    gait_high: F64
    gait_skin: I32
    """(Q,) whose skin it moves."""
    skin_first: I64
    """(Q,) where a gait's phases begin in `skin`."""
    skin: I16
    """(R,) in steps of `skin_step`; of each phase of a gait blocks (3, LANES): middles of patches, then vertices, a block a patch."""
    skin_step: F64
    """(K,) m."""
    skin_patches: I32
    """(K, 2) range in the tables of patches."""
    patch_reach: F64
    """(L,) m: no vertex is farther from the patch's middle, in any pose."""
    patch_faces: I32
    """(L, 2) range in `faces`."""
    faces: U8
    """(F, 3) vertices of triangles, in the block of their patch."""
    obstacle_center: F64
    """(O, 3) m."""
    obstacle_half: F64
    """(O, 3) m."""
    obstacle_reach: F64
    """(O,) m, radius of the circle about it on the ground."""
    obstacle_turn: F64
    """(O, 2) cosine and sine of its yaw."""
    obstacle_round: U8
    """(O,) 1 = ellipsoid, 0 = box."""
    obstacle_solid: U8
    """(O,)"""
    width: np.float64
    height: np.float64
    focal_px: np.float64
    min_visible_px: np.float64
    frames: np.int64
    context_frames: np.int64


class Clips(NamedTuple):
    """Numbers of B clips with up to S subjects each."""

    subjects: I32
    """(B,) how many."""
    obstacles: I32
    """(B, 2) range of the obstacles about its stage."""
    stage: F64
    """(B, 4) centre and radius, m."""
    path: I32
    """(B, S)"""
    turn: F64
    """(B, S, 2, 2) from the shape's unit to metres in the world."""
    origin: F64
    """(B, S, 2) where the shape's origin comes to lie."""
    heading: F64
    """(B, S, 2) of the shape's headings: factor (-1 where mirrored) and what is added, rad."""
    length_m: F64
    """(B, S) of one pass."""
    start_m: F64
    """(B, S)"""
    speed_mps: F64
    """(B, S) where the profile is 1."""
    gait: I32
    """(B, S, 2) gait and idling."""
    gait_numbers: F64
    """(B, S, 4) phase at 0 in cycles, stride in m, cycle in s, idle cycle in s."""
    body: F64
    """(B, S, 4) scale, height m, footprint radius m, surface area m2 at this scale."""
    camera: I32
    """(B, 4) channels, pivot (0 a point, 1 the lead subject), turns, aim (0 fixed, 1 pivot)."""
    gains: F64
    """(B, 7) of the camera's channels."""
    pivot: F64
    """(B, 3)"""
    eye: F64
    """(B, 5) azimuth rad, distance m, height m, cosine and sine of the azimuth."""
    lead: F64
    """(B, 3) of a moving pivot: what `poses.lead` says at tick 0."""


class Verdicts(NamedTuple):
    """What became of B clips."""

    reason: I32
    """(B,) number in `judge.REASONS`."""
    events: F64
    """(B, E, 18)"""
    found: I32
    """(B,) events."""
    main: I32
    """(B,) number of the longest absence that is worth a render, -1 where there is none."""
    states: U8
    """(B, S, T)"""


class Scratch(NamedTuple):
    """Room of one thread, most of it for one clip."""

    roots: F64
    """(S, T, 4)"""
    eyes: F64
    """(T, 8)"""
    trail: F64
    """(T + N, 3) places and headings of the lead subject, where the camera's pivot moves with it."""
    fractions: F64
    """(S, T) in-frame fractions; -1 where nobody has asked yet."""
    surely: F64
    """(S, T) pixels that a visible subject has at least, were nothing before it."""
    points: F32
    """(3, N)"""
    seen: F32
    """(4, N)"""
    few: F32
    """(3, 64)"""
    few_seen: F32
    """(4, 64)"""
    world: F64
    """(64, 3)"""
    skin: F32
    """(3 LANES,) for a block of the skin ..."""
    skin_seen: F32
    """(3, LANES) and where it is seen."""
    sides: I32
    """(LANES,) which sides of the frame its vertices are beyond."""
    faces: I32
    """(PATCH_FACES + 1,)"""
    corners: F32
    """(4, 2) pixels of a triangle that the near plane cuts."""
    patches: I32
    """(most patches,) those in sight."""
    drawn: U64
    """(H, W / 64) a bit for each pixel that is covered; all 0 between counts."""
    rows: I32
    """(2,) range of the rows that have any."""
    hidden: U8
    """(64,)"""
    cells: F32
    """(rows, columns)"""
    near: I32
    """(O,) obstacles about the clip's ways ..."""
    close: I32
    """(O,) about those of a few frames ..."""
    before: I32
    """(O,) and about the line of sight of one."""
    others: I32
    """(S,) subjects that may hide one."""
    boxes: F64
    """(S, 4) and where they are in the picture."""
    at: F64
    eye: F64


def make_clips(count: int, subjects: int) -> Clips:
    """Room for so many clips."""
    shapes: dict[str, tuple[int, ...]] = {
        "subjects": (),
        "obstacles": (2,),
        "stage": (4,),
        "path": (subjects,),
        "turn": (subjects, 2, 2),
        "origin": (subjects, 2),
        "heading": (subjects, 2),
        "length_m": (subjects,),
        "start_m": (subjects,),
        "speed_mps": (subjects,),
        "gait": (subjects, 2),
        "gait_numbers": (subjects, 4),
        "body": (subjects, 4),
        "camera": (4,),
        "gains": (len(CHANNELS),),
        "pivot": (3,),
        "eye": (5,),
        "lead": (3,),
    }
    whole = {"subjects", "obstacles", "path", "gait", "camera"}
    return Clips(**{name: np.zeros((count, *shape), np.int32 if name in whole else np.float64) for name, shape in shapes.items()})
