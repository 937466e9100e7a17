"""The preview of a plan: maps at the right place, timelines of the right length, counts of the whole plan, and a page that stands alone."""

import math
import re
from collections import Counter
from dataclasses import asdict
from xml.etree import ElementTree

import numpy as np
import pytest

from hmworld.catalog import default_catalog
from hmworld.choreography import choreograph
from hmworld.dataset import PlanFile, PlanRow, write_plan
from hmworld.dataset.cards import write_cards
from hmworld.errors import DatasetError, StorageError
from hmworld.model import Obstacle, Recipe
from hmworld.model.clip import CameraChannels
from hmworld.model.event import Event, State
from hmworld.plan.balance import Stratum
from hmworld.plan.names import resolve_names
from hmworld.plan.sample import sample
from hmworld.report.distributions import summarise
from hmworld.report.preview import PREVIEW, page, spread, strata, write_preview
from hmworld.report.timeline import Segment, runs, timeline
from hmworld.report.topdown import top_down

CATALOG = default_catalog()
FRAMES, CUT, RADIUS_M = 60, 30, 8.0
HOSTILE = '<script>alert("x")</script>'
RECIPE = Recipe(
    name="handmade",
    clips=6,
    scenes=("city_street",),
    subjects=("wolf",),
    subjects_per_clip=(1, 1),
    render={"frames": FRAMES, "context_frames": CUT},
)
STATES = np.array(
    [[State.VISIBLE] * 12 + [State.OCCLUDED] * 3 + [State.OUT_OF_FRAME] * 20 + [State.TOO_SMALL] * 5 + [State.VISIBLE] * 20], np.uint8
)
ABSENCE = Event(
    kind="absence", subject=1, last_visible_frame=11, exit_frame=15, return_frame=35, entry_frame=40, gap_frames=28,
    exit_side="left", entry_side="right", exit_cause="camera", entry_cause="both_needed", straddles_cut=True,
)  # fmt: skip
OTHER = ABSENCE.model_copy(update={"exit_cause": "subject", "exit_side": "top", "gap_frames": 5, "straddles_cut": False})
OCCLUSION = Event(kind="occlusion", subject=1, occluder="scene")


def clip(number=0, species="wolf", **channels):
    """A wolf that walks 3 m along +X from 2 m west of the stage's middle; the camera stands 6 m south of it and looks north."""
    base = sample(RECIPE, CATALOG, resolve_names(RECIPE, CATALOG), number)
    x, y, z = base.scene.stage.center_m
    stage = base.scene.stage.model_copy(update={"radius_m": RADIUS_M})
    path = base.subjects[0].path.model_copy(
        update={
            "points_m": ((x - 2.0, y), (x, y), (x + 8.0, y)),
            "closed": False,
            "ground_z_m": z,
            "start_m": 0.0,
            "speed_mps": ((0.0, 3.0 / ((FRAMES - 1) / 15)), (100.0, 3.0 / ((FRAMES - 1) / 15))),
        }
    )
    camera = base.camera.model_copy(
        update={
            "pivot": "point",
            "pivot_point_m": (x, y, z + 1.0),
            "turns": False,
            "aim": "fixed",
            "azimuth_deg": -90.0,
            "distance_m": 6.0,
            "height_m": z + 1.0,
            "channels": CameraChannels(**channels),
            "hfov_deg": 40.0,
        }
    )
    return base.model_copy(
        update={
            "scene": base.scene.model_copy(update={"stage": stage}),
            "subjects": (base.subjects[0].model_copy(update={"path": path, "species": species}),),
            "camera": camera,
        }
    )


def around(spec):
    """Obstacles about the stage's middle: a turned box, an ellipsoid, a roof, and a box far away."""
    x, y, _ = spec.scene.stage.center_m
    return (
        Obstacle(kind="box", center_m=(x + 5.0, y + 2.0, 1.0), half_m=(1.0, 0.5, 1.0), yaw_deg=30.0),
        Obstacle(kind="ellipsoid", center_m=(x - 4.0, y - 3.0, 0.5), half_m=(0.8, 0.4, 0.5), yaw_deg=20.0, solid=False),
        Obstacle(kind="box", center_m=(x, y, 30.0), half_m=(5.0, 5.0, 1.0)),
        Obstacle(kind="box", center_m=(x + 90.0, y, 1.0), half_m=(1.0, 1.0, 1.0)),
    )


