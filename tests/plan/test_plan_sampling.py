"""Candidates: raw Philox words, choices that hang on nothing but seed and number, and specs that obey recipe and cards."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hmworld.catalog import default_catalog
from hmworld.catalog.catalog import scene_digest
from hmworld.choreography import choreograph
from hmworld.choreography.compiled import poses
from hmworld.choreography.compiled.layout import make_clips
from hmworld.geometry.splines import Path
from hmworld.model import Recipe, clip_id
from hmworld.plan.draw import between, place, units, whole
from hmworld.plan.names import resolve_names
from hmworld.plan.sample import Sampler
from hmworld.plan.tables import library_of

CATALOG = default_catalog()
NAMES = resolve_names(Recipe(name="all", clips=1), CATALOG)
WORD = 2**64 - 1


def philox_4x64_10(counter, key):
    """One block of Salmon et al., "Parallel random numbers: as easy as 1, 2, 3" (SC 2011), in whole numbers."""
    c, k = list(counter), list(key)
    for _ in range(10):
        first, second = 0xD2E7470EE14C6C93 * c[0], 0xCA5A826395121157 * c[2]
        c = [(second >> 64) ^ c[1] ^ k[0], second & WORD, (first >> 64) ^ c[3] ^ k[1], first & WORD]
        k = [(k[0] + 0x9E3779B97F4A7C15) & WORD, (k[1] + 0xBB67AE8584CAA73B) & WORD]
    return c


def words(seed, candidate, blocks):
    # NumPy counts up before it makes a block: the first has counter 1.
    return [word for block in range(blocks) for word in philox_4x64_10((block + 1, candidate, 0, 0), (seed, 0))]


def specs(count, first=0, **fields):
    recipe = Recipe(**{"name": "sampling", "clips": 1, "seed": 3, **fields})
    sampler = Sampler(recipe, CATALOG, resolve_names(recipe, CATALOG))
    choices = sampler.choices(first, count)
    return [sampler.spec(choices, k) for k in range(count)]


def test_the_philox_of_this_test_gives_the_known_answers_of_its_authors():
    assert philox_4x64_10((0, 0, 0, 0), (0, 0)) == [0x16554D9ECA36314C, 0xDB20FE9D672D0FDC, 0xD7E772CEE186176B, 0x7E68B68AEC7BA23B]


def drawn_units(seed, candidate, first, count):
    out = np.zeros(count)
    units(seed, candidate, first, count, np.zeros(4, np.uint64), out)
    return out.tolist()


@settings(deadline=None, database=None, max_examples=40)
@given(st.integers(0, 2**53 - 1), st.integers(0, 10**9), st.integers(0, 5), st.integers(1, 16))
def test_units_are_the_top_53_bits_of_raw_philox_words(seed, candidate, block, count):
    expected = [(word >> 11) / 2**53 for word in words(seed, candidate, 10)]
    assert drawn_units(seed, candidate, 4 * block, count) == expected[4 * block : 4 * block + count]
    numpy_words = np.random.Philox(key=seed, counter=candidate << 64).random_raw(40)
    assert numpy_words.tolist() == words(seed, candidate, 10)


def test_the_first_words_of_a_known_candidate_stay_what_they_were():
    assert drawn_units(5, 7, 0, 3) == [0.5014637130766529, 0.044065896323475906, 0.5877309748631577]


def test_candidates_and_seeds_have_streams_of_their_own():
    first = {drawn_units(seed, candidate, 0, 1)[0] for seed in range(30) for candidate in range(30)}
    assert len(first) == 900
    long = drawn_units(1, 0, 0, 400)
    assert not set(long) & {drawn_units(1, candidate, 0, 1)[0] for candidate in range(1, 400)}


@settings(deadline=None, database=None, max_examples=200)
@given(st.floats(0, 1, exclude_max=True), st.integers(-20, 20), st.integers(0, 12), st.floats(-5, 5), st.floats(0, 5))
def test_choices_stay_in_their_range_and_numbers_are_decimals(unit, low, span, start, width):
    assert low <= whole(unit, low, low + span) <= low + span
    value = between(unit, start, start + width, 1e3)
    assert start - 5e-4 <= value <= start + width + 5e-4
    assert value == round(value, 3)


def test_every_option_is_chosen_about_equally_often():
    sampler = Sampler(Recipe(name="even", clips=1, seed=9, subjects_per_clip=(1, 3)), CATALOG, NAMES)
    count = 20_000
    choices = sampler.choices(0, count)
    some = np.arange(3) < choices.subjects[:, None]
    for chosen, options in (
        (choices.where[:, 0], len(NAMES.scenes)),
        (choices.camera[:, 0], len(NAMES.camera_paths)),
        (choices.subjects - 1, 3),
        (choices.who[some][:, 1], len(NAMES.subject_paths)),
        (choices.who[some][:, 0], len(NAMES.subjects)),
    ):
        counts = np.bincount(chosen, minlength=options)
        share = 1.0 / options
        assert len(counts) == options
        # Five standard deviations of a binomial.
        assert np.abs(counts - len(chosen) * share).max() < 5 * np.sqrt(len(chosen) * share * (1 - share))


def test_no_subject_stands_twice_in_a_clip_and_any_two_may_meet():
    recipe = Recipe(name="few", clips=1, seed=2, subjects=("camel", "horse", "labrador", "lion"), subjects_per_clip=(3, 3))
    choices = Sampler(recipe, CATALOG, resolve_names(recipe, CATALOG)).choices(0, 3000)
    who = np.sort(choices.who[:, :, 0], 1)
    assert (np.diff(who, axis=1) > 0).all()
    assert len({tuple(row) for row in who.tolist()}) == 4
    assert len({tuple(row) for row in choices.who[:, :, 0].tolist()}) == 24


def test_the_numbers_of_the_forecast_are_those_of_the_clip():
    """A candidate's row for the compiled forecast and the clip that is written out say the same, but for the clip's decimals."""
    recipe = Recipe(name="alike", clips=1, seed=11, subjects_per_clip=(1, 3), render={"frames": 60, "context_frames": 30})
    sampler, library = Sampler(recipe, CATALOG, NAMES), library_of(recipe, CATALOG, NAMES)
    count = 60
    choices, clips = sampler.choices(500, count), make_clips(count, 3)
    place(library, sampler.options, choices, 0, count, clips)
    eye, trail = np.zeros(8), np.zeros((poses.trail_steps(library), 3))
    for i in range(count):
        choreography = choreograph(sampler.spec(choices, i))
        poses.trace(library, clips, i, trail)
        for tick in (0.0, 101.0, 480.0):
            time = np.array([tick * library.tick_s])
            T_world_camera = choreography.T_world_camera(time)[0]
            poses.camera(library, clips, i, tick, trail, eye)
            np.testing.assert_allclose(eye[:3], T_world_camera[:3, 3], atol=2e-3)
            forward = np.array([eye[5] * eye[3], eye[5] * eye[4], eye[6]])
            np.testing.assert_allclose(forward, T_world_camera[:3, 2], atol=5e-4)
            for j in range(choices.subjects[i]):
                x, y, heading, walked = poses.root(library, clips, i, j, tick)
                T_world_subject = choreography.subject(j, time).T_world_subject[0]
                np.testing.assert_allclose([x, y], T_world_subject[:2, 3], atol=1e-3)
                np.testing.assert_allclose([np.cos(heading), np.sin(heading)], T_world_subject[:2, 0], atol=2e-3)
                assert walked == pytest.approx(choreography.walked_m(j, time)[0], abs=1e-3)


def test_the_same_candidate_is_the_same_clip_whoever_asks_and_when():
    once = [clip_id(spec) for spec in specs(12)]
    assert len(set(once)) == 12
    assert [clip_id(specs(1, first=k)[0]) for k in reversed(range(12))] == once[::-1]
    assert clip_id(specs(1, seed=4)[0]) != once[0]


def test_a_candidate_holds_what_the_recipe_allows():
    fields = {
        "scenes": ("mountain_meadow",),
        "subjects": ("horse", "labrador", "woman_red_coat"),
        "subject_paths": ("circle", "straight"),
        "camera_paths": ("orbit_half",),
        "subjects_per_clip": (2, 3),
        "render": {"width": 208, "height": 120, "fps": 10, "frames": 50, "context_frames": 20},
    }
    drawn = specs(40, **fields)
    for spec in drawn:
        names = [s.name for s in spec.subjects]
        assert spec.scene.name == "mountain_meadow"
        assert 2 <= len(names) <= 3
        assert len(set(names)) == len(names)
        assert set(names) <= set(fields["subjects"])
        assert {s.path.trajectory for s in spec.subjects} <= {"circle", "straight"}
        assert spec.camera.trajectory == "orbit_half"
        assert (spec.render.width, spec.render.frames, spec.render.context_frames) == (208, 50, 20)
        assert spec.render.min_visible_px == round(208 * 120 * 5e-4)
    assert {len(s.subjects) for s in drawn} == {2, 3}
    assert {s.name for spec in drawn for s in spec.subjects} == set(fields["subjects"])
    assert len({spec.look.name for spec in drawn}) == len(CATALOG.scenes["mountain_meadow"].looks)


def test_a_candidate_carries_the_digests_and_numbers_of_its_cards():
    for spec in specs(15):
        scene = CATALOG.scenes[spec.scene.name]
        assert spec.scene.card_sha256 == scene_digest(scene)
        assert spec.scene.stage.name in {s.name for s in scene.stages}
        assert spec.look.values == scene.looks[spec.look.name]
        assert spec.camera.trajectory_sha256 == CATALOG.camera_paths[spec.camera.trajectory].digest()
        assert spec.camera.hfov_deg == pytest.approx(37.4974, abs=1e-4)
        for subject in spec.subjects:
            card = CATALOG.subjects[subject.name]
            gait = card.gaits[subject.gait.name]
            assert (subject.card_sha256, subject.motion_sha256) == (card.digest(), card.motion_sha256)
            assert 0.95 <= subject.scale <= 1.05
            assert subject.height_m == pytest.approx(card.height_m * subject.scale, abs=1e-4)
            assert subject.gait.stride_m == pytest.approx(gait.stride_m * subject.scale, abs=1e-6)
            natural = gait.stride_m * subject.scale / gait.cycle_s
            fastest = max(v for _, v in CATALOG.subject_paths[subject.path.trajectory].speed)
            assert 0.9 * natural * fastest - 1e-5 <= max(v for _, v in subject.path.speed_mps) <= 1.1 * natural * fastest + 1e-5


@pytest.mark.parametrize("name", sorted(CATALOG.subject_paths))
def test_a_walk_takes_its_whole_path_or_has_the_size_its_trajectory_says(name):
    trajectory = CATALOG.subject_paths[name]
    for spec in specs(4, subject_paths=(name,), subjects_per_clip=(1, 1)):
        path = spec.subjects[0].path
        if trajectory.fit == "duration":
            walked = choreograph(spec).walked_m(0, [spec.render.frames / spec.render.fps])[0]
            assert walked == pytest.approx(Path(path.points_m, path.closed).length_m, rel=1e-3)
        else:
            # The longer side of the drawn shape, however it was turned: distances between points scale with it.
            drawn, made = np.array(trajectory.points), np.array(path.points_m)
            factor = np.linalg.norm(made[1] - made[0]) / np.linalg.norm(drawn[1] - drawn[0])
            low, high = trajectory.extent_m
            assert low - 0.02 <= factor * np.ptp(drawn, axis=0).max() <= high + 0.02


@pytest.mark.parametrize("name", sorted(CATALOG.camera_paths))
def test_a_camera_starts_on_the_side_of_the_lead_that_its_trajectory_names(name):
    trajectory = CATALOG.camera_paths[name]
    seen = set()
    for spec in specs(12, camera_paths=(name,), subjects_per_clip=(1, 1)):
        c, start = spec.camera, trajectory.starts[spec.camera.start]
        heading = np.rad2deg(choreograph(spec).heading_rad(0, [0.0])[0])
        wanted = heading + (-1 if c.mirrored else 1) * start.azimuth_deg
        assert abs((c.azimuth_deg - wanted + 180) % 360 - 180) <= 12.01
        assert 0.7 * 0.9 * start.distance_m - 1e-3 <= c.distance_m <= 1.35 * 1.15 * start.distance_m + 1e-3
        seen.add(c.mirrored)
    assert seen == ({True, False} if trajectory.mirror else {False})


def test_a_mirrored_camera_swings_to_the_other_side_and_keeps_its_height():
    by_side = {spec.camera.mirrored: spec.camera.channels for spec in specs(20, camera_paths=("dolly_in_out",))}
    assert max(v for _, v in by_side[False].yaw_deg) > 25 > -25 > min(v for _, v in by_side[True].yaw_deg)
    assert max(v for _, v in by_side[False].left_m) > 0 > min(v for _, v in by_side[True].left_m)
    assert all(max(v for _, v in channels.forward_m) > 3 for channels in by_side.values())


def test_a_trail_says_where_the_lead_is_on_average():
    recipe = Recipe(name="followed", clips=1, seed=3, subjects_per_clip=(1, 1))
    sampler, library = Sampler(recipe, CATALOG, NAMES), library_of(recipe, CATALOG, NAMES)
    count = 300
    choices, clips = sampler.choices(0, count), make_clips(count, 1)
    place(library, sampler.options, choices, 0, count, clips)
    trail = np.zeros((poses.trail_steps(library), 3))
    followed = np.flatnonzero(clips.camera[:, 1] == 1)
    assert len(followed) > 20
    for i in followed.tolist():
        poses.trace(library, clips, i, trail)
        for tick in (0.0, 77.3, float(library.ticks)):
            expected = poses.lead(library, clips, i, tick, True)
            np.testing.assert_allclose(poses.lead_on(library, trail, tick, True), expected, atol=2e-3)


def test_directions_are_cosine_and_sine():
    angles = np.concatenate([np.linspace(-50.0, 50.0, 4001), np.arange(-32, 33) * np.pi / 4.0, [0.0, 1e-300, -1e-300]])
    found = np.array([poses.direction(angle) for angle in angles.tolist()])
    np.testing.assert_allclose(found, np.stack([np.cos(angles), np.sin(angles)], 1), rtol=0.0, atol=1e-12)
