"""`hmworld engine check` finds nothing wrong with a healthy engine, and names the defect of each of many servers with one."""

import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from defective import Server

from hmworld.catalog import default_catalog
from hmworld.catalog.catalog import scene_digest
from hmworld.engine import Connection, EngineProcess, launch_embedded
from hmworld.engine.launch import EngineAddress
from hmworld.engine.selftest import (
    Finding,
    Target,
    basics,
    check_engine,
    depth,
    masks,
    moments,
    optics,
    subjects,
    suite,
    text,
    write_report,
)
from hmworld.engine.selftest.advice import _ADVICE, advice

SIZE = (416, 240)
DEFECTS = {
    "camera_mirrored_y": "camera_y_mirrored",
    "camera_axes_swapped": "camera_x_and_y_swapped",
    "yaw_negated": "camera_yaw_negated",
    "pitch_negated": "camera_pitch_negated",
    "roll_negated": "camera_roll_negated",
    "roll_and_pitch_swapped": "camera_pitch_and_roll_swapped",
    "camera_mirrored_z": "camera_z_mirrored",
    "camera_in_metres": "camera_in_metres",
    "camera_elsewhere": "nothing_seen",
    "mirrored_world": "picture_mirrored",
    "vertical_fov": "vertical_fov",
    "stuck_fov": "not_taken and fov_ignored",
    "longer_lens": "focal_length",
    "pixel_off": "picture_shifted",
    "late_picture": "late_picture",
    "late_mask": "late_mask",
    "late_depth": "late_depth",
    "gamma_mask": "mask_colours_altered",
    "smoothed_mask": "mask_smoothed",
    "missing_in_mask": "missing_in_mask",
    "occluders_missing": "occluders_not_in_mask",
    "ray_depth": "ray_depth",
    "metres": "depth_in_metres",
    "eight_bit_depth": "depth_wrong",
    "depth_elsewhere": "depth_not_aligned",
    "scene_without_depth": "scene_not_in_depth",
    "frozen_animation": "frozen_animation",
    "half_speed": "animation_half_speed",
    "late_animation": "late_animation",
    "subjects_elsewhere": "subject_not_taken",
    "depth_of_nothing": "depth_shows_nothing",
    "frozen_skin": "frozen_skin",
    "frozen_box": "frozen_box",
    "late_silhouette": "silhouette_of_another_pose",
    "subjects_mirrored_y": "subject_y_mirrored",
    "subjects_sideways": "subject_turned_by_90",
    "scale_ignored": "subject_scale_ignored",
    "channels_swapped": "channels_swapped",
    "light_ignored": "light_ignored",
    "noise": "noise",
    "history": "history",
    "auto_exposure": "auto_exposure",
    "time_goes_on": "time_goes_on",
}


@pytest.fixture(scope="module")
def engine() -> Iterator[EngineProcess]:
    with launch_embedded(2) as process:
        yield process


@pytest.fixture(scope="module")
def target() -> Target:
    catalog = default_catalog()
    scene, subject = catalog.scenes["park"], catalog.subjects["horse"]
    # Its second stage: a mirrored camera is far away there, not where it would be anyway.
    there = scene.model_copy(update={"stages": scene.stages[1:]})
    assert min(np.abs(there.stages[0].center_m[:2])) > 5.0
    return Target(there, scene_digest(scene), subject, catalog.motion(subject.name))


def checked(port: int, target: Target) -> list[Finding]:
    with Connection(EngineAddress("127.0.0.1", port)) as connection:
        return list(check_engine(connection, target, *SIZE))


def shown(findings: list[Finding]) -> str:
    return "\n".join(map(text, findings))


def test_a_healthy_engine_passes(engine: EngineProcess, target: Target) -> None:
    with Server(("127.0.0.1", engine.address.port), "healthy") as server:
        findings = checked(server.port, target)
    assert [f.verdict for f in findings] == ["ok"] * len(findings), shown(findings)