@pytest.fixture(scope="module")
def root(tmp_path_factory):
    """A folder with a plan of six clips in one scene."""
    folder = tmp_path_factory.mktemp("plan")
    card = CATALOG.scenes["city_street"].model_copy(update={"obstacles": around(clip())})
    write_cards(folder, [card], [])
    events = [(ABSENCE,), (ABSENCE, OTHER), (OTHER, OCCLUSION), (), (ABSENCE,), (OTHER, OTHER, ABSENCE)]
    rows = [PlanRow(k, k, "train" if k else "val", clip(k, HOSTILE if k == 5 else "wolf"), found, STATES) for k, found in enumerate(events)]
    rejected = [
        {"phase": "forecast", "candidate": 9 + k, "row": -1, "clip_id": "", "scene": "city_street", "reason": r, "detail": "", "events": []}
        for k, r in enumerate(["not_needed"] * 6 + ["off_stage"])
    ]
    write_plan(folder, RECIPE, rows, 13, rejected, [asdict(Stratum("train", "gap_frames", "5-15", 0.5, 3, 6, 9, 12))])
    return folder


def svgs(text, kind):
    return [ElementTree.fromstring(svg) for svg in re.findall(rf'<svg class="{kind}".*?</svg>', text, re.DOTALL)]


def numbers(points):
    return np.array([[float(v) for v in pair.split(",")] for pair in points.split()])


def way(svg, name):
    """Points of a path, in order, and whether each piece is drawn as seen."""
    lines = [line for line in svg.findall(f".//g[@data-name='{name}']/polyline") if line.get("class") != "halo"]
    return np.concatenate([numbers(line.get("points")) for line in lines]), [line.get("class") for line in lines]


@pytest.fixture(scope="module")
def text(root):
    return page(PlanFile(root), 3)


@pytest.fixture(scope="module")
def map_svg(text):
    return svgs(text, "map")[0]


def on_map(svg):
    """A function from metres about the stage's middle to pixels, by the drawn disc alone."""
    disc = svg.find(".//circle[@class='stage']")
    x, y, scale = float(disc.get("cx")), float(disc.get("cy")), float(disc.get("r")) / RADIUS_M
    return lambda east, north: (x + east * scale, y - north * scale)


def test_as_many_clips_are_shown_as_asked_for_evenly_apart(root, monkeypatch):
    assert spread(6, 3) == [0, 2, 5]
    assert spread(59225, 4) == [0, 19741, 39483, 59224]
    assert spread(2, 24) == [0, 1]
    read = []
    rows = PlanFile.rows
    monkeypatch.setattr(PlanFile, "rows", lambda self, numbers: read.extend(numbers) or rows(self, numbers))
    shown = page(PlanFile(root), 3)
    assert read == [0, 2, 5]  # no other spec is parsed, however long the plan
    assert len(svgs(shown, "map")) == len(svgs(shown, "timeline")) == 3
    assert [f'id="clip-{row.clip_id}"' in shown for row in PlanFile(root).rows(range(6))] == [True, False, True, False, False, True]
    assert page(PlanFile(root), 3) == shown


def test_the_path_of_a_subject_lies_where_it_walks(map_svg):
    at = on_map(map_svg)
    points, classes = way(map_svg, "wolf")
    assert points[0] == pytest.approx(at(-2.0, 0.0), abs=0.1)
    assert points[-1] == pytest.approx(at(1.0, 0.0), abs=0.1)
    assert classes == ["seen", "unseen", "seen"]
    start = map_svg.find(".//g[@data-name='wolf']/circle[@class='start']")
    assert (float(start.get("cx")), float(start.get("cy"))) == pytest.approx(at(-2.0, 0.0), abs=0.1)
    # Not seen from frame 12 to 39; it walks 3 m in 59 frames.
    dashed = numbers(next(line for line in map_svg.iter("polyline") if line.get("class") == "unseen").get("points"))
    assert dashed[0] == pytest.approx(at(-2.0 + 12 * 3.0 / 59, 0.0), abs=0.15)
    assert dashed[-1] == pytest.approx(at(-2.0 + 40 * 3.0 / 59, 0.0), abs=0.15)


