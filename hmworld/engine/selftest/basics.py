"""What an engine says: its director, what it reads back, how its pictures come, its light, its speed."""

from __future__ import annotations

import time

import numpy as np

from hmworld.engine.checks import BLANK_SPAN
from hmworld.engine.readback import check_lens, check_poses, pose_queries
from hmworld.engine.selftest.bench import Bench
from hmworld.engine.selftest.findings import Outcome, bad, good
from hmworld.engine.selftest.moments import BALL, WALL
from hmworld.engine.session import probe
from hmworld.errors import EngineError, EngineFault

FROM = (0.0, 0.0, 0.0, 0.0, 0.0, 0.0)
TRANSACTIONS = 8


def check_director(bench: Bench) -> Outcome:
    """All functions of the table are there, in this version of it."""
    try:
        info = probe(bench.connection)
    except (EngineError, KeyError) as error:
        return bad("other_director", str(error))
    try:
        version = bench.connection.text("vget /unrealcv/version")
    except EngineError as error:
        return bad("no_version", str(error))
    return good(f"{info.name}, {info.build}; UnrealCV {version}")


def check_set_up(bench: Bench) -> Outcome:
    """The scene of the card is loaded and lit, and a camera is spawned."""
    began = time.monotonic()
    bench.set_up()
    return good(f"scene {bench.target.scene.name}, camera {bench.camera}, in {time.monotonic() - began:.1f} s")


def check_read_back(bench: Bench) -> Outcome:
    """Camera and objects are where they were put, by what the engine says."""
    bench.clear()
    bench.put(BALL)
    world = bench.in_world((10.123, -20.456, 30.789, 11.25, -35.5, 7.125))
    camera = f"/camera/{bench.camera}"
    c = bench.connection
    c.text(f"vset {camera}/location " + " ".join(f"{v:.4f}" for v in world[:3]))
    c.text(f"vset {camera}/rotation " + " ".join(f"{v:.5f}" for v in world[3:]))
    box = np.concatenate([np.asarray(BALL.centre) + bench.origin, np.zeros(3)])
    replies = [c.text(query) for query in pose_queries(bench.camera, [BALL.name])]
    try:
        check_poses(replies, np.stack([world, box]))
        check_lens(c.text(f"vget {camera}/size"), c.text(f"vget {camera}/fov"), (bench.width, bench.height), bench.hfov_deg)
    except EngineFault as fault:
        return bad("not_taken", str(fault).replace("subject 1", "a box"))
    except EngineError as error:
        return bad("read_back_unreadable", str(error))
    return good("poses of the camera and of a box, field of view and size of the pictures are answered as they were set")


def check_pictures(bench: Bench) -> Outcome:
    """Pictures have the size and the form that the driver reads."""
    bench.clear()
    bench.put(WALL, BALL)
    bench.cut(FROM)
    try:
        shot = bench.settled(FROM)
    except EngineError as error:
        return bad("other_pictures", str(error))
    return good(f"{bench.width} x {bench.height} pixels; colours from {int(shot.rgb.min())} to {int(shot.rgb.max())}")


def check_light(bench: Bench) -> Outcome:
    """Pictures show something, their colours come in order, and light and exposure are the look's."""
    bench.clear()
    bench.put(BALL)
    look = bench.target.look
    bench.cut(FROM)
    shot = bench.settled(FROM)
    if int(shot.rgb.max()) - int(shot.rgb.min()) <= BLANK_SPAN:
        return bad("blank_picture", f"all of the colour picture is about {shot.rgb[0, 0].tolist()}")
    means = {}
    for name, colour in (("red", (1.0, 0.05, 0.05)), ("blue", (0.05, 0.05, 1.0))):
        bench.light(look.model_copy(update={"sun_rgb": colour, "sky_rgb": colour, "horizon_rgb": colour, "ground_rgb": colour}))
        bench.cut(FROM)
        means[name] = bench.settled(FROM).rgb.reshape(-1, 3).mean(0)
    bright = bench.last
    bench.light(look.model_copy(update={"exposure": look.exposure / 4}))
    bench.cut(FROM)
    dark = bench.settled(FROM).rgb.mean()
    bench.light(look)
    bench.cut(FROM)
    usual = bench.settled(FROM).rgb.mean()
    red, blue = means["red"], means["blue"]
    told = f"red light gives {red.round().astype(int).tolist()}, blue {blue.round().astype(int).tolist()} (R, G, B)"
    assert bright is not None
    if np.abs(red - blue).max() < 2:
        return bad("light_ignored", told)
    if red[2] > red[0] and blue[0] > blue[2]:
        return bad("channels_swapped", told)
    if not (red[0] > red[2] and blue[2] > blue[0]):
        return bad("light_ignored", told)
    if dark > 0.9 * usual:
        return bad("exposure_ignored", f"{told}; a quarter of the exposure gives {dark:.0f} instead of {usual:.0f} of 255")
    return good(f"{told}; a quarter of the exposure {dark:.0f} instead of {usual:.0f}")


def check_speed(bench: Bench) -> Outcome:
    """Seconds of a frame: what `hmworld plan --seconds-per-frame` asks for."""
    bench.clear()
    bench.spawn()
    subject = (500.0, 0.0, 0.0, 0.0, 180.0, 0.0, 0.0, 0.0, 0.0)
    bench.pose(subject[:6])
    bench.cut(FROM)
    began = time.monotonic()
    for k in range(TRANSACTIONS):
        bench.shoot((0.0, 3.0 * k, 0.0, 0.0, 0.0, 0.0), subject)
        bench.bones_m()
        bench.silhouette()
    seconds = (time.monotonic() - began) / TRANSACTIONS
    return good(f"{seconds:.3f} s a frame of {bench.width} x {bench.height} with one subject, mask and depth")
