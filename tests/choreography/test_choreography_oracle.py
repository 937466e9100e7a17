"""The forecast agrees with a slow, independent oracle (`oracle.py`); `benchmarks/oracle.py` says how well on thousands of clips."""

import numpy as np
import pytest
from handmade_clips import OUT_AND_BACK, PAN_AND_BACK, clip
from oracle import Oracle, count_visible, is_blocked, pair_absences

from hmworld.catalog import default_catalog
from hmworld.choreography.compiled.judge import WHOLE
from hmworld.choreography.compiled.unpack import events_of
from hmworld.cli.generate import load_recipe
from hmworld.embedded.mesh import Light, StaticMesh, View
from hmworld.embedded.raster import Renderer
from hmworld.embedded.world import DEFAULT_LOOK
from hmworld.model.recipe import Balance
from hmworld.plan.clearance import clearance_reason
from hmworld.plan.foresee import Foreseer
from hmworld.plan.names import resolve_names

CATALOG = default_catalog()
FIRST, CANDIDATES = 1000, 400
"""Which candidates of the hm-world recipe; a third can be filmed."""
WITHIN_S = 0.02


@pytest.fixture(scope="module")
def compared():
    """Clips that can be filmed: number of the candidate, absences that forecast and oracle share, and those of one only."""
    recipe = load_recipe("hm-world").model_copy(update={"forecast": "off", "balance": Balance()})
    clips = []
    with Foreseer(recipe, CATALOG, resolve_names(recipe, CATALOG), threads=1) as foreseer:
        (block,) = foreseer.some(np.arange(FIRST, FIRST + CANDIDATES), WHOLE)
        for i, number in enumerate(block.numbers.tolist()):
            oracle = Oracle(foreseer.sampler.spec(block.choices, i), CATALOG)
            if clearance_reason(oracle.choreography, CATALOG.scenes[oracle.spec.scene.name].obstacles) == "":
                clips.append((number, *pair_absences(events_of(block.verdicts, i), oracle.events())))
    assert len(clips) >= 80
    assert sum(len(pairs) for _, pairs, _, _ in clips) >= 80
    return clips


@pytest.mark.long
def test_the_forecast_sees_the_absences_that_the_oracle_sees(compared):
    others = [(number, unfounded, missed) for number, _, unfounded, missed in compared if unfounded or missed]
    assert len(others) <= 1, others


@pytest.mark.long
def test_the_forecast_gives_the_causes_that_the_oracle_finds(compared):
    # Of 2,000 clips 0.3 % differ: fractions of a few points about the limit; benchmarks/oracle.py lists them.
    others = [(number, pair) for number, pairs, _, _ in compared for pair in pairs if not pair.same_causes]
    assert len(others) <= 1, others


@pytest.mark.long
def test_the_forecast_gives_the_sides_that_the_oracle_finds(compared):
    assert [(number, pair) for number, pairs, _, _ in compared for pair in pairs if not pair.same_sides] == []


@pytest.mark.long
def test_the_forecast_times_exits_and_returns_as_the_oracle_does(compared):
    late = [(number, pair) for number, pairs, _, _ in compared for pair in pairs if max(pair.exit_off_s, pair.return_off_s) > WITHIN_S]
    assert late == []


def drawn_by_the_engine(oracle, k, t):
    """The silhouette of subject k in frame t as the embedded engine draws it."""
    renderer = Renderer(1)
    corners = np.array([[0, 0, -900], [1, 0, -900], [0, 1, -900]], np.float32)
    flags, faces = np.zeros(1, np.bool_), np.array([[0, 1, 2]], np.int32)
    none = np.full(1, -1, np.int32)
    renderer.set_scene(StaticMesh(corners, corners, corners[:, :2].copy(), corners, faces, none, flags, flags, []))
    renderer.set_light(Light(**DEFAULT_LOOK.model_dump()))
    spec, choreography, time = oracle.spec, oracle.choreography, [t / oracle.spec.render.fps]
    subject, pose, mesh = spec.subjects[k], choreography.subject(k, time), oracle.meshes[k]
    renderer.set_bodies([mesh])
    bones = oracle.motions[k].matrices(
        subject.gait.name, pose.gait_time_s[0] / subject.gait.cycle_s, pose.idle_time_s[0] / subject.gait.idle_cycle_s, pose.gait_weight[0]
    )
    root = pose.T_world_subject[0]
    world = np.einsum("ab,jbc->jac", root[:3, :3] * subject.scale, bones)
    world[..., 3] += root[:3, 3]
    renderer.pose([world])
    camera = choreography.T_world_camera(time)[0]
    return int(renderer.silhouette(View(spec.render.width, spec.render.height, spec.camera.hfov_deg, camera), 0).sum())


