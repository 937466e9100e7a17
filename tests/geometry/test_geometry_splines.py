"""Keyed channels and paths: smooth, bounded by their keys and control points, walked by distance."""

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hmworld.geometry.splines import KeyedChannel, Path

steady = settings(deadline=None, database=None, max_examples=80)


@st.composite
def channels(draw):
    count = draw(st.integers(1, 8))
    gaps = draw(st.lists(st.floats(0.05, 3.0), min_size=count, max_size=count))
    values = draw(st.lists(st.floats(-100.0, 100.0).map(lambda v: round(v, 3)), min_size=count, max_size=count))
    return KeyedChannel(tuple(np.cumsum(gaps).tolist()), tuple(values))


@st.composite
def paths(draw, closed=None):
    count = draw(st.integers(3, 9))
    gaps = draw(st.lists(st.tuples(st.floats(0.5, 4.0), st.floats(-2.0, 2.0)), min_size=count, max_size=count))
    if draw(st.booleans()):
        points = np.cumsum(gaps, 0)
    else:
        angles = np.arange(count) * 2 * np.pi / count
        points = np.array([g[0] for g in gaps])[:, None] * np.stack([np.cos(angles), np.sin(angles)], 1)
    return Path(tuple(map(tuple, points.tolist())), draw(st.booleans()) if closed is None else closed)


def cox_de_boor(index, degree, u):
    """Uniform B-spline basis on integer knots by its recursive definition."""
    if degree == 0:
        return ((index <= u) & (u < index + 1)).astype(float)
    left = (u - index) / degree * cox_de_boor(index, degree - 1, u)
    return left + (index + degree + 1 - u) / degree * cox_de_boor(index + 1, degree - 1, u)


def curve_by_definition(path, samples_a_span=1000):
    points = np.array(path.points)
    if path.closed:
        control = np.concatenate([points[-1:], points, points[:2]])
    else:
        control = np.concatenate([[2 * points[0] - points[1]], points, [2 * points[-1] - points[-2]]])
    spans = len(control) - 3
    # Knots -3, -2, ...: basis k has its support on [k - 3, k + 1].
    u = np.linspace(0, spans, spans * samples_a_span, endpoint=False)
    return sum(cox_de_boor(k - 3, 3, u)[:, None] * control[k] for k in range(len(control)))


@steady
@given(channels())
def test_a_channel_passes_through_its_keys_and_is_constant_outside(channel):
    np.testing.assert_allclose(channel(channel.times), channel.values, atol=1e-9)
    assert channel(channel.times[0] - 5.0) == pytest.approx(channel.values[0])
    assert channel(channel.times[-1] + 5.0) == pytest.approx(channel.values[-1])


@steady
@given(channels())
def test_a_channel_never_overshoots_and_a_hold_stays_a_hold(channel):
    for t0, t1, v0, v1 in zip(channel.times, channel.times[1:], channel.values, channel.values[1:], strict=False):
        inside = channel(np.linspace(t0, t1, 101))
        assert inside.min() >= min(v0, v1) - 1e-9
        assert inside.max() <= max(v0, v1) + 1e-9
        assert (np.diff(inside) * np.sign(v1 - v0) >= -1e-9).all()
        if v0 == v1:
            np.testing.assert_allclose(inside, v0, atol=1e-12)


@steady
@given(channels())
def test_the_velocity_of_a_channel_is_continuous_at_its_keys(channel):
    times = np.array(channel.times)
    shortest = np.diff(times).min(initial=1.0)
    e = 1e-4 * shortest
    after = (channel(times + e) - channel(times)) / e
    before = (channel(times) - channel(times - e)) / e
    fastest = np.abs(np.diff(channel.values) / np.diff(times)).max(initial=0.0)
    # A piece of cubic turns its slope by at most some 20 of its secants a length; over 1e-4 of it nothing of a corner is left.
    assert np.abs(after - before).max() <= 5e-3 * fastest + 1e-6