def test_every_point_drawn_is_one_that_choreography_gives(map_svg):
    spec = clip()
    choreography = choreograph(spec)
    truth = choreography.subject(0, choreography.frame_times).T_world_subject[:, :2, 3] - spec.scene.stage.center_m[:2]
    at = on_map(map_svg)
    for x, y in way(map_svg, "wolf")[0]:
        assert min(math.dist((x, y), at(*point)) for point in truth) < 0.15


def test_the_camera_stands_where_it_stands_and_looks_where_it_looks(map_svg):
    at = on_map(map_svg)
    assert way(map_svg, "camera")[0] == pytest.approx(np.tile(at(0.0, -6.0), (FRAMES, 1)), abs=0.1)
    wedges = [numbers(shape.get("points")) for shape in map_svg.findall(".//polygon[@class='wedge']")]
    assert len(wedges) == 5
    for wedge in wedges:
        assert wedge[0] == pytest.approx(at(0.0, -6.0), abs=0.1)
        left, right = wedge[1] - wedge[0], wedge[-1] - wedge[0]
        assert math.degrees(math.atan2(left[0], -left[1])) == pytest.approx(-20.0, abs=0.1)
        assert math.degrees(math.atan2(right[0], -right[1])) == pytest.approx(20.0, abs=0.1)