@pytest.mark.parametrize("subject", ["man_blue_shirt", "giraffe"])
def test_the_oracle_counts_the_pixels_that_the_engine_draws(subject):
    oracle = Oracle(clip(subject=subject, yaw_deg=PAN_AND_BACK), CATALOG)
    amodal = oracle.frames[1][0]
    some = [0, *np.flatnonzero((amodal > 0) & (amodal < 0.98 * amodal[0])).tolist()]
    assert len(some) > 2
    assert [amodal[t] for t in some] == pytest.approx([drawn_by_the_engine(oracle, 0, t) for t in some], abs=2)


def test_the_oracle_finds_the_way_out_and_back():
    (found,) = Oracle(clip(points=OUT_AND_BACK, speed=((0.0, 2.0), (100.0, 2.0)), frames=120), CATALOG).events()
    event = found.event
    assert (event.kind, event.exit_side, event.entry_side, event.exit_cause, event.entry_cause) == (
        "absence",
        "left",
        "left",
        "subject",
        "subject",
    )
    assert (event.exit_frame - 1) / 15 < event.exit_time_s <= event.exit_frame / 15
    assert (event.return_frame - 1) / 15 < event.return_time_s <= event.return_frame / 15


STRAIGHT, ACROSS = np.array([1.0, 0.0]), np.array([0.0, 1.0])


@pytest.mark.parametrize(
    ("is_box", "center", "half", "turn", "depth", "blocked"),
    [
        (True, (0, 0, 5), (1, 1, 1), STRAIGHT, 4.1, True),
        (True, (0, 0, 5), (1, 1, 1), STRAIGHT, 3.9, False),
        (True, (0, 0, -5), (1, 1, 1), STRAIGHT, 9.0, False),
        (True, (1.5, 0, 5), (2, 1, 1), STRAIGHT, 9.0, True),
        (True, (1.5, 0, 5), (2, 1, 1), ACROSS, 9.0, False),
        (False, (0, 0, 5), (1, 1, 2), STRAIGHT, 3.1, True),
        (False, (0, 0, 5), (1, 1, 2), STRAIGHT, 2.9, False),
        (False, (0.8, 0.8, 5), (1, 1, 2), STRAIGHT, 9.0, False),
        (False, (0.8, 0, 5), (1, 1, 2), STRAIGHT, 9.0, True),
    ],
)
def test_a_solid_blocks_a_ray_that_runs_through_it(is_box, center, half, turn, depth, blocked):
    ray = np.array([0.0, 0.0, 1.0])
    assert is_blocked(np.zeros(3), ray, depth, is_box, np.array(center, float), np.array(half, float), turn) == blocked


def test_leaving_out_solids_that_cannot_be_in_the_way_changes_no_count():
    random = np.random.default_rng(0)
    spec = clip()
    oracle = Oracle(spec.model_copy(update={"render": spec.render.model_copy(update={"width": 208, "height": 120})}), CATALOG)
    oracle.amodal_px(0, [0.0])
    camera, focal = oracle.choreography.T_world_camera([0.0])[0], float(oracle.choreography.K[0, 0])
    axes, eye = np.ascontiguousarray(camera[:3, :3]), camera[:3, 3].copy()
    plane, counts = oracle._planes[0], []
    for _ in range(10):
        number = 30
        yaw = random.uniform(0.0, 7.0, number)
        solids = (
            random.random(number) < 0.5,
            random.uniform((-9.0, -2.5, 0.0), (3.0, 2.5, 2.5), (number, 3)),
            random.uniform(0.02, 0.3, (number, 3)),
            np.stack([np.cos(yaw), np.sin(yaw)], -1),
        )
        room = np.empty(number, np.int64)
        seen = count_visible(oracle._planes, 0, oracle._boxes[0], 10**9, eye, axes, focal, *solids, room)
        expected = 0
        for j, i in np.argwhere(plane > 0.0):
            ray = axes @ ((i + 0.5 - plane.shape[1] / 2) / focal, (j + 0.5 - plane.shape[0] / 2) / focal, 1.0)
            expected += not any(is_blocked(eye, ray, 1.0 / plane[j, i], *(part[o] for part in solids)) for o in range(number))
        assert seen == expected
        few = count_visible(oracle._planes, 0, oracle._boxes[0], 100, eye, axes, focal, *solids, room)
        assert few == min(seen, 100)
        counts.append(seen)
    assert min(counts) < 0.9 * np.count_nonzero(plane)