def test_a_look_away_starts_and_ends_at_rest():
    bump = KeyedChannel((0.3, 0.5, 0.7), (0.0, 40.0, 0.0))
    e = 1e-6
    for at in (0.3, 0.5, 0.7):
        assert abs(bump(at + e) - bump(at - e)) / (2 * e) < 1e-2
    assert bump(0.4) == pytest.approx(20.0)


@steady
@given(channels(), st.floats(-4.0, 30.0))
def test_the_integral_is_that_of_numeric_quadrature(channel, until):
    begin = channel.times[0]
    knots = sorted({begin, until, *(t for t in channel.times if min(begin, until) < t < max(begin, until))})
    total = 0.0
    for a, b in pairwise(knots):
        # Simpson's rule is exact for cubics, one piece between keys at a time.
        total += (b - a) / 6 * float(channel(a) + 4 * channel((a + b) / 2) + channel(b))
    assert float(channel.integral(until)) == pytest.approx(total if until >= begin else -total, rel=1e-9, abs=1e-8)


@steady
@given(paths())
def test_a_path_stays_inside_the_convex_hull_of_its_control_points(path):
    xy, _ = path.at(np.linspace(0.0, path.length_m, 400))
    directions = np.stack([np.cos(np.arange(0, 6.3, 0.1)), np.sin(np.arange(0, 6.3, 0.1))])
    assert ((xy @ directions).max(0) <= (np.array(path.points) @ directions).max(0) + 1e-9).all()


@steady
@given(paths())
def test_the_length_of_a_path_is_that_of_the_b_spline_by_its_definition(path):
    curve = curve_by_definition(path)
    end = curve[:1] if path.closed else np.array(path.points[-1:])
    length = np.hypot(*np.diff(np.concatenate([curve, end]), axis=0).T).sum()
    assert path.length_m == pytest.approx(length, rel=2e-3)
    np.testing.assert_allclose(path.at(0.0)[0], curve[0], atol=1e-9)


@steady
@given(paths())
def test_equal_distances_are_equal_arc_lengths(path):
    distances = np.linspace(0.0, path.length_m, 2001)
    xy, tangents = path.at(distances)
    walked = np.concatenate([[0.0], np.hypot(*np.diff(xy, axis=0).T).cumsum()])
    np.testing.assert_allclose(walked, distances, atol=4e-3 * path.length_m)
    np.testing.assert_allclose(np.hypot(*tangents.T), 1.0, atol=1e-9)


@steady
@given(paths(closed=True), st.floats(-50.0, 50.0), st.integers(-3, 3))
def test_a_closed_path_repeats_after_its_length(path, distance, passes):
    first, again = path.at(distance), path.at(distance + passes * path.length_m)
    np.testing.assert_allclose(first[0], again[0], atol=1e-9)
    np.testing.assert_allclose(first[1], again[1], atol=1e-7)


@steady
@given(paths(closed=False), st.floats(0.0, 20.0))
def test_an_open_path_runs_from_end_to_end_and_goes_on_straight(path, beyond):
    (start, end), tangents = path.at([0.0, path.length_m])
    np.testing.assert_allclose(start, path.points[0], atol=1e-9)
    np.testing.assert_allclose(end, path.points[-1], atol=1e-9)
    outside, _ = path.at([-beyond, path.length_m + beyond])
    np.testing.assert_allclose(outside, [start - beyond * tangents[0], end + beyond * tangents[1]], atol=1e-9)


def test_a_straight_path_is_walked_at_constant_speed_along_the_line():
    path = Path(tuple((float(k), 0.0) for k in range(5)), closed=False)
    assert path.length_m == pytest.approx(4.0)
    xy, tangents = path.at([-1.0, 0.0, 1.25, 3.0, 6.5])
    np.testing.assert_allclose(xy, [[-1, 0], [0, 0], [1.25, 0], [3, 0], [6.5, 0]], atol=1e-9)
    np.testing.assert_allclose(tangents, [[1, 0]] * 5, atol=1e-12)