@pytest.mark.parametrize(
    ("defect", "name"), [("camera_mirrored_y", "camera_y_mirrored"), ("camera_axes_swapped", "camera_x_and_y_swapped")]
)
def test_a_camera_that_goes_elsewhere_is_understood_at_the_origin(engine: EngineProcess, target: Target, defect: str, name: str) -> None:
    scene = default_catalog().scenes["park"]
    assert scene.stages[0].center_m[:2] == (0.0, 0.0)
    with Server(("127.0.0.1", engine.address.port), defect) as server:
        findings = checked(server.port, replace(target, scene=scene))
    assert {f.defect for f in findings if f.verdict == "bad"} == {name}, shown(findings)


def test_an_engine_with_the_plugins_habits_passes(target: Target) -> None:
    with launch_embedded(2, strict=True) as strict:
        findings = checked(strict.address.port, target)
    assert [f.verdict for f in findings] == ["ok"] * len(findings), shown(findings)


@pytest.mark.parametrize("defect", [pytest.param(one, marks=[pytest.mark.long] if at % 6 else []) for at, one in enumerate(DEFECTS)])
def test_a_defect_is_named_and_nothing_else_is(engine: EngineProcess, target: Target, defect: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("hmworld.engine.selftest.moments.AWHILE_S", 0.4)
    with Server(("127.0.0.1", engine.address.port), defect) as server:
        findings = checked(server.port, target)
    assert {f.defect for f in findings if f.verdict == "bad"} == set(DEFECTS[defect].split(" and ")), shown(findings)
    assert all(f.advice and f.measured for f in findings if f.verdict == "bad")


def test_the_report_holds_verdicts_advice_and_pictures(tmp_path: Path, engine: EngineProcess, target: Target) -> None:
    with Server(("127.0.0.1", engine.address.port), "metres") as server:
        findings = checked(server.port, target)
    path = write_report(tmp_path / "report", findings, {"engine": "embedded"})
    report = path.read_text()
    assert "## depth: depth_in_metres" in report
    assert advice("depth_in_metres") in report
    assert (tmp_path / "report" / "depth-depth.png").stat().st_size > 100
    assert report.count("| not judged |") == sum(f.verdict == "not judged" for f in findings) > 0


def test_each_defect_that_a_check_can_name_has_advice() -> None:
    tables = (
        optics.LOCATIONS,
        optics.ROTATIONS,
        optics.OBJECTS,
        optics.FIELDS,
        optics.FLIPS,
        optics.SEARCHED,
        subjects.ROOTS,
        subjects.SCALES,
    )
    names = {name for table in tables for name in table if name}
    for module in (basics, depth, masks, moments, optics, subjects, suite):
        source = Path(module.__file__).read_text()
        names |= set(re.findall(r'(?:bad|Outcome)\(\s*"([a-z_]+)"', source))
        names |= set(re.findall(r'^        "([a-z_]+)": ', source, re.MULTILINE))  # of readings
    names |= {f"late_{what}" for what in moments._MEASURES} | {f"{what}_not_aligned" for what in ("depth", "picture")}
    assert len(names) > 60
    assert all(advice(name) for name in names)
    assert not set(_ADVICE) - names, "advice about what no check names"
    with pytest.raises(KeyError):
        advice("fallen_over")


def test_what_cannot_be_set_up_is_a_finding_with_advice(engine: EngineProcess, target: Target) -> None:
    findings = []
    with Connection(engine.address, engine.alive) as connection:
        findings = list(check_engine(connection, replace(target, scene_sha256="0" * 64), *SIZE))
    assert [(f.check, f.defect) for f in findings if f.verdict == "bad"] == [("set-up", "refused")]
    assert "digest" in findings[1].advice
    assert [f.verdict for f in findings[2:]] == ["not judged"] * len(findings[2:])


def test_a_server_without_the_director_is_a_finding_with_advice(engine: EngineProcess, target: Target) -> None:
    with Server(("127.0.0.1", engine.address.port), "no_director") as server:
        findings = checked(server.port, target)
    assert [(f.check, f.defect) for f in findings if f.verdict == "bad"] == [("director", "other_director")]
