"""Faults between driver and engine: each is told by name, and what is staged in the end is what a healthy engine gives, or nothing."""

import hashlib
import logging
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from faulty import FOR_GOOD, Proxy

from flows.prepare import prepare
from hmworld.caption import template_caption
from hmworld.engine import Connection, EngineProcess, launch_embedded
from hmworld.engine.launch import EngineAddress
from hmworld.model import Recipe
from hmworld.produce import Batch, SlotSpec, render_batch
from hmworld.produce.claim import process_slot

SMALL = Recipe(
    name="small",
    clips=1,
    seed=8,
    scenes=("park",),
    subjects_per_clip=(2, 2),
    streams=("depth",),
    keep_reject_media=True,
    render={"width": 96, "height": 64, "frames": 40, "context_frames": 20},  # type: ignore[arg-type]
    retention={"min_not_out_before": 2, "min_visible_before": 2, "min_gap": 3, "min_visible_after": 2},  # type: ignore[arg-type]
)
TIMEOUT_S = 4.0

Engines = list[EngineProcess]


@pytest.fixture(scope="module")
def engines() -> Iterator[Engines]:
    """The running engine, last of those that there were."""
    started = [launch_embedded(2)]
    yield started
    for one in started:
        one.close()


@pytest.fixture(scope="module")
def planned(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("faults") / "small"
    prepare(SMALL, root)
    return root


@pytest.fixture(autouse=True)
def nothing_staged(planned: Path) -> None:
    staged(planned)


def staged(root: Path) -> dict[str, str]:
    """Digests of what was staged, which is then removed."""
    files = [p for p in sorted((root / ".staging" / "clips").rglob("*")) if p.is_file()]
    found = {p.relative_to(root).as_posix(): hashlib.sha256(p.read_bytes()).hexdigest() for p in files}
    for path in files:
        path.unlink()
    return found


def rendered(root: Path, port: int, row: int = 0) -> tuple[int, tuple[tuple[int, str], ...]]:
    slots = (SlotSpec(address=EngineAddress("127.0.0.1", port)),)
    report = render_batch(Batch(str(root), (row,), slots), template_caption)
    process_slot(root, slots).reset()
    return report.done, report.failed


@pytest.fixture(scope="module")
def healthy(planned: Path, engines: Engines) -> dict[str, str]:
    assert rendered(planned, engines[-1].address.port) == (1, ())
    return staged(planned)


def replace(engines: Engines, proxy: list[Proxy]) -> None:
    """Kill the engine and start another in its place."""
    engines[-1].process.kill()
    engines.append(launch_embedded(2))
    proxy[0]._engine = ("127.0.0.1", engines[-1].address.port)


ONCE = [
    (fault, of, at, name)
    for fault, cases in {
        "delay": [("/lit", 3, "no answer"), ("SpawnSubject", 0, "no answer")],
        "drop": [(of, at, "no answer|replies_out_of_order") for of, at in (("/lit", 39), ("object_mask", 17), ("Bones", 30))],
        "duplicate": [(of, at, "replies_out_of_order") for of in ("/lit", "object_mask", "depth", "SoloSilhouette") for at in (0, 11)],
        "truncate": [(of, at, "closed") for of in ("/lit", "object_mask", "depth", "Bones", "/cameras") for at in (0, 1)],
        "cut_short": [(of, at, "expected") for of in ("/lit", "object_mask", "depth", "PosedBounds") for at in (0, 25)]
        + [(of, at, "expected") for of, at in (("object_mask", 41), ("depth", 41), ("PosedBounds", 81))],  # of the second look
        "reorder": [(of, at, "replies_out_of_order") for of in ("/lit", "Bones", "color") for at in (0, 1)],
        "kill": [("/lit", 20, "closed|no answer")],
        "out_of_memory": [("/lit", 5, "out of memory"), ("LoadStage", 0, "out of memory")],
        "black": [("/lit", at, "blank_picture") for at in (3, 4, 20, 39)],
        "shifted": [("object_mask", at, "mask_") for at in (0, 1, 5, 16, 38, 39)],
        "late": [(of, at, "late_") for of in ("/lit", "depth") for at in (1, 7, 20, 33)]
        + [("object_mask", at, "late_mask|mask_") for at in (1, 7, 20, 33)]
        + [(of, at, "late_|mask_") for of in ("Bones", "PosedBounds", "SoloSilhouette") for at in (30, 51)],
        "stays": [(of, at, "pose_not_taken: the camera") for of in ("/location ", "/rotation ") for at in (9, 30)]
        + [("SetSubjects", at, "pose_not_taken: subject 1") for at in (9, 30)],
        "halfway": [("/rotation ", 20, "pose_not_taken: the camera"), ("SetSubjects", 20, "pose_not_taken: subject 1")],
    }.items()
    for of, at, name in cases
]


SHORT = [next(case for case in ONCE if case[0] == fault) for fault in ("drop", "truncate", "kill", "shifted", "late", "halfway")]
"""One of some kinds: of the connection, of the engine and of pictures."""


@pytest.mark.parametrize(
    ("fault", "of", "at", "name"), [pytest.param(*case, marks=[] if case in SHORT else [pytest.mark.long]) for case in ONCE]
)
def test_a_fault_is_found_and_the_clip_is_made_as_if_nothing_had_been(
    planned: Path,
    engines: Engines,
    healthy: dict[str, str],
    fault: str,
    of: str,
    at: int,
    name: str,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    for patient in (Connection.collect, Connection.request, Connection.text):
        monkeypatch.setattr(patient, "__defaults__", (TIMEOUT_S,))
    monkeypatch.setattr("hmworld.engine.session.LOAD_TIMEOUT_S", TIMEOUT_S)
    made: list[Proxy] = []
    with (
        caplog.at_level(logging.WARNING, "hmworld.produce.batch"),
        Proxy(("127.0.0.1", engines[-1].address.port), fault, of, at, kill=lambda: replace(engines, made)) as proxy,
    ):
        made.append(proxy)
        proxy.delay_s = 2 * TIMEOUT_S
        assert rendered(planned, proxy.port) == (1, ())
        assert proxy.done == 1
    assert staged(planned) == healthy
    assert re.search(name, caplog.text)


@pytest.mark.long
@pytest.mark.parametrize(
    ("fault", "of", "name"),
    [("black", "/lit", "blank_picture"), ("shifted", "object_mask", "mask_"), ("late", "/lit", "late_picture")]
    + [("late", of, "late_|mask_") for of in ("object_mask", "depth", "Bones", "PosedBounds", "SoloSilhouette")],
)
def test_a_fault_that_stays_is_the_reason_why_there_is_no_clip(
    planned: Path, engines: Engines, healthy: dict[str, str], fault: str, of: str, name: str
) -> None:
    with Proxy(("127.0.0.1", engines[-1].address.port), fault, of, times=FOR_GOOD) as proxy:
        done, ((row, why),) = rendered(planned, proxy.port)
    assert (done, row) == (0, 0)
    assert re.search(name, why)
    assert staged(planned) == {}