def test_a_camera_that_pans_left_turns_its_wedge_to_the_left():
    spec = clip(yaw_deg=((0.0, 0.0), (FRAMES / 15, 90.0)))
    last = numbers(top_down(spec, STATES, ()).wedges[-1])
    assert last[len(last) // 2][0] < last[0][0] - 50


def test_obstacles_near_the_stage_are_drawn_turned_and_to_scale(map_svg):
    at = on_map(map_svg)
    boxes = [shape for shape in map_svg.iter("polygon") if "obstacle" in shape.get("class")]
    (ellipse,) = map_svg.iter("ellipse")
    assert [box.get("class") for box in boxes] == ["obstacle solid"]  # neither the roof nor the one far away
    cos, sin = math.cos(math.radians(30.0)), math.sin(math.radians(30.0))
    corners = [(5.0 + a * cos - b * sin, 2.0 + a * sin + b * cos) for a, b in ((1, 0.5), (1, -0.5), (-1, -0.5), (-1, 0.5))]
    assert numbers(boxes[0].get("points")) == pytest.approx(np.array([at(*corner) for corner in corners]), abs=0.15)
    assert (float(ellipse.get("cx")), float(ellipse.get("cy"))) == pytest.approx(at(-4.0, -3.0), abs=0.1)
    scale = at(1.0, 0.0)[0] - at(0.0, 0.0)[0]
    assert float(ellipse.get("rx")) == pytest.approx(0.8 * scale, abs=0.1)
    assert float(ellipse.get("ry")) == pytest.approx(0.4 * scale, abs=0.1)
    assert ellipse.get("transform").startswith("rotate(-20.0 ")
    assert "solid" not in ellipse.get("class").split()


def test_the_scale_bar_is_as_long_as_it_says(map_svg):
    scale = map_svg.find(".//g[@class='scale']")
    length = float(re.search(r"M0 0H([\d.]+)", scale.find("path").get("d"))[1])
    at = on_map(map_svg)
    assert scale.find("text").text == "2 m"
    assert length == pytest.approx(at(2.0, 0.0)[0] - at(0.0, 0.0)[0], abs=0.1)


def test_no_number_covers_another_and_none_leaves_the_map():
    spec = clip()
    crowd = spec.model_copy(update={"subjects": spec.subjects * 4})
    drawn = top_down(crowd, np.repeat(STATES, 4, axis=0), ())
    assert [mark.label for mark in drawn.marks] == ["1 2 3 4 5", *"12345" * 4]  # a camera that stands still has one for all
    for k, one in enumerate(drawn.marks):
        assert one.half_px <= one.x <= drawn.window.width - one.half_px
        assert 7 <= one.y <= drawn.window.height - 7
        for other in drawn.marks[:k]:
            assert abs(one.x - other.x) >= one.half_px + other.half_px or abs(one.y - other.y) >= 14


def test_segments_of_the_timeline_are_the_runs_of_the_states(text):
    expected = [("visible", 0, 12), ("occluded", 12, 3), ("out_of_frame", 15, 20), ("too_small", 35, 5), ("visible", 40, 20)]
    assert runs(STATES[0]) == tuple(Segment(*run) for run in expected)
    made = timeline(clip(), STATES, (ABSENCE,))
    drawn = [rect for rect in svgs(text, "timeline")[0].iter("rect") if rect.get("class", "").startswith("state")]
    assert [rect.get("class").split()[1] for rect in drawn] == [state for state, _, _ in expected]
    for rect, (_, first, frames) in zip(drawn, expected, strict=True):
        assert float(rect.get("x")) == pytest.approx(made.left + first * made.frame_px, abs=0.01)
        assert float(rect.get("width")) == pytest.approx(frames * made.frame_px, abs=0.01)


def test_absences_and_the_cut_are_marked_where_they_are(text):
    made = timeline(clip(), STATES, (ABSENCE,))
    svg = svgs(text, "timeline")[0]
    first, last = re.fullmatch(r"M([\d.]+) \d+v4H([\d.]+)v-4", svg.find(".//path[@class='gap']").get("d")).groups()
    assert (float(first), float(last)) == pytest.approx((made.left + 12 * made.frame_px, made.left + 40 * made.frame_px), abs=0.1)
    assert float(svg.find(".//line[@class='cut']").get("x1")) == pytest.approx(made.left + CUT * made.frame_px, abs=0.1)
    assert "not seen for 28 frames (1.9 s): leaves at the left (camera), comes back at the right (both needed), across the cut" in text


def test_the_page_needs_nothing_else_and_escapes_what_it_shows(text):
    assert not re.findall(r"<script|https?:|src=|href=|@import|url\((?!#)", text.replace(HOSTILE, ""))
    assert HOSTILE not in text
    assert "&lt;script&gt;alert(&#34;x&#34;)&lt;/script&gt;" in text


def test_counts_are_those_of_all_rows(root):
    plan = PlanFile(root)
    summary = summarise(plan)
    found = {d.title: {bar.label: bar.count for bar in d.bars} for d in summary.distributions}
    events = [e for row in plan.rows(range(6)) for e in row.forecast_events if e.kind == "absence"]
    assert summary.absences == plan.absences == len(events) == 8
    assert summary.video_s == pytest.approx(6 * FRAMES / 15)
    assert found["Exit cause"] == {"camera": 4, "subject": 4} == Counter(e.exit_cause for e in events)
    assert found["Exit side"] == {"left": 4, "top": 4}
    assert found["Gap in frames"] == {
        "1 to 4": 0,
        "5 to 9": 4,
        "10 to 19": 0,
        "20 to 39": 4,
        "40 to 79": 0,
        "80 to 159": 0,
        "160 and more": 0,
    }
    assert found["Absences in a clip"] == {"0": 1, "1": 3, "2": 1, "3": 1}
    assert found["An absence straddles the cut"] == {"yes": 4, "no": 2}
    assert found["Species"] == {"wolf": 5, HOSTILE: 1}
    assert found["Scene"] == {"city street": 6}
    assert found["Split"] == {"train": 5, "val": 1}
    assert found["Candidates turned down"] == {"not needed": 6, "off stage": 1}
    assert found["Camera family"] == Counter(row.spec.camera.family.replace("_", " ") for row in plan.rows(range(6)))


def test_strata_are_shares_of_the_plan_and_of_what_was_worth_a_render(root, text):
    (stratum,) = strata(PlanFile(root))
    assert (stratum.target, stratum.planned, stratum.offered) == (0.5, 0.5, 0.75)
    assert 'class="target" style="left:50.00%"' in text
    assert 'class="offered" style="left:75.00%"' in text


def test_the_preview_is_a_file_of_the_dataset_and_says_what_it_lacks(root, tmp_path):
    path = write_preview(root, 1)
    assert path == root / PREVIEW
    assert len(svgs(path.read_text(), "map")) == 1
    with pytest.raises(DatasetError, match="plan cannot be read"):
        write_preview(tmp_path)
    (tmp_path / "cards").symlink_to(root / "cards")
    (tmp_path / "plan.parquet").symlink_to(root / "plan.parquet")
    (tmp_path / "report").write_text("")
    with pytest.raises(StorageError, match=r"preview\.html: cannot be written"):
        write_preview(tmp_path, 1)
