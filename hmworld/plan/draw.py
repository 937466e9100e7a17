"""Random choices of candidates: raw Philox 4x64 words keyed by (seed, candidate index), and the clips that they make.

Philox is Salmon et al., "Parallel random numbers: as easy as 1, 2, 3" (SC 2011), as in NumPy, whose own distributions may change.
Every choice has a word of its own, whatever else is chosen: adding an option never shifts the others.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from hmworld.choreography.compiled.layout import CHANNELS, SOURCES, Clips, Int, Library
from hmworld.choreography.compiled.poses import AZIMUTH, LEFT, PITCH, YAW, lead, root
from hmworld.kernels import kernels_of
from hmworld.plan.tables import Options

F64 = NDArray[np.float64]
I32 = NDArray[np.int32]
I64 = NDArray[np.int64]
U64 = NDArray[np.uint64]
U8 = NDArray[np.uint8]

compiled = kernels_of(Path(__file__), Path(__file__).with_name("tables.py"), *SOURCES)

AIM_HEIGHT = 0.55
"""Share of the lead subject's height at which the camera aims ..."""
LEAST_AIM_M = 0.65
"""... but not lower than this above the ground, so that small animals are not filmed against grass alone."""

CLIP_WORDS, SUBJECT_WORDS, CAMERA_WORDS = 8, 16, 8
SCENE, STAGE, LOOK, COUNT, CHANCE, CELL = range(6)
WHO, PATH, SCALE, GAIT, SPEED, FLIP, EXTENT, HALF_TURN, TURN, ANGLE, REACH, PHASE, START = range(13)
MOVES, FROM, MIRROR, YAW_GAIN, MOVE_GAIN, AROUND, AWAY, HIGH = range(8)


class Choices(NamedTuple):
    """What was drawn for B candidates with up to S subjects each."""

    where: I32
    """(B, 4) scene, stage of the scene, look, cell of the splits."""
    subjects: I32
    """(B,) how many."""
    who: I32
    """(B, S, 4) subject, path, gait of the subject, 1 or -1 = path mirrored."""
    how: F64
    """(B, S, 9) scale; factor of the speed; extent m; turn rad; place about the stage's centre x, y m; phase; start m; speed m/s."""
    camera: I32
    """(B, 3) trajectory, start, 1 or -1 = mirrored."""
    chance: F64
    """(B,) in [0, 1), for choosing among candidates."""
    framing: F64
    """(B, 5) yaw gain, move gain, added azimuth deg, factors of distance and height."""


def make_choices(count: Int, subjects: Int) -> Choices:
    """Room for the choices of so many candidates."""
    return Choices(
        np.zeros((count, 4), np.int32),
        np.zeros(count, np.int32),
        np.zeros((count, subjects, 4), np.int32),
        np.zeros((count, subjects, 9)),
        np.zeros((count, 3), np.int32),
        np.zeros(count),
        np.zeros((count, 5)),
    )


def fingerprints(choices: Choices) -> U64:
    """Numbers (B,) that are alike for candidates that are alike in all but their chance, and differ for others but for 1 in 2^64."""
    count = len(choices.subjects)
    parts: list[Any] = [choices.where, choices.subjects, choices.who, choices.how, choices.camera, choices.framing]
    columns = [np.ascontiguousarray(part.reshape(count, -1), np.float64).view(np.uint64) for part in parts]
    mixed = np.full(count, 0x9E3779B97F4A7C15, np.uint64)
    for column in np.concatenate(columns, 1).T:
        mixed = (mixed ^ column) * np.uint64(0xD6E8FEB86659FD93)
        mixed ^= mixed >> np.uint64(32)
    return mixed


@compiled
def _high(a: np.uint64, b: np.uint64) -> np.uint64:
    """The upper 64 bits of a product."""
    low = np.uint64(0xFFFFFFFF)
    half = np.uint64(32)
    a0, a1, b0, b1 = a & low, a >> half, b & low, b >> half
    middle = a1 * b0 + ((a0 * b0) >> half)
    other = a0 * b1 + (middle & low)
    return a1 * b1 + (middle >> half) + (other >> half)


