"""Pixels counted on the skin: against the whole mesh in the oracle's z-buffer, and plain against compiled."""

import numpy as np
import pytest
from handmade_clips import PAN_AND_BACK, clip
from oracle import Oracle

from hmworld.catalog import default_catalog
from hmworld.choreography import choreograph
from hmworld.choreography.compiled.judge import make_scratch
from hmworld.choreography.compiled.layout import TICKS
from hmworld.choreography.compiled.pack import pack
from hmworld.choreography.compiled.poses import camera, trace
from hmworld.choreography.compiled.sight import place
from hmworld.choreography.compiled.silhouette import count_pixels
from hmworld.choreography.silhouette import amodal_pixels, counted_px

CATALOG = default_catalog()
SUBJECTS = ("man_blue_shirt", "giraffe", "goose", "woman_kimono")
CLOSE = {"camera": (-0.9, 0.1, 1.2), "look_at": (0.0, 0.0, 1.1)}
"""So near that limbs reach behind the near plane as the camera turns."""


def compiled_counts(spec, enough=1e9):
    name = spec.subjects[0].name
    tables, clips = pack([spec], {name: CATALOG.motion(name)}, {name: CATALOG.subjects[name].surface_area_m2}, ())
    room, counts = make_scratch(tables, clips), []
    trace(tables, clips, 0, room.trail)
    for frame in range(spec.render.frames):
        tick = float(frame * TICKS)
        place(tables, clips, 0, 0, tick, room.at)
        camera(tables, clips, 0, tick, room.trail, room.eye)
        counts.append(count_pixels(tables, clips, 0, 0, tick, room.at, room.eye, enough, room))
        assert not room.drawn.any()
    return np.array(counts)


@pytest.mark.parametrize("where", [{}, CLOSE])
@pytest.mark.parametrize("subject", SUBJECTS)
def test_both_twins_count_the_same_pixels(subject, where):
    spec = clip(subject=subject, yaw_deg=PAN_AND_BACK, **where)
    choreography = choreograph(spec)
    plain = counted_px(choreography, 0, CATALOG.motion(subject), choreography.frame_times)
    assert ((plain > 0) & (plain < 0.5 * plain.max())).any()
    np.testing.assert_allclose(compiled_counts(spec), plain, rtol=0.005, atol=3)


@pytest.mark.parametrize("subject", SUBJECTS)
def test_the_skin_covers_as_many_pixels_as_the_mesh(subject):
    spec = clip(subject=subject, yaw_deg=PAN_AND_BACK)
    oracle = Oracle(spec, CATALOG)
    times = oracle.choreography.frame_times
    whole, skin = oracle.amodal_px(0, times), counted_px(oracle.choreography, 0, CATALOG.motion(subject), times)
    np.testing.assert_allclose(skin, whole, rtol=0.02, atol=25)


def test_a_count_that_stops_early_says_that_there_are_enough():
    spec = clip(yaw_deg=PAN_AND_BACK)
    whole, some = compiled_counts(spec), compiled_counts(spec, enough=200.0)
    np.testing.assert_array_equal(some > 200, whole > 200)
    np.testing.assert_array_equal(some[whole <= 200], whole[whole <= 200])


def test_pixels_are_counted_where_the_points_leave_a_doubt():
    choreography = choreograph(clip(yaw_deg=PAN_AND_BACK))
    name, times = choreography.spec.subjects[0].name, choreography.frame_times
    motion, area = CATALOG.motion(name), CATALOG.subjects[name].surface_area_m2
    counted = counted_px(choreography, 0, motion, times)
    pixels = amodal_pixels(choreography, 0, motion, area, times, np.full(len(times), 200.0))
    few = counted < 200
    assert few.any()
    np.testing.assert_array_equal(pixels[few], counted[few])
    assert (pixels[~few] >= 200).all()
