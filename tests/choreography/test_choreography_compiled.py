"""The compiled forecast against the plain one, which poses through the choreography itself: same states, events, times and causes."""

import numpy as np
import pytest
from handmade_clips import OUT_AND_BACK, PAN_AND_BACK, clip

from hmworld.catalog import default_catalog
from hmworld.choreography import choreograph, forecast, retention_reason
from hmworld.choreography.compiled import judge as compiled
from hmworld.choreography.compiled.pack import pack
from hmworld.choreography.compiled.unpack import events_of
from hmworld.model import Obstacle, Recipe
from hmworld.model.recipe import Retention
from hmworld.plan.clearance import clearance_reason
from hmworld.plan.names import resolve_names
from hmworld.plan.sample import Sampler

CATALOG = default_catalog()
RULE = np.array([8.0, 8.0, 5.0, 8.0])
WALL = Obstacle(kind="box", center_m=(-4.0, 1.2, 1.0), half_m=(0.3, 0.9, 1.5))
BUSH = Obstacle(kind="ellipsoid", center_m=(-4.0, 0.0, 1.0), half_m=(1.0, 1.0, 1.5))
TIME_S = 0.005
"""Times differ by no more: tables are read by straight lines, points are 32-bit."""


def judged(specs, obstacles, depth=compiled.WHOLE):
    names = {s.name for spec in specs for s in spec.subjects}
    library, clips = pack(specs, {n: CATALOG.motion(n) for n in names}, {n: CATALOG.subjects[n].surface_area_m2 for n in names}, obstacles)
    verdicts = compiled.make_verdicts(library, clips)
    compiled.judge(library, clips, np.arange(len(specs)), RULE, depth, verdicts, compiled.make_scratch(library, clips))
    return verdicts


def plainly(spec, obstacles):
    names = [s.name for s in spec.subjects]
    return forecast(choreograph(spec), [CATALOG.motion(n) for n in names], [CATALOG.subjects[n].surface_area_m2 for n in names], obstacles)


def assert_same_events(found, expected):
    exact = ("kind", "subject", "last_visible_frame", "exit_frame", "return_frame", "entry_frame", "gap_frames", "straddles_cut")
    exact += ("occluded_at_exit", "exit_side", "entry_side", "exit_cause", "entry_cause")
    assert len(found) == len(expected)
    for a, b in zip(found, expected, strict=True):
        assert [getattr(a, name) for name in exact] == [getattr(b, name) for name in exact]
        assert abs(a.exit_time_s - b.exit_time_s) < TIME_S
        assert abs(a.return_time_s - b.return_time_s) < TIME_S
        assert abs(a.hidden_path_m - b.hidden_path_m) < 0.02
        assert abs(a.hidden_displacement_m - b.hidden_displacement_m) < 0.02
        assert abs(a.hidden_turn_deg - b.hidden_turn_deg) < 1.0


@pytest.mark.parametrize(
    "scene", [pytest.param("downtown_crossing", marks=pytest.mark.long), pytest.param("forest_road", marks=pytest.mark.long), "museum_hall"]
)
def test_clips_of_a_scene_are_forecast_as_they_are_plainly(scene):
    recipe = Recipe(name="alike", clips=1, seed=6, scenes=(scene,), subjects_per_clip=(1, 3))
    sampler = Sampler(recipe, CATALOG, resolve_names(recipe, CATALOG))
    choices = sampler.choices(0, 70)
    specs, obstacles = [sampler.spec(choices, i) for i in range(70)], CATALOG.scenes[scene].obstacles
    verdicts = judged(specs, obstacles)
    quick = judged(specs, obstacles, depth=compiled.WORTHY)
    compared = absences = 0
    for i, spec in enumerate(specs):
        reason = compiled.REASONS[verdicts.reason[i]]
        blocked = clearance_reason(choreograph(spec), obstacles)
        assert blocked == (reason if reason not in compiled.RETENTION_REASONS else "")
        if blocked:
            assert quick.reason[i] == verdicts.reason[i]
            continue
        plain = plainly(spec, obstacles)
        np.testing.assert_array_equal(verdicts.states[i, : len(spec.subjects)], plain.states)
        assert_same_events(events_of(verdicts, i), plain.events)
        assert reason == retention_reason(plain.events, plain.states, Retention())
        assert (quick.reason[i] == 0) == (not reason)
        if not reason:
            assert events_of(quick, i) == events_of(verdicts, i)
        compared += 1
        absences += sum(e.kind == "absence" for e in plain.events)
    assert compared >= 8
    assert absences >= 6


@pytest.mark.parametrize(
    "fields",
    [
        {"yaw_deg": PAN_AND_BACK},
        {"yaw_deg": tuple((t, -v) for t, v in PAN_AND_BACK)},
        {"pitch_deg": PAN_AND_BACK},
        {"points": OUT_AND_BACK, "speed": ((0.0, 3.0), (6.0, 3.0))},
        {"points": OUT_AND_BACK, "speed": ((0.0, 3.0), (6.0, 3.0)), "yaw_deg": PAN_AND_BACK},
        {"camera": (-3.0, 0.0, 1.0), "forward_m": ((1.0, 0.0), (3.0, 6.0), (5.0, 0.0))},
    ],
)
@pytest.mark.parametrize("obstacles", [(), (WALL,), (BUSH,)])
def test_handmade_clips_are_forecast_as_they_are_plainly(fields, obstacles):
    spec = clip(**fields)
    packed = judged([spec], obstacles)
    plain = plainly(spec, obstacles)
    if packed.reason[0] in range(1, compiled.NO_EVENT):
        # The camera goes where nothing may stand; what it would see is not asked.
        assert clearance_reason(choreograph(spec), obstacles)
        return
    np.testing.assert_array_equal(packed.states[0], plain.states)
    assert_same_events(events_of(packed, 0), plain.events)


def test_clips_of_two_scenes_are_not_packed_together():
    one = clip()
    other = one.model_copy(update={"scene": one.scene.model_copy(update={"name": "elsewhere"})})
    with pytest.raises(ValueError, match="clip 1 is not of the scene"):
        pack([one, other], {n: CATALOG.motion(n) for n in [one.subjects[0].name]}, {one.subjects[0].name: 1.9}, ())