@compiled
def philox(seed: Int, candidate: Int, block: Int, out: U64) -> None:
    """Words 4 block to 4 block + 3 of a candidate's stream into `out` (4,). NumPy counts up before its first block; so does this."""
    c0, c1, c2, c3 = np.uint64(block + 1), np.uint64(candidate), np.uint64(0), np.uint64(0)
    k0, k1 = np.uint64(seed), np.uint64(0)
    m0, m1 = np.uint64(0xD2E7470EE14C6C93), np.uint64(0xCA5A826395121157)
    for _ in range(10):
        h0, l0, h1, l1 = _high(m0, c0), m0 * c0, _high(m1, c2), m1 * c2
        c0, c1, c2, c3 = h1 ^ c1 ^ k0, l1, h0 ^ c3 ^ k1, l0
        k0 += np.uint64(0x9E3779B97F4A7C15)
        k1 += np.uint64(0xBB67AE8584CAA73B)
    out[0], out[1], out[2], out[3] = c0, c1, c2, c3


@compiled
def units(seed: Int, candidate: Int, first: Int, count: Int, words: U64, out: F64) -> None:
    """Words `first` on, multiples of 4, as numbers in [0, 1) with 53 random bits into `out`."""
    for block in range(first // 4, (first + count + 3) // 4):
        philox(seed, candidate, block, words)
        for k in range(4):
            at = 4 * block + k - first
            if at < count:
                out[at] = float(words[k] >> np.uint64(11)) * 2.0**-53


@compiled
def whole(unit: float, low: Int, high: Int) -> Int:
    """A whole number in [low, high]."""
    return low + min(int(unit * (high - low + 1)), high - low)


@compiled
def pick(unit: float, odds: F64) -> Int:
    """One of N options by their probabilities (N,)."""
    sum_ = 0.0
    last: Int = np.int64(0)
    for k in range(odds.shape[0]):
        if odds[k] > 0.0:
            last = k
            sum_ += odds[k]
            if unit < sum_:
                return k
    return last


@compiled
def _is_free(pool: U8, who: I32, taken: Int, k: Int) -> bool:
    free = pool[k] != 0
    for j in range(taken):
        free = free and who[j, 0] != k
    return bool(free)


@compiled
def pick_other(unit: float, odds: F64, pool: U8, who: I32, taken: Int) -> Int:
    """One of the options of a pool (N,) by their probabilities (N,), but none of the first `taken` of `who` (S, 4); evenly where all that
    are left have none."""
    left = 0.0
    free = 0.0
    for k in range(odds.shape[0]):
        if _is_free(pool, who, taken, np.int64(k)):
            left += odds[k]
            free += 1.0
    even = left <= 1e-9
    left = free if even else left
    sum_ = 0.0
    last: Int = np.int64(-1)
    for k in range(odds.shape[0]):
        weight = 1.0 if even else odds[k]
        if weight > 0.0 and _is_free(pool, who, taken, np.int64(k)):
            last = k
            sum_ += weight
            if unit * left < sum_:
                return k
    return last


@compiled
def between(unit: float, low: float, high: float, steps: float) -> float:
    """A number in [low, high], in whole parts of 1 / `steps`: the double nearest to that decimal."""
    number: float = np.rint((low + (high - low) * unit) * steps) / steps + 0.0
    return number


@compiled
def draw(seed: Int, numbers: I64, options: Options, words: U64, u: F64, out: Choices) -> None:
    """Choices of candidates with these numbers (B,) into the rows of `out`; `words` (4,) and `u` (16,) are scratch."""
    for i in range(numbers.shape[0]):
        candidate = numbers[i]
        units(seed, candidate, 0, CLIP_WORDS, words, u)
        cell = pick(u[CELL], options.cell_odds)
        out.where[i, 3] = cell
        scene = pick(u[SCENE], options.scene_odds[cell])
        out.where[i, 0] = scene
        out.where[i, 1] = whole(u[STAGE], 0, options.stages[scene, 1] - options.stages[scene, 0] - 1)
        out.where[i, 2] = whole(u[LOOK], 0, options.looks[scene] - 1)
        count = options.fewest_subjects + pick(u[COUNT], options.count_odds)
        out.subjects[i] = count
        out.chance[i] = u[CHANCE]
        stage = options.stage[options.stages[scene, 0] + out.where[i, 1]]
        for j in range(count):
            units(seed, candidate, CLIP_WORDS + j * SUBJECT_WORDS, SUBJECT_WORDS, words, u)
            subject = pick_other(u[WHO], options.subject_odds[cell], options.subject_pool[cell], out.who[i], j)
            path = pick(u[PATH], options.path_odds[cell])
            moving = whole(u[GAIT], 0, options.gaits[subject, 1] - options.gaits[subject, 0] - 1)
            pace = options.gait_numbers[options.gaits[subject, 0] + moving]
            shape = options.path[path]
            flip = -1 if shape[2] > 0.0 and u[FLIP] >= 0.5 else 1
            scale = between(u[SCALE], 0.95, 1.05, 1e3)
            factor = between(u[SPEED], options.speed_low, options.speed_high, 1e3)
            speed = pace[1] * scale / pace[0] * factor
            extent = between(u[EXTENT], shape[0], shape[1], 1e2)
            across, along = shape[7] - shape[5], shape[8] - shape[6]
            stretch = extent / max(across, along) if extent > 0.0 else speed * options.duration_s * shape[9] / shape[4]
            room = max(0.0, stage[3] - stretch * np.hypot(across, along) / 2.0)
            angle, reach = 2.0 * np.pi * u[ANGLE], room * np.sqrt(u[REACH])
            how = out.how[i, j]
            how[0], how[1], how[2] = scale, factor, extent
            how[3] = stage[4] + (np.pi if u[HALF_TURN] >= 0.5 else 0.0) + between(u[TURN], -0.6, 0.6, 1e4)
            how[4], how[5] = reach * np.cos(angle), reach * np.sin(angle)
            how[6] = min(between(u[PHASE], 0.0, 1.0, 1e4), 0.9999)
            how[7] = np.rint(u[START] * stretch * shape[4] * 1e4) / 1e4 if shape[3] > 0.0 else 0.0
            how[8] = speed
            out.who[i, j, 0], out.who[i, j, 1], out.who[i, j, 2], out.who[i, j, 3] = subject, path, moving, flip
        units(seed, candidate, CLIP_WORDS + 8 * SUBJECT_WORDS, CAMERA_WORDS, words, u)
        moves = pick(u[MOVES], options.camera_odds[cell])
        kind = options.camera[moves]
        out.camera[i, 0] = moves
        out.camera[i, 1] = whole(u[FROM], 0, options.starts[moves, 1] - options.starts[moves, 0] - 1)
        out.camera[i, 2] = -1 if kind[0] > 0.0 and u[MIRROR] >= 0.5 else 1
        view = out.framing[i]
        view[0] = between(u[YAW_GAIN], kind[4], kind[5], 1e3)
        view[1] = between(u[MOVE_GAIN], kind[6], kind[7], 1e3)
        view[2] = between(u[AROUND], -12.0, 12.0, 1e3)
        view[3] = between(u[AWAY], 0.9, 1.15, 1e3)
        view[4] = between(u[HIGH], 0.9, 1.1, 1e3)


@compiled
def stretch_of(options: Options, path: Int, how: F64) -> float:
    """Metres a unit of a path's shape."""
    shape = options.path[path]
    stretch: float = how[8] * options.duration_s * shape[9] / shape[4]
    if how[2] > 0.0:
        stretch = how[2] / max(shape[7] - shape[5], shape[8] - shape[6])
    return stretch


@compiled
def place(library: Library, options: Options, choices: Choices, begin: Int, end: Int, clips: Clips) -> None:
    """The clips of choices `begin` to `end`, into the same rows of `clips`."""
    for i in range(begin, end):
        scene, moves = choices.where[i, 0], choices.camera[i, 0]
        number = options.stages[scene, 0] + choices.where[i, 1]
        stage = options.stage[number]
        clips.subjects[i] = choices.subjects[i]
        clips.obstacles[i, 0], clips.obstacles[i, 1] = options.obstacles[number, 0], options.obstacles[number, 1]
        for k in range(4):
            clips.stage[i, k] = stage[k]
        for j in range(np.int64(choices.subjects[i])):
            subject, path, flip = choices.who[i, j, 0], choices.who[i, j, 1], choices.who[i, j, 3]
            gait = options.gaits[subject, 0] + choices.who[i, j, 2]
            how, shape, numbers, body = choices.how[i, j], options.path[path], options.gait_numbers[gait], options.body[subject]
            stretch = stretch_of(options, path, how)
            c, s = np.cos(how[3]), np.sin(how[3])
            turn, origin = clips.turn[i, j], clips.origin[i, j]
            turn[0, 0], turn[0, 1], turn[1, 0], turn[1, 1] = stretch * c, -stretch * s * flip, stretch * s, stretch * c * flip
            mx, my = 0.5 * (shape[5] + shape[7]), 0.5 * (shape[6] + shape[8])
            origin[0] = stage[0] + how[4] - turn[0, 0] * mx - turn[0, 1] * my
            origin[1] = stage[1] + how[5] - turn[1, 0] * mx - turn[1, 1] * my
            clips.path[i, j] = path
            clips.heading[i, j, 0], clips.heading[i, j, 1] = flip, how[3]
            clips.length_m[i, j], clips.start_m[i, j], clips.speed_mps[i, j] = stretch * shape[4], how[7], how[8]
            clips.gait[i, j, 0], clips.gait[i, j, 1] = options.gait[gait], options.idle[subject]
            out = clips.gait_numbers[i, j]
            out[0], out[1], out[2], out[3] = how[6], numbers[1] * how[0], numbers[0], body[3]
            out = clips.body[i, j]
            out[0], out[1], out[2], out[3] = how[0], body[0] * how[0], body[1] * how[0], body[2] * how[0] ** 2
        kind, view, mirrored = options.camera[moves], choices.framing[i], choices.camera[i, 2]
        start = options.start[options.starts[moves, 0] + choices.camera[i, 1]]
        for k in range(len(CHANNELS)):
            gain = view[0] if k in (YAW, AZIMUTH) else view[1]
            gain = 1.0 if k == PITCH else gain
            clips.gains[i, k] = gain * mirrored if k in (YAW, AZIMUTH, LEFT) else gain
        clips.camera[i, 0], clips.camera[i, 1], clips.camera[i, 2], clips.camera[i, 3] = moves, kind[1] == 2.0, kind[2], kind[3]
        x, y, heading, _ = root(library, clips, i, np.int64(0), 0.0)
        height = clips.body[i, 0, 1]
        near = min(max(np.sqrt(height / 1.7), 0.7), 1.35)
        if kind[1] == 1.0:
            low_x = low_y = np.inf
            high_x = high_y = -np.inf
            control, turn, origin = options.control[choices.who[i, 0, 1]], clips.turn[i, 0], clips.origin[i, 0]
            for k in range(control.shape[0]):
                px = origin[0] + turn[0, 0] * control[k, 0] + turn[0, 1] * control[k, 1]
                py = origin[1] + turn[1, 0] * control[k, 0] + turn[1, 1] * control[k, 1]
                low_x, high_x, low_y, high_y = min(low_x, px), max(high_x, px), min(low_y, py), max(high_y, py)
            x, y = 0.5 * (low_x + high_x), 0.5 * (low_y + high_y)
        clips.pivot[i, 0], clips.pivot[i, 1], clips.pivot[i, 2] = x, y, stage[2] + max(AIM_HEIGHT * height, LEAST_AIM_M)
        clips.eye[i, 0] = heading + (mirrored * start[0] + view[2]) * np.pi / 180.0
        clips.eye[i, 3], clips.eye[i, 4] = np.cos(clips.eye[i, 0]), np.sin(clips.eye[i, 0])
        clips.eye[i, 1], clips.eye[i, 2] = start[1] * near * view[3], stage[2] + start[2] * near * view[4]
        if clips.camera[i, 1] == 1:
            clips.lead[i, 0], clips.lead[i, 1], clips.lead[i, 2] = lead(library, clips, i, 0.0, clips.camera[i, 2] == 1)
